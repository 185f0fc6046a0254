// The tables that a model in a project state stands for, as Django's SQLite schema editor would
// make them: columns with types, indexes by name, constraints, many-to-many tables.
//
//   TableOf(state, {"blog", "comment"}, context)->columns[0]  // {"id", "integer", primary_key,
//   autoincrement}
//
// Pure: reads a state, touches no database.
#ifndef MIGEXT_SCHEMA_TABLE_H_
#define MIGEXT_SCHEMA_TABLE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "django/dialect.h"
#include "django/project.h"
#include "django/state.h"

namespace migext::python {
class Interpreter;
}

namespace migext::schema {

/// What decides beside the state.
struct SchemaContext {
  const django::Dialect* dialect = nullptr;
  std::string default_auto_field;  ///< "django.db.models.BigAutoField"
  /// (setting, model) of swapped models: ("AUTH_USER_MODEL", "shop.Customer").
  std::vector<std::pair<std::string, std::string>> swapped;

  /// What default values need.
  python::Interpreter* python =
      nullptr;  ///< Calls what a default names; nullptr: nothing is called.
  bool use_tz = true;
  std::string time_zone;  ///< "" means UTC.
  /// Offset of TIME_ZONE from UTC, in microseconds, at a moment given as UTC or as local time;
  /// without it local time is UTC.  Throws Error when the machine does not know the zone.
  std::function<std::int64_t(std::int64_t micros, bool local)> zone_offset;
  /// The time of auto_now and timezone.now(), in microseconds since 1970 UTC; nothing: the clock's.
  std::optional<std::int64_t> now;
  std::string uuid;  ///< What uuid.uuid4() gives, 32 hex digits; "": a random one.
};

/// REQUIRES: the project outlives the context.
SchemaContext ContextOf(const django::Project& project);

struct Reference {
  std::string table;
  std::string column;
  std::string on_delete;  ///< "" or "CASCADE", … when the database does it.

  bool operator==(const Reference&) const = default;
};

struct Column {
  std::string name;
  std::string
      type;  ///< "varchar(80)"; without AUTOINCREMENT.  "" when the field's class is unresolved.
  std::string field;  ///< The model field, "" for columns of automatic tables without one.
  bool null = false;
  bool primary_key = false;
  bool autoincrement = false;
  bool unique = false;  ///< UNIQUE in the column itself.
  bool generated = false;
  std::string collation;
  /// The field type's own check, "\"level\" >= 0" or JSON_VALID; without CHECK and parentheses.
  std::string check;
  std::optional<Reference> references;
};

enum class IndexOrigin : std::uint8_t {
  kField,  // db_index=True, ForeignKey
  kUniqueTogether,
  kIndexTogether,
  kMeta,        // Meta.indexes
  kConstraint,  // a UniqueConstraint that becomes an index
  kManyToMany,
};

struct IndexPart {
  std::string column;  ///< "" for an expression.
  bool descending = false;

  bool operator==(const IndexPart&) const = default;
};

struct Index {
  std::string name;
  std::vector<IndexPart> parts;  ///< One empty column per expression.
  bool unique = false;
  bool partial = false;  ///< Has a WHERE.
  IndexOrigin origin = IndexOrigin::kField;
  std::vector<std::string> fields;  ///< Of the model, without '-'.
};

/// A named constraint inside CREATE TABLE.
struct Constraint {
  std::string name;
  bool check = false;                ///< CHECK, else UNIQUE.
  std::vector<std::string> columns;  ///< UNIQUE's.
};

struct Table {
  std::string name;
  std::vector<Column> columns;
  std::vector<Index> indexes;
  std::vector<Constraint> constraints;
  std::vector<std::string> primary_key;  ///< Columns of a CompositePrimaryKey.

  const Column* FindColumn(std::string_view name_any_case) const;
  const Column* FindField(std::string_view field) const;
};

/// Nothing for a model without a table of its own: unmanaged, proxy, swapped out.
/// REQUIRES: the model is in the state.
std::optional<Table> TableOf(const django::ProjectState& state, const django::ModelKey& model,
                             const SchemaContext& context);

/// The automatic table of a many-to-many field; nothing when it has through= or the model no table.
std::optional<Table> ManyToManyTableOf(const django::ProjectState& state,
                                       const django::ModelKey& model, std::string_view field,
                                       const SchemaContext& context);

/// True if a setting puts another model in this one's place (Options.swapped).
bool IsSwappedOut(const django::ModelState& model, const SchemaContext& context);

/// True if schema operations on the model do nothing (managed=False, proxy, swapped, other
/// vendors).
bool HasNoTable(const django::ModelState& model, const SchemaContext& context);

/// The column of a field: db_column, name or name_id; "" for a field without one.  Names of indexes
/// are in schema/naming.h.
std::string ColumnName(const django::NamedField& field);

/// db_type() of a field, "" when its class is unresolved, nothing for a field without a column.
std::optional<std::string> ColumnType(const django::ProjectState& state,
                                      const django::ModelState& model,
                                      const django::NamedField& field,
                                      const SchemaContext& context);

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_TABLE_H_
