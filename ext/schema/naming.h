// Names of tables and indexes, as Django's schema editor makes them up.
#ifndef MIGEXT_SCHEMA_NAMING_H_
#define MIGEXT_SCHEMA_NAMING_H_

#include <span>
#include <string>
#include <string_view>

#include "django/state.h"

namespace migext::schema {

/// A name as it is in the database: db_table may be written with its quotes ('"Legacy"').
std::string StripQuotes(std::string_view name);

/// The table of a model.
std::string TableName(const django::ModelState& model);

/// BaseDatabaseSchemaEditor._create_index_name: table, columns, eight digits of MD5, suffix; at
/// most 200 characters.
std::string IndexName(std::string_view table, std::span<const std::string> columns,
                      std::string_view suffix);

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_NAMING_H_
