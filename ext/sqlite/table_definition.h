// The text of a CREATE TABLE statement cut into columns, their clauses and its constraints, with
// the places where they stand: to compare two tables, and to write one anew with more in it.
//
//   const auto table = ReadTableDefinition("CREATE TABLE t (a int COLLATE nocase, CHECK (a > 0))");
//   table->columns[0].clauses[0].key  // "collate nocase"
//
// create_table.h tells what such a text means; this one keeps how it is written.
#ifndef MIGEXT_SQLITE_TABLE_DEFINITION_H_
#define MIGEXT_SQLITE_TABLE_DEFINITION_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace migext::sqlite {

/// Bytes of the statement.
struct TextSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
};

enum class ClauseKind : std::uint8_t {
  kNull,  // NULL and NOT NULL
  kPrimaryKey,
  kUnique,
  kCheck,
  kDefault,
  kCollate,
  kReferences,
  kGenerated,
  kForeignKey,  // of a table
};

/// A constraint of a column or of the table.
struct Clause {
  ClauseKind kind = ClauseKind::kNull;
  std::string name;  ///< Behind CONSTRAINT; "" without.
  std::string text;  ///< As written, CONSTRAINT included.
  std::string key;   ///< Equal for clauses that mean the same but for their names.
  /// Of the table's: what stands in the first parentheses, by name.
  std::vector<std::string> columns;
  TextSpan span;

  bool HasWord(std::string_view word) const;  ///< AUTOINCREMENT, DESC, …; in lower case.
};

struct ColumnDefinition {
  std::string name;
  std::string type;  ///< As written.
  std::vector<Clause> clauses;
  std::string text;  ///< The whole of it.
  TextSpan span;
  TextSpan type_span;  ///< Empty, and behind the name, without a type.

  const Clause* Find(ClauseKind kind) const;
};

struct TableDefinition {
  std::string name;
  std::vector<ColumnDefinition> columns;
  std::vector<Clause> constraints;
  bool strict = false;
  bool without_rowid = false;
  std::size_t body_end = 0;  ///< Where the last parenthesis stands.

  const ColumnDefinition* FindColumn(std::string_view name) const;
  bool HasPrimaryKey() const;
  /// A column that stands for the rowid (https://sqlite.org/lang_createtable.html#rowid).
  bool HasRowidColumn() const;
};

/// Nothing for what is no CREATE TABLE with a list of columns.
std::optional<TableDefinition> ReadTableDefinition(std::string_view sql);

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_TABLE_DEFINITION_H_
