#include "migrate/fake.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "django/names.h"
#include "migrate/history.h"
#include "migrate/journal.h"
#include "migrate/prunable.h"
#include "migrate/remedies.h"
#include "migrate/squashes.h"
#include "migrate/strangers.h"

namespace migext::migrate {
namespace {

using django::Migration;
using django::MigrationKey;

std::string Names(const std::vector<MigrationKey>& keys) {
  std::vector<std::string> names;
  for (const MigrationKey& key : keys) names.push_back(key.ToString());
  return Join(names, ", ");
}

std::string Calls(std::string_view verb, const std::vector<MigrationKey>& keys) {
  std::vector<std::string> calls;
  for (const MigrationKey& key : keys) calls.push_back(VerbCall(verb, key));
  return Join(calls, " ");
}

/// A whole name is meant as it stands, though it be the beginning of another (a squash's).
MigrationKey Named(const django::MigrationSource& source, std::string_view app,
                   std::string_view name) {
  MigrationKey exact{std::string(app), std::string(name)};
  const bool is_file = source.migrations->contains(exact) ||
                       (source.unreadable != nullptr && source.unreadable->contains(exact));
  if (is_file) return exact;
  django::RequireMigratedApp(source, app);
  return django::FindMigration(source, app, name);
}

bool IsMissing(const django::MigrationSource& source, std::string_view label) {
  const django::App* app = source.FindApp(label);
  return app == nullptr || app->origin == django::AppOrigin::kMissing;
}

}  // namespace

HistoryEditor::HistoryEditor(const HistoryEditorInput& input)
    : input_(input), checksums_(input_.db, input_.graph.source(), input_.journal) {
  const History history = History::Read(input_.db);
  if (!history.damage().empty()) {
    throw Error("the history cannot be read, so it is not changed: " + history.damage());
  }
  recorded_ = history.Applied();
  applied_ = input_.graph.applied();
}

/// An app whose files are not here: what it needs and has is taken to be in order.
bool HistoryEditor::IsUnreachable(const MigrationKey& key) const {
  return input_.graph.Find(key) == nullptr && IsMissing(input_.graph.source(), key.app);
}

HistoryEditor::Keys HistoryEditor::UnappliedNeeds(const MigrationKey& key) const {
  const django::Graph graph =
      input_.graph.Has(key) ? input_.graph : input_.graph.WithoutReplacements();
  Keys needs;
  if (!graph.Has(key)) return needs;
  for (MigrationKey& need : graph.ForwardsPlan(key)) {
    if (need == key || applied_.contains(need) || recorded_.contains(need)) continue;
    if (!IsUnreachable(need)) needs.push_back(std::move(need));
  }
  return needs;
}

HistoryEditor::Keys HistoryEditor::AppliedDependents(const MigrationKey& key) const {
  const django::Graph graph =
      input_.graph.Has(key) ? input_.graph : input_.graph.WithoutReplacements();
  Keys dependents;
  if (!graph.Has(key)) return dependents;
  for (MigrationKey& other : graph.BackwardsPlan(key)) {
    if (other != key && recorded_.contains(other)) dependents.push_back(std::move(other));
  }
  return dependents;
}

std::string FirstUndone(const Effects& effects, const MigrationKey& key) {
  for (const OperationEffect* operation : effects.OperationsOf(key)) {
    if (!operation->IsProof() || operation->effect == Effect::kPresent) continue;
    return operation->evidence + " (operation " + std::to_string(operation->position) + ", " +
           operation->operation->Describe() + ")";
  }
  return {};
}

const Effects& HistoryEditor::EffectsAround(const MigrationKey& key) {
  if (!effects_) {
    const django::Graph graph =
        input_.graph.Has(key) ? input_.graph : input_.graph.WithoutReplacements();
    const sqlite::LiveSchema live = sqlite::LiveSchema::Read(input_.db);
    effects_.emplace(Effects::Judge({graph, input_.context, live}));
  }
  return *effects_;
}

std::string HistoryEditor::EvidenceAgainst(const MigrationKey& key) {
  const Effects& effects = EffectsAround(key);
  const Migration* migration = input_.graph.source().Find(key);
  if (migration == nullptr) return "its file cannot be read";
  if (effects.OperationsOf(key).size() != migration->operations.size()) {
    return "it has no place in the plan, so its operations cannot be judged";
  }
  return FirstUndone(effects, key);
}

void HistoryEditor::ReportUnproved(const MigrationKey& key, HistoryChange& change) {
  for (const OperationEffect* operation : EffectsAround(key).OperationsOf(key)) {
    if (operation->effect == Effect::kPresent) continue;
    change.report.push_back("  " +
                            std::string(operation->effect == Effect::kUnknown
                                            ? "not proved: "
                                            : "recorded against the evidence: ") +
                            operation->operation->Describe() + " (" + operation->evidence + ")");
  }
}

void HistoryEditor::ReportLeftBehind(const MigrationKey& key, HistoryChange& change) {
  for (const OperationEffect* operation : EffectsAround(key).OperationsOf(key)) {
    if (operation->effect != Effect::kPresent || !operation->IsProof()) continue;
    change.report.push_back("  still in the database: " + operation->evidence);
  }
  if (change.report.size() > 1) {
    change.report.push_back(
        "  migrate would now make these again, and may wipe them: SELECT undo_last() takes this "
        "back");
  }
}

void HistoryEditor::Record(const MigrationKey& key) {
  const Migration* migration = input_.graph.source().Find(key);
  const Recorder recorder(input_.db, &checksums_);
  // MigrationExecutor.record_migration(): a squash is recorded as its parts.
  if (migration != nullptr) {
    for (const MigrationKey& part : migration->replaces) {
      if (!recorded_.insert(part).second) continue;
      undo_.push_back(recorder.RecordApplied(part));
      applied_.insert(part);
    }
  }
  if (recorded_.insert(key).second) undo_.push_back(recorder.RecordApplied(key));
  applied_.insert(key);
}

void HistoryEditor::Unrecord(const MigrationKey& key) {
  const Migration* migration = input_.graph.source().Find(key);
  const Recorder recorder(input_.db, &checksums_);
  Keys all = {key};
  if (migration != nullptr) {
    all.insert(all.end(), migration->replaces.begin(), migration->replaces.end());
  }
  for (const MigrationKey& one : all) {
    std::string undo = recorder.RecordUnapplied(one);
    if (!undo.empty()) undo_.push_back(std::move(undo));
    recorded_.erase(one);
    applied_.erase(one);
  }
}

void HistoryEditor::RecordCompletedSquashes(HistoryChange& change) {
  for (const MigrationKey& squash : CompletedSquashes(input_.graph, recorded_)) {
    Record(squash);
    change.report.push_back("  Recording " + squash.ToString() + ", which all of its parts " +
                            "complete");
  }
}

void HistoryEditor::Finish(std::string_view verb, std::string_view target,
                           const HistoryChange& change) {
  if (undo_.empty() || !input_.journal) return;
  std::reverse(undo_.begin(), undo_.end());
  Journal(input_.db).Write(
      {std::string(verb), std::string(target), change.answer, Join(undo_, "\n")});
}

HistoryChange HistoryEditor::FakeApply(std::string_view app, std::string_view name, Force force) {
  const MigrationKey key = Named(input_.graph.source(), app, name);
  const std::string label = key.ToString();
  if (recorded_.contains(key)) {
    return {label + " is recorded as applied already; nothing to do", {}};
  }
  if (force == Force::kNo) {
    const Keys needs = UnappliedNeeds(key);
    if (!needs.empty()) {
      throw Error(label + " needs migrations that are not applied: " + Names(needs) +
                  "\nif they are done in this database, record them first, in this order: " +
                  Calls("fake_apply", needs));
    }
    const std::string against = EvidenceAgainst(key);
    if (!against.empty()) {
      throw Error(label + " is not done in this database, so it is not recorded: " + against +
                  "\nsee SELECT object, effect, evidence FROM migration_effects WHERE app = " +
                  SqlLiteral(key.app) + " AND name = " + SqlLiteral(key.name) +
                  "; to record it all the same: SELECT fake_apply(" + SqlLiteral(key.app) + ", " +
                  SqlLiteral(key.name) + ", 'force')");
    }
  }
  HistoryChange change{"recorded " + label + " as applied", {"  Applying " + label + "... FAKED"}};
  ReportUnproved(key, change);
  Record(key);
  RecordCompletedSquashes(change);
  Finish("fake_apply", label, change);
  return change;
}

HistoryChange HistoryEditor::FakeUnapply(std::string_view app, std::string_view name, Force force) {
  const MigrationKey exact{std::string(app), std::string(name)};
  const MigrationKey key =
      recorded_.contains(exact) ? exact : Named(input_.graph.source(), app, name);
  const std::string label = key.ToString();
  if (!recorded_.contains(key) && !applied_.contains(key)) {
    return {label + " is not recorded as applied; nothing to do", {}};
  }
  const Keys dependents = AppliedDependents(key);
  if (!dependents.empty() && force == Force::kNo) {
    throw Error(
        label + " is needed by migrations that are recorded as applied: " + Names(dependents) +
        "\ntake their records away first, in this order: " + Calls("fake_unapply", dependents));
  }
  const auto above = UnreadableAbove(input_.graph.source(), recorded_, key);
  if (above && force == Force::kNo) {
    throw Error(
        above->ToString() + " is recorded as applied and may need " + label +
        ", but its file cannot be read: " + input_.graph.source().unreadable->at(*above).path +
        "\nmend the file first; to remove the record all the same: SELECT fake_unapply(" +
        SqlLiteral(key.app) + ", " + SqlLiteral(key.name) + ", 'force')");
  }
  HistoryChange change{"removed the record of " + label, {"  Unapplying " + label + "... FAKED"}};
  ReportLeftBehind(key, change);
  Unrecord(key);
  Finish("fake_unapply", label, change);
  return change;
}

std::optional<MigrationKey> UnreadableAbove(const django::MigrationSource& source,
                                            const django::AppliedSet& recorded,
                                            const MigrationKey& key) {
  if (source.unreadable == nullptr) return std::nullopt;
  for (const auto& [other, file] : *source.unreadable) {
    if (other.app == key.app && key < other && recorded.contains(other)) return other;
  }
  return std::nullopt;
}

bool IsInitial(const Migration& migration) {
  if (migration.initial) return *migration.initial;
  return std::none_of(migration.dependencies.begin(), migration.dependencies.end(),
                      [&](const django::Dependency& dependency) {
                        return dependency.key.app == migration.key.app;
                      });
}

HistoryChange HistoryEditor::FakeInitial(std::string_view app) {
  if (!app.empty()) django::RequireMigratedApp(input_.graph.source(), app);
  HistoryChange change;
  Keys recorded;
  for (const MigrationKey& key : input_.graph.ForwardsPlan(input_.graph.LeafNodes(app))) {
    const Migration* migration = input_.graph.Find(key);
    if (migration == nullptr || applied_.contains(key) || !IsInitial(*migration)) continue;
    const std::string line = "  " + key.ToString() + " is not faked: ";
    const Keys needs = UnappliedNeeds(key);
    const std::string against = EvidenceAgainst(key);
    if (!needs.empty()) {
      change.report.push_back(line + "it needs " + Names(needs));
    } else if (!against.empty()) {
      change.report.push_back(line + against);
    } else if (!effects_->Of(key).IsProven()) {
      change.report.push_back(line + "it leaves nothing that the schema could show");
    } else {
      Record(key);
      recorded.push_back(key);
      change.report.push_back("  Applying " + key.ToString() + "... FAKED");
    }
  }
  RecordCompletedSquashes(change);
  if (recorded.empty()) {
    change.answer = "no initial migration to record";
    return change;
  }
  change.answer = "recorded " + std::to_string(recorded.size()) +
                  (recorded.size() == 1 ? " initial migration, " : " initial migrations, ") +
                  recorded.front().ToString() +
                  (recorded.size() == 1 ? "" : " to " + recorded.back().ToString());
  Finish("fake_initial", app.empty() ? "all apps" : app, change);
  return change;
}

HistoryEditor::Keys HistoryEditor::ToPrune(std::string_view app) const {
  const django::MigrationSource& source = input_.graph.source();
  Keys ghosts;
  for (const MigrationKey& key : recorded_) {
    if (key.app != app || source.migrations->contains(key)) continue;
    if (source.unreadable == nullptr || !source.unreadable->contains(key)) ghosts.push_back(key);
  }
  return ghosts;
}

/// Records that are newer than the files are true ones.
void HistoryEditor::RequireNewFiles(std::string_view app) {
  const History history = History::Read(input_.db);
  const sqlite::LiveSchema live = sqlite::LiveSchema::Read(input_.db);
  const Effects effects = Effects::Judge({input_.graph, input_.context, live});
  const auto older = FindOlderFiles({input_.graph, history, live, effects});
  const auto found = older.find(std::string(app));
  if (found == older.end()) return;
  throw Error("the database is ahead of the files of '" + std::string(app) +
              "': " + Names(found->second.newer_records) +
              " recorded without a file, and the schema shows " + found->second.difference +
              "\ndeploy the code that this database was migrated with; to remove the records all "
              "the same: SELECT prune_history(" +
              SqlLiteral(app) + ", 'force')");
}

void HistoryEditor::RequireNoPartOfSquash(const Keys& to_prune) const {
  Keys squashes;
  for (const django::Replacement& replacement : input_.graph.replacements()) {
    const auto& parts = replacement.squash->replaces;
    const bool loses_part = std::any_of(to_prune.begin(), to_prune.end(), [&](const auto& key) {
      return std::find(parts.begin(), parts.end(), key) != parts.end();
    });
    if (loses_part) squashes.push_back(replacement.squash->key);
  }
  if (squashes.empty()) return;
  throw Error(
      "Cannot use --prune because the following squashed migrations have their 'replaces' "
      "attributes and may not be recorded as applied: " +
      Names(squashes) + "\nrecord them if they are not marked as applied (" +
      Calls("fake_apply", squashes) +
      "), and remove 'replaces' attributes in their Migration classes");
}

void HistoryEditor::RequirePrunable(std::string_view app, const Keys& to_prune, Force force) {
  const std::string with_force = "SELECT prune_history(" + SqlLiteral(app) + ", 'force')";
  const django::MigrationSource& source = input_.graph.source();
  RequireNoPartOfSquash(to_prune);
  const std::string against = AgainstPruning(input_.graph, app);
  if (!against.empty() && !to_prune.empty()) {
    throw Error("no record of the app '" + std::string(app) + "' is pruned: " + against);
  }
  const django::App* installed = source.FindApp(app);
  if (installed != nullptr && installed->origin == django::AppOrigin::kMissing &&
      force == Force::kNo) {
    throw Error("the files of the app '" + std::string(app) +
                "' are not here, so all of its records look like ghosts; name the folder that "
                "holds it with SELECT migext_setting('search_path', …), or, if the app is gone for "
                "good, " +
                with_force);
  }
  if (installed == nullptr && force == Force::kNo) {
    if (to_prune.empty()) django::RequireApp(source, app);
    throw Error("No installed app with label '" + std::string(app) +
                "'.\nit has records, though; if the app is gone for good: " + with_force);
  }
  if (force == Force::kNo) RequireNewFiles(app);
}

HistoryChange HistoryEditor::Prune(std::string_view app, Force force) {
  const Keys to_prune = ToPrune(app);
  RequirePrunable(app, to_prune, force);
  HistoryChange change;
  change.report.push_back("Pruning migrations:");
  if (to_prune.empty()) {
    change.answer = "no records to prune";
    change.report.push_back("  No migrations to prune.");
    return change;
  }
  for (const MigrationKey& key : to_prune) {
    std::string undo = Recorder(input_.db, &checksums_).RecordUnapplied(key);
    undo_.push_back(std::move(undo));
    change.report.push_back("  Pruning " + key.ToString() + " OK");
  }
  change.answer = "pruned " + std::to_string(to_prune.size()) +
                  (to_prune.size() == 1 ? " record, " : " records, ") + Names(to_prune);
  Finish("prune_history", app, change);
  return change;
}

}  // namespace migext::migrate
