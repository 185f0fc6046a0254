// A connection to another file that reads what SQLite would find there after recovery, and leaves
// the file, its -journal, its -wal and its folder as they are.
//
//   const RecoveredDatabase recovered("/srv/site/db.sqlite3");
//   recovered.db().Value("PRAGMA integrity_check")
//
// SQLite itself rolls a hot journal back before the first read, recovers a -wal into a new -shm,
// and refuses a file for a fault in its header: this one does neither.
#ifndef MIGEXT_SQLITE_RECOVERED_H_
#define MIGEXT_SQLITE_RECOVERED_H_

#include <memory>
#include <string>

#include "sqlite/connection.h"
#include "sqlite/raw_file.h"

namespace migext::sqlite {

class RecoveredDatabase {
 public:
  /// Holds a SHARED lock on the file while it lives: in rollback mode no other process writes
  /// meanwhile.  A schema in which SQLite finds faults is read as far as it goes.  Throws
  /// DatabaseError for what cannot be opened.
  explicit RecoveredDatabase(const std::string& path);
  ~RecoveredDatabase();
  RecoveredDatabase(const RecoveredDatabase&) = delete;
  RecoveredDatabase& operator=(const RecoveredDatabase&) = delete;

  const Connection& db() const { return db_; }
  /// The file without what is laid over it.
  RawFile file() const;

 private:
  class Vfs;
  std::unique_ptr<Vfs> vfs_;  // outlives the connection
  Connection db_;
};

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_RECOVERED_H_
