#include "surface/new_migrations.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "django/names.h"
#include "migrate/plan.h"
#include "migrate/remedies.h"
#include "rewrite/merge.h"
#include "rewrite/migration_name.h"
#include "surface/new_migration_file.h"
#include "surface/writing_verb.h"

namespace migext::surface {
namespace {

namespace fs = std::filesystem;
using django::Migration;
using django::MigrationKey;

/// The folder of an app's first migration with its __init__.py, as makemigrations makes them; both
/// go again without Keep().
class NewPackage {
 public:
  explicit NewPackage(const std::string& folder) {
    std::error_code error;
    if (fs::create_directory(folder, error)) folder_ = folder;
    if (error) throw Error("cannot make the folder '" + folder + "': " + error.message());
    const std::string init = JoinPath(folder, "__init__.py");
    if (KindOf(init) == FileKind::kMissing) {
      files_.emplace(std::vector<rewrite::FileChange>{{.path = init, .text = ""}});
    }
  }
  ~NewPackage() {
    files_.reset();
    std::error_code ignored;
    if (!folder_.empty()) fs::remove(folder_, ignored);
  }
  NewPackage(const NewPackage&) = delete;
  NewPackage& operator=(const NewPackage&) = delete;

  void Keep() {
    if (files_) files_->Commit();
    folder_.clear();
  }

 private:
  std::string folder_;
  std::optional<rewrite::FileTransaction> files_;
};

/// The text goes into the report, and with 'write' into a file.  Gives back the file's path.
std::string Put(const Verb& verb, const SnapshotPtr& now, const Migration& migration, bool write) {
  const NewMigrationFile file(verb, now, migration);
  std::string path = rewrite::PathOfNew(*now->project, migration.key);
  file.Report();
  if (!write) return path;
  NewPackage package(ParentPath(path));
  file.Write({.path = path, .text = std::nullopt});
  package.Keep();
  return path;
}

// ---- merge_migrations()

/// How to get past migrations that do what another branch does: that branch is run, they are only
/// recorded.
std::string WayAround(const Snapshot& now, const rewrite::Merge& merge) {
  std::string statements;
  for (const django::Dependency& leaf : merge.migration.dependencies) {
    if (std::ranges::find(merge.redundant, leaf.key) == merge.redundant.end() &&
        !now.applied.contains(leaf.key)) {
      statements += " " + migrate::VerbCall("migrate", leaf.key);
    }
  }
  for (const MigrationKey& key : merge.redundant) {
    if (!now.applied.contains(key)) statements += " " + migrate::VerbCall("fake_apply", key);
  }
  return statements.empty() ? statements : statements + " SELECT migrate();";
}

void ReportOverlaps(const Verb& verb, const Snapshot& now, const rewrite::Merge& merge) {
  verb.ReportAll(merge.OverlapLines());
  if (merge.overlaps.empty()) return;
  const bool has_other = std::ranges::any_of(
      merge.overlaps, [](const rewrite::Overlap& overlap) { return !overlap.is_made_twice; });
  if (!merge.redundant.empty()) {
    const std::string way = WayAround(now, merge);
    std::vector<std::string> names;
    for (const MigrationKey& key : merge.redundant) names.push_back(key.name);
    verb.Report(Join(names, ", ") + " makes only what the other branch makes too" +
                (way.empty()
                     ? ", and is recorded here already"
                     : "; run the other branch and record it, once the merge is written:" + way));
  } else if (!has_other) {
    verb.Report(
        "Both make it, so one of the two operations is to be taken out of its file before anyone "
        "applies it.");
  }
  if (has_other) {
    verb.Report(
        "Which branch runs first decides what is left: look at these, or put one branch behind "
        "the other with rebase_migration().");
  }
}

std::string Merge(const Verb& verb) {
  const std::string app = verb.Required(0, "the app's label");
  const bool write = IsToBeWritten(verb, 1);
  const SnapshotPtr now = verb.session.Look();
  rewrite::RefuseForeign(django::RequireMigratedApp(now->graph.source(), app));
  migrate::RequireSoundGraph(now->graph);
  const rewrite::Merge merge = rewrite::PlanMerge(now->graph, app, rewrite::NameStamp());
  if (merge.migration.key.name.empty()) return "No conflicts detected to merge.";
  for (const std::string& line : merge.report) verb.Report(line);
  ReportOverlaps(verb, *now, merge);
  const std::string path = Put(verb, now, merge.migration, write);
  const std::string common = merge.overlaps.empty()
                                 ? "the branches touch nothing in common"
                                 : "the branches both touch " + merge.overlaps.front().object +
                                       (merge.overlaps.size() > 1 ? " and more" : "") +
                                       ": see migext_output";
  if (write) return "wrote " + path + "; " + common;
  return "would write " + merge.migration.key.name + ".py; " + common +
         "; to do it: SELECT merge_migrations(" + SqlLiteral(app) + ", 'write')";
}

// ---- empty_migration()

std::string Empty(const Verb& verb) {
  const std::string app = verb.Required(0, "the app's label");
  const std::string name = verb.given.Text(1);
  const bool write = IsToBeWritten(verb, 2);
  if (!name.empty()) rewrite::RequireIdentifier(name);
  const SnapshotPtr now = verb.session.Look();
  rewrite::RefuseForeign(django::RequireApp(now->graph.source(), app));
  migrate::RequireSoundGraph(now->graph);
  const std::vector<MigrationKey> leaves = now->graph.LeafNodes(app);
  if (leaves.size() > 1) {
    throw Error("the migrations of '" + app + "' have " + std::to_string(leaves.size()) +
                " ends; join them first: SELECT merge_migrations(" + SqlLiteral(app) +
                ", 'write');");
  }
  Migration migration;
  int number = 1;
  if (!leaves.empty()) {
    migration.dependencies.push_back({leaves.front(), false});
    number = rewrite::NumberOf(leaves.front().name, now->project->dialect()).value_or(0) + 1;
  }
  const std::string suggested = leaves.empty() ? "initial" : "auto_" + rewrite::NameStamp();
  migration.key = {app, rewrite::Numbered(number, name.empty() ? suggested : name)};
  const std::string path = Put(verb, now, migration, write);
  if (write) return "wrote " + path + "; put its operations in";
  return "would write " + migration.key.name + ".py; to do it: SELECT empty_migration(" +
         SqlLiteral(app) + ", " + (name.empty() ? "NULL" : SqlLiteral(name)) + ", 'write')";
}

}  // namespace

sqlite::Function MergeMigrations(const SessionPtr& session) {
  return MakeWritingVerb(session, "merge_migrations", 1, 2, Merge);
}

sqlite::Function EmptyMigration(const SessionPtr& session) {
  return MakeWritingVerb(session, "empty_migration", 1, 3, Empty);
}

}  // namespace migext::surface
