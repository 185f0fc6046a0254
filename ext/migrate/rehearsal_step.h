// One line of what a rehearsal found: rehearsal.h.
#ifndef MIGEXT_MIGRATE_REHEARSAL_STEP_H_
#define MIGEXT_MIGRATE_REHEARSAL_STEP_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "django/migration.h"

namespace migext::migrate {

/// What a step is part of.
enum class RehearsalPhase : std::uint8_t {
  kPlan,
  kCopy,
  kRun,     ///< A migration of the plan.
  kChange,  ///< A table that the run has changed.
  kCheck,   ///< Foreign keys, integrity.
  kBack,    ///< A migration on the way back.
  kStart,   ///< Compared with the start, after the way back.
};
/// 'plan', 'copy', 'run', 'change', 'check', 'back', 'start'
std::string_view PhaseName(RehearsalPhase phase);

enum class RehearsalStatus : std::uint8_t {
  kOk,
  kWarning,  ///< A person should know: rows that go, a way back that ends early.
  kFailed,   ///< migrate() would stop here, or leave the database worse.
  kSkipped,  ///< Not reached.
};
/// 'ok', 'warning', 'failed', 'skipped'
std::string_view StatusName(RehearsalStatus status);

struct RehearsalStep {
  RehearsalPhase phase = RehearsalPhase::kRun;
  django::MigrationKey migration;  ///< Empty but for kRun and kBack.
  std::string table;
  std::optional<double> milliseconds;
  std::optional<std::int64_t> rows_copied;
  std::optional<std::uint64_t> bytes;  ///< Of the tables that were copied; kCopy's: of all.
  RehearsalStatus status = RehearsalStatus::kOk;
  std::string detail;
};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_REHEARSAL_STEP_H_
