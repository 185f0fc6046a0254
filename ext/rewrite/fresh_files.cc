#include "rewrite/fresh_files.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <span>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "django/graph_checks.h"
#include "django/model_files.h"
#include "django/names.h"
#include "django/operations/special.h"
#include "rewrite/dependents.h"
#include "rewrite/initial_migrations.h"
#include "rewrite/key_literals.h"
#include "rewrite/migration_name.h"
#include "rewrite/same_state.h"
#include "rewrite/unfinished_files.h"

namespace migext::rewrite {
namespace {

namespace fs = std::filesystem;
using django::Migration;
using django::MigrationKey;
using MigrationMap = std::map<MigrationKey, std::shared_ptr<const Migration>>;

/// Putting operations together makes a few names.
constexpr std::size_t kHeapBytes = std::size_t{16} << 20U;

std::string Call(const std::set<std::string>& apps) {
  std::vector<std::string> literals;
  std::ranges::transform(apps, std::back_inserter(literals), SqlLiteral);
  return "SELECT fresh_migrations(" + Join(literals, ", ") + ")";
}

/// Of operations that no state shows, with those inside others.
void AddUnseen(const std::vector<django::OperationPtr>& operations,
               std::vector<const django::Operation*>& unseen) {
  for (const django::OperationPtr& operation : operations) {
    if (const auto* both = dynamic_cast<const django::SeparateDatabaseAndState*>(operation.get())) {
      AddUnseen(both->database_operations, unseen);
      continue;
    }
    const auto* python = dynamic_cast<const django::RunPython*>(operation.get());
    if (python != nullptr && django::IsNoop(python->code())) continue;
    const django::OperationKind kind = operation->Kind();
    if (kind == django::OperationKind::kPython || kind == django::OperationKind::kSql ||
        kind == django::OperationKind::kCustom || operation->head().own_database) {
      unseen.push_back(operation.get());
    }
  }
}

class Planner {
 public:
  explicit Planner(const FreshFilesInput& input)
      : input_(input),
        apps_(input.apps.begin(), input.apps.end()),
        dependents_(input.project, apps_) {}

  FreshFiles Plan() {
    RequireSound();
    for (const std::string& app : apps_) RequireOwn(app);
    fresh_.state = input_.graph.FinalState();
    RequireNoneRunsBefore();
    MakeMigrations();
    RequireSameEnd();
    for (const std::string& app : apps_) Exchange(app);
    RequirePossible(fresh_.changes);
    for (const MigrationKey& key : input_.graph.WithoutReplacements().FullPlan()) {
      if (apps_.contains(key.app)) NoteLost(key);
      if (dependents_.late().contains(key)) NoteUnseen(key, fresh_.meets_new_models);
    }
    return std::move(fresh_);
  }

 private:
  const django::Project& project() const { return input_.project; }
  const Migration& OldFile(const MigrationKey& key) const { return *project().FindMigration(key); }

  std::string OnDisk(const std::string& path) const { return PathOnDisk(project(), path); }

  std::vector<MigrationKey> OldKeys(const std::string& app) const {
    std::vector<MigrationKey> keys;
    for (const auto& [key, migration] : project().migrations()) {
      if (key.app == app) keys.push_back(key);
    }
    return keys;
  }

  void RequireSound() const {
    if (!input_.graph.failures().empty()) {
      const django::GraphFailure& failure = input_.graph.failures().front();
      throw Error(failure.place,
                  "the graph of the migrations is broken; mend it first: " + failure.ToString());
    }
    for (const auto& [app, leaves] : input_.graph.Conflicts()) {
      throw Error("the migrations of '" + app + "' have " + std::to_string(leaves.size()) +
                  " ends, so there is no one state to begin anew with; join them first: SELECT "
                  "merge_migrations(" +
                  SqlLiteral(app) + ", 'write')");
    }
    for (const django::Replacement& replacement : input_.graph.replacements()) {
      const MigrationKey& key = replacement.squash->key;
      if (replacement.in_use || !apps_.contains(key.app) || IsReplaced(key)) continue;
      throw Error("'" + key.ToString() +
                  "' is half applied in this database; finish it first: SELECT migrate(" +
                  SqlLiteral(key.app) + ")");
    }
  }

