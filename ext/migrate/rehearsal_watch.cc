#include "migrate/rehearsal_watch.h"

#include <cmath>
#include <optional>
#include <utility>

#include "base/text.h"
#include "migrate/table_size.h"

namespace migext::migrate {

using django::MigrationKey;

double RehearsalClock::Milliseconds() const {
  const std::chrono::duration<double, std::milli> passed =
      std::chrono::steady_clock::now() - start_;
  return std::round(passed.count() * 100) / 100;
}

RehearsalStep MakeStep(RehearsalPhase phase, RehearsalStatus status, std::string detail) {
  RehearsalStep step;
  step.phase = phase;
  step.status = status;
  step.detail = std::move(detail);
  return step;
}

void RehearsalWatch::Add(const MigrationKey& migration) {
  RehearsalStep step = MakeStep(phase_, RehearsalStatus::kFailed, {});
  step.migration = migration;
  steps_[migration] = std::move(step);
}

void RehearsalWatch::Begins(const PlanStep& step) {
  live_.ThrowIfInterrupted();
  Add(step.migration->key);
  clock_ = RehearsalClock();
}

void RehearsalWatch::Done(const PlanStep& step, std::span<const CopiedTable> copied) {
  RehearsalStep& row = steps_[step.migration->key];
  row.milliseconds = clock_.Milliseconds();
  row.status = RehearsalStatus::kOk;
  row.rows_copied = 0;
  row.bytes = 0;
  std::map<std::string, std::int64_t> tables;
  for (const CopiedTable& table : copied) {
    *row.rows_copied += table.rows;
    tables[table.table] += table.rows;
  }
  std::vector<std::string> rebuilt;
  for (const auto& [table, rows] : tables) {
    const std::optional<std::uint64_t> size = TableSize(copy_, table);
    if (row.bytes && size) *row.bytes += *size;
    if (!size) row.bytes.reset();
    rebuilt.push_back(table + " (" + Grouped(rows) + (rows == 1 ? " row)" : " rows)"));
  }
  row.detail = step.backwards ? "taken back" : "applied";
  if (!rebuilt.empty()) row.detail += "; copied " + Join(rebuilt, ", ");
}

RehearsalStep* RehearsalWatch::Stopped() {
  for (auto& [key, step] : steps_) {
    if (step.status == RehearsalStatus::kFailed) return &step;
  }
  return nullptr;
}

std::vector<RehearsalStep> RehearsalWatch::Take(std::span<const PlanStep> run) {
  std::vector<RehearsalStep> taken;
  for (const PlanStep& step : run) {
    const auto found = steps_.find(step.migration->key);
    if (found != steps_.end()) {
      taken.push_back(std::move(found->second));
    } else {
      taken.push_back(MakeStep(phase_, RehearsalStatus::kSkipped, "not reached"));
      taken.back().migration = step.migration->key;
    }
  }
  return taken;
}

}  // namespace migext::migrate
