// A comment tree as a person reads it: depth first, with branches.
//
//   1
//   ├── 2
//   │   └── 4
//   └── 3
#ifndef MIGEXT_TREE_DRAWING_H_
#define MIGEXT_TREE_DRAWING_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tree/forest.h"

namespace migext::tree {

/// Every row of a forest once: first the trees below roots, then those below rows whose parent is
/// missing, then circles, each from its lowest id.  Siblings follow the order of their ids.
class Drawing {
 public:
  /// `forest` must outlive the drawing.
  explicit Drawing(const Forest& forest);

  std::size_t size() const { return order_.size(); }
  Forest::Node NodeAt(std::size_t row) const { return order_[row]; }
  std::int64_t ChildrenAt(std::size_t row) const { return children_[Index(NodeAt(row))]; }
  std::int64_t DescendantsAt(std::size_t row) const { return descendants_[Index(NodeAt(row))]; }
  /// "│   ├── 17"; a row that hangs nowhere says why.
  std::string LineAt(std::size_t row) const;

 private:
  static std::size_t Index(Forest::Node node) { return static_cast<std::size_t>(node); }
  void AddTree(Forest::Node top, const std::vector<std::int32_t>& first_child,
               const std::vector<Forest::Node>& by_parent);

  const Forest& forest_;
  std::vector<Forest::Node> order_;
  std::vector<std::int32_t> children_;     // by node
  std::vector<std::int32_t> descendants_;  // by node; kNotDrawn until it is in order_
  std::vector<bool> is_last_;              // by node: the last among its siblings
  std::vector<bool> is_top_;               // by node: drawn without a branch
};

}  // namespace migext::tree

#endif  // MIGEXT_TREE_DRAWING_H_
