// A folder of backups, named by database and time: db_20251122_030000.sqlite3.
//
//   TimedName("/srv/backups", "db", now)         // the name of the next one
//   BackupsIn("/srv/backups", live, prepare)     // every database there, looked into
//   PruneBackups("/srv/backups", "db", 7)        // the seven newest stay
//
// Times are UTC, so that names sort as they were taken.
#ifndef MIGEXT_RECOVER_BACKUP_FOLDER_H_
#define MIGEXT_RECOVER_BACKUP_FOLDER_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "recover/backup_check.h"

namespace migext::recover {

/// What names its backups: "db" of "/srv/site/db.sqlite3", "memory" of no file.
std::string StemOf(const std::string& database_file);

/// "20251122_030000"
std::string TimeForName(std::chrono::system_clock::time_point time);

/// A path in the folder that nothing has yet: db_20251122_030000.sqlite3, with _2 and so on behind
/// the time where a name is taken.
std::string TimedName(const std::string& folder, std::string_view stem,
                      std::chrono::system_clock::time_point time);

struct BackupFile {
  std::string path;
  std::string taken_at;  ///< "2025-11-22 03:00:00": of the name, or when it was written last.
  std::int64_t size = 0;
  std::optional<bool> verified;  ///< Nothing where that cannot be told.
  std::string migrations;        ///< The head of each app.
  std::string note;
};

/// Every SQLite database of the folder but the live one, and every unfinished part, the newest
/// first.
std::vector<BackupFile> BackupsIn(const std::string& folder, const std::string& database_file,
                                  const PrepareConnection& prepare);

struct Pruned {
  std::vector<std::string> removed;
  std::vector<std::string> kept;
  std::vector<std::string> unusable;  ///< Left alone and not counted: no whole Django database.
};

/// Removes what TimedName() has named for this stem, but for the newest `keep` of which every page
/// is sound.
/// Throws Error when less than one would be kept, and when a file cannot be removed.
Pruned PruneBackups(const std::string& folder, std::string_view stem, std::int64_t keep,
                    const PrepareConnection& prepare);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_BACKUP_FOLDER_H_
