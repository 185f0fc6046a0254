// Runs the statements of one migration, one after the other, on a database.  A remake of a table
// keeps what Django would lose with the old one (remake.h).
//
//   StatementRunner runner(db);
//   for (const schema::Statement& statement : prepared.statements) runner.Run(statement);
//   runner.Finish();
//
// REQUIRES: a transaction of the caller, to be rolled back when something is thrown (unless the
// migration is not atomic), and foreign keys that are not enforced.
#ifndef MIGEXT_MIGRATE_STATEMENT_RUNNER_H_
#define MIGEXT_MIGRATE_STATEMENT_RUNNER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "migrate/compiled_objects.h"
#include "migrate/remake.h"
#include "schema/statement.h"
#include "sqlite/connection.h"
#include "sqlite/flag.h"

namespace migext::migrate {

/// A table whose rows were copied into a new one.
struct CopiedTable {
  std::string table;
  std::int64_t rows = 0;
};

class StatementRunner {
 public:
  explicit StatementRunner(const sqlite::Connection& db);
  StatementRunner(const StatementRunner&) = delete;
  StatementRunner& operator=(const StatementRunner&) = delete;

  /// Throws DatabaseError in SQLite's words, and Error for what would be lost.
  void Run(const schema::Statement& statement);

  /// After the last statement.  Throws Error when a view or a trigger has stopped working: until
  /// then the migration itself may put it right.
  void Finish();

  /// In the order in which they were copied; a table once for each time.
  const std::vector<CopiedTable>& copied() const { return copied_; }

 private:
  void RunRemake(const schema::Statement& statement);
  void RunAlone(const schema::Statement& statement);

  const sqlite::Connection& db_;
  sqlite::ScopedFlag renames_reach_everything_;
  std::shared_ptr<const schema::TableRemake> plan_;
  std::optional<Remake> remake_;  ///< Under way.
  CompiledObjects objects_;
  std::vector<std::string> gone_;     ///< Columns that the remakes took away.
  std::vector<std::string> dropped_;  ///< Tables.
  std::vector<CopiedTable> copied_;
};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_STATEMENT_RUNNER_H_
