#include "migrate/executor.h"

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "django/names.h"
#include "migrate/checksums.h"
#include "migrate/conflicts.h"
#include "migrate/effects.h"
#include "migrate/live_indexes.h"
#include "migrate/obstacles.h"
#include "migrate/post_migrate.h"
#include "migrate/preflight.h"
#include "migrate/remedies.h"
#include "migrate/resume.h"
#include "migrate/squashes.h"
#include "sqlite/transaction.h"

namespace migext::migrate {
namespace {

using django::MigrationKey;
using django::Target;

std::string Count(std::size_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

/// Reads a table's when it is asked for them.
class IndexesWhenAsked final : public schema::KnownIndexes {
 public:
  explicit IndexesWhenAsked(const sqlite::Connection& db) : db_(db) {}

  std::optional<std::vector<schema::KnownIndex>> IndexesOf(std::string_view table) const override {
    return LiveIndexes(sqlite::LiveSchema::ReadTable(db_, table), MissingTable::kHasNoIndexes)
        .IndexesOf(table);
  }

 private:
  const sqlite::Connection& db_;
};

}  // namespace

std::string Executor::Migrate(std::string_view app, std::string_view name) {
  RequireChangeable();
  std::vector<MigrationKey> recorded;
  for (const Record& record : input_.history.records()) recorded.push_back(record.key);
  const Plan plan = PlanLikeDjango(input_.graph, recorded, app, name);
  const PlannedRun run = RunOf(plan);
  ReportHeader(app, TargetsOf(input_.graph, app, name), !name.empty());
  return Run(run, app, name);
}

std::string Executor::Run(const Plan& plan) {
  RequireChangeable();
  return Run(RunOf(plan), {}, {});
}

std::string Executor::Run(const PlannedRun& run, std::string_view app, std::string_view name) {
  const std::vector<PreparedMigration> prepared = PrepareAll(run, input_.context);
  RequireNothingInTheWay(prepared);
  RequireFittingData(prepared, app, name);
  input_.report("Running migrations:");
  if (run.steps.empty()) input_.report("  No migrations to apply.");
  RunSteps(run, run.backwards && input_.keep_dropped ? DroppedBy(prepared, input_.context)
                                                     : DroppedData());
  FinishRun(run);
  return Answer(run.backwards);
}

void Executor::RequireChangeable() const {
  if (!input_.history.damage().empty()) {
    throw Error("the history cannot be read to its end, so nothing is run: " +
                input_.history.damage());
  }
  if (input_.db.IsReadOnly()) {
    throw Error("the database can only be read: open it again in a way that lets you write");
  }
  sqlite::RequireNoDeferredViolations(input_.db);
}

void Executor::ReportHeader(std::string_view app, const std::vector<Target>& targets, bool named) {
  input_.report("Operations to perform:");
  if (!named) {
    std::set<std::string> labels;
    for (const Target& target : targets) labels.insert(target.app);
    std::string all = Join(std::vector<std::string>(labels.begin(), labels.end()), ", ");
    input_.report("  Apply all migrations: " + (all.empty() ? "(none)" : all));
  } else if (targets.front().IsZero()) {
    input_.report("  Unapply all migrations: " + std::string(app));
  } else {
    input_.report("  Target specific migration: " + targets.front().name.value_or("") + ", from " +
                  targets.front().app);
  }
}

void Executor::RequireNothingInTheWay(std::span<const PreparedMigration> prepared) {
  const std::optional<Obstacle> obstacle = FirstObstacle(prepared, input_.db);
  if (!obstacle) return;
  const MigrationKey& key = obstacle->migration->key;
  if (input_.observer != nullptr) input_.observer->Refused(key);
  std::string message =
      obstacle->words + ": " + key.ToString() + " (" + obstacle->operation->Describe() + ") ";
  if (obstacle->column.empty()) {
    message += "would make the table " + obstacle->table + " a second time";
  } else {
    message += "would make the column " + obstacle->table + "." + obstacle->column +
               " over the one that is there, with what is in it";
  }
  message += "; nothing was changed";
  const sqlite::LiveSchema live = sqlite::LiveSchema::Read(input_.db);
  const Effects effects = Effects::Judge({input_.graph, input_.context, live});
  for (const Conflict& conflict :
       FindConflicts({input_.db, input_.graph, input_.history, live, effects})) {
    if (conflict.app != key.app || conflict.name != key.name || conflict.remedy.empty()) continue;
    message += "\n" + conflict.detail + "\n" + conflict.remedy;
    break;
  }
  message +=
      "\nsee SELECT code, object, detail, remedy FROM migration_conflicts('" + key.app + "')";
  throw Error(obstacle->operation->position().ToPlace(), message);
}

void Executor::RequireFittingData(std::span<const PreparedMigration> prepared, std::string_view app,
                                  std::string_view name) {
  const std::vector<PreflightRow> rows = Preflight(prepared, input_.db);
  const std::string summary = ErrorsIn(rows);
  if (summary.empty()) return;
  if (input_.observer != nullptr) input_.observer->Refused(rows.front().migration);
  std::string query =
      "SELECT table_name, row_key, problem, detail, remedy FROM migration_preflight";
  if (!app.empty()) query += "(" + SqlLiteral(app);
  if (!name.empty()) query += ", " + SqlLiteral(name);
  if (!app.empty()) query += ")";
  throw Error(summary + "; nothing was changed\nsee " + query);
}

void Executor::RunSteps(const PlannedRun& run, DroppedData dropped) {
  if (run.steps.empty()) return;
  const sqlite::ScopedForeignKeysOff foreign_keys(input_.db);
  const ContentTypeRenames renames(input_.project.dialect(), run.start, run.steps);
  Quarantine quarantine(input_.db, std::move(dropped));
  EnsureHistoryTable();
  MigrationRunner runner({input_.db, input_.project, input_.context, input_.journal, history_mark_,
                          &renames, &quarantine});
  if (run.backwards) input_.report("  Rendering model states... DONE");
  std::vector<std::string> notes;
  const auto report_notes = [&] {
    for (std::string& note : notes) input_.report(std::move(note));
  };
  for (std::size_t i = 0; i < run.steps.size(); ++i) {
    const PlanStep& step = run.steps[i];
    const std::string line =
        (step.backwards ? "  Unapplying " : "  Applying ") + step.migration->key.ToString() + "...";
    try {
      RunStep(runner, step, run.before[i]);
    } catch (const Error& error) {
      input_.report(line);
      report_notes();
      throw Error(std::string(error.what()) + "\n" + StoppedAt(step));
    }
    input_.report(line + " OK");
    for (std::string& note : quarantine.TakeNotes()) notes.push_back(std::move(note));
    done_.push_back(step.migration->key);
  }
  report_notes();
  for (const std::string& warning : runner.warnings()) input_.report("  " + warning);
  ReportKnownViolations(runner.foreign_keys());
}

/// Before the first migration and apart from it, as Django does: it stays when that fails.
void Executor::EnsureHistoryTable() {
  if (!history_mark_.empty()) return;
  sqlite::Transaction transaction(input_.db);
  const bool is_there = !HistoryMark(input_.db).empty();
  Recorder(input_.db).EnsureTable();
  if (!is_there) history_mark_ = HistoryMark(input_.db);
  transaction.Commit();
}

void Executor::RunStep(MigrationRunner& runner, const PlanStep& step,
                       const django::ProjectState& before) {
  const MigrationKey& key = step.migration->key;
  if (input_.observer != nullptr) input_.observer->Begins(step);
  if (!step.backwards && !step.migration->atomic && !runner.DoneBefore(key).empty()) {
    throw Error(key.ToString() +
                " is not atomic and was interrupted after some of its operations; " +
                "run the others: " + VerbCall("resume_migration", key));
  }
  const IndexesWhenAsked indexes(input_.db);
  PreparedMigration prepared =
      Prepare({*step.migration, step.backwards, before, input_.context, &indexes});
  if (input_.fold_remakes && step.migration->atomic) FoldRemakes(prepared);
  runner.Run(prepared);
  if (input_.observer != nullptr) input_.observer->Done(step, runner.copied());
}

std::string Executor::StoppedAt(const PlanStep& step) const {
  const MigrationKey& key = step.migration->key;
  std::string text = step.migration->atomic
                         ? key.ToString() + " was left as it was"
                         : key.ToString() + " is not atomic: what it has done stays";
  if (done_.empty()) return text + "; nothing else was changed";
  std::vector<std::string> names;
  for (const MigrationKey& done : done_) names.push_back(done.ToString());
  return text + "; before it " + Count(done_.size(), "migration") + " " +
         (step.backwards ? "taken back: " : "applied: ") + Join(names, ", ");
}

/// What Django does behind every migrate, also when there was nothing to do.
void Executor::FinishRun(const PlannedRun& run) {
  const std::string answer = done_.empty() ? "" : "\n" + Answer(run.backwards);
  try {
    sqlite::Transaction transaction(input_.db);
    RecordCompletedSquashes();
    const PostMigrateResult result =
        PostMigrate(input_.db, {input_.project, run.start, run.steps, run.end});
    for (const std::string& note : result.notes) input_.report("  " + note);
    transaction.Commit();
    if (result.failure.empty()) return;
    throw Error(result.failure + answer +
                "; what failed is part of what Django does after all migrations (content types, "
                "permissions, the default site)");
  } catch (const sqlite::DatabaseError& error) {
    throw Error(error.message() + answer +
                "; what failed is what Django does after all migrations (content types, "
                "permissions, the default site), and none of that was done");
  }
}

void Executor::RecordCompletedSquashes() {
  const ChecksumBook checksums(input_.db, input_.graph.source(), input_.journal);
  const Recorder recorder(input_.db, &checksums);
  for (const MigrationKey& squash :
       CompletedSquashes(input_.graph, History::Read(input_.db).Applied())) {
    recorder.RecordApplied(squash);
  }
}

void Executor::ReportKnownViolations(const ForeignKeyWatch& watch) {
  for (const std::string& line : watch.Known()) {
    input_.report("  Warning: there before and left as it is: " + line);
  }
}

std::string Executor::Answer(bool backwards) const {
  if (done_.empty()) return "no migrations to apply";
  std::string answer =
      (backwards ? "took back " : "applied ") + Count(done_.size(), "migration") + ", ";
  answer += done_.front().ToString();
  if (done_.size() > 1) answer += " to " + done_.back().ToString();
  return answer;
}

std::string Executor::Resume(std::string_view app, std::string_view name) {
  RequireChangeable();
  RequireSoundGraph(input_.graph);
  django::RequireMigratedApp(input_.graph.source(), app);
  const MigrationKey key = django::FindMigration(input_.graph.source(), app, name);
  const django::Graph graph =
      input_.graph.Has(key) ? input_.graph : input_.graph.WithoutReplacements();
  const django::Migration* migration = graph.source().Find(key);
  if (migration == nullptr) throw Error("the file of " + key.ToString() + " cannot be read");
  for (const MigrationKey& need : graph.ForwardsPlan(key)) {
    if (need == key || graph.applied().contains(need) || graph.Find(need) == nullptr) continue;
    throw Error(key.ToString() + " needs " + need.ToString() +
                ", which is not applied; apply it first: " + VerbCall("migrate", need));
  }
  if (input_.history.Find(key) != nullptr) {
    throw Error(key.ToString() +
                " is recorded as applied; if it is not, take the record away first: " +
                VerbCall("fake_unapply", key));
  }
  const PlannedRun run = RunOf(Plan{{{migration, false}}, graph});
  const sqlite::ScopedForeignKeysOff foreign_keys(input_.db);
  const ContentTypeRenames renames(input_.project.dialect(), run.start, run.steps);
  Quarantine quarantine(input_.db);
  MigrationRunner runner({input_.db, input_.project, input_.context, input_.journal, history_mark_,
                          &renames, &quarantine});
  const ResumePoint point =
      FindResumePoint({graph, input_.context, input_.db, key}, runner.DoneBefore(key));
  for (const std::string& line : point.report) input_.report(line);
  const IndexesWhenAsked indexes(input_.db);
  const PreparedMigration prepared =
      Prepare({*migration, false, run.before.front(), input_.context, &indexes, &point.done});
  runner.Run(prepared);
  done_.push_back(key);
  for (std::string& note : quarantine.TakeNotes()) input_.report(std::move(note));
  FinishRun(run);
  return "ran " + Count(prepared.operations.size(), "operation") + " of " + key.ToString() +
         " and recorded it";
}

}  // namespace migext::migrate
