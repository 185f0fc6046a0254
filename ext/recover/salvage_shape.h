// What a row of a table looks like on disk: which values its record holds, in which order, and
// which values cannot be there.
//
//   const TableShape shape = TableShape::Read(db, "blog_comment");
//   shape.Takes(row.fields)      // false: a row of another table
//   shape.Resembles(row.fields)  // stricter, for a page that nothing leads to
#ifndef MIGEXT_RECOVER_SALVAGE_SHAPE_H_
#define MIGEXT_RECOVER_SALVAGE_SHAPE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "recover/salvage_record.h"
#include "sqlite/connection.h"

namespace migext::recover {

/// https://sqlite.org/datatype3.html#determination_of_column_affinity
enum class Affinity : std::uint8_t { kText, kNumeric, kInteger, kReal, kBlob };

struct StoredColumn {
  std::string name;
  std::string type;  ///< As declared, in lower case.
  Affinity affinity = Affinity::kBlob;
  std::size_t position = 0;  ///< Among the columns of the table (cid).
  bool not_null = false;
  bool has_default = false;
  bool is_row_id = false;     ///< INTEGER PRIMARY KEY: NULL in the record.
  bool is_generated = false;  ///< STORED.

  /// True if SQLite may have stored the value there.
  bool Takes(const sqlite::Cell& value) const;
  /// True if a program that keeps to the declared type may have.
  bool Resembles(const sqlite::Cell& value) const;
};

struct TableShape {
  std::string table;
  bool without_rowid = false;
  std::vector<StoredColumn> columns;  ///< As they stand in the record.
  /// The name under which the row id can be written; "" when there is none.
  std::string row_id_name;

  /// REQUIRES: the table is there.
  static TableShape Read(const sqlite::Connection& db, const std::string& table);

  /// A record may be shorter than the table is wide: columns that were added later.
  bool HasLength(const Fields& fields) const;
  bool Takes(const Fields& fields) const;
  bool Resembles(const Fields& fields) const;
};

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_SALVAGE_SHAPE_H_
