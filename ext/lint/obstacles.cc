// Rules about what stops a run of migrate() on this database.
#include "migrate/obstacles.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "lint/run.h"
#include "migrate/foreign_keys.h"
#include "migrate/preflight.h"

namespace migext::lint {
namespace {

using migrate::PreflightRow;
using migrate::PreparedMigration;

struct Problem {
  std::string_view problem;  // of migration_preflight
  std::string_view rule;
};
constexpr std::array kProblems = {
    Problem{"null-in-not-null", "null-in-not-null"}, Problem{"duplicate", "duplicate-rows"},
    Problem{"check-fails", "check-fails"}, Problem{"too-long", "too-long"},
    Problem{"disk-space", "disk-space"}};

std::optional<int> PositionOf(const PreflightRow& row, const Run& run) {
  if (row.position) return row.position;
  for (const PreparedMigration& prepared : run.steps) {
    if (prepared.migration->key == row.migration) return LastOn(row.table, prepared);
  }
  return {};
}

bool IsAlike(const PreflightRow& a, const PreflightRow& b) {
  return a.migration == b.migration && a.table == b.table && a.problem == b.problem &&
         a.object == b.object;
}

/// "; first of all 3, 17, 18"
std::string FirstKeys(std::span<const PreflightRow> rows) {
  constexpr std::size_t kMost = 5;
  std::vector<std::string> keys;
  for (const PreflightRow& row : rows) {
    if (keys.size() < kMost && !row.row_key.IsNull()) keys.push_back(row.row_key.ToSql());
  }
  if (keys.empty()) return {};
  return (keys.size() == 1 ? ", with the key " : ", with the keys ") + Join(keys, ", ") +
         (rows.size() > keys.size() ? ", …" : "");
}

void LintRows(const Run& run, Findings& findings) {
  const sqlite::Connection& db = run.input.db;
  const std::optional<std::uint64_t> free =
      run.input.free_space ? run.input.free_space : migrate::FreeSpaceFor(db);
  const std::vector<PreflightRow> rows = migrate::Preflight(run.steps, db, free);
  for (std::size_t i = 0; i < rows.size();) {
    std::size_t next = i;
    while (next < rows.size() && IsAlike(rows[next], rows[i])) ++next;
    const PreflightRow& row = rows[i];
    const auto* problem = std::find_if(kProblems.begin(), kProblems.end(), [&](const Problem& one) {
      return one.problem == row.problem;
    });
    if (problem != kProblems.end()) {
      Finding& finding = findings.Add(
          problem->rule, run.SubjectOf(row.migration), PositionOf(row, run),
          row.detail + FirstKeys(std::span(rows).subspan(i, next - i)) +
              (row.doubt.empty() ? "" : "; " + row.doubt),
          row.problem == "disk-space"
              ? "make room before you migrate"
              : "mend the rows first: SELECT row_key, remedy FROM migration_preflight(" +
                    SqlLiteral(row.migration.app) + ") WHERE problem = " + SqlLiteral(row.problem));
      if (row.severity == migrate::PreflightSeverity::kWarning) {
        finding.severity = Severity::kWarning;
      }
    }
    i = next;
  }
}

void LintExisting(const Run& run, Findings& findings) {
  const auto obstacle = migrate::FirstObstacle(run.steps, run.input.db);
  if (!obstacle) return;
  const auto& operations = obstacle->migration->operations;
  const auto at = std::find_if(operations.begin(), operations.end(),
                               [&](const auto& one) { return one.get() == obstacle->operation; });
  std::optional<int> position;
  if (at != operations.end()) position = static_cast<int>(at - operations.begin());
  const std::string object =
      obstacle->column.empty() ? obstacle->table : obstacle->table + "." + obstacle->column;
  findings.Add(
      "already-exists", run.SubjectOf(obstacle->migration->key), position,
      obstacle->operation->Describe() + ": " + object + " exists (" + obstacle->words + ")",
      "SELECT detail, remedy FROM migration_conflicts(" + SqlLiteral(obstacle->migration->key.app) +
          ")");
}

/// What Django refuses while it makes the statements.
void LintRefusal(const Run& run, Findings& findings) {
  const std::size_t next = run.steps.size();
  if (next == run.planned.steps.size()) return;
  const django::Migration& migration = *run.planned.steps[next].migration;
  try {
    migrate::Prepare({migration, false, run.planned.before[next], run.context});
  } catch (const Error& error) {
    const auto at = std::find_if(
        migration.operations.begin(), migration.operations.end(),
        [&](const auto& operation) { return operation->Line() == error.place().line; });
    std::optional<int> position;
    if (at != migration.operations.end()) {
      position = static_cast<int>(at - migration.operations.begin());
    }
    AddFailure(run.input, run.SubjectOf(migration.key), position, error.message(), findings);
  }
}

void LintOrphans(const Run& run, Findings& findings) {
  constexpr std::size_t kMost = 3;
  std::vector<std::string> orphans = migrate::ForeignKeyWatch(run.input.db).Known();
  if (orphans.empty()) return;
  const std::size_t all = orphans.size();
  orphans.resize(std::min(all, kMost));
  std::string message = Join(orphans, "; ");
  if (all > kMost) message += "; and " + std::to_string(all - kMost) + " more keys";
  findings.Add("orphan-rows", run.SubjectOf(run.planned.steps.front().migration->key), {}, message,
               "Django stops after the first migration; SELECT detail, remedy FROM "
               "migration_conflicts WHERE code = 'foreign-key-violation' mends it");
}

}  // namespace

void AddFailure(const LintInput& input, const Subject& subject, std::optional<int> position,
                const std::string& message, Findings& findings) {
  const bool lacks_apps =
      std::any_of(input.project.apps().begin(), input.project.apps().end(),
                  [](const auto& app) { return app.origin == django::AppOrigin::kMissing; });
  Finding& finding = findings.Add(
      "operation-fails", subject, position, message,
      lacks_apps ? "mend the operation; or name the folder of the apps whose files are not here: "
                   "SELECT migext_setting('search_path', '/path/to/site-packages')"
                 : "mend the operation: Django stops at it");
  if (lacks_apps) finding.severity = Severity::kWarning;
}

void LintObstacles(const Run& run, Findings& findings) {
  if (run.planned.steps.empty()) return;
  LintExisting(run, findings);
  LintRows(run, findings);
  LintRefusal(run, findings);
  LintOrphans(run, findings);
}

}  // namespace migext::lint
