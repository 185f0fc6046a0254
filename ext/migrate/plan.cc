#include "migrate/plan.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "django/graph_checks.h"

namespace migext::migrate {
namespace {

using django::AppliedSet;
using django::Graph;
using django::GraphFailure;
using django::Migration;
using django::MigrationKey;
using django::Target;

constexpr const char* kSeeConflicts =
    "SELECT code, object, remedy, advice FROM migration_conflicts";

class Planner {
 public:
  Planner(const Graph& graph, AppliedSet applied)
      : plan_{{}, graph}, applied_(std::move(applied)) {}

  Plan Make(std::span<const Target> targets) {
    for (const Target& target : targets) Add(target);
    return std::move(plan_);
  }

 private:
  void Add(const Target& target) {
    if (target.IsZero()) {
      for (const MigrationKey& root : plan_.graph.RootNodes(target.app)) Unapply(root);
    } else if (applied_.contains(target.key()) && plan_.graph.Has(target.key())) {
      // Not back to the target itself: that would take back what needs it in other apps.  Its
      // children in its own app, and what needs those, are all that lies behind it.
      for (const MigrationKey& child : plan_.graph.Children(target.key())) {
        if (child.app == target.app) Unapply(child);
      }
    } else {
      Apply(target.key());
    }
  }

  void Apply(const MigrationKey& target) {
    for (const MigrationKey& key : plan_.graph.ForwardsPlan(target)) {
      const Migration* migration = plan_.graph.Find(key);
      if (migration == nullptr || !applied_.insert(key).second) continue;
      plan_.steps.push_back({migration, false});
    }
  }

  void Unapply(const MigrationKey& target) {
    for (const MigrationKey& key : plan_.graph.BackwardsPlan(target)) {
      const Migration* migration = plan_.graph.Find(key);
      if (migration == nullptr || applied_.erase(key) == 0) continue;
      plan_.steps.push_back({migration, true});
    }
  }

  Plan plan_;
  AppliedSet applied_;
};

// A part of a squash is in the graph only without replacements.  Before 6.0 Django looked for it
// there only once it was applied.
bool NeedsReplacedParts(const Graph& graph, std::span<const Target> targets,
                        const AppliedSet& applied) {
  if (!graph.replaces_migrations()) return false;
  return std::any_of(targets.begin(), targets.end(), [&](const Target& target) {
    return !target.IsZero() && !graph.Has(target.key()) &&
           (graph.source().dialect.replaced_names_are_targets || applied.contains(target.key()));
  });
}

Graph SoundWithoutReplacements(const Graph& graph) {
  Graph rebuilt = graph.WithoutReplacements();
  RequireSoundGraph(rebuilt);
  return rebuilt;
}

std::string Hint(const Graph& graph, const GraphFailure& failure) {
  if (failure.exception == "CircularDependencyError") {
    std::vector<std::string> names;
    for (const MigrationKey& key : graph.ShortestCycle()) names.push_back(key.ToString());
    if (!names.empty()) names.push_back(names.front());
    return "each needs the next: " + Join(names, " -> ");
  }
  for (const django::MissingNode& missing : graph.missing()) {
    if (missing.nearest.empty() || failure.exception != "NodeNotFoundError") continue;
    if (failure.migrations.back() == missing.key) return "did you mean '" + missing.nearest + "'?";
  }
  return kSeeConflicts;
}

void RequireConsistentHistory(const Graph& graph, std::span<const MigrationKey> recorded) {
  const auto edges = django::InconsistentHistory(graph, recorded);
  if (edges.empty()) return;
  std::string more;
  if (edges.size() > 1) more = "and " + std::to_string(edges.size() - 1) + " more like it; ";
  throw Error("InconsistentMigrationHistory: " + edges.front().Message() + "\n" + more +
              kSeeConflicts);
}

void RequireNoConflicts(const Graph& graph) {
  const auto conflicts = graph.Conflicts();
  if (conflicts.empty()) return;
  throw Error(django::ConflictMessage(conflicts) + "\nor see what they touch: " + kSeeConflicts);
}

}  // namespace

Plan PlanFor(const Graph& graph, std::span<const Target> targets) {
  if (NeedsReplacedParts(graph, targets, graph.applied())) {
    return PlanFor(SoundWithoutReplacements(graph), targets);
  }
  return Planner(graph, graph.applied()).Make(targets);
}

Plan PlanFromScratch(const Graph& graph, std::span<const Target> targets) {
  if (NeedsReplacedParts(graph, targets, {})) {
    return PlanFromScratch(SoundWithoutReplacements(graph), targets);
  }
  return Planner(graph, {}).Make(targets);
}

void RequireSoundGraph(const Graph& graph, EmptyApps empty_apps) {
  for (const GraphFailure& failure : graph.failures()) {
    if (failure.only_an_empty_app && empty_apps == EmptyApps::kIgnored) continue;
    throw Error(failure.place, failure.ToString() + "\n" + Hint(graph, failure));
  }
}

void RequireMigratable(const Graph& graph, std::span<const MigrationKey> recorded) {
  RequireSoundGraph(graph);
  RequireConsistentHistory(graph, recorded);
  RequireNoConflicts(graph);
}

std::vector<Target> TargetsOf(const Graph& graph, std::string_view app, std::string_view name) {
  if (!app.empty()) django::RequireMigratedApp(graph.source(), app);
  if (!name.empty()) return {django::ResolveTarget(graph, app, name)};
  std::vector<Target> targets;
  for (MigrationKey& leaf : graph.LeafNodes(app)) {
    targets.push_back({std::move(leaf.app), std::move(leaf.name)});
  }
  return targets;
}

Plan PlanLikeDjango(const Graph& graph, std::span<const MigrationKey> recorded,
                    std::string_view app, std::string_view name) {
  RequireMigratable(graph, recorded);
  return PlanFor(graph, TargetsOf(graph, app, name));
}

}  // namespace migext::migrate
