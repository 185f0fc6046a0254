#include "migrate/fresh_history.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "django/graph_checks.h"
#include "django/names.h"
#include "migrate/checksums.h"
#include "migrate/drift.h"
#include "migrate/history.h"
#include "migrate/journal.h"
#include "migrate/prunable.h"

namespace migext::migrate {
namespace {

using django::Migration;
using django::MigrationKey;

class FreshHistory {
 public:
  FreshHistory(const HistoryEditorInput& input, std::vector<std::string> apps)
      : input_(input), apps_(std::move(apps)), history_(History::Read(input.db)) {
    if (!history_.damage().empty()) {
      throw Error("the history cannot be read, so it is not changed: " + history_.damage());
    }
  }

  HistoryChange Run() {
    for (const std::string& app : apps_) RequireWholeFiles(app);
    FindFiles();
    FindRecords();
    if (IsDone()) {
      return {"the records of " + Join(apps_, ", ") + " are those of its files; nothing to do", {}};
    }
    RequireDone();
    RequireConsistent();
    return Replace();
  }

 private:
  using Keys = std::vector<MigrationKey>;

  bool IsFresh(const std::string& app) const {
    return std::ranges::find(apps_, app) != apps_.end();
  }
  bool HasFile(const MigrationKey& key) const {
    return std::ranges::find(files_, key) != files_.end();
  }
  std::string Call(const std::vector<std::string>& apps) const {
    std::vector<std::string> literals;
    std::ranges::transform(apps, std::back_inserter(literals), SqlLiteral);
    return "SELECT fresh_history(" + Join(literals, ", ") + ")";
  }

  void RequireWholeFiles(const std::string& app) const {
    const django::MigrationSource& source = input_.graph.source();
    const std::string against = AgainstPruning(input_.graph, app);
    if (!against.empty()) throw Error("no record of the app '" + app + "' is replaced: " + against);
    django::RequireMigratedApp(source, app);
    const auto conflicts = input_.graph.Conflicts();
    if (const auto found = conflicts.find(app); found != conflicts.end()) {
      throw Error(django::ConflictMessage({*found}));
    }
    for (const auto& [key, migration] : *source.migrations) {
      if (key.app != app || migration->replaces.empty()) continue;
      throw Error(key.ToString() +
                  " is a squash: what it replaces is recorded by migrate(); fresh "
                  "files replace nothing");
    }
  }

  void FindFiles() {
    Keys leaves;
    for (const std::string& app : apps_) {
      const Keys own = input_.graph.LeafNodes(app);
      leaves.insert(leaves.end(), own.begin(), own.end());
      if (own.empty()) throw Error("the app '" + app + "' has no migration file to be recorded");
    }
    for (MigrationKey& key : input_.graph.ForwardsPlan(leaves)) {
      if (IsFresh(key.app)) files_.push_back(std::move(key));
    }
  }

  /// In the order of the rows, each once.
  void FindRecords() {
    for (const Record& record : history_.records()) {
      Keys& keys = IsFresh(record.key.app) ? replaced_ : recorded_;
      if (std::ranges::find(keys, record.key) == keys.end()) keys.push_back(record.key);
    }
    recorded_.insert(recorded_.end(), files_.begin(), files_.end());
  }

  bool IsDone() const {
    const auto records = std::ranges::count_if(
        history_.records(), [&](const Record& record) { return IsFresh(record.key.app); });
    const bool one_each = static_cast<std::size_t>(records) == files_.size() &&
                          std::ranges::all_of(replaced_, [&](auto& key) { return HasFile(key); }) &&
                          replaced_.size() == files_.size();
    if (!one_each) return false;
    return std::ranges::none_of(
        CompareChecksums(input_.db, input_.graph, history_), [&](const ChecksumRow& row) {
          return IsFresh(row.key.app) && row.status == ChecksumStatus::kChanged;
        });
  }

  /// With the records as they shall be: those that go say nothing of these files.
  void RequireDone() {
    const django::AppliedSet applied(recorded_.begin(), recorded_.end());
    const django::Graph graph = django::Graph::Build(input_.graph.source(), &applied);
    const sqlite::LiveSchema live = sqlite::LiveSchema::Read(input_.db);
    const Effects effects = Effects::Judge({graph, input_.context, live});
    for (const MigrationKey& key : files_) RequireDone(effects, key);
    for (const Drift& drift : FindDrift({input_.db, graph, input_.context, live})) {
      if (IsFresh(drift.app)) Weigh(drift, live);
    }
  }

  void Weigh(const Drift& drift, const sqlite::LiveSchema& live) {
    if (drift.severity == Severity::kError || StopsInserts(drift, live)) {
      throw Error("the schema is not what the files of '" + drift.app +
                  "' make, so they are not recorded: " + drift.object + ": " + drift.detail +
                  "\nif the files are older than the database, bring the newer ones back; else "
                  "write them anew from what it was migrated with");
    }
    if (drift.kind == DriftKind::kUnknown) {
      notes_.push_back("  made by none of these files: " + drift.object + ", " + drift.detail);
    }
  }

  /// A column that Django would leave out, and that must have a value: AddField leaves such.
  static bool StopsInserts(const Drift& drift, const sqlite::LiveSchema& live) {
    const sqlite::LiveTable* table = live.FindTable(drift.table);
    if (table == nullptr || drift.kind != DriftKind::kUnknown) return false;
    return std::ranges::any_of(table->columns, [&](const sqlite::LiveColumn& column) {
      return drift.object == drift.table + "." + column.name && column.not_null &&
             !column.default_sql && column.primary_key == 0 && !column.IsGenerated();
    });
  }