  /// A squash that another squash stands for.
  bool IsReplaced(const MigrationKey& key) const {
    return std::ranges::any_of(input_.graph.replacements(), [&](const django::Replacement& other) {
      const std::vector<MigrationKey>& parts = other.squash->replaces;
      return other.in_use && std::ranges::find(parts, key) != parts.end();
    });
  }

  void RequireOwn(const std::string& label) const {
    RefuseForeign(django::RequireMigratedApp(input_.graph.source(), label));
    const std::vector<MigrationKey> keys = OldKeys(label);
    if (keys.empty()) throw Error("the app '" + label + "' has no migration files to begin with");
    for (const MigrationKey& key : keys) {
      if (BaseName(OldFile(key).path) == key.name + ".py") continue;
      throw Error("'" + OldFile(key).path +
                  "' is not named after its migration, so it cannot be moved; rename it by hand");
    }
  }

  void MakeMigrations() {
    fresh_.heap = std::make_shared<python::Heap>(kHeapBytes);
    const django::ModelFiles order = django::ReadModelFiles(project().apps());
    std::vector<Migration> made = InitialMigrations({fresh_.state,
                                                     input_.graph,
                                                     {apps_.begin(), apps_.end()},
                                                     &order,
                                                     input_.context.fields,
                                                     *fresh_.heap,
                                                     dependents_.late()});
    PointDependents(made);
    std::set<std::string> written;
    for (Migration& migration : made) {
      MigrationText text = WriteMigration(migration, input_.context);
      const std::string path = JoinPath(FolderOf(migration.key.app), migration.key.name + ".py");
      written.insert(migration.key.app);
      fresh_.files.push_back({std::move(migration), std::move(text), path});
    }
    for (const std::string& app : apps_) {
      if (!written.contains(app)) {
        throw Error("the app '" + app + "' has no models, so there is nothing to write");
      }
    }
  }

  std::string FolderOf(const std::string& app) const {
    return ParentPath(OnDisk(OldFile(OldKeys(app).front()).path));
  }

  /// A second call in one second has a folder of its own.
  std::string KeptBeside(const std::string& folder) const {
    const std::string first = folder + "_before_" + input_.stamp;
    std::string path = first;
    for (int number = 2; KindOf(path) != FileKind::kMissing; ++number) {
      path = first + "_" + std::to_string(number);
    }
    return path;
  }

  /// The apps that must be written anew with these.
  [[noreturn]] void RefuseWithout(const std::string& app, const std::string& why) const {
    std::set<std::string> all = apps_;
    const django::App* found = project().FindApp(app);
    if (found != nullptr && found->origin != django::AppOrigin::kBuiltIn) all.insert(app);
    throw Error(why + (all == apps_ ? "" : "\nwrite these apps anew together: " + Call(all)));
  }

  void RequireNoneRunsBefore() const {
    for (const auto& [key, migration] : project().migrations()) {
      if (apps_.contains(key.app)) continue;
      for (const MigrationKey& before : migration->run_before) {
        if (!apps_.contains(before.app)) continue;
        throw Error("'" + key.ToString() + "' is to run before '" + before.ToString() +
                    "', which would go; take that out of its run_before first (" + migration->path +
                    ")");
      }
    }
  }

