// The migration graph as Django's MigrationLoader builds it: which migration needs which, what a
// squash stands for, and where an app has more than one end.
//
//   const Graph graph = Graph::Build(SourceOf(project), &applied);
//   if (graph.failures().empty()) for (const MigrationKey& key : graph.FullPlan()) …
//
// Building never throws: what Django would raise is kept (failures()), with the graph as far as it
// goes, since every other question can still be answered and the person needs the answers most
// then.  A graph is a value and cheap to copy.
#ifndef MIGEXT_DJANGO_GRAPH_H_
#define MIGEXT_DJANGO_GRAPH_H_

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "django/dialect.h"
#include "django/migration.h"
#include "django/project.h"
#include "django/state.h"

namespace migext::django {

/// Migrations recorded in the database; only membership matters here.
using AppliedSet = std::set<MigrationKey>;

/// What a graph is made of.  All of it must outlive the graph.
struct MigrationSource {
  std::span<const App> apps;  ///< In the order of INSTALLED_APPS.
  const std::map<MigrationKey, std::shared_ptr<const Migration>>* migrations = nullptr;
  const std::map<MigrationKey, UnreadableMigration>* unreadable = nullptr;  ///< May be null.
  Dialect dialect;
  AppsKnowledge apps_knowledge = {};

  const App* FindApp(std::string_view label) const;
  const Migration* Find(const MigrationKey& key) const;
};
MigrationSource SourceOf(const Project& project);

/// What Django raises: its class, its words, and the migrations it is about.
struct GraphFailure {
  /// "NodeNotFoundError", "CircularDependencyError", "SyntaxError", …; "" when the words are ours.
  std::string exception;
  std::string message;  ///< Django's str(exception).
  std::vector<MigrationKey> migrations;
  Place place;  ///< Of an unreadable file.
  /// An app that others depend on has no migration: showmigrations alone overlooks it.
  bool only_an_empty_app = false;

  std::string ToString() const {
    return exception.empty() || message.empty() ? exception + message : exception + ": " + message;
  }
};

/// A migration that others name and that is not there.
struct MissingNode {
  MigrationKey key;
  MigrationKey named_by;
  bool is_child = false;  ///< Named in run_before, else in dependencies.
  std::string nearest;    ///< A name of the same app that may have been meant, or "".
};

enum class EdgeOrigin : std::uint8_t { kDependency, kRunBefore, kReplaces, kSwappable };
/// 'dependency', 'run_before', 'replaces', 'swappable'
std::string_view OriginName(EdgeOrigin origin);

/// As the files declare it, with __first__ and __latest__ resolved; for kReplaces the child is the
/// squash.
struct Edge {
  MigrationKey child;
  MigrationKey parent;
  EdgeOrigin origin = EdgeOrigin::kDependency;

  bool operator==(const Edge&) const = default;
};

/// A migration with `replaces`: it stands for its parts if all or none of them are applied.
struct Replacement {
  const Migration* squash = nullptr;
  bool in_use = false;
};

class Graph {
 public:
  /// `applied` decides which squashes replace their parts; nothing means a graph without a database
  /// (Django's connection=None).
  static Graph Build(const MigrationSource& source, const AppliedSet* applied);
  static Graph Build(const Project& project, const AppliedSet* applied);
  /// The same with every squash beside its parts (replace_migrations=False).
  Graph WithoutReplacements() const;

  const MigrationSource& source() const;
  /// The first thing that Django would raise while loading, and all that would follow it.
  const std::vector<GraphFailure>& failures() const;
  const std::vector<MissingNode>& missing() const;
  /// MigrationLoader.applied_migrations: what is recorded, with a squash in it exactly if all its
  /// parts are.
  const AppliedSet& applied() const;
  bool replaces_migrations() const;
  /// MigrationLoader.replacements, in the order loaded.
  const std::vector<Replacement>& replacements() const;

  bool Has(const MigrationKey& key) const;
  const Migration* Find(const MigrationKey& key) const;  ///< Null for nodes without a file.
  std::vector<MigrationKey> Nodes() const;               ///< Sorted.
  const std::vector<Edge>& edges() const;
  std::vector<MigrationKey> Parents(const MigrationKey& key) const;   ///< Sorted.
  std::vector<MigrationKey> Children(const MigrationKey& key) const;  ///< Sorted.

  /// leaf_nodes(app), root_nodes(app): sorted; all apps without an argument.
  std::vector<MigrationKey> LeafNodes(std::string_view app = {}) const;
  std::vector<MigrationKey> RootNodes(std::string_view app = {}) const;
  /// forwards_plan, backwards_plan: in Django's order, the target included (last).  Throws Error in
  /// Django's words for what is no node.
  std::vector<MigrationKey> ForwardsPlan(const MigrationKey& target) const;
  std::vector<MigrationKey> BackwardsPlan(const MigrationKey& target) const;
  /// The forwards plans of all these, without repetition.
  std::vector<MigrationKey> ForwardsPlan(std::span<const MigrationKey> targets) const;
  /// The plan for all leaf nodes, Django's full_plan.
  std::vector<MigrationKey> FullPlan() const;

  /// Apps with several leaf nodes (detect_conflicts).  An app with an unreadable or a
  /// missing file is left out: that file may be what joins them.
  std::map<std::string, std::vector<MigrationKey>> Conflicts() const;
  /// One shortest cycle, each with the next one it needs; empty when there is none.
  std::vector<MigrationKey> ShortestCycle() const;

  /// make_state(): the state after (at_end) or before these nodes, with all they need.
  ProjectState StateAfter(std::span<const MigrationKey> nodes, bool at_end = true) const;
  /// The state after all leaf nodes.
  ProjectState FinalState() const;

 private:
  friend class GraphBuilder;
  struct Data;
  explicit Graph(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  std::shared_ptr<const Data> data_;
};

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_GRAPH_H_
