// The migration graph as Django's MigrationLoader builds it: which migration needs which, what a
// squash stands for, and where an app has more than one end.
//
// Building never throws: what Django would raise is kept (`failure`), with the graph as far as it
// goes, since every other question can still be answered and the person needs the answers most
// then.
#ifndef MIGEXT_DJANGO_GRAPH_H_
#define MIGEXT_DJANGO_GRAPH_H_

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "django/migration.h"
#include "django/project.h"
#include "django/state.h"

namespace migext::django {

/// What Django raises: its class, its words, and the migrations it is about.
struct GraphFailure {
  std::string
      exception;  ///< "NodeNotFoundError", "CircularDependencyError", "BadMigrationError", …
  std::string message;  ///< Django's str(exception).
  std::vector<MigrationKey> migrations;
};

enum class EdgeOrigin : std::uint8_t { kDependency, kRunBefore, kReplaces, kSwappable };
std::string_view OriginName(
    EdgeOrigin origin);  ///< 'dependency', 'run_before', 'replaces', 'swappable'

struct Edge {
  MigrationKey child;
  MigrationKey parent;
  EdgeOrigin origin = EdgeOrigin::kDependency;
};

/// Migrations recorded in the database; only membership matters here.
using AppliedSet = std::set<MigrationKey>;

class Graph {
 public:
  /// `project` must outlive the graph.  `applied` decides which squashes replace their parts; pass
  /// nothing for a graph without a database (Django's connection=None).
  static Graph Build(const Project& project, const AppliedSet* applied);

  /// The first thing that Django would raise while loading, and all that would follow it.
  const std::vector<GraphFailure>& failures() const { return failures_; }

  bool Has(const MigrationKey& key) const;
  const Migration* Find(const MigrationKey& key) const;  ///< Null for nodes without a file.
  std::vector<MigrationKey> Nodes() const;               ///< Sorted.
  const std::vector<Edge>& edges() const { return edges_; }
  std::span<const MigrationKey> Parents(const MigrationKey& key) const;   ///< Sorted.
  std::span<const MigrationKey> Children(const MigrationKey& key) const;  ///< Sorted.

  /// leaf_nodes(app), root_nodes(app): sorted; all apps without an argument.
  std::vector<MigrationKey> LeafNodes(std::string_view app = {}) const;
  std::vector<MigrationKey> RootNodes(std::string_view app = {}) const;
  /// forwards_plan, backwards_plan: in Django's order, the target included (last).
  std::vector<MigrationKey> ForwardsPlan(const MigrationKey& target) const;
  std::vector<MigrationKey> BackwardsPlan(const MigrationKey& target) const;
  /// The plan for all leaf nodes, Django's full_plan.
  std::vector<MigrationKey> FullPlan() const;

  /// Apps with several leaf nodes (detect_conflicts).
  std::map<std::string, std::vector<MigrationKey>> Conflicts() const;
  /// One shortest cycle, each with the next one it needs; empty when there is none.
  std::vector<MigrationKey> ShortestCycle() const;

  /// Squashes that take part as themselves or were left out because only some of their parts are
  /// applied.
  std::vector<MigrationKey> ActiveReplacements() const;

  /// make_state(): the state after these nodes and all they need; the whole project's without an
  /// argument.
  ProjectState StateAfter(std::span<const MigrationKey> nodes, bool at_end = true) const;
  ProjectState FinalState() const;

 private:
  friend class GraphBuilder;
  const Project* project_ = nullptr;
  std::vector<GraphFailure> failures_;
  std::vector<Edge> edges_;
  struct Node;
  std::map<MigrationKey, std::shared_ptr<Node>> nodes_;
};

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_GRAPH_H_
