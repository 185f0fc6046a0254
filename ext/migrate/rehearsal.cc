#include "migrate/rehearsal.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "migrate/executor.h"
#include "migrate/foreign_keys.h"
#include "migrate/rehearsal_watch.h"
#include "migrate/table_contents.h"
#include "migrate/throwaway_copy.h"

namespace migext::migrate {
namespace {

using django::Graph;
using django::Migration;
using django::MigrationKey;
using Phase = RehearsalPhase;
using Status = RehearsalStatus;

constexpr std::array<std::string_view, 7> kPhases = {"plan",  "copy", "run",  "change",
                                                     "check", "back", "start"};
constexpr std::array<std::string_view, 4> kStatuses = {"ok", "warning", "failed", "skipped"};

/// What a run makes beside its migrations, Django does not take back with them.
constexpr std::array<std::string_view, 4> kLeftByDjango = {kHistoryTable, "django_content_type",
                                                           "auth_permission", "django_site"};

std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

/// The first operation that cannot be taken back; null when all can.
const django::Operation* Irreversible(const Migration& migration) {
  for (const django::OperationPtr& operation : migration.operations) {
    if (!operation->Reversible()) return operation.get();
  }
  return nullptr;
}

/// The words of the error, and the first finding of the check.
std::string DamageOf(const sqlite::Connection& db, const sqlite::DatabaseError& error) {
  std::string text = "the database is damaged: " + error.words();
  try {
    for (const std::string& line : Split(db.Value("PRAGMA main.quick_check(1)").ToString(), '\n')) {
      if (line == "ok" || line.starts_with("***")) continue;  // *** in database main ***
      text += ": " + line;
      break;
    }
  } catch (const Error&) {
    // What cannot even be checked says no more than the error did.
  }
  return text + "; sql/corrupted.sql says what ails it and what helps";
}

class Rehearser {
 public:
  explicit Rehearser(const RehearsalInput& input) : input_(input) {}

  Rehearsal Run(std::string_view app, std::string_view name) {
    std::optional<PlannedRun> run;
    try {
      RequireMigratable(input_.graph, RecordedKeys());
      plan_.emplace(PlanFor(input_.graph, TargetsOf(input_.graph, app, name)));
      run = RunOf(*plan_);
    } catch (const Error& error) {
      if (IsOfArguments(app, name)) throw;
      return FailedPlan(error);
    }
    if (run->steps.empty()) {
      Add(MakeStep(Phase::kPlan, Status::kOk, "no migrations to apply"));
      return End("nothing to rehearse: no migrations to apply");
    }
    try {
      Carry(*run, app, name);
    } catch (const sqlite::DatabaseError& error) {
      if (!error.IsDamage()) throw;
      const std::string damage = DamageOf(input_.db, error);
      Add(MakeStep(Phase::kCheck, Status::kFailed, damage));
      return End("rehearsal failed: " + damage);
    }
    return std::move(rehearsal_);
  }

 private:
  std::vector<MigrationKey> RecordedKeys() const {
    std::vector<MigrationKey> keys;
    for (const Record& record : input_.history.records()) keys.push_back(record.key);
    return keys;
  }

  /// True where the project is in order, so that it is the target that is not.
  bool IsOfArguments(std::string_view app, std::string_view name) const {
    try {
      RequireMigratable(input_.graph, RecordedKeys());
    } catch (const Error&) {
      return false;
    }
    try {
      TargetsOf(input_.graph, app, name);
    } catch (const Error&) {
      return true;
    }
    return false;
  }

  Rehearsal FailedPlan(const Error& error) {
    Add(MakeStep(Phase::kPlan, Status::kFailed, error.what()));
    return End("rehearsal failed before its first migration: " + FirstLine(error.what()));
  }

  Rehearsal End(std::string summary) {
    rehearsal_.summary = std::move(summary);
    return std::move(rehearsal_);
  }

  void Add(RehearsalStep step) { rehearsal_.steps.push_back(std::move(step)); }

