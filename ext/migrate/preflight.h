// Whether the rows that are there fit what a run will demand of them, told before its first write.
//
//   for (const PreflightRow& row : Preflight(PrepareAll(run, context), db)) row.problem,
//   row.row_key
//   // null-in-not-null, 17: "slug" is to be NOT NULL, and is NULL in 3 rows of blog_post
//
// Django finds out while it copies, when the migrations before are applied already.  Asked are only
// the rows of tables that are there now, and only for what is new: a run that demands nothing reads
// nothing.  Behind code of the project (RunPython, RunSQL) rows that are alike or too long are a
// warning: they are asked as they are now.
#ifndef MIGEXT_MIGRATE_PREFLIGHT_H_
#define MIGEXT_MIGRATE_PREFLIGHT_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "django/names.h"
#include "migrate/prepared.h"
#include "sqlite/cell.h"
#include "sqlite/connection.h"

namespace migext::migrate {

enum class PreflightSeverity : std::uint8_t { kError, kWarning, kInfo };
std::string_view SeverityName(PreflightSeverity severity);  ///< 'error', 'warning', 'info'

struct PreflightRow {
  PreflightSeverity severity = PreflightSeverity::kError;
  django::MigrationKey migration;
  std::string table;     ///< As it is called now; "" for the whole database.
  sqlite::Cell row_key;  ///< The primary key, several columns with commas between.
  std::string problem;   ///< Stable, kebab-case.
  std::string detail;
  std::string doubt = {};  ///< Why it may not come to that.
  std::string remedy;
  std::string object;  ///< The column, or the name of the constraint.
  std::string words;   ///< What SQLite would say; "" when it would say nothing.
  /// Of the operation in its file; nothing for what Django puts off to the migration's end.
  std::optional<int> position = {};
};

/// Of each problem at most 100 rows; the detail counts them all.
std::vector<PreflightRow> Preflight(std::span<const PreparedMigration> steps,
                                    const sqlite::Connection& db);
/// `free`: see FreeSpaceFor(); nothing: no room is missing.
std::vector<PreflightRow> Preflight(std::span<const PreparedMigration> steps,
                                    const sqlite::Connection& db,
                                    std::optional<std::uint64_t> free);

/// Free bytes where the database lies, nothing when that cannot be told.
std::optional<std::uint64_t> FreeSpaceFor(const sqlite::Connection& db);
/// What rebuilding needs beside the tables as they are: a copy of the largest one with its indexes,
/// and as much again for the journal or the WAL.
std::optional<PreflightRow> SpaceMissing(std::span<const PreparedMigration> steps,
                                         const sqlite::Connection& db, std::uint64_t free);

/// What the errors are, each in one line with the first keys; "" when there is none.
std::string ErrorsIn(std::span<const PreflightRow> rows);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_PREFLIGHT_H_
