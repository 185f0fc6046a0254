// Cycles in the graph: the one Django reports, and the shortest, which is easier to mend.
#include <algorithm>

#include "django/graph_data.h"

namespace migext::django {
namespace {

constexpr NodeId kNowhere = static_cast<NodeId>(-1);

// Shortest ways by breadth-first search.  What one search marks is unmarked after it, so that many
// short searches in a large graph stay cheap.
class Search {
 public:
  explicit Search(const std::vector<std::vector<NodeId>>& next)
      : next_(next), came_from_(next.size(), kNowhere) {}

  /// From `start` back to itself in fewer than `limit` steps; empty when there is no such way.
  std::vector<NodeId> WayBack(NodeId start, std::size_t limit) {
    std::vector<NodeId> seen = {start};
    std::vector<NodeId> way;
    std::size_t layer = 0;
    for (std::size_t length = 1; layer < seen.size() && length < limit && way.empty(); ++length) {
      const std::size_t layer_end = seen.size();
      for (; layer < layer_end && way.empty(); ++layer) way = Expand(seen, layer);
    }
    for (const NodeId node : seen) came_from_[node] = kNowhere;
    return way;
  }

 private:
  std::vector<NodeId> Expand(std::vector<NodeId>& seen, std::size_t place) {
    const NodeId start = seen.front();
    for (const NodeId other : next_[seen[place]]) {
      if (other == start) return WayTo(seen[place], start);
      if (came_from_[other] != kNowhere) continue;
      came_from_[other] = seen[place];
      seen.push_back(other);
    }
    return {};
  }

  std::vector<NodeId> WayTo(NodeId node, NodeId start) const {
    std::vector<NodeId> way = {node};
    while (way.back() != start) way.push_back(came_from_[way.back()]);
    std::reverse(way.begin(), way.end());
    return way;
  }

  const std::vector<std::vector<NodeId>>& next_;
  std::vector<NodeId> came_from_;
};

}  // namespace

std::vector<NodeId> FirstCycle(const std::vector<std::vector<NodeId>>& children) {
  enum class State : std::uint8_t { kNew, kOpen, kDone };
  struct Step {
    NodeId node;
    std::size_t next_child;
  };
  std::vector<State> state(children.size(), State::kNew);
  std::vector<Step> stack;
  for (NodeId start = 0; start < children.size(); ++start) {
    if (state[start] != State::kNew) continue;
    state[start] = State::kOpen;
    stack.push_back({start, 0});
    while (!stack.empty()) {
      Step& top = stack.back();
      if (top.next_child == children[top.node].size()) {
        state[top.node] = State::kDone;
        stack.pop_back();
        continue;
      }
      const NodeId child = children[top.node][top.next_child++];
      if (state[child] == State::kNew) {
        state[child] = State::kOpen;
        stack.push_back({child, 0});
      } else if (state[child] == State::kOpen) {
        std::vector<NodeId> cycle = {child};
        auto from = std::find_if(stack.begin(), stack.end(),
                                 [&](const Step& step) { return step.node == child; });
        for (++from; from != stack.end(); ++from) cycle.push_back(from->node);
        return cycle;
      }
    }
  }
  return {};
}

std::vector<MigrationKey> Graph::ShortestCycle() const {
  if (FirstCycle(data_->children).empty()) return {};
  Search search(data_->parents);
  std::vector<NodeId> best;
  for (NodeId start = 0; start < data_->keys.size(); ++start) {
    const std::size_t limit = best.empty() ? data_->keys.size() + 1 : best.size();
    std::vector<NodeId> cycle = search.WayBack(start, limit);
    if (!cycle.empty()) best = std::move(cycle);
  }
  return data_->Keys(best);
}

}  // namespace migext::django
