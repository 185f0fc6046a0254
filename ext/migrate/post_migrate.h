// What Django's migrate does in the database once the migrations are done, forwards or backwards
// and also when there was nothing to do (the signal post_migrate): content types, permissions and
// the default site.
//
//   const PostMigrateResult result = PostMigrate(db, {*project, before, steps, after});
//   transaction.Commit();
//   if (!result.failure.empty()) throw Error(result.failure);
//
// Content types that are renamed with their model, inside the migration, are in
// migrate/content_types.h.
#ifndef MIGEXT_MIGRATE_POST_MIGRATE_H_
#define MIGEXT_MIGRATE_POST_MIGRATE_H_

#include <span>
#include <string>
#include <vector>

#include "django/project.h"
#include "django/state.h"
#include "migrate/plan.h"
#include "migrate/written_table.h"
#include "sqlite/connection.h"

namespace migext::migrate {

struct PostMigrateInput {
  const django::Project& project;
  /// With everything that was applied before the run.
  const django::ProjectState& before;
  /// Those carried out, in their order.
  std::span<const PlanStep> steps;
  /// With everything that is applied after the run.
  const django::ProjectState& after;
};

/// One statement of a handler.
struct PostMigrateStatement {
  const WrittenTable* table = nullptr;
  std::string sql;
  /// A query that must give no row, or Django refuses: (id, old codename, new codename) of
  /// permissions that cannot be renamed.  Mostly "".
  std::string conflicts;
};

struct PostMigratePlan {
  /// In order.  Each adds and changes only what is not so yet: they can be run again, and be part
  /// of a script.
  std::vector<PostMigrateStatement> statements;
  std::vector<std::string> notes;  ///< What could not be told without models.py.
};

/// Pure: reads no database.
PostMigratePlan PlanPostMigrate(const PostMigrateInput& input);

struct PostMigrateResult {
  std::vector<std::string> notes;
  /// What stopped the handlers: a table that is not what the state says, permissions that cannot be
  /// renamed, a codename that is there twice.  What was written before it is to stay, as in Django.
  std::string failure;
};

/// Carries it out, in a transaction of the caller's.  Throws DatabaseError for what is to undo
/// everything, such as a full disk.
PostMigrateResult PostMigrate(const sqlite::Connection& db, const PostMigrateInput& input);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_POST_MIGRATE_H_
