// Migrations of one app in lanes, newest first, as `git log --graph` arranges commits: who draws
// them, in letters or in lines, only follows.
//
//   for (const LaneRow& row : ArrangeLanes(graph, keys)) row.key, row.column, row.links
//
//   *     column 0, links 0 -> 0 and 0 -> 1: a merge
//   | *   column 1, links 0 -> 0 and 1 -> 1
//   * |   column 0, links 0 -> 0 and 1 -> 0
//   *     column 0, no links
#ifndef MIGEXT_MIGRATE_GRAPH_LANES_H_
#define MIGEXT_MIGRATE_GRAPH_LANES_H_

#include <cstddef>
#include <span>
#include <vector>

#include "django/graph.h"

namespace migext::migrate {

/// From a column of this row to one of the next.
struct LaneLink {
  std::size_t from = 0;
  std::size_t to = 0;
};

struct LaneRow {
  django::MigrationKey key;
  std::size_t column = 0;  ///< Its own.
  std::size_t width = 0;   ///< Lanes of this row; all are in use.
  /// From left to right; those from `column` lead to its parents.
  std::vector<LaneLink> links;
};

/// Each migration comes before those that it needs, and a branch is not interrupted by another.
/// Only edges between `keys` count.  What a circle leaves no order for follows at the end, without
/// the links that would lead upwards.
std::vector<LaneRow> ArrangeLanes(const django::Graph& graph,
                                  std::span<const django::MigrationKey> keys);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_GRAPH_LANES_H_
