// Copying a whole database with SQLite's online backup (https://sqlite.org/backup.html).
//
//   const Connection source = OpenBeside(db);      // not held up by what db is doing
//   CopyDatabase(source, target);                  // in one go
//   CopyBesideWriters(source, target);             // page by page, while others write
//
// The target loses what it held.  All pages come from one state of the source: it is copied again
// from the start when it changes on the way.
#ifndef MIGEXT_SQLITE_BACKUP_H_
#define MIGEXT_SQLITE_BACKUP_H_

#include <functional>

#include "sqlite/connection.h"

struct sqlite3_backup;

namespace migext::sqlite {

/// One copy on its way.  Between two steps the source is free, unless it has a transaction open;
/// the target is locked from the first step on and must not be used.
class DatabaseCopy {
 public:
  /// Throws DatabaseError while `target` has a transaction or a statement open.
  DatabaseCopy(const Connection& source, const Connection& target);
  ~DatabaseCopy();
  DatabaseCopy(const DatabaseCopy&) = delete;
  DatabaseCopy& operator=(const DatabaseCopy&) = delete;

  /// Copies that many pages, all that are left when negative, none but the locks when 0; false when
  /// the copy is complete and committed.  Throws DatabaseError: IsBusy() when somebody holds the
  /// source or the target longer than its busy timeout.
  bool Step(int pages);
  /// Pages still to be copied, as of the last step: more than before when the source has changed.
  int remaining() const;
  int page_count() const;

 private:
  const Connection& target_;
  sqlite3_backup* backup_;
};

/// In one go: nobody commits to `from` meanwhile.  Throws DatabaseError while `from` has a
/// transaction that writes, and IsInterrupt() once it was interrupted.
void CopyDatabase(const Connection& from, const Connection& to);

struct CopyOptions {
  int pages_per_step = 1024;
  /// So often is it begun again because somebody has written; then it is done in one go, which
  /// holds up whoever commits.
  int restarts = 8;
  std::function<void()> between_steps = {};  ///< What it throws ends the copy.
};

struct CopyDone {
  int restarts = 0;
  bool in_one_go = false;  ///< As the writers gave it no other chance.
};

/// For a source of which nobody else has the handle.  In WAL mode the copy is that of one moment
/// and never in the way of a writer.
CopyDone CopyBesideWriters(const Connection& from, const Connection& to,
                           const CopyOptions& options = {});

/// A second connection to the file of `connection` through the same VFS, which only reads: it sees
/// what was committed last, whatever transaction `connection` has open.  Throws Error for a
/// database in memory, and for a file that was moved or replaced since it was opened.
Connection OpenBeside(const Connection& connection);

/// The main database counts as empty while this lives, whatever its file holds: what is written
/// then replaces it, also where SQLite refuses the file (SQLITE_DBCONFIG_RESET_DATABASE).
class ScopedReset {
 public:
  explicit ScopedReset(const Connection& connection);
  ~ScopedReset();
  ScopedReset(const ScopedReset&) = delete;
  ScopedReset& operator=(const ScopedReset&) = delete;

 private:
  const Connection& connection_;
};

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_BACKUP_H_
