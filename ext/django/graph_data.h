// The inside of a Graph: nodes as numbers into tables sorted by key, so that order of numbers is
// order of keys and a walk touches no strings.  For the graph*.cc files alone.
#ifndef MIGEXT_DJANGO_GRAPH_DATA_H_
#define MIGEXT_DJANGO_GRAPH_DATA_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "django/graph.h"

namespace migext::django {

using NodeId = std::uint32_t;

enum class NodeKind : std::uint8_t {
  kFile,
  kUnreadable,  // A file whose dependencies are not known.
  kRecorded,    // Known from the history of an app whose files are missing.
  kMissing,     // Only named by others; Django's DummyNode.
};

struct Graph::Data {
  MigrationSource source;
  std::vector<GraphFailure> failures;
  std::vector<MissingNode> missing;
  std::vector<Edge> edges;
  std::vector<Replacement> replacements;
  AppliedSet recorded;
  AppliedSet applied;
  bool replace_migrations = true;

  // One entry per node, in the order of keys.
  std::vector<MigrationKey> keys;
  std::vector<const Migration*> migrations;
  std::vector<NodeKind> kinds;
  std::vector<std::vector<NodeId>> parents;
  std::vector<std::vector<NodeId>> children;

  std::optional<NodeId> Id(const MigrationKey& key) const;
  std::vector<MigrationKey> Keys(const std::vector<NodeId>& ids) const;
  /// The nodes of the app (of all, if empty) that have none of their own app in `beyond`.
  std::vector<NodeId> Ends(std::string_view app,
                           const std::vector<std::vector<NodeId>>& beyond) const;
};

/// ensure_not_cyclic(): a cycle as Django would print it, or nothing.  Django's order is that of a
/// Python set; here it is that of the keys.
std::vector<NodeId> FirstCycle(const std::vector<std::vector<NodeId>>& children);

/// ('blog', '0001_initial'), as Python prints a pair.
std::string PythonPair(const MigrationKey& key);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_GRAPH_DATA_H_
