#include "django/migration.h"

namespace migext::django {

void Migration::MutateState(ProjectState& state) const {
  for (const OperationPtr& operation : operations) operation->StateForwards(key.app, state);
}

}  // namespace migext::django
