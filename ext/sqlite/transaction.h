// Working inside somebody else's transaction.
//
//   RequireAlone(db, "fake_apply");   // throws, and names the statement that is in the way
//   Savepoint savepoint(db);
//   …                                 // anything thrown from here on is undone
//   savepoint.Release();
//
// A function never ends the caller's transaction, and an error from it undoes nothing by itself: so
// each verb works in a savepoint of its own.
#ifndef MIGEXT_SQLITE_TRANSACTION_H_
#define MIGEXT_SQLITE_TRANSACTION_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sqlite/connection.h"

namespace migext::sqlite {

/// A SAVEPOINT that is rolled back unless it was released.
class Savepoint {
 public:
  explicit Savepoint(const Connection& connection);
  ~Savepoint();
  Savepoint(const Savepoint&) = delete;
  Savepoint& operator=(const Savepoint&) = delete;

  /// Keeps the work.  Outside a transaction of the caller this is the commit, and may fail.
  void Release();

 private:
  const Connection& connection_;
  std::string name_;
  bool open_ = true;
};

/// All or nothing.  Outside a transaction of the caller's it is one of its own that takes the write
/// lock before anything is read: a lock that is asked for after reading is refused at once, without
/// the busy handler's wait (https://sqlite.org/c3ref/busy_handler.html).  Inside one, or on a
/// database that only can be read, it is a savepoint.
class Transaction {
 public:
  explicit Transaction(const Connection& connection);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void Commit();

 private:
  const Connection& connection_;
  std::optional<Savepoint> savepoint_;
  bool open_ = true;
};

/// Foreign keys are not enforced while this lives, also in the middle of a transaction, where
/// PRAGMA foreign_keys does nothing.  Switching them on again checks nothing: ask
/// PRAGMA foreign_key_check.
class ScopedForeignKeysOff {
 public:
  explicit ScopedForeignKeysOff(const Connection& connection);
  ~ScopedForeignKeysOff();
  ScopedForeignKeysOff(const ScopedForeignKeysOff&) = delete;
  ScopedForeignKeysOff& operator=(const ScopedForeignKeysOff&) = delete;

 private:
  const Connection& connection_;
  bool were_on_;
};

/// Triggers do not fire while this lives: what is put back as it was is no change to react to.
class ScopedTriggersOff {
 public:
  explicit ScopedTriggersOff(const Connection& connection);
  ~ScopedTriggersOff();
  ScopedTriggersOff(const ScopedTriggersOff&) = delete;
  ScopedTriggersOff& operator=(const ScopedTriggersOff&) = delete;

 private:
  const Connection& connection_;
  bool were_on_;
};

/// Throws Error while the caller's transaction holds violations of deferred foreign keys: with
/// enforcement off they cannot be resolved, and its COMMIT would fail for ever.
void RequireNoDeferredViolations(const Connection& connection);

/// The statements that are reading or writing right now, the calling one included if it reads
/// anything.
std::vector<std::string> StatementsInTheWay(const Connection& connection);

/// Throws an Error that names the statement in the way unless the verb is called alone: a
/// `SELECT verb()` without tables is no reader, and only then can a table be dropped.
void RequireAlone(const Connection& connection, std::string_view verb);

/// Throws an Error that names the temporary table or view behind which one of the database hides:
/// an unqualified name means the temporary one (https://sqlite.org/lang_naming.html), and
/// migrations are made of such.
void RequireNoneHidden(const Connection& connection);

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_TRANSACTION_H_
