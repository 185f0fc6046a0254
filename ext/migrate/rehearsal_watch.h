// Writes a run down as it goes on, for rehearsal.h.
//
//   RehearsalWatch watch(RehearsalPhase::kRun, db, copy);
//   Executor({…, &watch}).Migrate("blog", "0005");   // may throw
//   for (RehearsalStep& step : watch.Take(run.steps)) …
#ifndef MIGEXT_MIGRATE_REHEARSAL_WATCH_H_
#define MIGEXT_MIGRATE_REHEARSAL_WATCH_H_

#include <chrono>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "migrate/rehearsal_step.h"
#include "migrate/step_observer.h"
#include "sqlite/connection.h"

namespace migext::migrate {

class RehearsalClock {
 public:
  /// Since it was made, to the hundredth.
  double Milliseconds() const;

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

RehearsalStep MakeStep(RehearsalPhase phase, RehearsalStatus status, std::string detail);

class RehearsalWatch final : public StepObserver {
 public:
  /// An interruption of `live` ends the run on the copy.  Both must outlive this.
  RehearsalWatch(RehearsalPhase phase, const sqlite::Connection& live,
                 const sqlite::Connection& copy)
      : phase_(phase), live_(live), copy_(copy) {}

  void Refused(const django::MigrationKey& migration) override { Add(migration); }
  void Begins(const PlanStep& step) override;
  void Done(const PlanStep& step, std::span<const CopiedTable> copied) override;

  /// The one that has not come to its end: in it the run stopped.  Null when there is none.
  RehearsalStep* Stopped();
  /// In the order of the run; what was not reached is skipped.
  std::vector<RehearsalStep> Take(std::span<const PlanStep> run);

 private:
  void Add(const django::MigrationKey& migration);

  RehearsalPhase phase_;
  const sqlite::Connection& live_;
  const sqlite::Connection& copy_;
  std::map<django::MigrationKey, RehearsalStep> steps_;
  RehearsalClock clock_;
};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_REHEARSAL_WATCH_H_
