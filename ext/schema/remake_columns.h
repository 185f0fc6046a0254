// The columns of a remake by name, for those who ask of each of them.
//
//   RemakeColumns columns(remake);
//   columns.SourceOf("slug")->column.type   // what the values of the new column come from
#ifndef MIGEXT_SCHEMA_REMAKE_COLUMNS_H_
#define MIGEXT_SCHEMA_REMAKE_COLUMNS_H_

#include <string_view>
#include <unordered_map>

#include "schema/table_remake.h"

namespace migext::schema {

/// REQUIRES: the remake outlives it.
class RemakeColumns {
 public:
  explicit RemakeColumns(const TableRemake& remake);

  /// What fills a column of the new table; nullptr for a generated one.
  const CopiedColumn* CopyOf(std::string_view column) const;
  /// The old table's column that it is made of; nullptr for none.
  const TableText::ColumnPart* SourceOf(std::string_view column) const;
  /// nullptr where the old table has no column of the name.
  const TableText::ColumnPart* Before(std::string_view column) const;

 private:
  std::unordered_map<std::string_view, const CopiedColumn*> copies_;
  std::unordered_map<std::string_view, const TableText::ColumnPart*> before_;
};

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_REMAKE_COLUMNS_H_