  void PointDependents(std::span<const Migration> made) {
    for (const auto& [key, unreadable] : project().unreadable()) {
      if (apps_.contains(key.app)) continue;
      throw Error(unreadable.place, "'" + key.ToString() +
                                        "' cannot be read, so nobody knows what "
                                        "it needs; mend it first: " +
                                        unreadable.error);
    }
    if (const auto circle = dependents_.Point(made)) {
      const std::string& app = circle->parent.app;
      RefuseWithout(circle->child.app,
                    "'" + circle->child.ToString() + "' needs '" + circle->parent.ToString() +
                        "', which would go, and the new files of '" + app + "' need it in turn");
    }
    for (const Dependents::Edit& edit : dependents_.edits()) {
      std::vector<std::string> names;
      for (const auto& [from, to] : edit.new_names) {
        names.push_back(from.app + "." + to + " instead of " + from.ToString());
      }
      const std::string kept_in = KeptBeside(ParentPath(edit.path));
      fresh_.edits.push_back({edit.migration.key, edit.migration.dependencies, edit.path, kept_in,
                              "depends on " + Join(names, ", ")});
      fresh_.changes.push_back({.path = edit.path,
                                .text = edit.text,
                                .replaces = true,
                                .keep_as = JoinPath(kept_in, BaseName(edit.path))});
    }
  }

  /// The project as it would be.
  void RequireSameEnd() const {
    MigrationMap migrations = project().migrations();
    std::erase_if(migrations, [&](const auto& entry) { return apps_.contains(entry.first.app); });
    for (const FreshFiles::File& file : fresh_.files) {
      migrations[file.migration.key] = std::make_shared<const Migration>(file.migration);
    }
    for (const Dependents::Edit& edit : dependents_.edits()) {
      migrations[edit.migration.key] = std::make_shared<const Migration>(edit.migration);
    }
    django::MigrationSource source = django::SourceOf(project());
    source.migrations = &migrations;
    const django::Graph graph = django::Graph::Build(source, nullptr);
    if (!graph.failures().empty()) RefuseGraph(graph.failures().front());
    for (const MigrationKey& key : dependents_.late()) {
      if (graph.Has(key)) RequireModelsFor(key, graph);
    }
    const std::string difference =
        StateDifference(fresh_.state, graph.FinalState(), input_.context);
    if (difference.empty()) return;
    throw Error(
        "the new files would lead to other models than the old ones, so they are not "
        "written: " +
        difference);
  }

  /// A migration finds all models that its app's models point at, as it did before.
  void RequireModelsFor(const MigrationKey& key, const django::Graph& graph) const {
    const django::ProjectState state = graph.StateAfter(std::vector{key});
    for (const auto& model : state.models()) {
      if (model->app != key.app) continue;
      for (const django::NamedField& named : model->fields) {
        const auto& relation = named.field->relation;
        if (!relation || state.Find(relation->to) != nullptr) continue;
        if (!apps_.contains(relation->to.app)) continue;
        RefuseWithout(key.app, "'" + key.ToString() + "' needs the model " +
                                   relation->to.ToString() +
                                   ", which only a file behind it can make");
      }
    }
  }

  void RefuseGraph(const django::GraphFailure& failure) const {
    std::set<std::string> all = apps_;
    for (const MigrationKey& key : failure.migrations) {
      const django::App* app = project().FindApp(key.app);
      if (app != nullptr && app->origin != django::AppOrigin::kBuiltIn) all.insert(key.app);
    }
    throw Error("with these files Django could not load the project: " + failure.ToString() +
                (all == apps_ ? "" : "\nwrite these apps anew together: " + Call(all)));
  }

  void Exchange(const std::string& app) {
    const std::string folder = FolderOf(app);
    FreshFiles::Folder& exchanged =
        fresh_.folders.emplace_back(FreshFiles::Folder{app, folder, KeptBeside(folder), 0});
    std::map<std::string, std::string> texts;
    std::string last;
    for (const FreshFiles::File& file : fresh_.files) {
      if (file.migration.key.app != app) continue;
      texts[file.path] = file.text.text;
      last = file.migration.key.name;
    }
    for (const MigrationKey& key : OldKeys(app)) {
      const std::string path = OnDisk(OldFile(key).path);
      FileChange change = {.path = path, .text = std::nullopt};
      change.keep_as = JoinPath(exchanged.kept_in, BaseName(path));
      if (const auto text = texts.extract(path)) {
        change.text = text.mapped();
        change.replaces = true;
      }
      fresh_.changes.push_back(std::move(change));
      ++exchanged.old_files;
    }
    for (auto& [path, text] : texts) fresh_.changes.push_back({.path = path, .text = text});
    // The file of django-linear-migrations: the name of the last migration.
    const std::string end = JoinPath(folder, "max_migration.txt");
    if (!IsFile(end)) return;
    fresh_.changes.push_back({.path = end,
                              .text = last + "\n",
                              .replaces = true,
                              .keep_as = JoinPath(exchanged.kept_in, "max_migration.txt")});
  }

