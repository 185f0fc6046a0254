// What a finished copy of a database holds, and whether it is sound.
//
//   const CopyFacts facts = CheckCopy("/srv/backups/db_20251122_030000.sqlite3", prepare);
//   facts.IsSound(), facts.heads   // true, {"auth.0012_…", "blog.0009_…"}
//
// The file is read as it is: nothing is made beside it.  What another program has left beside it, a
// -wal or a -journal, belongs to what is in it, so that the file alone is not the whole database.
#ifndef MIGEXT_RECOVER_BACKUP_CHECK_H_
#define MIGEXT_RECOVER_BACKUP_CHECK_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "django/migration.h"
#include "sqlite/connection.h"

namespace migext::recover {

/// Makes a fresh connection know what the schema may use: functions, collations.
using PrepareConnection = std::function<void(const sqlite::Connection&)>;

struct CopyFacts {
  /// Why it cannot be relied on: "its page 3 is damaged: …"; "" for a sound one.
  std::string damage;
  /// Why that is not known: a function of the schema is missing here, the file is in use.
  std::string unknown;
  /// Rows that break a rule of the schema, in SQLite's words; the copy is as good as its source.
  std::vector<std::string> broken_rules;
  std::int64_t dangling_rows = 0;          ///< Rows that foreign_key_check lists.
  std::vector<std::string> dangling;       ///< "3 rows of blog_comment point at no blog_post"
  std::optional<std::string> not_django;   ///< Why there are no records: no such table, …
  std::set<django::MigrationKey> applied;  ///< What django_migrations records.
  std::vector<std::string> heads;          ///< Of each app the last one: "blog.0009_…".
  std::int64_t size = 0;
  std::int64_t page_size = 0;
  bool is_wal = false;  ///< Its journal mode.

  bool IsSound() const { return damage.empty() && unknown.empty(); }
};

/// Reads every page.  Leaves alone what this process has open.
CopyFacts CheckCopy(const std::string& path, const PrepareConnection& prepare);

/// Of each app the last migration, without files to ask: the greatest name where all begin with a
/// digit, the one recorded last otherwise.  `recorded` is in the order of the rows.
std::vector<std::string> HeadsOf(const std::vector<django::MigrationKey>& recorded);

/// "blog.0009_…, shop.0002_… and 4 more": for a line.  Those of Django's own apps come last.
std::string HeadsLine(const std::vector<std::string>& heads);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_BACKUP_CHECK_H_
