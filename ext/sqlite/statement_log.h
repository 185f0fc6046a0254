// What a connection is told, written down while it runs.
//
//   const StatementLog log(db);
//   …                                  // whoever works on db
//   for (const LoggedStatement& statement : log.statements()) statement.sql
//
// Parameters are filled in.  What triggers and SQLite itself do along is left out.
#ifndef MIGEXT_SQLITE_STATEMENT_LOG_H_
#define MIGEXT_SQLITE_STATEMENT_LOG_H_

#include <string>
#include <vector>

#include "sqlite/connection.h"

namespace migext::sqlite {

struct LoggedStatement {
  std::string sql;
  bool changes = false;  ///< The database, or the transaction.
  bool legacy_alter_table = false;
};

class StatementLog {
 public:
  /// `connection` must outlive the log, and have no other trace.
  explicit StatementLog(const Connection& connection);
  ~StatementLog();
  StatementLog(const StatementLog&) = delete;
  StatementLog& operator=(const StatementLog&) = delete;

  /// Throws Error when something could not be written down.
  const std::vector<LoggedStatement>& statements() const;

 private:
  static int OnTrace(unsigned event, void* log, void* statement, void* text) noexcept;
  void Add(sqlite3_stmt* statement, const char* text);

  const Connection& connection_;
  std::vector<LoggedStatement> statements_;
  bool is_complete_ = true;
};

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_STATEMENT_LOG_H_
