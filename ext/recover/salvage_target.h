// The new database that salvaged rows go into: no row is refused without a trace.
//
//   SalvageTarget target(db);
//   RowWriter writer(target, TableShape::Read(db, "blog_comment"));
//   writer.Write(row)                       // kSaved, kThere: the same row is there, kRefused
//   target.PutAside(shape, row, "why")      // into migext_salvaged_blog_comment
#ifndef MIGEXT_RECOVER_SALVAGE_TARGET_H_
#define MIGEXT_RECOVER_SALVAGE_TARGET_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "recover/salvage_shape.h"
#include "recover/salvage_tree.h"
#include "sqlite/connection.h"

namespace migext::recover {

class SalvageTarget {
 public:
  explicit SalvageTarget(const sqlite::Connection& db) : db_(db) {}

  const sqlite::Connection& db() const { return db_; }

  /// A row that could not be written into its table, or may be none of its rows.
  void PutAside(const TableShape& shape, const StoredRow& row, std::string_view reason);
  /// Columns of a lost row that indexes still know; NULL for the others.
  void PutLost(const TableShape& shape, const StoredRow& row);
  /// A row of nobody knows which table.
  void PutStray(PageNumber page, const StoredRow& row, std::string_view tables);

  /// Tables that these calls have made, with the number of rows in them.
  const std::map<std::string, std::size_t>& side_tables() const { return side_tables_; }

 private:
  /// Makes "PREFIX_TABLE" with these columns when it is first asked for; gives its name.
  const std::string& SideTable(const std::string& wanted, const std::vector<std::string>& columns);
  void WidenStrays(std::size_t fields);

  const sqlite::Connection& db_;
  std::map<std::string, std::string> names_;  // wanted, given
  std::map<std::string, std::size_t> side_tables_;
  std::size_t stray_fields_ = 0;
};

enum class Written : std::uint8_t { kSaved, kThere, kRefused };

class RowWriter {
 public:
  RowWriter(const sqlite::Connection& db, TableShape shape);

  const TableShape& shape() const { return shape_; }
  /// REQUIRES: shape().HasLength(row.fields).
  Written Write(const StoredRow& row);
  /// Why the last one was refused, in SQLite's words.
  const std::string& refusal() const { return refusal_; }
  bool HasRow(std::int64_t row_id);

 private:
  sqlite::Statement& Insert(std::size_t fields);
  bool IsThere(const StoredRow& row);

  const sqlite::Connection& db_;
  TableShape shape_;
  std::map<std::size_t, sqlite::Statement> inserts_;
  std::map<std::size_t, sqlite::Statement> finds_;
  std::string refusal_;
};

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_SALVAGE_TARGET_H_
