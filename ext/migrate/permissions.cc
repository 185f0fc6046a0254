#include "migrate/permissions.h"

#include <array>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "django/operations/models.h"

namespace migext::migrate {
namespace {

using django::ModelState;
using python::Kind;
using python::Value;

constexpr std::array<std::string_view, 4> kDefaultActions = {"add", "change", "delete", "view"};

constexpr std::string_view kInsertThoseMissing = R"sql(
INSERT INTO "main"."auth_permission" ("name", "content_type_id", "codename")
SELECT "wanted"."name", "type"."id", "wanted"."codename"
FROM "app", "wanted" JOIN "main"."django_content_type" AS "type"
  ON "type"."app_label" = "label" AND "type"."model" = "wanted"."model"
WHERE NOT EXISTS (
  SELECT 1 FROM "main"."auth_permission" AS "known"
  WHERE "known"."content_type_id" = "type"."id" AND "known"."codename" = "wanted"."codename")
ORDER BY "place")sql";

constexpr std::string_view kConflicts = R"sql(
SELECT "permission"."id", "old", "new"
FROM "app", "renamed" JOIN "main"."auth_permission" AS "permission" ON "permission"."codename" = "old"
JOIN "main"."django_content_type" AS "type"
  ON "type"."id" = "content_type_id" AND "type"."app_label" = "label"
WHERE "old" <> "new" AND "new" IN (
  SELECT "codename" FROM "main"."auth_permission" WHERE "content_type_id" IN (
    SELECT "id" FROM "main"."django_content_type" WHERE "app_label" = "label"))
ORDER BY "rename", "type"."model", "old", "place")sql";

// Each is renamed once, from the name it had before any was.
constexpr std::string_view kUpdate = R"sql(
UPDATE "main"."auth_permission" SET
  "codename" = (SELECT "new" FROM "renamed" WHERE "old" = "codename" ORDER BY "place" DESC LIMIT 1),
  "name" = (SELECT "title" FROM "renamed" WHERE "old" = "codename" ORDER BY "place" DESC LIMIT 1)
WHERE "codename" IN (SELECT "old" FROM "renamed") AND "content_type_id" IN (
  SELECT "id" FROM "main"."django_content_type", "app" WHERE "app_label" = "label"))sql";

/// The tables that the statements above read.
std::string WithRows(std::string_view app, std::string_view table,
                     const std::vector<std::string>& rows) {
  return R"(WITH "app" ("label") AS (VALUES ()" + SqlLiteral(app) + ")), " + std::string(table) +
         " AS (VALUES " + Join(rows, ", ") + ")";
}

/// A row of VALUES.
std::string Row(const std::vector<std::string>& literals) {
  return "(" + Join(literals, ", ") + ")";
}

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }

[[noreturn]] void RefuseOption(const ModelState& model, const std::string& option, Value value) {
  throw Error(python::PositionOf(value).ToPlace(), "the " + option + " of '" + model.app + "." +
                                                       model.name +
                                                       "' cannot be told: " + python::Repr(value));
}

/// str() of what an option holds, where it is plain.
std::string TextOf(const ModelState& model, const std::string& option, Value value) {
  switch (value.kind()) {
    case Kind::kStr:
      return std::string(value.AsStr());
    case Kind::kNone:
    case Kind::kBool:
    case Kind::kInt:
      return python::Str(value);
    default:
      RefuseOption(model, option, value);
  }
}

std::vector<std::string> DefaultActions(const ModelState& model) {
  const std::optional<Value> given = model.Option("default_permissions");
  if (!given) return {kDefaultActions.begin(), kDefaultActions.end()};
  const bool is_set = given->Is(Kind::kSet) || given->Is(Kind::kFrozenSet);
  if (!given->IsSequence() && !is_set) RefuseOption(model, "default_permissions", *given);
  std::vector<std::string> actions;
  for (const Value action : given->Items()) {
    actions.push_back(TextOf(model, "default_permissions", action));
  }
  return actions;
}

/// One permission as a rename of a model finds and leaves it.
struct RenamedPermission {
  std::string old_codename;
  std::string new_codename;
  std::string name;
};

struct ModelNames {
  std::string from;
  std::string to;
};

std::vector<ModelNames> RenamesOf(std::string_view app, std::span<const PlanStep> steps) {
  std::vector<ModelNames> renames;
  for (const PlanStep& step : steps) {
    if (step.migration->key.app != app) continue;
    // Also backwards Django goes through the operations in the order of the file.
    for (const django::OperationPtr& operation : step.migration->operations) {
      const auto* rename = dynamic_cast<const django::RenameModel*>(operation.get());
      if (rename == nullptr) continue;
      renames.push_back(step.backwards ? ModelNames{rename->new_name, rename->name}
                                       : ModelNames{rename->name, rename->new_name});
    }
  }
  return renames;
}

