// Every field of every model of a state, one row each: what the table migration_models shows.
#ifndef MIGEXT_SCHEMA_MODEL_ROWS_H_
#define MIGEXT_SCHEMA_MODEL_ROWS_H_

#include <optional>
#include <string>
#include <vector>

#include "schema/table.h"

namespace migext::schema {

struct ModelRow {
  std::string app;
  std::string model;  ///< As written, "LogEntry".
  std::string field;
  std::string field_class;                 ///< "CharField", "blog.fields.PathField".
  std::optional<std::string> column_name;  ///< Nothing for a field without a column.
  std::optional<std::string> db_type;      ///< Nothing without a column, or when it is not known.
  std::string
      attributes;  ///< A JSON object: the arguments by name, what is no JSON as Python text.
};

/// In the order of the state's models, each model's fields in the order of its columns, and then
/// its many-to-many fields.
std::vector<ModelRow> ModelRowsOf(const django::ProjectState& state, const SchemaContext& context);

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_MODEL_ROWS_H_
