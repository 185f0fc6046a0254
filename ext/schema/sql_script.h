// The statements of a RunSQL.
#ifndef MIGEXT_SCHEMA_SQL_SCRIPT_H_
#define MIGEXT_SCHEMA_SQL_SCRIPT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "django/operations/special.h"
#include "schema/statement.h"
#include "schema/table.h"

namespace migext::schema {

/// What becomes of a list of parameters: migrate hands them to SQLite, sqlmigrate puts their
/// literals into the text with the % operator.  The two complain in other words.
enum class ParameterUse : std::uint8_t { kBound, kFormatted };

/// In order, parameters filled in.  Throws Error in Python's words for what RunSQL refuses.
std::vector<Statement> SqlStatements(const django::SqlArgument& argument, ParameterUse use,
                                     const SchemaContext& context);

/// prepare_sql_script(): sqlparse splits the text and removes comments.
std::vector<std::string> SplitScript(std::string_view script);

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_SQL_SCRIPT_H_
