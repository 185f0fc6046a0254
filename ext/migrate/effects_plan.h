// What a plan of migrations does to the database, operation by operation, as a timeline of objects.
//
//   const PlannedSteps planned = FollowPlan(graph, context);
//   planned.steps[7].operation, planned.timeline.Facts(7)
#ifndef MIGEXT_MIGRATE_EFFECTS_PLAN_H_
#define MIGEXT_MIGRATE_EFFECTS_PLAN_H_

#include <string>
#include <vector>

#include "django/graph.h"
#include "migrate/effects_timeline.h"
#include "schema/table.h"

namespace migext::migrate {

struct PlannedStep {
  django::MigrationKey migration;
  std::size_t position = 0;
  django::OperationPtr operation;
  /// The table of its model, "" when there is none.
  std::string table;
  /// Why the schema cannot show its effect; "" when it has one that can be seen, or none at all.
  std::string opaque;
};

struct PlannedSteps {
  Timeline timeline;
  std::vector<PlannedStep> steps;
};

/// Follows the full plan, and what no leaf node leads to.  An operation that Django could not apply
/// to the state is opaque, and the state goes on without it.
PlannedSteps FollowPlan(const django::Graph& graph, const schema::SchemaContext& context);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_EFFECTS_PLAN_H_
