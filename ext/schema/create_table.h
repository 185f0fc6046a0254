// CREATE TABLE and ALTER TABLE ADD COLUMN as Django writes them.
#ifndef MIGEXT_SCHEMA_CREATE_TABLE_H_
#define MIGEXT_SCHEMA_CREATE_TABLE_H_

#include <optional>
#include <string>

#include "schema/edited_model.h"

namespace migext::schema {

/// column_sql(): "varchar(80) NOT NULL UNIQUE", without check and reference.  Nothing for a field
/// without a column.
std::optional<std::string> ColumnSql(const EditedModel& model, const EditedField& field,
                                     const SchemaContext& context);

/// table_sql(), without what it puts off.
std::string CreateTableSql(const EditedModel& model, const SchemaContext& context);

/// ALTER TABLE … ADD COLUMN; nothing for a field without a column.
std::optional<std::string> AddColumnSql(const EditedModel& model, const EditedField& field,
                                        const SchemaContext& context);

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_CREATE_TABLE_H_
