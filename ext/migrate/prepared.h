// One migration as work on a database: its statements, operation by operation, and the code that is
// no SQL.
//
//   const PreparedMigration prepared = Prepare({migration, backwards, before, context, &indexes});
//   for (const PreparedOperation& operation : prepared.operations) operation.statements
//
// Pure but for `known`, which may look into the database.
#ifndef MIGEXT_MIGRATE_PREPARED_H_
#define MIGEXT_MIGRATE_PREPARED_H_

#include <set>
#include <vector>

#include "django/migration.h"
#include "django/state.h"
#include "migrate/planned_run.h"
#include "schema/known_indexes.h"
#include "schema/statement.h"
#include "schema/table.h"

namespace migext::migrate {

struct PreparedOperation {
  const django::Operation* operation = nullptr;
  int position = 0;  ///< In the file, from 0.
  std::vector<schema::Statement> statements;

  /// A RunPython, a class of the project's own, or one that has them inside.
  bool HasCode() const;
};

struct PreparedMigration {
  const django::Migration* migration = nullptr;
  bool backwards = false;
  std::vector<PreparedOperation> operations;  ///< In the order in which they run.
  std::vector<schema::Statement> deferred;    ///< What Django puts off to the end.
  django::ProjectState before;                ///< Without the migration, in both directions.
  django::ProjectState after;
};

struct PrepareInput {
  const django::Migration& migration;
  bool backwards = false;
  const django::ProjectState& before;
  const schema::SchemaContext& context;
  const schema::KnownIndexes* known = nullptr;
  /// Positions of operations that are done already.
  const std::set<int>* done = nullptr;
};

/// Throws Error in Django's words for what Django refuses, at the operation's place.
PreparedMigration Prepare(const PrepareInput& input);

/// Makes several remakes of a table one where the result is provably the same (schema/fold.h).
/// REQUIRES: it is run as a whole, or not at all.
void FoldRemakes(PreparedMigration& prepared);

/// The steps of a run, up to the first that Django refuses: the run stops there, and says so.
std::vector<PreparedMigration> PrepareAll(const PlannedRun& run,
                                          const schema::SchemaContext& context);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_PREPARED_H_
