#include "migrate/content_types.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "django/operations/models.h"
#include "migrate/written_table.h"

namespace migext::migrate {
namespace {

using django::Migration;
using django::ModelState;
using django::Operation;

const django::MigrationKey kFirstMigration = {"contenttypes", "0001_initial"};

constexpr std::string_view kInsert = R"sql(
INSERT INTO "main"."django_content_type" ("app_label", "model")
SELECT "label", "wanted"."model")sql";

// Before contenttypes.0002 there is a name, which must not be NULL.
constexpr std::string_view kInsertNamed = R"sql(
INSERT INTO "main"."django_content_type" ("name", "app_label", "model")
SELECT '', "label", "wanted"."model")sql";

constexpr std::string_view kThoseMissing = R"sql(
FROM "app", "wanted" WHERE NOT EXISTS (
  SELECT 1 FROM "main"."django_content_type" AS "known"
  WHERE "known"."app_label" = "label" AND "known"."model" = "wanted"."model")
ORDER BY "place")sql";

std::string WhereIs(std::string_view app, std::string_view model) {
  return R"( WHERE "app_label" = )" + SqlLiteral(app) + R"( AND "model" = )" + SqlLiteral(model);
}

}  // namespace

const ModelState* ContentTypeModel(const django::ProjectState& state) {
  return state.Find("contenttypes", "contenttype");
}

std::string CreateContentTypesSql(const ModelState& content_type,
                                  std::span<const ModelState* const> models,
                                  const django::Dialect& dialect) {
  if (models.empty()) return {};
  std::vector<std::string> names;
  for (const ModelState* model : models) names.push_back(model->key().model);
  if (dialect.sorts_content_types) std::sort(names.begin(), names.end());

  std::vector<std::string> wanted;
  for (const std::string& name : names) {
    wanted.push_back("(" + std::to_string(wanted.size() + 1) + ", " + SqlLiteral(name) + ")");
  }
  const bool has_name = content_type.FindField("name") != nullptr;
  return R"(WITH "app" ("label") AS (VALUES ()" + SqlLiteral(models.front()->app) +
         R"()), "wanted" ("place", "model") AS (VALUES )" + Join(wanted, ", ") + ")" +
         std::string(has_name ? kInsertNamed : kInsert) + std::string(kThoseMissing);
}

ContentTypeRenames::ContentTypeRenames(const django::Dialect& dialect,
                                       const django::ProjectState& before,
                                       std::span<const PlanStep> steps)
    : warns_(dialect.warns_of_stale_content_types) {
  bool available = ContentTypeModel(before) != nullptr;
  for (const PlanStep& step : steps) {
    if (step.migration->key == kFirstMigration) {
      if (step.backwards) return;
      available = true;
    } else if (available) {
      migrations_.insert(step.migration);
    }
  }
}

ContentTypeRenames::Rename ContentTypeRenames::RenameOf(const Migration& migration,
                                                        const Operation& operation,
                                                        bool backwards) const {
  const auto* rename = dynamic_cast<const django::RenameModel*>(&operation);
  if (rename == nullptr || !migrations_.contains(&migration)) return {};
  const std::string old_name = LowerUtf8(rename->name);
  const std::string new_name = LowerUtf8(rename->new_name);
  if (backwards) return {migration.key.app, new_name, old_name};
  return {migration.key.app, old_name, new_name};
}

std::string ContentTypeRenames::Sql(const Migration& migration, const Operation& operation,
                                    bool backwards) const {
  const Rename rename = RenameOf(migration, operation, backwards);
  if (rename.app.empty()) return {};
  return R"(UPDATE OR IGNORE "main"."django_content_type" SET "model" = )" + SqlLiteral(rename.to) +
         WhereIs(rename.app, rename.from);
}

std::string ContentTypeRenames::AfterOperation(const sqlite::Connection& db,
                                               const Migration& migration,
                                               const Operation& operation, bool backwards) const {
  const Rename rename = RenameOf(migration, operation, backwards);
  if (rename.app.empty()) return {};
  const std::string problem = kContentTypes.ProblemIn(db);
  if (!problem.empty()) throw Error(operation.position().ToPlace(), problem);
  db.Run(Sql(migration, operation, backwards));
  if (!warns_ || db.Changes() > 0) return {};
  const bool was_there =
      !db.Value(R"(SELECT 1 FROM "main"."django_content_type")" + WhereIs(rename.app, rename.from))
           .IsNull();
  if (!was_there) return {};
  return "Could not rename content type '" + rename.app + "." + rename.from + "' to '" + rename.to +
         "' due to an existing conflicting content type. Run 'remove_stale_contenttypes' to clean "
         "up stale entries.";
}

}  // namespace migext::migrate
