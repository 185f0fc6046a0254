// What a database holds, small enough to be kept and compared: by table its parts, the number of
// its rows, and a hash of what is in each column.
//
//   const DatabaseContents before = ReadContents(db);
//   …
//   for (const TableDifference& table : Compare(before, ReadContents(db))) table.table,
//   table.What()
//
// The order of columns is no difference, and neither is what SQLite and migext keep for themselves
// (sqlite_…, migext_…).  Of django_migrations only app and name count: a migration that is taken
// back and applied again gets another id and date.
#ifndef MIGEXT_MIGRATE_TABLE_CONTENTS_H_
#define MIGEXT_MIGRATE_TABLE_CONTENTS_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sqlite/connection.h"

namespace migext::migrate {

struct TableContents {
  std::int64_t rows = 0;
  /// SHA-256 of what is in it, in the order of the primary key; by column.
  std::map<std::string, std::string> columns;
  /// "column level integer NOT NULL", "index …", "trigger …": all of them matter, in no order.
  std::set<std::string> parts;
  std::string error;  ///< Why its rows could not be read; mostly "".
};

/// By name; views are tables without rows.
using DatabaseContents = std::map<std::string, TableContents>;

DatabaseContents ReadContents(const sqlite::Connection& db);

struct TableDifference {
  enum class Kind : std::uint8_t { kNew, kGone, kRenamed, kChanged };

  std::string table;
  Kind kind = Kind::kChanged;
  std::string renamed_to = {};
  std::int64_t rows_before = 0;
  std::int64_t rows_after = 0;
  std::vector<std::string> changed_columns = {};  ///< In both, with as many rows and other values.
  std::vector<std::string> parts_gone;
  std::vector<std::string> parts_new;

  /// "120 rows, were 100; other values in level, path; new: column level …"
  std::string What() const;
};

/// By name.  Nothing is said of the rows of a table that could not be read.
std::vector<TableDifference> Compare(const DatabaseContents& before, const DatabaseContents& after);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_TABLE_CONTENTS_H_
