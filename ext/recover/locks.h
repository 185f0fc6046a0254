// Who holds which of SQLite's locks on a database, from what the system knows: for the person who
// reads "database is locked".
//
//   for (const DatabaseLock& lock : LocksOn(QuestionOf(db)))
//     lock.Who() + ": " + LockName(lock.kind) + ", " + lock.note
//
// A process has one row for the database file, its strongest lock there, and in WAL mode one for
// each thing that it does by the -shm file.  A row without a pid is a lock that surely is held, by
// a process that cannot be seen from here: of another container or another machine.  So no row at
// all means free.  Nothing is locked, opened or closed to know it.
#ifndef MIGEXT_RECOVER_LOCKS_H_
#define MIGEXT_RECOVER_LOCKS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "recover/locks_process.h"
#include "sqlite/connection.h"

namespace migext::recover {

/// The worst first.  https://sqlite.org/lockingv3.html and https://sqlite.org/walformat.html
enum class LockKind : std::uint8_t {
  kExclusive,
  kPending,
  kReserved,
  kWalWrite,
  kWalCheckpoint,
  kShared,
  kWalRead,
  kFlock,    ///< None of SQLite's: a backup tool's, or flock(1).
  kUnknown,  ///< The system does not tell.
};

/// 'exclusive', 'wal-write', …; "" for kUnknown.
std::string_view LockName(LockKind kind);

struct DatabaseLock {
  LockKind kind = LockKind::kUnknown;
  std::optional<std::int64_t> pid;
  std::optional<Process> process;  ///< Nothing for one that may not be looked at.
  std::string file;                ///< The database or its -shm.
  std::string note;                ///< What it means, and what to do.
  bool is_self = false;            ///< Of this process.
  bool is_in_wal_mode = false;     ///< The holder has the -shm locked too.
  bool is_waiting = false;         ///< It does not have the lock yet.

  /// True if nobody else can begin to write.
  bool BlocksWriting() const;
  /// "process 4242 (python manage.py migrate)"
  std::string Who() const;
};

struct LockQuestion {
  std::string database;  ///< Its path; "" for one in memory, which has no locks.
  /// What the connection that asks has open itself.
  sqlite::TransactionState own = sqlite::TransactionState::kNone;
  /// It reads for as long as it asks, and no longer: not worth a row.
  bool reads_to_ask = false;
  ProcFolder proc = ProcFolder();
};

/// Reads a database in WAL mode that the connection has not looked into yet.
LockQuestion QuestionOf(const sqlite::Connection& connection);

/// Throws Error when there is no such file.
std::vector<DatabaseLock> LocksOn(const LockQuestion& question);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_LOCKS_H_
