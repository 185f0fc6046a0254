#include "sqlite/statement_log.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "sqlite/api.h"
#include "sqlite/sql_tokens.h"

namespace migext::sqlite {
namespace {

/// sqlite3_stmt_readonly() is true for most of what begins or ends a transaction.
bool ControlsTransaction(std::string_view sql) {
  constexpr std::array<std::string_view, 6> kWords = {"BEGIN",    "COMMIT",    "END",
                                                      "ROLLBACK", "SAVEPOINT", "RELEASE"};
  const std::vector<SqlToken> tokens = Tokenize(sql.substr(0, 200));
  return !tokens.empty() && std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
    return tokens.front().Is(word);
  });
}

}  // namespace

StatementLog::StatementLog(const Connection& connection) : connection_(connection) {
  sqlite3_trace_v2(connection.handle(), SQLITE_TRACE_STMT, OnTrace, this);
}

StatementLog::~StatementLog() { sqlite3_trace_v2(connection_.handle(), 0, nullptr, nullptr); }

int StatementLog::OnTrace(unsigned /*event*/, void* log, void* statement, void* text) noexcept {
  auto& self = *static_cast<StatementLog*>(log);
  try {
    self.Add(static_cast<sqlite3_stmt*>(statement), static_cast<const char*>(text));
  } catch (...) {
    self.is_complete_ = false;
  }
  return 0;
}

void StatementLog::Add(sqlite3_stmt* statement, const char* text) {
  // For a trigger the text is a comment with its name (c3ref/c_trace.html).
  const char* own = sqlite3_sql(statement);
  if (own == nullptr || text == nullptr || std::string_view(own) != text) return;
  char* expanded = sqlite3_expanded_sql(statement);
  if (expanded == nullptr) throw std::bad_alloc();
  LoggedStatement logged;
  try {
    logged.sql = expanded;
  } catch (...) {
    sqlite3_free(expanded);
    throw;
  }
  sqlite3_free(expanded);
  logged.changes = sqlite3_stmt_readonly(statement) == 0 || ControlsTransaction(logged.sql);
  int legacy = 0;
  sqlite3_db_config(connection_.handle(), SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, -1, &legacy);
  logged.legacy_alter_table = legacy != 0;
  statements_.push_back(std::move(logged));
}

const std::vector<LoggedStatement>& StatementLog::statements() const {
  if (!is_complete_) throw Error("a statement is too long to be written down");
  return statements_;
}

}  // namespace migext::sqlite
