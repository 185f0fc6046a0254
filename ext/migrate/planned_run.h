// A plan as it is carried out: the steps in the order in which they run, and the state of the
// project before each of them.
//
//   PlannedRun run = RunOf(plan);
//   for (std::size_t i = 0; i < run.steps.size(); ++i) run.steps[i].migration, run.StateBefore(i)
//
// As MigrationExecutor.migrate() does it: forwards in the order of the plan for all leaf nodes,
// each on what is applied already and what ran before it; backwards from the states of the way up.
// Pure.
#ifndef MIGEXT_MIGRATE_PLANNED_RUN_H_
#define MIGEXT_MIGRATE_PLANNED_RUN_H_

#include <vector>

#include "django/state.h"
#include "migrate/plan.h"

namespace migext::migrate {

struct PlannedRun {
  bool backwards = false;
  std::vector<PlanStep> steps;
  /// With everything that is applied before the run.
  django::ProjectState start;
  /// By step: the state without the migration, whether it is to be applied or taken back.
  std::vector<django::ProjectState> before;
  /// With everything done (post_migrate_state).
  django::ProjectState end;
};

/// Throws Error where an operation cannot be applied to the state it meets.
PlannedRun RunOf(const Plan& plan);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_PLANNED_RUN_H_
