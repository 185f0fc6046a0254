#include "migrate/graph_lanes.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace migext::migrate {
namespace {

using django::Graph;
using django::MigrationKey;

class Arrangement {
 public:
  Arrangement(const Graph& graph, std::span<const MigrationKey> keys)
      : left_(keys.begin(), keys.end()) {
    for (const MigrationKey& key : keys) {
      for (const MigrationKey& parent : graph.Parents(key)) {
        if (parent == key || !left_.contains(parent)) continue;
        parents_[key].push_back(parent);
        ++children_[parent];
      }
    }
  }

  std::vector<LaneRow> Make() {
    // The last leaf by name is on top of the pile.
    std::vector<MigrationKey> pile;
    for (const MigrationKey& key : left_) {
      if (children_[key] == 0) pile.push_back(key);
    }
    while (!left_.empty()) {
      // In a circle everything waits for something: the last one by name has to begin.
      const MigrationKey key = pile.empty() ? *left_.rbegin() : pile.back();
      if (!pile.empty()) pile.pop_back();
      if (!left_.contains(key)) continue;
      Place(key);
      for (const MigrationKey& parent : parents_[key]) {
        if (--children_[parent] == 0) pile.push_back(parent);
      }
    }
    return std::move(rows_);
  }

 private:
  void Place(const MigrationKey& key) {
    left_.erase(key);
    auto lane = std::find(lanes_.begin(), lanes_.end(), key);
    if (lane == lanes_.end()) lane = lanes_.insert(lanes_.end(), key);
    LaneRow row;
    row.key = key;
    row.column = static_cast<std::size_t>(lane - lanes_.begin());
    row.width = lanes_.size();
    std::vector<MigrationKey> next;
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      if (i != row.column) {
        row.links.push_back({i, ColumnIn(next, lanes_[i])});
        continue;
      }
      for (const MigrationKey& parent : ParentsFromLeft(key, row.column)) {
        row.links.push_back({i, ColumnIn(next, parent)});
      }
    }
    lanes_ = std::move(next);
    rows_.push_back(std::move(row));
  }

  /// Those that wait in a lane further left first, so that fewer lines cross.
  std::vector<MigrationKey> ParentsFromLeft(const MigrationKey& key, std::size_t column) const {
    std::vector<MigrationKey> parents;
    const auto found = parents_.find(key);
    if (found == parents_.end()) return parents;
    for (const MigrationKey& parent : found->second) {
      if (left_.contains(parent)) parents.push_back(parent);
    }
    const auto end = lanes_.begin() + static_cast<std::ptrdiff_t>(column);
    std::stable_partition(parents.begin(), parents.end(), [&](const MigrationKey& parent) {
      return std::find(lanes_.begin(), end, parent) != end;
    });
    return parents;
  }

  static std::size_t ColumnIn(std::vector<MigrationKey>& lanes, const MigrationKey& key) {
    auto lane = std::find(lanes.begin(), lanes.end(), key);
    if (lane == lanes.end()) lane = lanes.insert(lanes.end(), key);
    return static_cast<std::size_t>(lane - lanes.begin());
  }

  std::set<MigrationKey> left_;
  std::map<MigrationKey, std::vector<MigrationKey>> parents_;
  std::map<MigrationKey, int> children_;  ///< That are not placed yet.
  std::vector<MigrationKey> lanes_;       ///< What each waits for.
  std::vector<LaneRow> rows_;
};

}  // namespace

std::vector<LaneRow> ArrangeLanes(const Graph& graph, std::span<const MigrationKey> keys) {
  return Arrangement(graph, keys).Make();
}

}  // namespace migext::migrate
