// What Django checks before it migrates anything, as data and in Django's words: several leaf nodes
// in one app, and migrations applied before what they depend on.
//
//   for (const InconsistentEdge& edge : InconsistentHistory(graph, recorded))
//     edge.Message();  // Migration blog.0005_x is applied before its dependency blog.0004_y on …
#ifndef MIGEXT_DJANGO_GRAPH_CHECKS_H_
#define MIGEXT_DJANGO_GRAPH_CHECKS_H_

#include <map>
#include <span>
#include <string>
#include <vector>

#include "django/graph.h"

namespace migext::django {

struct InconsistentEdge {
  MigrationKey child;   ///< Recorded as applied …
  MigrationKey parent;  ///< … while this one, which it needs, is not.

  bool operator==(const InconsistentEdge&) const = default;
  std::string Message() const;  ///< InconsistentMigrationHistory's text.
};

/// MigrationLoader.check_consistent_history(), all of it: Django stops at the first.  `recorded` is
/// in the order of the rows, which decides what comes first.
std::vector<InconsistentEdge> InconsistentHistory(const Graph& graph,
                                                  std::span<const MigrationKey> recorded);

/// MigrationLoader.all_replaced_applied(): false for what is no squash.
bool AllReplacedApplied(const Graph& graph, const MigrationKey& key, const AppliedSet& recorded);

/// The text of the CommandError for Graph::Conflicts().
std::string ConflictMessage(const std::map<std::string, std::vector<MigrationKey>>& conflicts);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_GRAPH_CHECKS_H_
