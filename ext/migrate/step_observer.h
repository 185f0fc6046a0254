// Somebody who is told of a run as it goes on: executor.h.
#ifndef MIGEXT_MIGRATE_STEP_OBSERVER_H_
#define MIGEXT_MIGRATE_STEP_OBSERVER_H_

#include <span>

#include "django/migration.h"
#include "migrate/plan.h"
#include "migrate/statement_runner.h"

namespace migext::migrate {

class StepObserver {
 public:
  virtual ~StepObserver() = default;
  /// It cannot be run on what is there: found before the first step, which is not run either.
  virtual void Refused(const django::MigrationKey& migration) = 0;
  /// What it throws stops the run.
  virtual void Begins(const PlanStep& step) = 0;
  virtual void Done(const PlanStep& step, std::span<const CopiedTable> copied) = 0;
};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_STEP_OBSERVER_H_
