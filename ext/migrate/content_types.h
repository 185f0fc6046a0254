// Rows of django_content_type: one for each model, renamed with the model
// (django/contrib/contenttypes/management).
//
//   ContentTypeRenames renames(project.dialect(), state_before, plan.steps);
//   …                                              // an operation of a migration is carried out
//   renames.AfterOperation(db, *migration, *operation, backwards)   // "" or a warning
//
// What SQL is made here reads and writes the table alone, so that a script can hold it.
#ifndef MIGEXT_MIGRATE_CONTENT_TYPES_H_
#define MIGEXT_MIGRATE_CONTENT_TYPES_H_

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "django/dialect.h"
#include "django/state.h"
#include "migrate/plan.h"
#include "sqlite/connection.h"

namespace migext::migrate {

/// The model of content types in a state, nullptr when contenttypes is not migrated in it.
const django::ModelState* ContentTypeModel(const django::ProjectState& state);

/// Inserts what create_contenttypes() would for the models of one app, which are in the order of
/// registration; "" when there is none.
std::string CreateContentTypesSql(const django::ModelState& content_type,
                                  std::span<const django::ModelState* const> models,
                                  const django::Dialect& dialect);

/// The operation that contenttypes puts behind each RenameModel of a plan
/// (inject_rename_contenttypes_operations).
class ContentTypeRenames {
 public:
  /// `before` is the state at the start of the whole run.
  ContentTypeRenames(const django::Dialect& dialect, const django::ProjectState& before,
                     std::span<const PlanStep> steps);

  /// The UPDATE that belongs behind an operation of the migration's own list; "" when there is
  /// none.  A content type of the new name that is already there is left alone, and so is the old
  /// one.
  std::string Sql(const django::Migration& migration, const django::Operation& operation,
                  bool backwards) const;

  /// Runs it, in the migration's transaction.  Gives the warning of Django where the new name was
  /// taken, else "".  Throws Error for a table that is not Django's.
  std::string AfterOperation(const sqlite::Connection& db, const django::Migration& migration,
                             const django::Operation& operation, bool backwards) const;

 private:
  struct Rename {
    std::string app;
    std::string from;
    std::string to;
  };

  /// Nothing to rename has an empty `app`.
  Rename RenameOf(const django::Migration& migration, const django::Operation& operation,
                  bool backwards) const;

  bool warns_;
  std::set<const django::Migration*> migrations_;  // with content types at hand
};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_CONTENT_TYPES_H_