  void Carry(const PlannedRun& run, std::string_view app, std::string_view name) {
    const RehearsalClock clock;
    const ThrowawayCopy copy(input_.db, input_.free_memory);
    if (input_.prepare_copy) input_.prepare_copy(copy.connection());
    RehearsalStep copied =
        MakeStep(Phase::kCopy, Status::kOk,
                 copy.is_in_memory() ? "copied into memory" : "copied beside the database");
    copied.bytes = copy.bytes();
    copied.milliseconds = clock.Milliseconds();
    Add(std::move(copied));
    const sqlite::Connection& db = copy.connection();
    const DatabaseContents start = ReadContents(db);
    const ForeignKeyWatch violations(db);
    std::string answer;
    const std::string stop = Execute(db, Phase::kRun, run.steps, [&](Executor& executor) {
      answer = executor.Migrate(app, name);
    });
    if (!stop.empty()) {
      rehearsal_.summary = "rehearsal failed " + stop;
      return;
    }
    AddChanges(start, ReadContents(db));
    CheckForeignKeys(violations, db);
    CheckIntegrity(db);
    rehearsal_.summary = Outcome(answer, WayBack(db, run, start));
  }

  /// Runs the steps and writes them down; "" when all went well, else where it stopped and why.
  std::string Execute(const sqlite::Connection& db, Phase phase, std::span<const PlanStep> steps,
                      const std::function<void(Executor&)>& execute) {
    RehearsalWatch watch(phase, input_.db, db);
    std::string stop;
    try {
      const History history = History::Read(db);
      const django::AppliedSet applied = history.Applied();
      const Graph graph = Graph::Build(input_.project, &applied);
      Executor executor({db, input_.project, graph, history, input_.context, input_.journal,
                         [](const std::string&) {}, input_.keep_dropped, input_.fold_remakes,
                         &watch});
      execute(executor);
    } catch (const sqlite::DatabaseError& error) {
      input_.db.ThrowIfInterrupted();
      stop = NoteStop(watch, phase, error.IsDamage() ? Error(DamageOf(db, error)) : Error(error));
    } catch (const Error& error) {
      input_.db.ThrowIfInterrupted();
      stop = NoteStop(watch, phase, error);
    }
    std::vector<RehearsalStep> done = watch.Take(steps);
    std::move(done.begin(), done.end(), std::back_inserter(rehearsal_.steps));
    if (!stop.empty() && unplaced_) Add(*std::exchange(unplaced_, {}));
    return stop;
  }

  std::string NoteStop(RehearsalWatch& watch, Phase phase, const Error& error) {
    // A way back that ends early is no fault of the run.
    const Status status = phase == Phase::kBack ? Status::kWarning : Status::kFailed;
    const std::string why = ": " + FirstLine(error.message());
    if (RehearsalStep* stopped = watch.Stopped()) {
      stopped->status = status;
      stopped->detail = error.what();
      return "at " + stopped->migration.ToString() + why;
    }
    unplaced_ = MakeStep(phase, status, error.what());
    return (phase == Phase::kBack ? "on the way back" : "behind its migrations") + why;
  }

  void AddChanges(const DatabaseContents& before, const DatabaseContents& after) {
    for (const TableDifference& table : Compare(before, after)) {
      const bool is_kept =
          table.kind == TableDifference::Kind::kRenamed || table.rows_after >= table.rows_before;
      RehearsalStep step =
          MakeStep(Phase::kChange, is_kept ? Status::kOk : Status::kWarning, table.What());
      if (EqualsIgnoringCase(table.table, kHistoryTable)) step.status = Status::kOk;
      step.table = table.table;
      Add(std::move(step));
    }
  }

  void CheckForeignKeys(const ForeignKeyWatch& before, const sqlite::Connection& db) {
    const RehearsalClock clock;
    const ForeignKeyWatch after(db);
    const std::int64_t known = before.CountKnown();
    const std::int64_t now = after.CountKnown();
    RehearsalStep step =
        MakeStep(Phase::kCheck, Status::kOk, "foreign keys: no row points nowhere");
    if (now > 0) {
      step.status = now > known ? Status::kFailed : Status::kWarning;
      step.detail = "foreign keys: " + Join(after.Known(), "; ") +
                    (now > known ? "; before the run it was " + Grouped(known)
                                 : "; so it was before the run");
    }
    step.milliseconds = clock.Milliseconds();
    Add(std::move(step));
  }

