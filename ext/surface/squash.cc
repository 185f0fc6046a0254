#include "surface/squash.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "django/names.h"
#include "migrate/plan.h"
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
using rewrite::NewMigration;

/// The loader's graph: from 6.0 on the command does not look at the database.
django::Graph GraphOf(const Snapshot& now) {
  return now.project->dialect().nested_squashes ? django::Graph::Build(*now.project, nullptr)
                                                : now.graph;
}

/// What would stop the loader were the migration there too.
std::optional<django::GraphFailure> FailureWith(const Snapshot& now, const Migration& migration) {
  auto migrations = now.project->migrations();
  migrations.insert_or_assign(migration.key, std::make_shared<const Migration>(migration));
  django::MigrationSource source = django::SourceOf(*now.project);
  source.migrations = &migrations;
  const django::Graph graph = django::Graph::Build(source, &now.graph.applied());
  if (graph.failures().empty()) return std::nullopt;
  return graph.failures().front();
}

struct SquashCall {
  rewrite::SquashRequest request;
  bool write = false;
  bool as_django = false;  ///< A file that is no Python yet gets its name all the same.
};

/// The name becomes part of a path.  Other than the name of a new migration it may begin with a
/// digit: the number of the first one is put before it.
void RequirePlainName(const std::string& name) {
  const bool is_plain = !name.empty() && std::ranges::all_of(name, [](char letter) {
    return letter == '_' || (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
           (letter >= 'A' && letter <= 'Z');
  });
  if (is_plain) return;
  throw Error("the name of a migration is made of letters, digits and '_', and is '" + name +
              "' here");
}

SquashCall CallOf(const Verb& verb, const django::Project& project) {
  constexpr std::string_view kName = "squashed_name=";
  SquashCall call;
  call.request.app = verb.Required(0, "the app's label");
  call.request.from = verb.given.Text(1);
  call.request.to = verb.Required(2, "the name of the last migration to squash");
  const std::string& user_model = project.auth_user_model();
  call.request.user_app = user_model.substr(0, user_model.find('.'));
  for (int index = 3; verb.given.Has(index); ++index) {
    const std::string option = verb.given.Text(index);
    if (option == "write") {
      call.write = true;
    } else if (option == "no_optimize") {
      call.request.optimize = false;
    } else if (option == "as_django") {
      call.as_django = true;
    } else if (option.starts_with(kName)) {
      call.request.name = option.substr(kName.size());
      RequirePlainName(call.request.name);
    } else {
      throw Error("'" + option +
                  "' is no option; there are 'write', 'no_optimize', 'as_django' and "
                  "'squashed_name=…'");
    }
  }
  return call;
}

std::vector<django::OperationPtr> OperationsOf(const django::Project& project,
                                               const std::vector<MigrationKey>& parts) {
  std::vector<django::OperationPtr> operations;
  for (const MigrationKey& part : parts) {
    const auto& more = project.FindMigration(part)->operations;
    operations.insert(operations.end(), more.begin(), more.end());
  }
  return operations;
}

/// A shorter run of the same start that can be loaded: "" when there is none among the nearest.
std::string WayOut(const Snapshot& now, const django::Graph& graph, rewrite::SquashRequest request,
                   std::vector<MigrationKey> parts) {
  constexpr int kTries = 32;
  request.optimize = false;
  for (int tries = 0; parts.size() > 2 && tries < kTries; ++tries) {
    parts.pop_back();
    request.to = parts.back().name;
    if (FailureWith(now, rewrite::PlanSquash(graph, request).migration)) continue;
    return "\nup to " + request.to + " it works: SELECT squash_migrations(" +
           SqlLiteral(request.app) + ", " +
           (request.from.empty() ? std::string("NULL") : SqlLiteral(request.from)) + ", " +
           SqlLiteral(request.to) + ")";
  }
  return {};
}

std::string RunSquash(const Verb& verb) {
  const SnapshotPtr now = verb.session.Look();
  const django::Project& project = *now->project;
  const SquashCall call = CallOf(verb, project);
  const django::Graph graph = GraphOf(*now);
  rewrite::RefuseForeign(RequireMigratedApp(graph.source(), call.request.app));
  migrate::RequireSoundGraph(graph);
  const NewMigration squash = rewrite::PlanSquash(graph, call.request);
  const std::vector<MigrationKey>& parts = squash.migration.replaces;
  RequireNew(project, squash.migration.key);
  const std::string python = PathBeside(project, parts.front(), squash.migration.key.name);
  const NewMigrationFile file(verb, now, squash.migration);
  if (const auto failure = FailureWith(*now, squash.migration)) {
    if (call.write) {
      verb.ReportAll(squash.report);
    } else {
      file.Report();
    }
    throw Error(Unloadable(*failure) + WayOut(*now, graph, call.request, parts));
  }
  const bool is_draft = !call.as_django && !file.text().to_copy.empty();
  const std::string path = is_draft ? DraftOf(python) : python;
  const std::string trouble =
      StateTrouble(project, graph.StateAfter(std::vector{parts.front()}, false),
                   OperationsOf(project, parts), squash.migration);
  if (call.write && !trouble.empty()) {
    throw Error(trouble + "\nnothing is written; the option 'no_optimize' keeps all operations");
  }
  const std::string what = path + ", which replaces " + std::to_string(parts.size()) +
                           " migrations" + Needs(file.text(), is_draft);
  if (!call.write) {
    file.Report();
    if (!trouble.empty()) return "would refuse to write " + what + ": " + trouble;
    return "would write " + what + "; to do it: " + CallToWrite(verb, "squash_migrations");
  }
  verb.ReportAll(squash.report);
  file.Write({.path = path, .text = std::nullopt}, python);
  verb.ReportAll({"Created new squashed migration " + path,
                  "  You should commit this migration but leave the old ones in place;",
                  "  the new migration will be used for new installs. Once you are sure",
                  "  all instances of the codebase have applied the migrations you squashed,",
                  "  you can delete them."});
  ReportPorting(verb, file.text(), "squashed", is_draft);
  verb.ReportAll(squash.notes);
  return "wrote " + what;
}

}  // namespace

sqlite::Function SquashMigrations(const SessionPtr& session) {
  return MakeWritingVerb(session, "squash_migrations", 3, 7, RunSquash);
}

}  // namespace migext::surface
