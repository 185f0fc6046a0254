#include "lint/run.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "lint/parts.h"
#include "migrate/plan.h"

namespace migext::lint {
namespace {

bool HasTables(const sqlite::LiveSchema& live) {
  return std::any_of(live.tables().begin(), live.tables().end(), [](const auto& table) {
    return table.name != migrate::kHistoryTable && !table.name.starts_with("sqlite_");
  });
}

}  // namespace

std::int64_t RowCounts::Of(const std::string& table) {
  const auto [found, is_new] = counts_.emplace(Lower(table), 0);
  if (is_new) found->second = Where(table, "1");
  return found->second;
}

std::int64_t RowCounts::Where(const std::string& table, const std::string& condition) {
  try {
    const sqlite::Cell count =
        db_.Value("SELECT count(*) FROM \"main\"." + SqlIdentifier(table) + " WHERE " + condition);
    return count.Integer() == nullptr ? 0 : *count.Integer();
  } catch (const sqlite::DatabaseError&) {
    return 0;  // Not there, or damaged: others say so.
  }
}

std::string Rows(std::int64_t count) { return Grouped(count) + (count == 1 ? " row" : " rows"); }

std::unique_ptr<Run> PrepareRun(const LintInput& input, std::span<const Subject> subjects) {
  if (!input.graph.failures().empty()) return nullptr;
  if (std::all_of(subjects.begin(), subjects.end(),
                  [](const Subject& one) { return one.applied; })) {
    return nullptr;
  }
  auto run = std::make_unique<Run>(input, sqlite::LiveSchema::Read(input.db));
  if (!HasTables(run->live)) return nullptr;
  run->context = schema::ContextOf(input.project);
  for (const Subject& subject : subjects) run->subjects.emplace(subject.migration->key, &subject);
  try {
    const std::vector<django::Target> targets = migrate::TargetsOf(input.graph, {}, {});
    run->planned = migrate::RunOf(migrate::PlanFor(input.graph, targets));
  } catch (const Error&) {
    return nullptr;  // LintStates tells which operation does not fit.
  }
  run->steps = migrate::PrepareAll(run->planned, run->context);
  return run;
}

std::optional<int> LastOn(const std::string& table, const migrate::PreparedMigration& prepared) {
  std::optional<int> last;
  for (const migrate::PreparedOperation& operation : prepared.operations) {
    ForEachPart(*operation.operation, [&](const django::Operation& part) {
      if (part.ModelName().empty()) return;
      const django::ModelState* model =
          prepared.after.Find(prepared.migration->key.app, part.ModelName());
      if (model != nullptr && EqualsIgnoringCase(model->DbTable(), table)) {
        last = operation.position;
      }
    });
  }
  return last;
}

}  // namespace migext::lint
