// A backup put in the place of the live database, through the connection that is open on it.
//
//   const RestoreDone done = Restore({db, prepare, project}, "/srv/backups/before.sqlite3");
//   done.safety_copy   // /srv/site/db_before_restore_20251122_181500.sqlite3
//
// SQLite itself writes the pages, in one transaction of its own: a -wal or a -journal that was left
// behind cannot be laid over them, and whoever else has the file open sees the old content or the
// new one.  Copying the file over the database (cp) gives neither.
#ifndef MIGEXT_RECOVER_RESTORE_H_
#define MIGEXT_RECOVER_RESTORE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "django/project.h"
#include "recover/backup_check.h"
#include "sqlite/connection.h"

namespace migext::recover {

enum class Strangers : std::uint8_t {
  kRefused,
  kTaken,  ///< Records of migrations that the project has no file for are taken over.
};

struct RestoreInput {
  const sqlite::Connection& db;
  PrepareConnection prepare;
  const django::Project* project = nullptr;  ///< Null where none can be read.
  Strangers strangers = Strangers::kRefused;
};

struct RestoreDone {
  std::string path;    ///< Of the backup, absolute.
  std::string answer;  ///< One line.
  std::vector<std::string> report;
  std::string safety_copy;
  std::string undo;  ///< The statement that takes it back; "" where the database was damaged.
};

/// Throws Error, with nothing changed, when the backup is damaged or not Django's, when a
/// transaction is open here, and when somebody else uses the database.
RestoreDone Restore(const RestoreInput& input, const std::string& backup);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_RESTORE_H_
