#include "migrate/post_migrate.h"

#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "migrate/content_types.h"
#include "migrate/permission_checks.h"
#include "migrate/permissions.h"
#include "migrate/registration_order.h"
#include "schema/table.h"

namespace migext::migrate {
namespace {

using django::App;
using django::ModelState;
using Models = std::vector<const ModelState*>;

constexpr std::string_view kContentTypesApp = "contenttypes";
constexpr std::string_view kAuthApp = "auth";
constexpr std::string_view kSitesApp = "sites";

class Planner {
 public:
  explicit Planner(const PostMigrateInput& input)
      : input_(input),
        context_(schema::ContextOf(input.project)),
        content_type_(ContentTypeModel(input.after)),
        permission_(PermissionModel(input.after)),
        registered_(RegistrationOrder({input.before, input.steps, input.after})) {}

  PostMigratePlan Take() {
    for (const App& app : input_.project.apps()) {
      if (!app.has_models_module) continue;
      if (!app.has_migrations) {
        NoteAppWithoutMigrations(app);
        continue;
      }
      if (content_type_) SendToContentTypesAndAuth(app);
      if (app.label == kSitesApp) CreateDefaultSite();
    }
    return std::move(plan_);
  }

 private:
  /// Receivers are called in the order in which their apps are installed.
  void SendToContentTypesAndAuth(const App& app) {
    const Models models = ModelsOf(app);
    const bool auth_first = IsInstalledBefore(kAuthApp, kContentTypesApp);
    if (!auth_first) CreateContentTypes(models);
    if (permission_ && input_.project.dialect().renames_permissions) RenamePermissions(app);
    if (auth_first) CreateContentTypes(models);
    if (permission_) CreatePermissions(app, models);
  }

  Models ModelsOf(const App& app) const {
    Models models;
    for (const ModelState* model : registered_) {
      if (model->app == app.label && !schema::IsSwappedOut(*model, context_)) {
        models.push_back(model);
      }
    }
    return models;
  }

  bool IsInstalledBefore(std::string_view first, std::string_view second) const {
    for (const App& app : input_.project.apps()) {
      if (app.label == second) return false;
      if (app.label == first) return true;
    }
    return false;
  }

  void CreateContentTypes(const Models& models) {
    Add(kContentTypes, CreateContentTypesSql(*content_type_, models, input_.project.dialect()));
  }

  void RenamePermissions(const App& app) {
    try {
      PermissionRenames renames = RenamePermissionsSql(app.label, input_.after, input_.steps);
      Add(kPermissions, std::move(renames.update), std::move(renames.conflicts));
    } catch (const Error& error) {
      plan_.notes.push_back("permissions of app '" + app.label +
                            "' are not renamed with their models: " + error.message());
    }
  }

  void CreatePermissions(const App& app, const Models& models) {
    std::vector<Permission> permissions;
    for (const ModelState* model : models) {
      try {
        for (std::string& problem : PermissionProblems(*model)) {
          plan_.notes.push_back(std::move(problem));
        }
        for (Permission& one : PermissionsOf(*model)) permissions.push_back(std::move(one));
      } catch (const Error& error) {
        plan_.notes.push_back("permissions of " + app.label + "." + model->name +
                              " are not made: " + error.message());
      }
    }
    Add(kPermissions, CreatePermissionsSql(app.label, permissions));
  }

  void CreateDefaultSite() {
    if (input_.after.Find(kSitesApp, "site") == nullptr) return;
    Add(kSites, R"(INSERT INTO "main"."django_site" ("id", "domain", "name") SELECT )" + SiteId() +
                    ", 'example.com', 'example.com' "
                    R"(WHERE NOT EXISTS (SELECT 1 FROM "main"."django_site"))");
  }

  /// The setting SITE_ID.  None leaves the choice to the database.
  std::string SiteId() {
    const std::optional<python::Value> setting = input_.project.Setting("SITE_ID");
    if (!setting) return "1";
    if (setting->IsNone()) return "NULL";
    if (setting->Is(python::Kind::kInt)) return std::to_string(setting->AsInt());
    plan_.notes.push_back("SITE_ID is not known, so 1 is taken for it: " + python::Repr(*setting));
    return "1";
  }

  void NoteAppWithoutMigrations(const App& app) {
    std::string what = "tables";
    if (content_type_ != nullptr) what += ", content types";
    if (content_type_ != nullptr && permission_ != nullptr) what += ", permissions";
    plan_.notes.push_back("app '" + app.label + "' has no migrations: its " + what +
                          " are made from models.py (migrate --run-syncdb), which is not read");
  }

  void Add(const WrittenTable& table, std::string sql, std::string conflicts = {}) {
    if (sql.empty()) return;
    plan_.statements.push_back({&table, std::move(sql), std::move(conflicts)});
  }

  const PostMigrateInput& input_;
  schema::SchemaContext context_;
  const ModelState* content_type_;
  const ModelState* permission_;
  Models registered_;
  PostMigratePlan plan_;
};

/// In the words of rename_permissions_after_model_rename(); "" when there is none.
std::string ConflictsOf(const sqlite::Connection& db, const PostMigrateStatement& statement) {
  if (statement.conflicts.empty()) return {};
  std::vector<std::string> lines;
  for (const sqlite::Row row : db.Prepare(statement.conflicts)) {
    lines.push_back("Failed to rename permission " + row.Text(0) + " from '" + row.Text(1) +
                    "' to '" + row.Text(2) + "'. Please resolve the conflict manually.");
  }
  if (lines.empty()) return {};
  return "RuntimeError: " + std::to_string(lines.size()) +
         " permission rename conflict(s) detected.\n" + Join(lines, "\n");
}

/// "" or what it fails with.
std::string RunHandler(const sqlite::Connection& db, const PostMigrateStatement& statement) {
  std::string problem = statement.table->ProblemIn(db);
  if (problem.empty()) problem = ConflictsOf(db, statement);
  if (!problem.empty()) return problem;
  try {
    db.Run(statement.sql);
  } catch (const sqlite::DatabaseError& error) {
    if (!error.IsConstraint()) throw;
    return error.message();
  }
  return {};
}

}  // namespace

PostMigratePlan PlanPostMigrate(const PostMigrateInput& input) { return Planner(input).Take(); }

PostMigrateResult PostMigrate(const sqlite::Connection& db, const PostMigrateInput& input) {
  PostMigratePlan plan = PlanPostMigrate(input);
  PostMigrateResult result = {std::move(plan.notes), {}};
  for (const PostMigrateStatement& statement : plan.statements) {
    result.failure = RunHandler(db, statement);
    if (!result.failure.empty()) break;
  }
  return result;
}

}  // namespace migext::migrate
