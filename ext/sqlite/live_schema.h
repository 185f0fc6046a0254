// The schema that is really there, read in one go.
//
//   const LiveSchema live = LiveSchema::Read(db);
//   if (const LiveTable* comment = live.FindTable("blog_comment")) {
//     comment->FindColumn("level")->not_null
//   }
//
// Names compare as SQLite's do: without regard to the case of ASCII letters.
#ifndef MIGEXT_SQLITE_LIVE_SCHEMA_H_
#define MIGEXT_SQLITE_LIVE_SCHEMA_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sqlite/connection.h"
#include "sqlite/create_table.h"

namespace migext::sqlite {

enum class ColumnKind : std::uint8_t { kOrdinary, kHidden, kGeneratedVirtual, kGeneratedStored };

struct LiveColumn {
  std::string name;
  std::string type;  ///< As declared: "varchar(80)"; "" without one.
  bool not_null = false;
  std::optional<std::string> default_sql;  ///< As written behind DEFAULT.
  int primary_key = 0;                     ///< Place in the primary key from 1; 0 outside it.
  ColumnKind kind = ColumnKind::kOrdinary;
  std::string collation;  ///< "" unless COLLATE is written.

  bool IsGenerated() const {
    return kind == ColumnKind::kGeneratedVirtual || kind == ColumnKind::kGeneratedStored;
  }
};

struct LiveIndexPart {
  std::string column;  ///< "" for an expression.
  bool descending = false;
  std::string collation;
};

enum class LiveIndexOrigin : std::uint8_t { kCreateIndex, kUniqueConstraint, kPrimaryKey };

struct LiveIndex {
  std::string name;  ///< "sqlite_autoindex_…" for that of a constraint.
  std::string table;
  std::vector<LiveIndexPart> parts;
  bool unique = false;
  bool partial = false;  ///< Has a WHERE.
  LiveIndexOrigin origin = LiveIndexOrigin::kCreateIndex;
  std::string sql;  ///< "" for that of a constraint.

  /// The columns' names in order; "" for an expression.
  std::vector<std::string> Columns() const;
};

struct LiveForeignKey {
  std::vector<std::string> columns;
  std::string table;            ///< That it points at.
  std::vector<std::string> to;  ///< "" stands for the primary key.
  std::string on_update;        ///< "NO ACTION", "CASCADE", …
  std::string on_delete;
};

struct LiveTable {
  std::string name;
  std::string sql;
  std::vector<LiveColumn> columns;
  std::vector<LiveIndex> indexes;  ///< Those of constraints included.
  std::vector<LiveForeignKey> foreign_keys;
  std::vector<LiveConstraint> constraints;
  bool autoincrement = false;
  bool without_rowid = false;
  bool strict = false;
  bool is_virtual = false;
  std::string error;  ///< Why the columns could not be read; mostly "".

  const LiveColumn* FindColumn(std::string_view column) const;
  const LiveIndex* FindIndex(std::string_view index) const;
  const LiveConstraint* FindConstraint(std::string_view constraint) const;
};

/// A view or a trigger.
struct LiveText {
  std::string name;
  std::string table;  ///< A trigger's table; the view itself.
  std::string sql;
};

class LiveSchema {
 public:
  /// Throws DatabaseError when the schema as a whole cannot be read; what ails a single table is in
  /// its `error`.
  static LiveSchema Read(const Connection& connection, std::string_view schema = "main");
  /// One table of main alone, with its indexes and triggers; nothing where there is no such table.
  static LiveSchema ReadTable(const Connection& connection, std::string_view table);

  const std::vector<LiveTable>& tables() const { return tables_; }  ///< As created.
  const std::vector<LiveText>& views() const { return views_; }
  const std::vector<LiveText>& triggers() const { return triggers_; }

  const LiveTable* FindTable(std::string_view name) const;
  const LiveIndex* FindIndex(std::string_view name) const;
  const LiveText* FindView(std::string_view name) const;

 private:
  void Fill(const Connection& connection, std::string_view schema, Statement& rows);

  std::vector<LiveTable> tables_;
  std::vector<LiveText> views_;
  std::vector<LiveText> triggers_;
  std::map<std::string, std::size_t, std::less<>> table_places_;  // by lower-case name
};

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_LIVE_SCHEMA_H_
