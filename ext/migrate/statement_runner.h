// Runs the statements of one migration, one after the other, on a database.
//
//   StatementRunner runner(db);
//   for (const schema::Statement& statement : prepared.statements) runner.Run(statement);
//
// REQUIRES: a transaction of the caller, to be rolled back when something is thrown (unless the
// migration is not atomic), and foreign keys that are not enforced.
#ifndef MIGEXT_MIGRATE_STATEMENT_RUNNER_H_
#define MIGEXT_MIGRATE_STATEMENT_RUNNER_H_

#include "schema/statement.h"
#include "sqlite/connection.h"

namespace migext::migrate {

class StatementRunner {
 public:
  explicit StatementRunner(const sqlite::Connection& db) : db_(db) {}

  /// Throws DatabaseError in SQLite's words.
  void Run(const schema::Statement& statement);

 private:
  const sqlite::Connection& db_;
};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_STATEMENT_RUNNER_H_
