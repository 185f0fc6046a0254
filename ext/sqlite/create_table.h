// What only the text of a CREATE TABLE statement tells: names and expressions of constraints, and
// AUTOINCREMENT.  PRAGMAs give neither.
//
//   ReadCreateTable("CREATE TABLE t(a CHECK (a > 0), CONSTRAINT u UNIQUE (a))").constraints
#ifndef MIGEXT_SQLITE_CREATE_TABLE_H_
#define MIGEXT_SQLITE_CREATE_TABLE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace migext::sqlite {

enum class ConstraintKind : std::uint8_t { kPrimaryKey, kUnique, kCheck, kForeignKey };

struct LiveConstraint {
  ConstraintKind kind = ConstraintKind::kCheck;
  std::string name;                  ///< "" without CONSTRAINT.
  std::vector<std::string> columns;  ///< PRIMARY KEY's, UNIQUE's, FOREIGN KEY's own columns.
  std::string expression;            ///< CHECK's, as written, without the parentheses.
  bool deferred = false;             ///< FOREIGN KEY's: DEFERRABLE INITIALLY DEFERRED.
  bool of_column = false;            ///< Written behind a column, not as an item of its own.
};

struct CreateTable {
  std::vector<LiveConstraint> constraints;  ///< In the order written.
  /// (column, collation) of columns that name one.
  std::vector<std::pair<std::string, std::string>> collations;
  bool autoincrement = false;
  bool without_rowid = false;
  bool strict = false;
};

/// Never fails: gives what can be made out.
CreateTable ReadCreateTable(std::string_view sql);

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_CREATE_TABLE_H_
