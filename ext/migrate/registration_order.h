// The order in which Django has the models of a state registered (StateApps): the rows that it
// makes for them come in this order.
//
//   for (const ModelState* model : RegistrationOrder({before, steps, after})) …
//
// A state that is rendered anew has its models in its own order.  One that was rendered before the
// run, and then changed only by operations that render relations at once, has the models rendered
// for them at the end.  Where Django renders several at a time in the order of a set, which differs
// from run to run, they come in the order of the state.
#ifndef MIGEXT_MIGRATE_REGISTRATION_ORDER_H_
#define MIGEXT_MIGRATE_REGISTRATION_ORDER_H_

#include <span>
#include <vector>

#include "django/state.h"
#include "migrate/plan.h"

namespace migext::migrate {

struct RegistrationInput {
  const django::ProjectState& before;  ///< With everything that was applied before the run.
  std::span<const PlanStep> steps;     ///< Carried out, not faked.
  const django::ProjectState& after;
};

/// Every model of `after`, which must outlive the pointers.
std::vector<const django::ModelState*> RegistrationOrder(const RegistrationInput& input);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_REGISTRATION_ORDER_H_
