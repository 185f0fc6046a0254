#include "surface/optimize.h"

#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "django/names.h"
#include "migrate/plan.h"
#include "rewrite/file_transaction.h"
#include "rewrite/migration_name.h"
#include "rewrite/squash.h"
#include "surface/new_migration_file.h"
#include "surface/shorter.h"
#include "surface/verb.h"
#include "surface/writing_verb.h"

namespace migext::surface {
namespace {

using django::Migration;
using django::MigrationKey;
using rewrite::FileChange;
using rewrite::NewMigration;

/// The one that stands for a migration whose functions cannot be copied: a squash of it alone.
Migration BesideOf(const Migration& optimized, const std::string& version) {
  if (!optimized.replaces.empty()) {
    throw Error(
        "Migration will require manual porting but is already a squashed migration.\n"
        "Transition to a normal migration first: https://docs.djangoproject.com/en/" +
        version + "/topics/migrations/#squashing-migrations");
  }
  Migration beside;
  beside.key = {optimized.key.app, optimized.key.name + "_optimized"};
  beside.dependencies = optimized.dependencies;
  beside.operations = optimized.operations;
  beside.replaces = {optimized.key};
  return beside;
}

struct Call {
  bool write = false;
  bool as_django = false;
};

Call CallOf(const Verb& verb) {
  Call call;
  for (int index = 2; verb.given.Has(index); ++index) {
    const std::string option = verb.given.Text(index);
    if (option != "write" && option != "as_django") {
      throw Error("'" + option + "' is no option; there are 'write' and 'as_django'");
    }
    (option == "write" ? call.write : call.as_django) = true;
  }
  return call;
}

std::string Run(const Verb& verb) {
  const std::string app = verb.Required(0, "the app's label");
  const std::string name = verb.Required(1, "the migration's name");
  const Call call = CallOf(verb);
  const SnapshotPtr now = verb.session.Look();
  const django::Project& project = *now->project;
  const django::Graph graph = django::Graph::Build(project, nullptr);
  rewrite::RefuseForeign(RequireMigratedApp(graph.source(), app));
  const NewMigration plan = rewrite::PlanOptimized(graph, app, name);
  const MigrationKey key = plan.migration.key;
  const Migration& file = *project.FindMigration(key);
  if (plan.migration.operations.size() == file.operations.size()) {
    verb.ReportAll(plan.report);
    return plan.report.front();
  }
  migrate::RequireSoundGraph(graph);
  std::optional<NewMigrationFile> shorter(std::in_place, verb, now, plan.migration);
  std::string path = PathBeside(project, key, key.name);
  FileChange change = {.path = path, .text = std::nullopt, .replaces = true};
  const bool needs_copies = !shorter->text().to_copy.empty();
  const bool is_draft = needs_copies && !call.as_django;
  if (needs_copies) {
    const Migration beside = BesideOf(plan.migration, project.dialect().version);
    RequireNew(project, beside.key);
    path = PathBeside(project, key, beside.key.name);
    change = {.path = is_draft ? DraftOf(path) : path, .text = std::nullopt};
    shorter.emplace(verb, now, beside);
  } else {
    change.keep_as = change.path + std::string(rewrite::kKeptSuffix);
  }
  rewrite::RequirePossible({change});
  const std::string trouble =
      StateTrouble(project, graph.WithoutReplacements().StateAfter(std::vector{key}, false),
                   file.operations, plan.migration);
  if (!trouble.empty()) throw Error(trouble + "\nthe migration stays as it is");
  const std::string what =
      change.path + Needs(shorter->text(), is_draft) +
      (change.keep_as.empty() ? "" : "; the old file stays as " + change.keep_as);
  if (!call.write) {
    shorter->Report();
    return "would write " + what + "; to do it: " + CallToWrite(verb, "optimize_migration");
  }
  verb.ReportAll(plan.report);
  ReportPorting(verb, shorter->text(), "optimized", is_draft);
  verb.Report("Optimized migration " + change.path);
  shorter->Write(std::move(change), path);
  return "wrote " + what;
}

}  // namespace

sqlite::Function OptimizeMigration(const SessionPtr& session) {
  return MakeWritingVerb(session, "optimize_migration", 2, 4, Run);
}

}  // namespace migext::surface
