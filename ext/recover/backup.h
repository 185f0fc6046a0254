// A verified copy of the database in a file of its own, made while others work on it.
//
//   const BackupDone done = BackUp({db, prepare}, "/srv/backups/before.sqlite3");
//   done.answer   // backed up 89088 bytes to /srv/backups/before.sqlite3, verified; heads
//   blog.0009_…
//
// The copy is written as PATH.partial, checked, and given its name when it is whole and on the
// disk; nothing is ever overwritten.  It holds what was committed last, is one file, and keeps page
// size, journal mode, user_version and application_id.
#ifndef MIGEXT_RECOVER_BACKUP_H_
#define MIGEXT_RECOVER_BACKUP_H_

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "recover/backup_check.h"
#include "sqlite/connection.h"

namespace migext::recover {

struct BackupInput {
  const sqlite::Connection& db;
  PrepareConnection prepare;
};

struct BackupDone {
  std::string path;    ///< Absolute.
  std::string answer;  ///< One line.
  std::vector<std::string> report;
  CopyFacts facts;
};

/// Nothing can be copied page by page that is whole.
class DamagedSource : public Error {
 public:
  DamagedSource(const std::string& message, std::string damage)
      : Error(message), damage_(std::move(damage)) {}

  const std::string& damage() const { return damage_; }

 private:
  std::string damage_;
};

/// Throws DamagedSource when the database or the copy is damaged, and Error when the name is taken
/// or is one that SQLite gives a meaning, and when nothing can be read because of somebody's lock.
BackupDone BackUp(const BackupInput& input, const std::string& path);

/// The absolute path of a new file.  Throws Error for a name that cannot be that of a copy of the
/// database: a folder, one that ends like a journal, one with a NUL.
std::string NewFilePath(const std::string& path, const std::string& verb);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_BACKUP_H_
