// A connection to a database: the host's, which we borrow, or one of our own.
//
//   Connection db = Connection::Borrow(handle);
//   for (const Row row : db.Prepare("SELECT app, name FROM django_migrations")) { row.Text(0); }
//   db.Run("DELETE FROM django_migrations WHERE app = ? AND name = ?", {"blog", "0003_x"});
//
// Every failure of SQLite is thrown as a DatabaseError.
#ifndef MIGEXT_SQLITE_CONNECTION_H_
#define MIGEXT_SQLITE_CONNECTION_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/error.h"
#include "sqlite/cell.h"
#include "sqlite/statement.h"

struct sqlite3;

namespace migext::sqlite {

/// SQLite's own words, followed by the way out where there is one.
class DatabaseError : public Error {
 public:
  DatabaseError(int extended_code, const std::string& words, std::string_view way_out = {})
      : Error(way_out.empty() ? words : words + "; " + std::string(way_out)),
        words_(words),
        code_(extended_code) {}

  /// SQLite's alone, for a message that knows the way out better.
  const std::string& words() const { return words_; }

  /// SQLITE_BUSY, SQLITE_CORRUPT, …: the primary code.
  int code() const { return code_ & 0xff; }
  int extended_code() const { return code_; }
  bool IsBusy() const;    ///< Another connection is in the way; the same call may work later.
  bool IsDamage() const;  ///< The file is no database, or a broken one.
  bool IsInterrupt() const;
  bool IsConstraint() const;  ///< UNIQUE, NOT NULL, …: the statement did nothing, the rest stands.
  bool IsOfStatement() const;  ///< Its text or its values are at fault: another one may succeed.

 private:
  std::string words_;
  int code_;
};

enum class OpenMode : std::uint8_t {
  kReadOnly,
  kReadWrite,
  kCreate,
  /// Read as it is: takes no lock, makes no -wal and no -shm, overlooks those that are there.
  /// REQUIRES: nobody writes the file, and this process has it open nowhere else, as closing it
  /// would drop the locks.
  kImmutable,
};

/// What a connection holds on a database: https://sqlite.org/c3ref/txn_state.html
enum class TransactionState : std::uint8_t { kNone, kRead, kWrite };

class Connection {
 public:
  /// `handle` must outlive the connection and is not closed by it.
  static Connection Borrow(sqlite3* handle) { return {handle, false}; }
  /// `vfs` is the name of another than the default one.
  static Connection Open(const std::string& path, OpenMode mode, const char* vfs = nullptr);

  ~Connection();
  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&&) = delete;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// One statement.  Throws Error for an empty one.
  Statement Prepare(std::string_view sql) const;
  /// Runs one statement to its end, without looking at rows.
  void Run(std::string_view sql, std::initializer_list<Cell> parameters = {}) const;
  /// Runs every statement of a script.
  void Execute(std::string_view script) const;
  /// The statements of a script, each compiled when those before it have run; `visit` gets it with
  /// its text.
  void ForEach(std::string_view script,
               const std::function<void(Statement&, std::string_view)>& visit) const;
  /// The first column of the first row; NULL when there is no row.
  Cell Value(std::string_view sql, std::initializer_list<Cell> parameters = {}) const;

  /// Absolute path of a schema's file; "" for an in-memory or temporary database.
  std::string FileName(const char* schema = "main") const;
  bool IsReadOnly(const char* schema = "main") const;
  bool IsAutocommit() const;
  TransactionState State(const char* schema = "main") const;
  /// True when the file was renamed, deleted or replaced since it was opened.
  bool HasMoved(const char* schema = "main") const;
  /// Throws the DatabaseError of SQLITE_INTERRUPT once sqlite3_interrupt() was called: Ctrl-C.  For
  /// a function that waits.
  void ThrowIfInterrupted() const;
  /// Rows changed by the last statement that changes rows.
  std::int64_t Changes() const;
  std::int64_t LastInsertRowId() const;
  /// True if `schema` holds a table or view of that name, in any case.
  bool HasTable(std::string_view name, std::string_view schema = "main") const;
  /// Leaves the -wal as it is when this connection closes and is the last one: SQLite would write
  /// it into the database and delete it.
  void KeepWalOnClose() const;
  void SetBusyTimeout(std::chrono::milliseconds timeout) const;

  sqlite3* handle() const { return handle_; }

 private:
  Connection(sqlite3* handle, bool owned) : handle_(handle), owned_(owned) {}

  sqlite3* handle_;
  bool owned_;
};

/// The host's SQLite: "3.40.1" and 3040001.
std::string LibraryVersion();
int LibraryVersionNumber();
/// That of the headers we were compiled against.
std::string CompiledVersion();

/// Throws the error that the connection had last.
[[noreturn]] void ThrowLastError(sqlite3* handle);

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_CONNECTION_H_
