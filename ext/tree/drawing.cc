#include "tree/drawing.h"

#include <algorithm>
#include <numeric>

namespace migext::tree {
namespace {

using Node = Forest::Node;
using Fault = Forest::Fault;

constexpr std::int32_t kNotDrawn = -1;

// Deeper branches are not drawn, so that a chain of 100,000 replies stays readable.
constexpr std::size_t kMostBranches = 32;

}  // namespace

Drawing::Drawing(const Forest& forest)
    : forest_(forest),
      children_(Index(forest.size()), 0),
      descendants_(Index(forest.size()), kNotDrawn),
      is_last_(Index(forest.size()), false),
      is_top_(Index(forest.size()), false) {
  const Node size = forest.size();
  for (Node node = 0; node < size; ++node) {
    if (forest.Parent(node) != Forest::kNoParent) ++children_[Index(forest.Parent(node))];
  }
  // All rows that have a parent, parent by parent: a list of children for each without one list
  // each.
  std::vector<std::int32_t> first_child(Index(size));
  std::exclusive_scan(children_.begin(), children_.end(), first_child.begin(), 0);
  std::vector<Node> by_parent(Index(size));
  std::vector<std::int32_t> next = first_child;
  for (Node node = 0; node < size; ++node) {
    const Node parent = forest.Parent(node);
    if (parent != Forest::kNoParent) by_parent[Index(next[Index(parent)]++)] = node;
  }

  order_.reserve(Index(size));
  for (Node node = 0; node < size; ++node) {
    if (forest.IsPlaced(node) && forest.Parent(node) == Forest::kNoParent) {
      AddTree(node, first_child, by_parent);
    }
  }
  for (Node node = 0; node < size; ++node) {
    if (forest.FaultOf(node) == Fault::kOrphan) AddTree(node, first_child, by_parent);
  }
  for (Node node = 0; node < size; ++node) {
    const Fault fault = forest.FaultOf(node);
    const bool circular = fault == Fault::kCycle || fault == Fault::kSelfParent;
    if (circular && descendants_[Index(node)] == kNotDrawn) AddTree(node, first_child, by_parent);
  }
}

void Drawing::AddTree(Node top, const std::vector<std::int32_t>& first_child,
                      const std::vector<Node>& by_parent) {
  is_top_[Index(top)] = true;
  const std::size_t begin = order_.size();
  std::vector<Node> waiting = {top};
  while (!waiting.empty()) {
    const Node node = waiting.back();
    waiting.pop_back();
    order_.push_back(node);
    descendants_[Index(node)] = 0;
    bool last = true;
    for (std::int32_t place = children_[Index(node)]; place-- > 0;) {
      const Node child = by_parent[Index(first_child[Index(node)] + place)];
      // In a circle the top is also a child.
      if (descendants_[Index(child)] != kNotDrawn) continue;
      is_last_[Index(child)] = last;
      last = false;
      waiting.push_back(child);
    }
  }
  for (std::size_t row = order_.size(); row-- > begin + 1;) {
    descendants_[Index(forest_.Parent(order_[row]))] += descendants_[Index(order_[row])] + 1;
  }
}

std::string Drawing::LineAt(std::size_t row) const {
  const Node node = NodeAt(row);
  std::string name = ToString(forest_.IdOf(node));
  if (is_top_[Index(node)]) {
    const std::string parent = ToString(forest_.ParentId(node));
    switch (forest_.FaultOf(node)) {
      case Fault::kOrphan:
        return name + "  (parent " + parent + " is missing)";
      case Fault::kSelfParent:
        return name + "  (is its own parent)";
      case Fault::kCycle:
        return name + "  (in a circle: its parent is " + parent + ")";
      default:
        return name;
    }
  }
  std::vector<Node> above;
  for (Node at = forest_.Parent(node); !is_top_[Index(at)]; at = forest_.Parent(at))
    above.push_back(at);
  std::string line;
  if (above.size() > kMostBranches) line += "… ";
  for (std::size_t i = std::min(above.size(), kMostBranches); i-- > 0;) {
    line += is_last_[Index(above[i])] ? "    " : "│   ";
  }
  return line + (is_last_[Index(node)] ? "└── " : "├── ") + name;
}

}  // namespace migext::tree
