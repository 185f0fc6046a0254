// Which migrations to apply or take back, and in which order, to reach a target: what the migrate
// command of Django would do.  Pure: a graph and a history go in, no database is asked.
//
//   const Plan plan = PlanLikeDjango(graph, recorded, "blog", "0002");
//   for (const PlanStep& step : plan.steps) …  // blog.0003_add_level, backwards
#ifndef MIGEXT_MIGRATE_PLAN_H_
#define MIGEXT_MIGRATE_PLAN_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "django/graph.h"
#include "django/names.h"

namespace migext::migrate {

struct PlanStep {
  const django::Migration* migration = nullptr;
  bool backwards = false;
};

struct Plan {
  std::vector<PlanStep> steps;
  /// What the steps and the states around them belong to: a graph without replacements when the
  /// target is a part of a squash.
  django::Graph graph;
};

/// MigrationExecutor.migration_plan().  REQUIRES: graph.failures() is empty.  Throws Error for a
/// target that is no node.
Plan PlanFor(const django::Graph& graph, std::span<const django::Target> targets);
/// The same on an empty database (clean_start).
Plan PlanFromScratch(const django::Graph& graph, std::span<const django::Target> targets);

/// Throws Error for what keeps Django from migrating anything, in the order in which Django looks:
/// files and dependencies, history, conflicts.  `recorded` is in the order of the rows.
enum class EmptyApps : std::uint8_t {
  kRefused,  ///< __first__ of an app without a migration is a failure …
  kIgnored,  ///< … but not for showmigrations.
};
void RequireSoundGraph(const django::Graph& graph, EmptyApps empty_apps = EmptyApps::kRefused);
void RequireMigratable(const django::Graph& graph, std::span<const django::MigrationKey> recorded);

/// What `migrate [app [name]]` is to reach.  Throws Error in Django's words for what is not there.
std::vector<django::Target> TargetsOf(const django::Graph& graph, std::string_view app,
                                      std::string_view name);

/// The plan of `migrate`, `migrate app` or `migrate app name`, refused where Django refuses it.
/// `app` may be empty; a name needs an app.
Plan PlanLikeDjango(const django::Graph& graph, std::span<const django::MigrationKey> recorded,
                    std::string_view app = {}, std::string_view name = {});

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_PLAN_H_
