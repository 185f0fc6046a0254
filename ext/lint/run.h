// The pending migrations as a run on this database, for the rules that judge them by its rows.
//
//   if (std::optional<Run> run = PrepareRun(input, subjects)) {
//     run->rows.Of("blog_post")   // 1,950
//   }
//
// A database without tables has no rows to be judged by: there is no run then, and nothing is
// prepared.
#ifndef MIGEXT_LINT_RUN_H_
#define MIGEXT_LINT_RUN_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lint/lint.h"
#include "migrate/planned_run.h"
#include "migrate/prepared.h"
#include "schema/table.h"
#include "sqlite/live_schema.h"

namespace migext::lint {

/// From how many rows on a table counts as large.
inline constexpr std::int64_t kLargeTable = 100'000;

/// Counts each table once.
class RowCounts {
 public:
  explicit RowCounts(const sqlite::Connection& db) : db_(db) {}
  /// 0 for a table that is not there, or cannot be read.
  std::int64_t Of(const std::string& table);
  /// The rows of which an SQL condition is true.
  std::int64_t Where(const std::string& table, const std::string& condition);

 private:
  const sqlite::Connection& db_;
  std::map<std::string, std::int64_t> counts_;
};

struct Run {
  Run(const LintInput& lint_input, sqlite::LiveSchema live_schema)
      : input(lint_input), live(std::move(live_schema)), rows(lint_input.db) {}

  const LintInput& input;
  sqlite::LiveSchema live;
  RowCounts rows;
  schema::SchemaContext context;
  migrate::PlannedRun planned;
  std::vector<migrate::PreparedMigration> steps;  ///< Up to the first that Django refuses.
  std::map<django::MigrationKey, const Subject*> subjects;

  const Subject& SubjectOf(const django::MigrationKey& key) const { return *subjects.at(key); }
};

/// Null when nothing is pending, there are no tables, or Django could not load the migrations.
std::unique_ptr<Run> PrepareRun(const LintInput& input, std::span<const Subject> subjects);

/// "1 row", "1,950 rows"
std::string Rows(std::int64_t count);

/// The position of the last operation on the model of a table, which what is put off to the end of
/// the migration is for.
std::optional<int> LastOn(const std::string& table, const migrate::PreparedMigration& prepared);

// The families.

/// What stops the run: rows that do not fit, tables that exist, an operation that Django refuses.
void LintObstacles(const Run& run, Findings& findings);
/// Columns in the way of others, and values that a new foreign key leaves without a parent.
/// REQUIRES: what LintObstacles() finds is among the findings.
void LintConflicts(Run& run, Findings& findings);
/// What the run changes of the tables that are there: names, types, indexes.
void LintChanges(Run& run, Findings& findings);
/// Which rows and values it takes away.
void LintDrops(Run& run, Findings& findings);
/// Which tables it rebuilds, and what that costs or loses.
void LintRebuilds(Run& run, Findings& findings);
/// What the statements of a RunSQL do to the tables that are there.
void LintRawSql(Run& run, Findings& findings);

}  // namespace migext::lint

#endif  // MIGEXT_LINT_RUN_H_
