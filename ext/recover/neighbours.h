// Other databases of Django's that lie where one is looked for: the right one beside a wrong one,
// the backup beside a damaged one.
//
//   for (const Neighbour& other : DatabasesBeside("/srv/site/db.sqlit3", "/srv/site")) other.path
//
// Reads only, and leaves journals as they are.
#ifndef MIGEXT_RECOVER_NEIGHBOURS_H_
#define MIGEXT_RECOVER_NEIGHBOURS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace migext::recover {

struct Neighbour {
  std::string path;
  std::int64_t migrations = 0;  ///< Rows of django_migrations.
  std::int64_t modified = 0;    ///< In the file system's own clock.
  bool is_sound = false;        ///< PRAGMA quick_check finds nothing.
};

/// Those with rows in django_migrations, in the file's folder, in a folder backups/ of it, and in
/// `root`; newest first.  Of a folder with very many files not all are looked at.
std::vector<Neighbour> DatabasesBeside(const std::string& path, const std::string& root);

/// One file; nothing when it is no such database.
std::optional<Neighbour> LookAtDatabase(const std::string& path);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_NEIGHBOURS_H_
