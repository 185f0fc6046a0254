// A comment tree as a person reads it: depth first, with branches.
#ifndef MIGEXT_TREE_DRAWING_H_
#define MIGEXT_TREE_DRAWING_H_

#include <cstdint>
#include <functional>
#include <string>

#include "tree/forest.h"

namespace migext::tree {

struct DrawnRow {
  Forest::Node node = 0;
  std::int64_t position = 0;  ///< From 1, depth first.
  std::int64_t children = 0;
  std::int64_t descendants = 0;
  std::string line;  ///< "│   ├── 17", with a word about rows that hang nowhere.
};

/// Calls `draw` once for every row: first the trees below roots, then those below rows whose parent
/// is missing, then circles, each from its lowest id.
void Draw(const Forest& forest, const std::function<void(const DrawnRow&)>& draw);

}  // namespace migext::tree

#endif  // MIGEXT_TREE_DRAWING_H_