  void NoteUnseen(const MigrationKey& key, std::vector<std::string>& lines) const {
    const Migration* migration = project().FindMigration(key);
    if (migration == nullptr) return;
    std::vector<const django::Operation*> unseen;
    AddUnseen(migration->operations, unseen);
    for (const django::Operation* operation : unseen) {
      lines.push_back(key.ToString() + ": " + operation->Describe() +
                      (operation->Elidable() ? " (elidable)" : ""));
    }
  }

  void NoteLost(const MigrationKey& key) {
    const Migration* migration = project().FindMigration(key);
    if (migration == nullptr) return;
    NoteUnseen(key, fresh_.lost);
    for (const MigrationKey& before : migration->run_before) {
      if (apps_.contains(before.app)) continue;
      fresh_.lost.push_back(key.ToString() + ": it runs before " + before.ToString());
    }
  }

  const FreshFilesInput& input_;
  std::set<std::string> apps_;
  Dependents dependents_;
  FreshFiles fresh_;
};

/// Those to be made, with the folders beside which they stand.
std::map<std::string, std::string> FoldersOf(const FreshFiles& fresh) {
  std::map<std::string, std::string> folders;
  for (const FreshFiles::Folder& folder : fresh.folders) folders[folder.kept_in] = folder.path;
  for (const FreshFiles::Edit& edit : fresh.edits) folders[edit.kept_in] = ParentPath(edit.path);
  return folders;
}

std::string MarkIn(const std::string& folder) {
  return JoinPath(folder, std::string(kUnfinishedMark));
}

}  // namespace

FreshFiles PlanFreshFiles(const FreshFilesInput& input) { return Planner(input).Plan(); }

FreshFilesOnDisk::FreshFilesOnDisk(const FreshFiles& fresh) {
  try {
    for (const auto& [kept_in, folder] : FoldersOf(fresh)) {
      std::error_code error;
      const bool is_new = fs::create_directory(kept_in, folder, error);
      if (!is_new) {
        throw Error("cannot make the folder '" + kept_in +
                    "' for the old files: " + (error ? error.message() : "it is there already"));
      }
      made_.push_back(kept_in);
      WriteNewFile(MarkIn(kept_in), "");
      if (const std::error_code failed = SyncFolder(ParentPath(kept_in))) {
        throw Error("cannot bring the folder '" + kept_in + "' to the disk: " + failed.message());
      }
    }
    files_.emplace(fresh.changes);
  } catch (...) {
    RemoveFolders();
    throw;
  }
}

FreshFilesOnDisk::~FreshFilesOnDisk() {
  files_.reset();
  RemoveFolders();
}

void FreshFilesOnDisk::LookAtResult(const std::function<void()>& look) {
  files_->LookAtResult(look);
}

void FreshFilesOnDisk::Commit() {
  RemoveMarks();
  files_->Commit();
  made_.clear();
}

void FreshFilesOnDisk::RemoveMarks() noexcept {
  for (const std::string& folder : made_) {
    std::error_code ignored;
    fs::remove(MarkIn(folder), ignored);
  }
}

/// Only empty ones go.
void FreshFilesOnDisk::RemoveFolders() noexcept {
  RemoveMarks();
  for (const std::string& folder : made_) {
    std::error_code ignored;
    fs::remove(folder, ignored);
  }
  made_.clear();
}

}  // namespace migext::rewrite
