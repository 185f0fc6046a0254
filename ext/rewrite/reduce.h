// Two operations in a row: whether they are one, or may change places (Operation.reduce()).
//
//   Reduce(create_post, add_slug, context).merged   // {CreateModel with the slug}
//   Reduce(create_post, create_tag, context).passes // true: the order does not matter
//
// Nothing is changed in place, as some versions of Django do with AddIndex and index_together.
#ifndef MIGEXT_REWRITE_REDUCE_H_
#define MIGEXT_REWRITE_REDUCE_H_

#include <optional>
#include <string>
#include <vector>

#include "django/dialect.h"
#include "django/operation.h"
#include "python/heap.h"

namespace migext::rewrite {

using Operations = std::vector<django::OperationPtr>;

struct ReduceContext {
  std::string app;
  const django::Reductions& rules;
  python::Heap& heap;  ///< Where new values are made.
};

struct Reduction {
  std::optional<Operations> merged;  ///< What stands for both; may be empty.
  bool passes = false;               ///< `other` may come before `operation`.
};

/// Throws Error in Django's words where the merged operation could not be made (a field that is
/// there twice).
Reduction Reduce(const django::OperationPtr& operation, const django::OperationPtr& other,
                 const ReduceContext& context);

/// The part of CreateModel.reduce() that takes an operation on the model in; nothing when it does
/// not.
std::optional<Operations> TakeIn(const django::CreateModel& create, const django::Operation& other,
                                 const ReduceContext& context);

/// The head of an operation that takes another's place: built in, at the same place.
django::OperationHead HeadOf(std::string_view class_name, const django::Operation& replaced);

/// PostgreSQL's variants of AddIndex and others are told apart by what they do to the state.
const django::Operation& AsBuiltIn(const django::Operation& operation);

}  // namespace migext::rewrite

#endif  // MIGEXT_REWRITE_REDUCE_H_