std::vector<RenamedPermission> RenamedPermissions(std::string_view app, const ModelNames& names,
                                                  const django::ProjectState& after,
                                                  const ModelState& permission) {
  // A model that is not there (any more) has what models have by default, under its bare name.
  const ModelState* model = after.Find(app, names.to);
  const std::vector<std::string> actions = DefaultActions(model ? *model : permission);
  const std::string verbose_name = model ? VerboseName(*model) : names.to;
  std::vector<RenamedPermission> renamed;
  for (const std::string& found : actions) {
    const std::string codename = found + "_" + LowerUtf8(names.from);
    // Of `view` and `view_all` both begin the codename "view_all_post": the last one stands.
    for (const std::string& action : actions) {
      if (!codename.starts_with(action + "_")) continue;
      renamed.push_back(
          {codename, action + "_" + LowerUtf8(names.to), "Can " + action + " " + verbose_name});
    }
  }
  return renamed;
}

}  // namespace

const ModelState* PermissionModel(const django::ProjectState& state) {
  return state.Find("auth", "permission");
}

std::string CamelCaseToSpaces(std::string_view name) {
  std::string spaced;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool begins_word = IsUpper(name[i]) && i + 1 < name.size() && !IsUpper(name[i + 1]);
    const bool ends_word = IsUpper(name[i]) && i > 0 && IsLower(name[i - 1]);
    if (begins_word || ends_word) spaced += ' ';
    spaced += name[i];
  }
  return LowerUtf8(Trim(spaced));
}

std::string VerboseName(const ModelState& model) {
  const std::optional<Value> given = model.Option("verbose_name");
  return given ? TextOf(model, "verbose_name", *given) : CamelCaseToSpaces(model.name);
}

std::vector<Permission> DefaultPermissionsOf(const ModelState& model) {
  std::vector<Permission> permissions;
  const std::string name = model.key().model;
  const std::string verbose_name = VerboseName(model);
  for (const std::string& action : DefaultActions(model)) {
    permissions.push_back({name, action + "_" + name, "Can " + action + " " + verbose_name});
  }
  return permissions;
}

std::vector<Permission> OwnPermissionsOf(const ModelState& model) {
  const std::optional<Value> given = model.Option("permissions");
  if (!given) return {};
  if (!given->IsSequence()) RefuseOption(model, "permissions", *given);
  std::vector<Permission> permissions;
  for (const Value item : given->Items()) {
    if (!item.IsSequence() || item.Items().size() != 2) RefuseOption(model, "permissions", *given);
    permissions.push_back({model.key().model, TextOf(model, "permissions", item.Items()[0]),
                           TextOf(model, "permissions", item.Items()[1])});
  }
  return permissions;
}

std::vector<Permission> PermissionsOf(const ModelState& model) {
  std::vector<Permission> permissions = DefaultPermissionsOf(model);
  for (Permission& own : OwnPermissionsOf(model)) permissions.push_back(std::move(own));
  return permissions;
}

std::string CreatePermissionsSql(std::string_view app, std::span<const Permission> permissions) {
  std::vector<std::string> wanted;
  for (const Permission& one : permissions) {
    wanted.push_back(Row({std::to_string(wanted.size() + 1), SqlLiteral(one.model),
                          SqlLiteral(one.codename), SqlLiteral(one.name)}));
  }
  if (wanted.empty()) return {};
  return WithRows(app, R"("wanted" ("place", "model", "codename", "name"))", wanted) +
         std::string(kInsertThoseMissing);
}

PermissionRenames RenamePermissionsSql(std::string_view app, const django::ProjectState& after,
                                       std::span<const PlanStep> steps) {
  const ModelState* permission = PermissionModel(after);
  const std::vector<ModelNames> renames = RenamesOf(app, steps);
  if (permission == nullptr || renames.empty()) return {};

  std::vector<std::string> rows;
  for (std::size_t i = 0; i < renames.size(); ++i) {
    for (const RenamedPermission& one : RenamedPermissions(app, renames[i], after, *permission)) {
      rows.push_back(
          Row({std::to_string(rows.size() + 1), std::to_string(i), SqlLiteral(one.old_codename),
               SqlLiteral(one.new_codename), SqlLiteral(one.name)}));
    }
  }
  if (rows.empty()) return {};
  const std::string renamed =
      WithRows(app, R"("renamed" ("place", "rename", "old", "new", "title"))", rows);
  return {renamed + std::string(kConflicts), renamed + std::string(kUpdate)};
}

}  // namespace migext::migrate
