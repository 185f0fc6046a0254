// Runs migrations of a project without their schema: what is renamed along with an operation, and
// what comes after the migrations.
//
//   MigrationRun run(*project, db);
//   run.Migrate("blog", "0007");
#ifndef MIGEXT_TESTS_MIGRATE_MIGRATION_RUN_H_
#define MIGEXT_TESTS_MIGRATE_MIGRATION_RUN_H_

#include <algorithm>
#include <string>
#include <vector>

#include "django/graph.h"
#include "django/project.h"
#include "migrate/content_types.h"
#include "migrate/plan.h"
#include "migrate/post_migrate.h"
#include "support/database.h"

namespace migext::test {

/// The tables of contenttypes, auth and sites that Django writes to after the migrations.
inline constexpr const char* kPostMigrateTables = R"sql(
CREATE TABLE "django_content_type" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  "app_label" varchar(100) NOT NULL, "model" varchar(100) NOT NULL);
CREATE UNIQUE INDEX "types" ON "django_content_type" ("app_label", "model");
CREATE TABLE "auth_permission" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  "content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id")
  DEFERRABLE INITIALLY DEFERRED, "codename" varchar(100) NOT NULL, "name" varchar(255) NOT NULL);
CREATE UNIQUE INDEX "permissions" ON "auth_permission" ("content_type_id", "codename");
CREATE TABLE "django_site" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  "name" varchar(50) NOT NULL, "domain" varchar(100) NOT NULL UNIQUE);
)sql";

class MigrationRun {
 public:
  MigrationRun(const django::Project& project, testing::Database& db)
      : project_(project), db_(sqlite::Connection::Borrow(db.handle())) {}

  /// Gives the notes of PostMigrate, and throws what it fails with.  The migrations stay applied.
  std::vector<std::string> Migrate(std::string_view app = {}, std::string_view name = {}) {
    const django::AppliedSet applied(recorded_.begin(), recorded_.end());
    const django::Graph graph = django::Graph::Build(project_, &applied);
    const migrate::Plan plan = migrate::PlanLikeDjango(graph, recorded_, app, name);
    const django::ProjectState before = State(plan.graph);
    const migrate::ContentTypeRenames renames(project_.dialect(), before, plan.steps);
    for (const migrate::PlanStep& step : plan.steps) Carry(step, renames);
    const django::ProjectState after = State(plan.graph);
    migrate::PostMigrateResult result =
        migrate::PostMigrate(db_, {project_, before, plan.steps, after});
    if (!result.failure.empty()) throw Error(result.failure);
    return std::move(result.notes);
  }

  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  void Carry(const migrate::PlanStep& step, const migrate::ContentTypeRenames& renames) {
    std::vector<django::OperationPtr> operations = step.migration->operations;
    if (step.backwards) std::reverse(operations.begin(), operations.end());
    for (const django::OperationPtr& operation : operations) {
      std::string warning =
          renames.AfterOperation(db_, *step.migration, *operation, step.backwards);
      if (!warning.empty()) warnings_.push_back(std::move(warning));
    }
    if (step.backwards) {
      std::erase(recorded_, step.migration->key);
    } else {
      recorded_.push_back(step.migration->key);
    }
  }

  django::ProjectState State(const django::Graph& graph) const {
    django::ProjectState state;
    for (const django::MigrationKey& key : graph.FullPlan()) {
      const bool applied = std::find(recorded_.begin(), recorded_.end(), key) != recorded_.end();
      if (applied) graph.Find(key)->MutateState(state);
    }
    return state;
  }

  const django::Project& project_;
  sqlite::Connection db_;
  std::vector<django::MigrationKey> recorded_;
  std::vector<std::string> warnings_;
};

}  // namespace migext::test

#endif  // MIGEXT_TESTS_MIGRATE_MIGRATION_RUN_H_
