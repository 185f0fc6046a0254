#include "surface/new_migrations.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "django/names.h"
#include "migrate/plan.h"
#include "rewrite/file_transaction.h"
#include "rewrite/merge.h"
#include "rewrite/migration_name.h"
#include "rewrite/migration_writer.h"
#include "surface/verb.h"

namespace migext::surface {
namespace {

using django::Migration;
using django::MigrationKey;

bool IsToBeWritten(const Verb& verb, int index) {
  if (!verb.given.Has(index)) return false;
  if (verb.given.Text(index) == "write") return true;
  throw Error("the last argument can only be 'write', and is '" + verb.given.Text(index) +
              "' here");
}

std::string Call(std::string_view verb, const MigrationKey& key) {
  return "SELECT " + std::string(verb) + "(" + SqlLiteral(key.app) + ", " + SqlLiteral(key.name) +
         ");";
}

/// django-linear-migrations keeps the name of the last migration beside them.
void AddMaxMigration(const std::string& folder, const std::string& name,
                     std::vector<rewrite::FileChange>& changes) {
  const std::string path = JoinPath(folder, "max_migration.txt");
  if (IsFile(path)) changes.push_back({.path = path, .text = name + "\n", .replaces = true});
}

/// Reads the project again: the file must hold what was to be written.
void ReadBack(const Verb& verb, const MigrationKey& key, const rewrite::MigrationText& text,
              const rewrite::WriterContext& header) {
  const SnapshotPtr now = verb.session.Look();
  const Migration* read = now->project->FindMigration(key);
  const auto fail = [](const std::string& why) {
    throw Error("what would be written cannot be read back" + why + "; nothing is written");
  };
  if (!read) {
    const auto unreadable = now->project->unreadable().find(key);
    fail(unreadable == now->project->unreadable().end() ? "" : ": " + unreadable->second.error);
  }
  const rewrite::WriterContext context = {now->project->field_context(), header.django_version,
                                          header.date};
  if (rewrite::WriteMigration(*read, context).text != text.text) fail(" as it is");
  if (!now->graph.failures().empty()) fail(": " + now->graph.failures().front().ToString());
}

/// The text goes into the report, and with 'write' into a file.  Gives back the file's path.
std::string Put(const Verb& verb, const Snapshot& now, const Migration& migration, bool write) {
  const rewrite::WriterContext context = {now.project->field_context(),
                                          now.project->django_version(), rewrite::HeaderDate()};
  const rewrite::MigrationText text = rewrite::WriteMigration(migration, context);
  std::string path = rewrite::PathOfNew(*now.project, migration.key);
  std::vector<std::string> lines = Split(text.text, '\n');
  lines.pop_back();
  for (std::string& line : lines) verb.Report(std::move(line));
  if (!write) return path;
  std::vector<rewrite::FileChange> changes = {{.path = path, .text = text.text}};
  AddMaxMigration(ParentPath(path), migration.key.name, changes);
  rewrite::FileTransaction files(std::move(changes));
  ReadBack(verb, migration.key, text, context);
  files.Commit();
  return path;
}

// ---- merge_migrations()

std::string Listed(const rewrite::Overlap& overlap) {
  std::vector<std::string> changes;
  for (const rewrite::Overlap::Change& change : overlap.changes) {
    changes.push_back(change.migration.name + " (" + change.description + ")");
  }
  return overlap.object + ": " + Join(changes, ", ");
}

/// How to get past migrations that do what another branch does: that branch is run, they are only
/// recorded.
std::string WayAround(const Snapshot& now, const rewrite::Merge& merge) {
  std::string statements;
  for (const django::Dependency& leaf : merge.migration.dependencies) {
    if (std::ranges::find(merge.redundant, leaf.key) == merge.redundant.end() &&
        !now.applied.contains(leaf.key)) {
      statements += " " + Call("migrate", leaf.key);
    }
  }
  for (const MigrationKey& key : merge.redundant) {
    if (!now.applied.contains(key)) statements += " " + Call("fake_apply", key);
  }
  return statements.empty() ? statements : statements + " SELECT migrate();";
}

void ReportOverlaps(const Verb& verb, const Snapshot& now, const rewrite::Merge& merge) {
  if (merge.overlaps.empty()) {
    verb.Report("The branches touch nothing in common.");
    return;
  }
  verb.Report("The branches touch the same things:");
  bool has_other = false;
  for (const rewrite::Overlap& overlap : merge.overlaps) {
    verb.Report("  " + Listed(overlap));
    has_other = has_other || !overlap.is_made_twice;
  }
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
  const std::string path = Put(verb, *now, merge.migration, write);
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
  const std::string path = Put(verb, *now, migration, write);
  if (write) return "wrote " + path + "; put its operations in";
  return "would write " + migration.key.name + ".py; to do it: SELECT empty_migration(" +
         SqlLiteral(app) + ", " + (name.empty() ? "NULL" : SqlLiteral(name)) + ", 'write')";
}

}  // namespace

sqlite::Function MergeMigrations(const SessionPtr& session) {
  return MakeVerb(session, "merge_migrations", 1, 2, Merge, Lock::kNone);
}

sqlite::Function EmptyMigration(const SessionPtr& session) {
  return MakeVerb(session, "empty_migration", 2, 3, Empty, Lock::kNone);
}

}  // namespace migext::surface
