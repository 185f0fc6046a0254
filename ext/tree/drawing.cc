#include "tree/drawing.h"

#include <numeric>
#include <vector>

namespace migext::tree {
namespace {

using Node = Forest::Node;
using Fault = Forest::Fault;

std::size_t Index(Node node) { return static_cast<std::size_t>(node); }

// Children of every row in the order of their ids, without a list for each.
class Children {
 public:
  explicit Children(const Forest& forest)
      : first_(Index(forest.size()) + 1, 0), nodes_(Index(forest.size())) {
    for (Node node = 0; node < forest.size(); ++node) {
      if (forest.Parent(node) != Forest::kNoParent) ++first_[Index(forest.Parent(node))];
    }
    std::exclusive_scan(first_.begin(), first_.end(), first_.begin(), 0);
    std::vector<std::int32_t> next = first_;
    for (Node node = 0; node < forest.size(); ++node) {
      const Node parent = forest.Parent(node);
      if (parent != Forest::kNoParent) nodes_[Index(next[Index(parent)]++)] = node;
    }
  }

  std::int32_t Count(Node node) const { return first_[Index(node) + 1] - first_[Index(node)]; }
  Node At(Node node, std::int32_t place) const {
    return nodes_[Index(first_[Index(node)] + place)];
  }

 private:
  std::vector<std::int32_t> first_;
  std::vector<Node> nodes_;
};

// Deeper branches are not drawn, so that a chain of 100,000 replies stays readable and small.
constexpr std::size_t kMostBranches = 32;

class Drawer {
 public:
  Drawer(const Forest& forest, const std::function<void(const DrawnRow&)>& draw)
      : forest_(forest),
        children_(forest),
        draw_(draw),
        sizes_(Index(forest.size()), 0),
        seen_(Index(forest.size()), false) {}

  void Tree(Node top) {
    if (seen_[Index(top)]) return;
    Measure(top);
    Push(top, true);
    while (!way_.empty()) {
      Step& step = way_.back();
      if (step.next == children_.Count(step.node)) {
        way_.pop_back();
        continue;
      }
      const Node child = children_.At(step.node, step.next++);
      // The row that closes a circle has been drawn as its top.
      if (!seen_[Index(child)]) Push(child, step.next == children_.Count(step.node));
    }
  }

 private:
  struct Step {
    Node node;
    std::int32_t next;
    bool last;
  };

  // Rows below each row, bottom up.
  void Measure(Node top) {
    std::vector<Node> order = {top};
    seen_[Index(top)] = true;
    for (std::size_t i = 0; i < order.size(); ++i) {
      for (std::int32_t k = 0; k < children_.Count(order[i]); ++k) {
        const Node child = children_.At(order[i], k);
        if (seen_[Index(child)]) continue;
        seen_[Index(child)] = true;
        order.push_back(child);
      }
    }
    for (std::size_t i = order.size(); i-- > 1;) {
      sizes_[Index(forest_.Parent(order[i]))] += sizes_[Index(order[i])] + 1;
    }
    for (const Node node : order) seen_[Index(node)] = false;
  }

  void Push(Node node, bool last) {
    seen_[Index(node)] = true;
    DrawnRow row;
    row.node = node;
    row.position = ++position_;
    row.children = children_.Count(node);
    row.descendants = sizes_[Index(node)];
    row.line = Line(node, last);
    draw_(row);
    way_.push_back({node, 0, last});
  }

  std::string Line(Node node, bool last) const {
    std::string line;
    for (std::size_t i = 1; i < way_.size() && i <= kMostBranches; ++i)
      line += way_[i].last ? "    " : "│   ";
    if (way_.size() > kMostBranches) line += "… ";
    if (!way_.empty()) line += last ? "└── " : "├── ";
    line += ToString(forest_.IdOf(node));
    if (!way_.empty()) return line;
    switch (forest_.FaultOf(node)) {
      case Fault::kOrphan:
        return line + "  (parent " + ToString(forest_.ParentId(node)) + " is missing)";
      case Fault::kSelfParent:
        return line + "  (is its own parent)";
      case Fault::kCycle:
        return line + "  (in a circle: its parent is " + ToString(forest_.ParentId(node)) + ")";
      default:
        return line;
    }
  }

  const Forest& forest_;
  const Children children_;
  const std::function<void(const DrawnRow&)>& draw_;
  std::vector<std::int32_t> sizes_;
  std::vector<bool> seen_;
  std::vector<Step> way_;
  std::int64_t position_ = 0;
};

}  // namespace

void Draw(const Forest& forest, const std::function<void(const DrawnRow&)>& draw) {
  Drawer drawer(forest, draw);
  const auto trees = [&](auto is_top) {
    for (Node node = 0; node < forest.size(); ++node) {
      if (is_top(node)) drawer.Tree(node);
    }
  };
  trees(
      [&](Node node) { return forest.IsPlaced(node) && forest.Parent(node) == Forest::kNoParent; });
  trees([&](Node node) { return forest.FaultOf(node) == Fault::kOrphan; });
  trees([&](Node node) {
    return forest.FaultOf(node) == Fault::kCycle || forest.FaultOf(node) == Fault::kSelfParent;
  });
}

}  // namespace migext::tree
