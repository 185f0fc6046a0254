// Django's MigrationOptimizer: the shortest list of operations that it finds for the same effect.
//
//   python::Heap heap(kHeapBytes);   // must outlive the operations that come back
//   Optimize(migration.operations, "blog", project.dialect(), heap)
//
// CreateModel and AddField become one CreateModel, CreateModel and DeleteModel nothing.  What runs
// SQL or Python stays where it is unless it is elidable.  Fields, indexes and values are shared
// with the operations given, which stay as they are.
#ifndef MIGEXT_REWRITE_OPTIMIZER_H_
#define MIGEXT_REWRITE_OPTIMIZER_H_

#include <string_view>
#include <vector>

#include "django/dialect.h"
#include "django/operation.h"
#include "python/heap.h"

namespace migext::rewrite {

/// Throws Error in Django's words for operations that contradict each other (a field that is there
/// twice), and for more of them than can be compared in a minute or so.
std::vector<django::OperationPtr> Optimize(std::vector<django::OperationPtr> operations,
                                           std::string_view app, const django::Dialect& dialect,
                                           python::Heap& heap);

}  // namespace migext::rewrite

#endif  // MIGEXT_REWRITE_OPTIMIZER_H_
