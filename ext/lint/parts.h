// What an operation does to the database: itself, or the operations inside of it.
//
//   ForEachPart(operation, [&](const django::Operation& part) { … });
#ifndef MIGEXT_LINT_PARTS_H_
#define MIGEXT_LINT_PARTS_H_

#include <functional>

#include "django/operation.h"

namespace migext::lint {

/// database_operations of SeparateDatabaseAndState, as deep as they go; else the operation.
void ForEachPart(const django::Operation& operation,
                 const std::function<void(const django::Operation&)>& visit);

}  // namespace migext::lint

#endif  // MIGEXT_LINT_PARTS_H_
