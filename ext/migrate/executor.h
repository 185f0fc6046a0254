// The migrate command: looks, plans, and runs migrations one by one.
//
//   Executor executor({db, project, context, journal_on, report});
//   executor.Migrate("blog", "0002")   // "took back 7 migrations, blog.0009_… to blog.0003_…"
//
// Each migration is wholly applied with its record, or not at all; what stops the run is an Error,
// and what came before it stays.  The report is in Django's words, with ours behind it.
#ifndef MIGEXT_MIGRATE_EXECUTOR_H_
#define MIGEXT_MIGRATE_EXECUTOR_H_

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "django/graph.h"
#include "django/project.h"
#include "migrate/dropped_data.h"
#include "migrate/history.h"
#include "migrate/migration_runner.h"
#include "migrate/plan.h"
#include "migrate/planned_run.h"
#include "migrate/prepared.h"
#include "migrate/step_observer.h"
#include "schema/table.h"
#include "sqlite/connection.h"

namespace migext::migrate {

struct ExecutorInput {
  const sqlite::Connection& db;
  const django::Project& project;
  const django::Graph& graph;  ///< Built with the records of this database.
  const History& history;
  const schema::SchemaContext& context;
  bool journal = true;
  std::function<void(std::string)> report;
  bool keep_dropped = true;  ///< What a rollback drops goes into quarantine.
  bool fold_remakes = true;  ///< Several remakes of a table in a migration copy its rows once.
  StepObserver* observer = nullptr;
};

class Executor {
 public:
  explicit Executor(const ExecutorInput& input)
      : input_(input), history_mark_(HistoryMark(input.db)) {}

  /// `migrate [app [name]]`; one short line of what it did.
  std::string Migrate(std::string_view app, std::string_view name);
  /// These steps, all in one direction.
  std::string Run(const Plan& plan);
  /// Runs the operations of one migration whose effect is absent, then records it.
  std::string Resume(std::string_view app, std::string_view name);

 private:
  std::string Run(const PlannedRun& run, std::string_view app, std::string_view name);
  void RequireChangeable() const;
  void RequireNothingInTheWay(std::span<const PreparedMigration> prepared);
  void RequireFittingData(std::span<const PreparedMigration> prepared, std::string_view app,
                          std::string_view name);
  void RunSteps(const PlannedRun& run, DroppedData dropped);
  void EnsureHistoryTable();
  void RunStep(MigrationRunner& runner, const PlanStep& step, const django::ProjectState& before);
  void FinishRun(const PlannedRun& run);
  void RecordCompletedSquashes();
  void ReportHeader(std::string_view app, const std::vector<django::Target>& targets, bool named);
  void ReportKnownViolations(const ForeignKeyWatch& watch);
  std::string StoppedAt(const PlanStep& step) const;
  std::string Answer(bool backwards) const;

  ExecutorInput input_;
  std::string history_mark_;  ///< Of the history that was given.
  std::vector<django::MigrationKey> done_;
};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_EXECUTOR_H_