  void CheckIntegrity(const sqlite::Connection& db) {
    constexpr const char* kCheck = "PRAGMA main.integrity_check(1)";
    const RehearsalClock clock;
    const std::string found = db.Value(kCheck).ToString();
    RehearsalStep step = MakeStep(Phase::kCheck, Status::kOk, "integrity: " + found);
    if (found != "ok") {
      const bool was_so = input_.db.Value(kCheck).ToString() != "ok";
      step.status = was_so ? Status::kWarning : Status::kFailed;
      if (was_so) step.detail += "; the database itself is not in order: see database_health";
    }
    step.milliseconds = clock.Milliseconds();
    Add(std::move(step));
  }

  /// What the summary says of it.
  std::string WayBack(const sqlite::Connection& db, const PlannedRun& run,
                      const DatabaseContents& start) {
    const History history = History::Read(db);
    const django::AppliedSet applied = history.Applied();
    Graph graph = Graph::Build(input_.project, &applied);
    if (!plan_->graph.replaces_migrations()) graph = graph.WithoutReplacements();
    Plan back{{}, graph};
    std::optional<RehearsalStep> end;
    for (auto step = run.steps.rbegin(); step != run.steps.rend() && !end; ++step) {
      const Migration* migration = graph.Find(step->migration->key);
      const django::Operation* obstacle =
          migration == nullptr || run.backwards ? nullptr : Irreversible(*migration);
      if (migration != nullptr && obstacle == nullptr) {
        back.steps.push_back({migration, !run.backwards});
        continue;
      }
      end = MakeStep(Phase::kBack, Status::kSkipped,
                     obstacle == nullptr ? "a squash stands for it now"
                                         : "cannot be taken back: " + obstacle->Describe());
      end->migration = step->migration->key;
    }
    std::string stop;
    if (!back.steps.empty()) {
      stop = Execute(db, Phase::kBack, back.steps, [&](Executor& executor) { executor.Run(back); });
    }
    if (!stop.empty()) return "; the way back stops " + stop;
    if (end) {
      Add(*end);
      return "; the way back ends at " + end->migration.ToString();
    }
    return CompareWithStart(start, ReadContents(db));
  }

  std::string CompareWithStart(const DatabaseContents& start, const DatabaseContents& end) {
    std::vector<std::string> tables;
    for (const TableDifference& table : Compare(start, end)) {
      RehearsalStep step =
          MakeStep(Phase::kStart, Status::kWarning, "not as at the start: " + table.What());
      step.table = table.table;
      const bool is_djangos =
          std::find(kLeftByDjango.begin(), kLeftByDjango.end(), Lower(table.table)) !=
              kLeftByDjango.end() &&
          (table.kind == TableDifference::Kind::kNew || table.rows_after > table.rows_before);
      if (is_djangos) {
        step.status = Status::kOk;
        step.detail += "; Django, too, leaves there what it makes after a migration";
      } else {
        tables.push_back(table.table);
      }
      Add(std::move(step));
    }
    if (tables.empty()) {
      Add(MakeStep(Phase::kStart, Status::kOk, "the tables are as at the start"));
      return ", and back";
    }
    return ", and back; not as at the start: " + Join(tables, ", ");
  }

  /// Once the run itself came to its end.
  std::string Outcome(const std::string& answer, const std::string& way_back) const {
    for (const RehearsalStep& step : rehearsal_.steps) {
      if (step.status == Status::kFailed) return "rehearsal failed: " + FirstLine(step.detail);
    }
    return "rehearsal passed: " + answer + way_back;
  }

  const RehearsalInput& input_;
  std::optional<Plan> plan_;
  Rehearsal rehearsal_;
  std::optional<RehearsalStep> unplaced_;  ///< A stop that is no migration's.
};

}  // namespace

std::string_view PhaseName(RehearsalPhase phase) {
  return kPhases[static_cast<std::size_t>(phase)];
}

std::string_view StatusName(RehearsalStatus status) {
  return kStatuses[static_cast<std::size_t>(status)];
}

Rehearsal Rehearse(const RehearsalInput& input, std::string_view app, std::string_view name) {
  if (app.empty() && !name.empty()) throw Error("a target needs its app before it");
  return Rehearser(input).Run(app, name);
}

Rehearsal RehearsalOfDamage(const sqlite::Connection& db, const sqlite::DatabaseError& error) {
  const std::string damage = DamageOf(db, error);
  return {{MakeStep(Phase::kCheck, Status::kFailed, damage)}, "rehearsal failed: " + damage};
}

}  // namespace migext::migrate
