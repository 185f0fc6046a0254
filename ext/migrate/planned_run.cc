#include "migrate/planned_run.h"

#include <map>
#include <set>
#include <utility>

#include "base/error.h"

namespace migext::migrate {
namespace {

using django::Graph;
using django::Migration;
using django::MigrationKey;
using django::ProjectState;

/// The full plan's migrations, without nodes that have no file.
std::vector<const Migration*> FullPlanOf(const Graph& graph) {
  std::vector<const Migration*> found;
  for (const MigrationKey& key : graph.FullPlan()) {
    if (const Migration* migration = graph.Find(key)) found.push_back(migration);
  }
  return found;
}

class Runner {
 public:
  explicit Runner(const Plan& plan)
      : plan_(plan), full_plan_(FullPlanOf(plan.graph)), applied_(plan.graph.applied()) {
    for (const PlanStep& step : plan.steps) pending_.insert(step.migration->key);
  }

  /// _migrate_all_forwards()
  PlannedRun Forwards() {
    PlannedRun run;
    for (const Migration* migration : full_plan_) {
      if (applied_.contains(migration->key)) migration->MutateState(run.end);
    }
    run.start = run.end;
    for (const Migration* migration : full_plan_) {
      if (!pending_.contains(migration->key)) continue;
      run.steps.push_back({migration, false});
      run.before.push_back(run.end);
      migration->MutateState(run.end);
    }
    return run;
  }

  /// _migrate_all_backwards()
  PlannedRun Backwards() {
    PlannedRun run;
    run.backwards = true;
    std::map<MigrationKey, ProjectState> states;
    ProjectState state;
    for (const Migration* migration : full_plan_) {
      if (pending_.contains(migration->key)) {
        states.emplace(migration->key, state);
      } else if (!applied_.contains(migration->key)) {
        continue;
      }
      migration->MutateState(state);
    }
    run.start = state;
    for (const PlanStep& step : plan_.steps) {
      run.steps.push_back(step);
      run.before.push_back(states[step.migration->key]);
    }
    run.end = StateAfterAll(run);
    return run;
  }

 private:
  /// From the state before the last one taken back, with what stays applied behind it.
  ProjectState StateAfterAll(const PlannedRun& run) const {
    ProjectState state = run.before.back();
    const MigrationKey& last = run.steps.back().migration->key;
    bool is_behind = false;
    for (const Migration* migration : full_plan_) {
      is_behind = is_behind || migration->key == last;
      if (!is_behind || pending_.contains(migration->key)) continue;
      if (applied_.contains(migration->key)) migration->MutateState(state);
    }
    return state;
  }

  const Plan& plan_;
  std::vector<const Migration*> full_plan_;
  const django::AppliedSet& applied_;
  std::set<MigrationKey> pending_;
};

}  // namespace

PlannedRun RunOf(const Plan& plan) {
  const bool backwards = !plan.steps.empty() && plan.steps.front().backwards;
  for (const PlanStep& step : plan.steps) {
    if (step.backwards == backwards) continue;
    throw Error(
        "InvalidMigrationPlan: Migration plans with both forwards and backwards migrations are not "
        "supported; migrate one app at a time");
  }
  return backwards ? Runner(plan).Backwards() : Runner(plan).Forwards();
}

}  // namespace migext::migrate
