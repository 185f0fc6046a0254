// SQL that stands in for the Python of a migration: a file of its name, next to it or in sql/APP/.
//
//   -- forwards
//   UPDATE blog_comment SET path = id;
//   -- backwards
//   UPDATE blog_comment SET path = '';
//
// A migration with several operations in Python has a part for each, with the operation's position
// as migration_operations shows it: "-- forwards 2".  A part without statements says that there is
// nothing to do.
#ifndef MIGEXT_MIGRATE_SQL_TWIN_H_
#define MIGEXT_MIGRATE_SQL_TWIN_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "django/migration.h"

namespace migext::migrate {

struct TwinPart {
  bool backwards = false;
  std::optional<int> position;  ///< Nothing: of the only operation in Python.
  std::string sql;
  int line = 0;  ///< Of its head, from 1.
};

struct SqlTwin {
  std::string path;
  std::vector<TwinPart> parts;

  /// The part of an operation; `is_only` says that no other of the migration has code.
  const TwinPart* Find(bool backwards, int position, bool is_only) const;
};

/// Throws Error, with the line, for text before the first head and for two parts of one name.
SqlTwin ParseTwin(std::string path, std::string_view text);

/// Where twins are looked for, in this order: beside the migration's file, in sql/APP/ of the
/// project, in sql/APP/ of the current folder.
class TwinFolders {
 public:
  explicit TwinFolders(std::string project_root) : root_(std::move(project_root)) {}

  std::vector<std::string> PathsFor(const django::Migration& migration) const;
  /// Reads the first that is there.  Throws Error when it cannot be read.
  std::optional<SqlTwin> Find(const django::Migration& migration) const;

 private:
  std::string root_;
};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_SQL_TWIN_H_
