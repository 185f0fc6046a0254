// What a remake of a table turns into what.  Its four statements say it in SQL; who runs them with
// more care than Django, or makes one remake of several, needs the parts.
//
//   remake.before.FindColumn("slug")->definition  // "varchar(50) NOT NULL": as Django left it
//   remake.copy[1].value                          // coalesce("slug", '')
#ifndef MIGEXT_SCHEMA_TABLE_REMAKE_H_
#define MIGEXT_SCHEMA_TABLE_REMAKE_H_

#include <string>
#include <vector>

#include "schema/create_table.h"
#include "schema/index_statement.h"

namespace migext::schema {

/// A column of the new table and what fills it.
struct CopiedColumn {
  std::string column;
  std::string value;   ///< SQL, with its percent signs as in a statement that converts them.
  std::string source;  ///< The old table's column that `value` is made of; "" for a constant.

  bool IsPlain() const;  ///< Nothing but the old column.
};

struct TableRemake {
  std::string table;
  /// As Django takes the old table to be, by the project state.  The database may have more.
  TableText before;
  TableText after;
  std::vector<IndexStatement> indexes_before;
  std::vector<IndexStatement> indexes_after;
  std::vector<CopiedColumn> copy;

  std::string NewTable() const { return "new__" + table; }
};

/// INSERT INTO … SELECT … FROM …, to be converted.
std::string CopyRowsSql(const TableRemake& remake);

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_TABLE_REMAKE_H_
