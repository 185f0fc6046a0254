// What the statements of a RunSQL do, as far as their first words tell.
//
//   for (const SqlAct& act : ActsOf(run_sql.sql())) act.kind, act.table
//   // kDropTable, "blog_tag"
#ifndef MIGEXT_LINT_RAW_SQL_H_
#define MIGEXT_LINT_RAW_SQL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "django/operations/special.h"
#include "lint/every_row.h"

namespace migext::lint {

enum class SqlActKind : std::uint8_t {
  kRows,  // INSERT, UPDATE, DELETE, REPLACE
  kDropTable,
  kDropColumn,
  kRenameTable,
  kRenameColumn,
  kCreateIndex,
  kDropIndex,
  kReindex,
  kTransaction,  // BEGIN, COMMIT, END, ROLLBACK
  kVacuum,       // and ATTACH, DETACH: not inside of a transaction
  kForeignKeys,  // PRAGMA foreign_keys = …
  kSchema,       // other CREATE, ALTER, DROP
  kOther,
};

struct SqlAct {
  SqlActKind kind = SqlActKind::kOther;
  std::string verb;    ///< The statement's first word, in capitals.
  std::string table;   ///< "" where it is about none.
  std::string object;  ///< The column or index; of a rename the new name.
  std::optional<EveryRow> every_row = {};
};

/// Empty for a script in PostgreSQL's own language.
std::vector<SqlAct> ActsOf(std::string_view script);
/// Empty for a text that is not known.
std::vector<SqlAct> ActsOf(const django::SqlArgument& argument);

/// True if it takes values of the column, or without a column rows of the table, to somewhere else.
bool ReadsFrom(std::string_view script, const std::string& table, const std::string& column);

}  // namespace migext::lint

#endif  // MIGEXT_LINT_RAW_SQL_H_
