#include "sqlite/connection.h"

#include <utility>

#include "base/text.h"
#include "sqlite/api.h"

namespace migext::sqlite {
namespace {

// What SQLite's words leave a person without: the next step.
std::string_view WayOut(int code) {
  if (code == SQLITE_BUSY_SNAPSHOT) {
    return "this transaction has read an older state than the one it would change: COMMIT or "
           "ROLLBACK it, then call again";
  }
  switch (code & 0xff) {
    case SQLITE_BUSY:
      return "another connection holds the database; SELECT wait_for_unlock(30) waits and says "
             "who, "
             "SELECT migext_setting('busy_timeout_ms', '5000') makes every statement wait";
    case SQLITE_CORRUPT:
      return "the file is damaged: work on a copy, look at PRAGMA integrity_check, restore a "
             "backup";
    case SQLITE_NOTADB:
      return "open the right file, or restore a backup";
    case SQLITE_READONLY:
      return "open the database with the rights to write, file and folder";
    case SQLITE_FULL:
      return "free space on the disk of the database and of its temporary files";
    default:
      return {};
  }
}

DatabaseError MakeError(int code, const std::string& message) {
  return {code, message, WayOut(code)};
}

/// A path as the file: URI that names it (https://sqlite.org/uri.html).
std::string UriOf(const std::string& path) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '/' || c == '.' || c == '_' || c == '-';
    if (is_plain) {
      uri += c;
    } else {
      uri += {'%', kHex[byte >> 4U], kHex[byte & 0xFU]};
    }
  }
  return uri;
}

bool HasOnlyBlanks(std::string_view sql) { return Trim(sql).empty(); }

}  // namespace

bool DatabaseError::IsBusy() const { return code() == SQLITE_BUSY || code() == SQLITE_LOCKED; }

bool DatabaseError::IsInterrupt() const { return code() == SQLITE_INTERRUPT; }

bool DatabaseError::IsConstraint() const { return code() == SQLITE_CONSTRAINT; }

bool DatabaseError::IsOfStatement() const {
  return code() == SQLITE_ERROR || code() == SQLITE_MISMATCH || code() == SQLITE_TOOBIG ||
         IsConstraint();
}

bool DatabaseError::IsDamage() const { return code() == SQLITE_CORRUPT || code() == SQLITE_NOTADB; }

void ThrowLastError(sqlite3* handle) {
  throw MakeError(sqlite3_extended_errcode(handle), sqlite3_errmsg(handle));
}

Connection Connection::Open(const std::string& path, OpenMode mode, const char* vfs) {
  std::string name = path;
  int flags = SQLITE_OPEN_READWRITE;
  if (mode == OpenMode::kReadOnly) flags = SQLITE_OPEN_READONLY;
  if (mode == OpenMode::kCreate) flags |= SQLITE_OPEN_CREATE;
  if (mode == OpenMode::kImmutable) {
    flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
    name = UriOf(path) + "?immutable=1";
  }
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &handle, flags, vfs);
  Connection connection(handle, true);
  if (code == SQLITE_OK) return connection;
  if (handle == nullptr) throw std::bad_alloc();
  throw MakeError(sqlite3_extended_errcode(handle),
                  "cannot open '" + path + "': " + sqlite3_errmsg(handle));
}

Connection::Connection(Connection&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), owned_(other.owned_) {}

Connection::~Connection() {
  if (owned_) sqlite3_close_v2(handle_);
}

Statement Connection::Prepare(std::string_view sql) const {
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), 0, &statement, nullptr);
  if (code != SQLITE_OK) ThrowLastError(handle_);
  if (statement == nullptr) throw Error("there is no statement in '" + std::string(sql) + "'");
  return {handle_, statement};
}

void Connection::Run(std::string_view sql, std::initializer_list<Cell> parameters) const {
  Statement statement = Prepare(sql);
  statement.Bind(parameters);
  while (statement.Step()) {
  }
}

void Connection::Execute(std::string_view script) const {
  ForEach(script, [](Statement& statement, std::string_view /*sql*/) {
    while (statement.Step()) {
    }
  });
}

void Connection::ForEach(std::string_view script,
                         const std::function<void(Statement&, std::string_view)>& visit) const {
  while (!HasOnlyBlanks(script)) {
    sqlite3_stmt* handle = nullptr;
    const char* rest = nullptr;
    if (sqlite3_prepare_v3(handle_, script.data(), static_cast<int>(script.size()), 0, &handle,
                           &rest) != SQLITE_OK) {
      ThrowLastError(handle_);
    }
    Statement statement(handle_, handle);
    if (handle == nullptr) return;  // comments alone
    const auto length = static_cast<std::size_t>(rest - script.data());
    visit(statement, script.substr(0, length));
    script.remove_prefix(length);
  }
}

Cell Connection::Value(std::string_view sql, std::initializer_list<Cell> parameters) const {
  Statement statement = Prepare(sql);
  statement.Bind(parameters);
  return statement.Step() ? statement.row().Get(0) : Cell();
}

std::string Connection::FileName(const char* schema) const {
  const char* name = sqlite3_db_filename(handle_, schema);
  return name == nullptr ? "" : name;
}

bool Connection::IsReadOnly(const char* schema) const {
  return sqlite3_db_readonly(handle_, schema) == 1;
}

bool Connection::IsAutocommit() const { return sqlite3_get_autocommit(handle_) != 0; }

TransactionState Connection::State(const char* schema) const {
  switch (sqlite3_txn_state(handle_, schema)) {
    case SQLITE_TXN_WRITE:
      return TransactionState::kWrite;
    case SQLITE_TXN_READ:
      return TransactionState::kRead;
    default:
      return TransactionState::kNone;
  }
}

bool Connection::HasMoved(const char* schema) const {
  int moved = 0;
  return sqlite3_file_control(handle_, schema, SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK &&
         moved != 0;
}

// sqlite3_is_interrupted() is newer than kOldestVersion.  Every statement looks at the flag when it
// begins, and what runs around this one keeps it from being cleared.
void Connection::ThrowIfInterrupted() const { Run("SELECT 1"); }

std::int64_t Connection::Changes() const { return sqlite3_changes(handle_); }

std::int64_t Connection::LastInsertRowId() const { return sqlite3_last_insert_rowid(handle_); }

bool Connection::HasTable(std::string_view name, std::string_view schema) const {
  const std::string sql =
      "SELECT 1 FROM " + SqlIdentifier(schema) +
      ".sqlite_master WHERE type IN ('table', 'view') AND name = ? COLLATE NOCASE";
  return !Value(sql, {name}).IsNull();
}

void Connection::KeepWalOnClose() const {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

void Connection::SetBusyTimeout(std::chrono::milliseconds timeout) const {
  sqlite3_busy_timeout(handle_, static_cast<int>(timeout.count()));
}

std::string LibraryVersion() { return sqlite3_libversion(); }

std::string CompiledVersion() { return SQLITE_VERSION; }

int LibraryVersionNumber() { return sqlite3_libversion_number(); }

}  // namespace migext::sqlite
