// Tables as text that can be compared: ours, and those in sqlite_master.
#ifndef MIGEXT_TESTS_SCHEMA_CREATE_TABLE_TEXT_H_
#define MIGEXT_TESTS_SCHEMA_CREATE_TABLE_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

#include "schema/table.h"

namespace migext::test {

/// Columns and constraints, one line each, without DEFAULT, generated expressions and the
/// conditions of named checks, which a Table does not hold.
std::vector<std::string> LinesOf(const schema::Table& table);
std::vector<std::string> LinesOfCreateTable(std::string_view sql);

/// "UNIQUE name (a, b DESC, *) WHERE": a star for an expression, WHERE for any condition.
std::string LineOf(const schema::Index& index);
std::string LineOfCreateIndex(std::string_view sql);

}  // namespace migext::test

#endif  // MIGEXT_TESTS_SCHEMA_CREATE_TABLE_TEXT_H_
