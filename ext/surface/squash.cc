#include "surface/squash.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "django/names.h"
#include "migrate/plan.h"
#include "rewrite/file_transaction.h"
#include "rewrite/migration_writer.h"
#include "rewrite/read_back.h"
#include "rewrite/squash.h"
#include "surface/verb.h"

namespace migext::surface {
namespace {

using django::Migration;
using django::MigrationKey;
using rewrite::FileChange;
using rewrite::MigrationText;
using rewrite::NewMigration;
using rewrite::WriterContext;

/// The loader's graph: from 6.0 on the command does not look at the database.
django::Graph GraphOf(const Snapshot& now) {
  return now.project->dialect().nested_squashes ? django::Graph::Build(*now.project, nullptr)
                                                : now.graph;
}

WriterContext ContextOf(const django::Project& project) {
  return {project.field_context(), project.django_version(), rewrite::HeaderDate()};
}

/// Beside the file of another migration of the app.
std::string PathBeside(const django::Project& project, const MigrationKey& sibling,
                       const std::string& name) {
  const std::string path = project.FindMigration(sibling)->path;
  return JoinPath(ParentPath(path.starts_with('/') ? path : JoinPath(project.root(), path)),
                  name + ".py");
}

std::string Needs(const MigrationText& text) {
  if (text.to_copy.empty()) return {};
  return "; the functions of " + Join(text.to_copy, ", ") +
         " are to be copied into it by hand, until then it is no Python";
}

/// One migration on its way into a file.
class Writing {
 public:
  Writing(const Verb& verb, SnapshotPtr before, Migration migration)
      : verb_(verb),
        before_(std::move(before)),
        migration_(std::move(migration)),
        context_(ContextOf(*before_->project)),
        text_(rewrite::WriteMigration(migration_, context_)) {}

  const MigrationText& text() const { return text_; }

  /// Carried out as far as to read it back; `change` has no text yet.
  void Write(FileChange change) {
    if (!text_.to_copy.empty()) {
      // Django's own text is no Python before a person has worked on it: look at the rest of it.
      const Migration rest = rewrite::WithoutFunctions(migration_);
      const MigrationText readable = rewrite::WriteMigration(rest, context_);
      if (readable.to_copy.empty()) {
        change.text = readable.text;
        const rewrite::FileTransaction tried({change});
        ReadBack(readable.text);
      }
    }
    change.text = text_.text;
    rewrite::FileTransaction files({std::move(change)});
    if (text_.to_copy.empty()) ReadBack(text_.text);
    files.Commit();
  }

 private:
  void ReadBack(const std::string& text) {
    const SnapshotPtr now = verb_.session.Look();
    const Migration* read = now->project->FindMigration(migration_.key);
    if (!read) {
      const auto why = now->project->unreadable().find(migration_.key);
      throw Error(
          "what would be written cannot be read back" +
          (why == now->project->unreadable().end() ? std::string() : ": " + why->second.error) +
          "; nothing is written");
    }
    rewrite::RequireSameText(*read, text, context_);
    if (now->graph.failures().empty()) return;
    throw Error(
        "with this migration the project could not be loaded any more, so it is not "
        "written: " +
        now->graph.failures().front().ToString());
  }

