// A table reduced to what it does, so that two can be compared: columns in any order, UNIQUE
// written behind a column, in the table or as an index of its own, keys and checks however they are
// laid out.
//
//   const auto promised = ShapeOf("CREATE TABLE t (a integer NOT NULL)", {});
//   const auto live = ShapeOf("CREATE TABLE t (a integer NULL)", {"CREATE INDEX i ON t (a)"});
//   Differences(*promised, *live)   // t.a: NOT NULL, NULL; i: unknown
//
// Text alone: asks no database.
#ifndef MIGEXT_MIGRATE_TABLE_SHAPE_H_
#define MIGEXT_MIGRATE_TABLE_SHAPE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace migext::migrate {

enum class Property : std::uint8_t {
  kTable,
  kColumn,
  kType,
  kNull,
  kDefault,
  kCollation,
  kGenerated,
  kForeignKey,
  kPrimaryKey,
  kAutoincrement,
  kStrict,
  kWithoutRowid,
  kUnique,
  kCheck,
  kIndex,
  kTrigger,
  kView,
};
std::string_view PropertyName(Property property);  ///< 'table', 'column', 'type', 'null', …

struct Trait {
  std::string key;    ///< Equal for what means the same; "" for none.
  std::string shown;  ///< As written.
};

struct ColumnShape {
  std::string name;
  std::string definition;            ///< All that stands behind the name.
  std::map<Property, Trait> traits;  ///< kType to kForeignKey.

  const Trait& Of(Property property) const;
};

/// A UNIQUE, a CHECK or an index.
struct PartShape {
  Property property = Property::kIndex;
  std::string name;                  ///< "" for one without.
  std::vector<std::string> columns;  ///< Of a UNIQUE.
  std::string key;                   ///< What it does.
  std::string id;                    ///< What it is known by, whatever it does.
  std::string shown;                 ///< As written, for a message.
  std::string of_column;             ///< That it is written behind; "" for one of the table.
  bool is_index = false;             ///< Made by a CREATE INDEX.
};

struct TableShape {
  std::string name;
  std::vector<ColumnShape> columns;
  std::vector<PartShape> parts;
  std::vector<std::string> constraints;  ///< Those of the table itself, as written.
  Trait primary_key;
  std::vector<std::string> key_columns;
  bool autoincrement = false;
  bool strict = false;
  bool without_rowid = false;

  const ColumnShape* FindColumn(std::string_view column) const;
};

/// Nothing for what is no table with columns.
std::optional<TableShape> ShapeOf(std::string_view create_table,
                                  const std::vector<std::string>& create_indexes);

enum class DifferenceKind : std::uint8_t { kMissing, kDifferent, kUnknown };

struct Difference {
  DifferenceKind kind = DifferenceKind::kDifferent;
  Property property = Property::kColumn;
  std::string object;  ///< "blog_comment.level", the index's or the constraint's name.
  std::string column;  ///< In the database where it is there; "" when it is about none.
  std::vector<std::string> columns;  ///< Those that are to be unique.
  std::string id;                    ///< The same for the same difference from another promise.
  std::string expected;              ///< "" for nothing.
  std::string actual;
  bool is_index = false;  ///< kUnknown: made by a CREATE INDEX.
};

/// What the live table has not, has differently, and has beyond the promised one; in the order of
/// the promised table's parts.
std::vector<Difference> Differences(const TableShape& promised, const TableShape& live);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_TABLE_SHAPE_H_
