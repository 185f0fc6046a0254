#include "sqlite/transaction.h"

#include <atomic>

#include "base/text.h"
#include "sqlite/api.h"

namespace migext::sqlite {
namespace {

std::string UniqueName() {
  static std::atomic<unsigned> counter{0};
  return "migext_" + std::to_string(++counter);
}

// A statement counts as a reader (vdbe.c: bIsReader) exactly when its program starts a transaction
// on some schema, which is what makes OP_Destroy refuse.  Outside a transaction sqlite3_txn_state()
// tells; inside one only the program does.
bool Reads(const Connection& connection, const std::string& sql) {
  Statement program = connection.Prepare("EXPLAIN " + sql);
  while (program.Step()) {
    if (program.row().TextView(1) == "Transaction") return true;
  }
  return false;
}

std::string Shortened(std::string_view sql) {
  constexpr std::size_t kLongest = 120;
  std::string line;
  for (const char c : Trim(sql)) line += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
  if (line.size() <= kLongest) return line;
  std::size_t end = kLongest;
  while (end > 0 && IsUtf8Continuation(line[end])) --end;
  return line.substr(0, end) + "…";
}

/// Gives back whether it was on.
bool SwitchOff(sqlite3* handle, int setting) {
  int on = 0;
  sqlite3_db_config(handle, setting, -1, &on);
  if (on != 0) sqlite3_db_config(handle, setting, 0, nullptr);
  return on != 0;
}

}  // namespace

Savepoint::Savepoint(const Connection& connection) : connection_(connection), name_(UniqueName()) {
  connection_.Run("SAVEPOINT " + name_);
}

Savepoint::~Savepoint() {
  if (!open_) return;
  try {
    connection_.Run("ROLLBACK TO " + name_);
    connection_.Run("RELEASE " + name_);
  } catch (const std::exception&) {
    // A full disk or an I/O error has rolled the whole transaction back already (sqlite.org,
    // lang_transaction.html); the savepoint went with it.
  }
}

void Savepoint::Release() {
  connection_.Run("RELEASE " + name_);
  open_ = false;
}

Transaction::Transaction(const Connection& connection) : connection_(connection) {
  if (connection.IsAutocommit() && !connection.IsReadOnly()) {
    connection_.Run("BEGIN IMMEDIATE");
  } else {
    savepoint_.emplace(connection);
  }
}

Transaction::~Transaction() {
  if (!open_ || savepoint_) return;
  try {
    connection_.Run("ROLLBACK");
  } catch (const std::exception&) {
    // As above: it has been rolled back already.
  }
}

void Transaction::Commit() {
  if (savepoint_) {
    savepoint_->Release();
  } else {
    connection_.Run("COMMIT");
  }
  open_ = false;
}

ScopedForeignKeysOff::ScopedForeignKeysOff(const Connection& connection)
    : connection_(connection),
      were_on_(SwitchOff(connection.handle(), SQLITE_DBCONFIG_ENABLE_FKEY)) {}

ScopedForeignKeysOff::~ScopedForeignKeysOff() {
  if (were_on_) sqlite3_db_config(connection_.handle(), SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
}

ScopedTriggersOff::ScopedTriggersOff(const Connection& connection)
    : connection_(connection),
      were_on_(SwitchOff(connection.handle(), SQLITE_DBCONFIG_ENABLE_TRIGGER)) {}

ScopedTriggersOff::~ScopedTriggersOff() {
  if (were_on_) sqlite3_db_config(connection_.handle(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, nullptr);
}

void RequireNoDeferredViolations(const Connection& connection) {
  int current = 0;
  int highest = 0;
  const int code =
      sqlite3_db_status(connection.handle(), SQLITE_DBSTATUS_DEFERRED_FKS, &current, &highest, 0);
  if (code != SQLITE_OK || current == 0) return;
  throw Error(
      "the transaction that is open has rows that point nowhere (deferred foreign keys); resolve "
      "them or ROLLBACK first");
}

std::vector<std::string> StatementsInTheWay(const Connection& connection) {
  std::vector<std::string> found;
  sqlite3* handle = connection.handle();
  if (sqlite3_get_autocommit(handle) != 0 &&
      sqlite3_txn_state(handle, nullptr) == SQLITE_TXN_NONE) {
    return found;
  }
  std::vector<std::string> busy;
  for (sqlite3_stmt* statement = sqlite3_next_stmt(handle, nullptr); statement != nullptr;
       statement = sqlite3_next_stmt(handle, statement)) {
    if (sqlite3_stmt_busy(statement) == 0) continue;
    const char* sql = sqlite3_sql(statement);
    busy.emplace_back(sql == nullptr ? "" : sql);
  }
  for (std::string& sql : busy) {
    if (sql.empty()) {
      found.emplace_back("(a statement whose text is not known)");
    } else if (Reads(connection, sql)) {
      found.push_back(std::move(sql));
    }
  }
  return found;
}

void RequireAlone(const Connection& connection, std::string_view verb) {
  const std::vector<std::string> in_the_way = StatementsInTheWay(connection);
  if (in_the_way.empty()) return;
  const std::string name(verb);
  throw Error(name + "() works only when it is called alone, and a statement is still reading: " +
              Shortened(in_the_way.front()) + "; finish that statement first and type SELECT " +
              name + "(…) without FROM");
}

void RequireNoneHidden(const Connection& connection) {
  constexpr std::string_view kKinds = "type IN ('table', 'view')";
  // Nearly always there is none, and then the database's own schema need not be read for this.
  const std::string temporary = "SELECT name FROM temp.sqlite_master WHERE " + std::string(kKinds);
  if (!connection.Prepare(temporary).Step()) return;
  Statement hiding = connection.Prepare(
      temporary + " AND lower(name) IN (SELECT lower(name) FROM main.sqlite_master WHERE " +
      std::string(kKinds) + ") ORDER BY name LIMIT 1");
  for (const Row row : hiding) {
    const std::string name = row.Text(0);
    throw Error("the temporary table or view \"" + name +
                "\" hides the table of the database, and would be taken for it; give it another "
                "name or drop it first: ALTER TABLE temp." +
                SqlIdentifier(name) + " RENAME TO " + SqlIdentifier(name + "_copy") + ";");
  }
}

}  // namespace migext::sqlite