  void RequireDone(const Effects& effects, const MigrationKey& key) {
    const auto operations = effects.OperationsOf(key);
    const Migration* migration = input_.graph.Find(key);
    std::string undone = FirstUndone(effects, key);
    if (migration == nullptr || operations.size() != migration->operations.size()) {
      undone = "it has no place in the plan, so its operations cannot be judged";
    }
    if (!undone.empty()) {
      throw Error(key.ToString() +
                  " is not done in this database, so it is not recorded: " + undone +
                  "\nfresh files are recorded where the old ones were all applied: bring those "
                  "back, migrate, and then call " +
                  Call(apps_) + " with the new ones in place");
    }
    for (const OperationEffect* operation : operations) {
      if (operation->effect == Effect::kPresent || !operation->facts.empty()) continue;
      notes_.push_back("  not proved: " + operation->operation->Describe() + " (" +
                       operation->evidence + ")");
    }
  }

  void RequireConsistent() const {
    for (const auto& edge : django::InconsistentHistory(input_.graph, recorded_)) {
      if (!IsFresh(edge.child.app) && !IsFresh(edge.parent.app)) continue;
      throw Error("the history would not be consistent, so it is not changed: " + edge.Message() +
                  "\n" + Advice(edge.parent));
    }
  }

  std::string Advice(const MigrationKey& missing) const {
    if (!GhostsOf(missing.app)) {
      return "see what it needs with SELECT mark, name FROM migration_status(" +
             SqlLiteral(missing.app) + ")";
    }
    std::vector<std::string> apps = apps_;
    apps.push_back(missing.app);
    return "the files of '" + missing.app + "' are others than those recorded too: " + Call(apps);
  }

  bool GhostsOf(const std::string& app) const {
    return std::ranges::any_of(recorded_, [&](const MigrationKey& key) {
      return key.app == app && input_.graph.source().Find(key) == nullptr;
    });
  }

  HistoryChange Replace() {
    const ChecksumBook checksums(input_.db, input_.graph.source(), input_.journal);
    const Recorder recorder(input_.db, &checksums);
    HistoryChange change;
    std::vector<std::string> undo;
    change.report.push_back("Pruning migrations:");
    for (const MigrationKey& key : replaced_) {
      undo.push_back(recorder.RecordUnapplied(key));
      if (!HasFile(key)) change.report.push_back("  Pruning " + key.ToString() + " OK");
    }
    if (change.report.size() == 1) change.report.push_back("  No migrations to prune.");
    change.report.push_back("Running migrations:");
    for (const MigrationKey& key : files_) {
      undo.push_back(recorder.RecordApplied(key));
      change.report.push_back("  Applying " + key.ToString() + "... FAKED");
    }
    std::ranges::move(notes_, std::back_inserter(change.report));
    RenewDependents(checksums, change, undo);
    ReportOthers(change);
    change.answer = "replaced " + std::to_string(replaced_.size()) +
                    (replaced_.size() == 1 ? " record of " : " records of ") + Join(apps_, ", ") +
                    " with " + std::to_string(files_.size()) + ", one for each file";
    if (input_.journal) {
      std::ranges::reverse(undo);
      Journal(input_.db).Write(
          {"fresh_history", Join(apps_, ", "), change.answer, Join(undo, "\n")});
    }
    return change;
  }

  /// fresh_migrations() points migrations of other apps at the new files: not an edit to warn of.
  void RenewDependents(const ChecksumBook& checksums, HistoryChange& change,
                       std::vector<std::string>& undo) const {
    for (const ChecksumRow& row : CompareChecksums(input_.db, input_.graph, history_)) {
      if (IsFresh(row.key.app) || row.status != ChecksumStatus::kChanged || !row.same_operations) {
        continue;
      }
      const Migration* migration = input_.graph.source().Find(row.key);
      const bool needs_these = std::ranges::any_of(
          migration->dependencies,
          [&](const django::Dependency& dependency) { return IsFresh(dependency.key.app); });
      if (!needs_these) continue;
      undo.push_back(checksums.Renew(row.key));
      change.report.push_back("  " + row.key.ToString() +
                              " depends on the new files: its checksum is taken anew");
    }
  }

  /// Apps that seem to have been written anew along with these.
  void ReportOthers(HistoryChange& change) const {
    for (const django::App& app : input_.graph.source().apps) {
      if (IsFresh(app.label) || !app.has_migrations || !GhostsOf(app.label)) continue;
      change.report.push_back("  '" + app.label +
                              "' has records without a file too: " + Call({app.label}));
    }
  }

  const HistoryEditorInput& input_;
  std::vector<std::string> apps_;
  History history_;
  Keys files_;     // of these apps, in the order of the plan
  Keys replaced_;  // records that give way
  Keys recorded_;  // as it shall be
  std::vector<std::string> notes_;
};

}  // namespace

HistoryChange WriteFreshHistory(const HistoryEditorInput& input, std::vector<std::string> apps) {
  std::ranges::sort(apps);
  apps.erase(std::unique(apps.begin(), apps.end()), apps.end());
  return FreshHistory(input, std::move(apps)).Run();
}

}  // namespace migext::migrate
