// CREATE TABLE and ALTER TABLE ADD COLUMN as Django writes them.
#ifndef MIGEXT_SCHEMA_CREATE_TABLE_H_
#define MIGEXT_SCHEMA_CREATE_TABLE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/edited_model.h"

namespace migext::schema {

/// column_sql(): "varchar(80) NOT NULL UNIQUE", without check and reference.  Nothing for a field
/// without a column.
std::optional<std::string> ColumnSql(const EditedModel& model, const EditedField& field,
                                     const SchemaContext& context);

/// A table's text in its parts.
struct TableText {
  struct ColumnPart {
    Column column;
    std::string definition;  ///< All that stands behind the name; "" if that is left out.
    bool has_default = false;
  };
  std::vector<ColumnPart> columns;
  std::vector<std::string> constraints;  ///< PRIMARY KEY of several columns included.
  std::string options;                   ///< "STRICT", …: Django writes none.

  const ColumnPart* FindColumn(std::string_view name) const;
  std::string Sql(std::string_view table) const;
};

/// table_sql(), without what it puts off.
TableText TableTextOf(const EditedModel& model, const SchemaContext& context,
                      Unrenderable policy = Unrenderable::kRefused);
std::string CreateTableSql(const EditedModel& model, const SchemaContext& context);

/// ALTER TABLE … ADD COLUMN; nothing for a field without a column.
std::optional<std::string> AddColumnSql(const EditedModel& model, const EditedField& field,
                                        const SchemaContext& context);

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_CREATE_TABLE_H_
