// How the Python of a migration is carried out: the one place that decides it.
//
//   CodeRunner code(db, project);
//   code.RequireAll(prepared);                    // throws before anything is written
//   code.Run(prepared, operation, value);         // noop, Django's own, or its SQL twin
//
// Bodies of functions are not run.  RunPython.noop and an empty body do nothing; the two functions
// of Django's own migrations are known; for every other one an SQL twin is looked for (sql_twin.h).
// A squash may do with the twin of a migration that it replaces, where the same function stands in
// both.
#ifndef MIGEXT_MIGRATE_RUN_CODE_H_
#define MIGEXT_MIGRATE_RUN_CODE_H_

#include <map>
#include <optional>
#include <string>

#include "django/project.h"
#include "migrate/prepared.h"
#include "migrate/sql_twin.h"
#include "python/value.h"
#include "sqlite/connection.h"

namespace migext::migrate {

class CodeRunner {
 public:
  CodeRunner(const sqlite::Connection& db, const django::Project& project)
      : db_(db), project_(project), folders_(project.root()) {}

  /// How an operation would be carried out: "runs Python: SQL twin sql/blog/0004_x.sql"; "" for one
  /// without code.  Throws Error for a twin that cannot be read.
  std::string Describe(const PreparedMigration& prepared, const PreparedOperation& operation);

  /// Throws Error, with the function's source and the way out, for code that has no SQL.
  void RequireAll(const PreparedMigration& prepared);
  /// REQUIRES: RequireAll() for this migration.
  void Run(const PreparedMigration& prepared, const PreparedOperation& operation,
           const python::Value& code);

 private:
  struct Known;  // Django's own, by migration.
  struct Part {
    const SqlTwin* twin = nullptr;
    const TwinPart* part = nullptr;
  };

  static const Known* FindKnown(const django::MigrationKey& key);
  const std::optional<SqlTwin>& TwinOf(const django::Migration& migration);
  Part FindPart(const PreparedMigration& prepared, const PreparedOperation& operation,
                const python::Value& code);
  Part FindPartOfReplaced(const PreparedMigration& prepared, const python::Value& code);
  [[noreturn]] void FailWithout(const PreparedMigration& prepared,
                                const PreparedOperation& operation, const python::Value& code);

  const sqlite::Connection& db_;
  const django::Project& project_;
  TwinFolders folders_;
  std::map<django::MigrationKey, std::optional<SqlTwin>> twins_;
};

/// Runs a text of the project's: statement by statement, without those that begin or end a
/// transaction, which would take the migration's own from it.  Throws Error.
void RunProjectSql(const sqlite::Connection& db, std::string_view sql, const std::string& where);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_RUN_CODE_H_
