#include "migrate/contrib_code.h"

#include <string>
#include <utility>
#include <vector>

#include "migrate/permissions.h"
#include "schema/local_fields.h"

namespace migext::migrate {
namespace {

using django::ModelKey;
using django::ModelState;
using django::ProjectState;
using sqlite::Connection;

/// ContentTypeManager.get_for_model(): made when it is not there.
std::int64_t ContentTypeOf(const Connection& db, const ModelKey& model) {
  const sqlite::Cell found = db.Value(
      R"(SELECT "id" FROM "main"."django_content_type" WHERE "app_label" = ? AND "model" = ?)",
      {model.app, model.model});
  if (found.Integer() != nullptr) return *found.Integer();
  db.Run(R"(INSERT INTO "main"."django_content_type" ("app_label", "model") VALUES (?, ?))",
         {model.app, model.model});
  return db.LastInsertRowId();
}

/// Another row of that content type may have the codename: then Django leaves the model's alone.
bool WouldCollide(const Connection& db, std::int64_t from, std::int64_t to,
                  const std::string& codename) {
  return from != to &&
         !db.Value(
                R"(SELECT 1 FROM "main"."auth_permission" AS moved JOIN "main"."auth_permission" )"
                R"(AS there ON there."codename" = moved."codename" WHERE moved."content_type_id" = ? )"
                R"(AND there."content_type_id" = ? AND moved."codename" = ?)",
                {from, to, codename})
              .IsNull();
}

void MovePermissions(const Connection& db, const ModelState& model, std::int64_t from,
                     std::int64_t to) {
  for (const Permission& one : PermissionsOf(model)) {
    if (WouldCollide(db, from, to, one.codename)) return;
  }
  const std::string update =
      R"(UPDATE "main"."auth_permission" SET "content_type_id" = ?1 WHERE "content_type_id" = ?2 )"
      R"(AND "codename" = ?3)";
  for (const Permission& one : DefaultPermissionsOf(model)) {
    db.Run(update, {to, from, one.codename});
  }
  for (const Permission& one : OwnPermissionsOf(model)) {
    db.Run(update + R"( AND "name" = ?4)", {to, from, one.codename, one.name});
  }
}

}  // namespace

void UpdateProxyPermissions(const Connection& db, const ProjectState& state, bool backwards) {
  for (const auto& model : state.models()) {
    if (!model->IsProxy()) continue;
    const ModelState* concrete = schema::ConcreteModel(state, model->key());
    if (concrete == nullptr) continue;
    const std::int64_t of_concrete = ContentTypeOf(db, concrete->key());
    const std::int64_t of_proxy = ContentTypeOf(db, model->key());
    MovePermissions(db, *model, backwards ? of_proxy : of_concrete,
                    backwards ? of_concrete : of_proxy);
  }
}

void AddLegacyNames(const Connection& db, const ProjectState& state) {
  std::vector<std::pair<std::int64_t, std::string>> names;
  sqlite::Statement types =
      db.Prepare(R"(SELECT "id", "app_label", "model" FROM "main"."django_content_type")");
  for (const sqlite::Row row : types) {
    const ModelState* model = state.Find(row.TextView(1), row.TextView(2));
    names.emplace_back(row.Int(0), model != nullptr ? model->name : row.Text(2));
  }
  types.Reset();
  for (const auto& [id, name] : names) {
    db.Run(R"(UPDATE "main"."django_content_type" SET "name" = ? WHERE "id" = ?)", {name, id});
  }
}

}  // namespace migext::migrate
