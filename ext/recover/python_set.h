// The order in which CPython walks over a set of integers.
//
//   PythonSetOrder({44, 41, 8})  // {8, 41, 44}
//
// Django inserts many-to-many rows in this order (ManyRelatedManager.add() keeps the ids in a set),
// so the primary keys of those rows follow from it.
#ifndef MIGEXT_RECOVER_PYTHON_SET_H_
#define MIGEXT_RECOVER_PYTHON_SET_H_

#include <cstdint>
#include <span>
#include <vector>

namespace migext::recover {

/// `values` as they are added; each comes once in the result.
std::vector<std::int64_t> PythonSetOrder(std::span<const std::int64_t> values);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_PYTHON_SET_H_
