#include "lint/parts.h"

#include "django/operations/special.h"

namespace migext::lint {

void ForEachPart(const django::Operation& operation,
                 const std::function<void(const django::Operation&)>& visit) {
  const auto* both = dynamic_cast<const django::SeparateDatabaseAndState*>(&operation);
  if (both == nullptr) return visit(operation);
  for (const django::OperationPtr& part : both->database_operations) ForEachPart(*part, visit);
}

}  // namespace migext::lint