  const Verb& verb_;
  SnapshotPtr before_;
  Migration migration_;
  WriterContext context_;
  MigrationText text_;
};

void ReportText(const Verb& verb, const MigrationText& text) {
  std::vector<std::string> lines = Split(text.text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  for (std::string& line : lines) verb.Report(std::move(line));
}

void ReportAll(const Verb& verb, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) verb.Report(line);
}

void ReportPorting(const Verb& verb, const MigrationText& text, const std::string& kind) {
  if (text.to_copy.empty()) return;
  ReportAll(verb, {"Manual porting required",
                   "  Your migrations contained functions that must be manually copied over,",
                   "  as we could not safely copy their implementation.",
                   "  See the comment at the top of the " + kind + " migration for details."});
}

/// In some orders Django's optimizer leaves a key pointing at a model's old name: what is wrong
/// with the shorter list, or "".
std::string StateTrouble(const django::ProjectState& before,
                         const std::vector<django::OperationPtr>& operations,
                         const Migration& shorter) {
  try {
    rewrite::RequireSameState(before, operations, shorter.operations, shorter.key.app);
    return {};
  } catch (const Error& error) {
    return error.message();
  }
}

// ---- squash_migrations()

struct SquashCall {
  rewrite::SquashRequest request;
  bool write = false;
};

/// The name becomes part of a path.
void RequireIdentifier(const std::string& name) {
  const bool is_plain = !name.empty() && std::ranges::all_of(name, [](char letter) {
    return letter == '_' || (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
           (letter >= 'A' && letter <= 'Z');
  });
  if (!is_plain) {
    throw Error("the name of a migration is made of letters, digits and '_', and is '" + name +
                "' here");
  }
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
    } else if (option.starts_with(kName)) {
      call.request.name = option.substr(kName.size());
      RequireIdentifier(call.request.name);
    } else {
      throw Error("'" + option +
                  "' is no option; there are 'write', 'no_optimize' and 'squashed_name=…'");
    }
  }
  return call;
}

/// The call as it was given, with 'write'.
std::string CallToWrite(const Verb& verb, std::string_view name) {
  std::string call = "SELECT " + std::string(name) + "(";
  for (int index = 0; index < verb.given.size(); ++index) {
    call += (index > 0 ? ", " : "") +
            (verb.given.Has(index) ? SqlLiteral(verb.given.Text(index)) : std::string("NULL"));
  }
  return call + ", 'write')";
}

void RequireNew(const django::Project& project, const MigrationKey& key) {
  if (!project.FindMigration(key) && !project.unreadable().contains(key)) return;
  throw Error("Migration " + key.name + " already exists. Use a different name.");
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

std::string RunSquash(const Verb& verb) {
  const SnapshotPtr now = verb.session.Look();
  const django::Project& project = *now->project;
  const SquashCall call = CallOf(verb, project);
  const django::Graph graph = GraphOf(*now);
  RequireMigratedApp(graph.source(), call.request.app);
  migrate::RequireSoundGraph(graph);
  const NewMigration squash = rewrite::PlanSquash(graph, call.request);
  const std::vector<MigrationKey>& parts = squash.migration.replaces;
  RequireNew(project, squash.migration.key);
  const std::string path = PathBeside(project, parts.front(), squash.migration.key.name);
  Writing writing(verb, now, squash.migration);
  const std::string trouble = StateTrouble(graph.StateAfter(std::vector{parts.front()}, false),
                                           OperationsOf(project, parts), squash.migration);
  if (call.write && !trouble.empty()) {
    throw Error(trouble + "\nnothing is written; the option 'no_optimize' keeps all operations");
  }
  const std::string what = path + ", which replaces " + std::to_string(parts.size()) +
                           " migrations" + Needs(writing.text());
  if (!call.write) {
    ReportText(verb, writing.text());
    if (!trouble.empty()) return "would refuse to write " + what + ": " + trouble;
    return "would write " + what + "; to do it: " + CallToWrite(verb, "squash_migrations");
  }
  ReportAll(verb, squash.report);
  writing.Write({.path = path, .text = std::nullopt});
  ReportAll(verb, {"Created new squashed migration " + path,
                   "  You should commit this migration but leave the old ones in place;",
                   "  the new migration will be used for new installs. Once you are sure",
                   "  all instances of the codebase have applied the migrations you squashed,",
                   "  you can delete them."});
  ReportPorting(verb, writing.text(), "squashed");
  ReportAll(verb, squash.notes);
  return "wrote " + what;
}

// ---- optimize_migration()

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

bool IsToBeWritten(const Verb& verb) {
  if (!verb.given.Has(2)) return false;
  if (verb.given.Text(2) == "write") return true;
  throw Error("the last argument can only be 'write', and is '" + verb.given.Text(2) + "' here");
}

std::string RunOptimize(const Verb& verb) {
  const std::string app = verb.Required(0, "the app's label");
  const std::string name = verb.Required(1, "the migration's name");
  const bool write = IsToBeWritten(verb);
  const SnapshotPtr now = verb.session.Look();
  const django::Project& project = *now->project;
  const django::Graph graph = django::Graph::Build(project, nullptr);
  RequireMigratedApp(graph.source(), app);
  const NewMigration plan = rewrite::PlanOptimized(graph, app, name);
  const MigrationKey key = plan.migration.key;
  const Migration& file = *project.FindMigration(key);
  if (plan.migration.operations.size() == file.operations.size()) {
    ReportAll(verb, plan.report);
    return plan.report.front();
  }
  migrate::RequireSoundGraph(graph);
  std::optional<Writing> writing(std::in_place, verb, now, plan.migration);
  FileChange change = {
      .path = PathBeside(project, key, key.name), .text = std::nullopt, .replaces = true};
  if (!writing->text().to_copy.empty()) {
    const Migration beside = BesideOf(plan.migration, project.dialect().version);
    RequireNew(project, beside.key);
    change = {.path = PathBeside(project, key, beside.key.name), .text = std::nullopt};
    writing.emplace(verb, now, beside);
  } else {
    change.keep_as = change.path + ".old";
  }
  const std::string trouble =
      StateTrouble(graph.StateAfter(std::vector{key}, false), file.operations, plan.migration);
  if (!trouble.empty()) throw Error(trouble + "\nthe migration stays as it is");
  const std::string what =
      change.path + Needs(writing->text()) +
      (change.keep_as.empty() ? "" : "; the old file stays as " + change.keep_as);
  if (!write) {
    ReportText(verb, writing->text());
    return "would write " + what + "; to do it: " + CallToWrite(verb, "optimize_migration");
  }
  ReportAll(verb, plan.report);
  ReportPorting(verb, writing->text(), "optimized");
  verb.Report("Optimized migration " + change.path);
  writing->Write(std::move(change));
  return "wrote " + what;
}

}  // namespace

sqlite::Function SquashMigrations(const SessionPtr& session) {
  return MakeVerb(session, "squash_migrations", 3, 6, RunSquash, Lock::kNone);
}

sqlite::Function OptimizeMigration(const SessionPtr& session) {
  return MakeVerb(session, "optimize_migration", 2, 3, RunOptimize, Lock::kNone);
}

}  // namespace migext::surface
