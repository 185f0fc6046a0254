// One column: its name, type, check and reference.
#ifndef MIGEXT_SCHEMA_COLUMN_H_
#define MIGEXT_SCHEMA_COLUMN_H_

#include <optional>

#include "schema/table.h"

namespace migext::schema {

/// Nothing for a field without a column.
std::optional<Column> ColumnOf(const django::ProjectState& state, const django::ModelState& model,
                               const django::NamedField& field, const SchemaContext& context);

/// Keys that count up included.
bool IsIntegerType(django::FieldType type);

/// The field that a foreign key points at, with its model; nothing when it is not in the state.
struct Target {
  const django::ModelState* model = nullptr;
  django::NamedField field;
};
std::optional<Target> TargetOf(const django::ProjectState& state, const django::Field& key,
                               const SchemaContext& context);

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_COLUMN_H_
