// Whether SQLite still compiles a view or a trigger.
//
//   const SchemaCode view{.is_view = true, .schema = "main", .name = "v_latest", …};
//   CompileError(db, view)  // "no such column: body"; "" when it compiles
//
// SQLite compiles neither when it makes them nor when a table under them changes: the first to
// notice is whoever reads the view or writes to the table.
#ifndef MIGEXT_SQLITE_COMPILE_PROBE_H_
#define MIGEXT_SQLITE_COMPILE_PROBE_H_

#include <string>
#include <vector>

#include "sqlite/connection.h"

namespace migext::sqlite {

/// A view or a trigger, with its CREATE statement.
struct SchemaCode {
  bool is_view = false;
  std::string schema;
  std::string name;
  std::string table;  ///< Of a trigger.
  std::string sql;
};

/// Those of `schema`, as created.
std::vector<SchemaCode> ReadSchemaCode(const Connection& connection, const std::string& schema);

/// Compiles statements that use the object, and runs none of them.  A statement compiles all the
/// triggers of its kind on the table, so the error may be that of another one.
std::string CompileError(const Connection& connection, const SchemaCode& code);

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_COMPILE_PROBE_H_
