#include "surface/squash.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "django/names.h"
#include "migrate/plan.h"
#include "rewrite/file_transaction.h"
#include "rewrite/migration_name.h"
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

/// Django's own text is no Python while functions are to be copied into it, and such a file stops
/// the whole project.  Under this name nothing loads it.
std::string DraftOf(const std::string& path) { return path + ".draft"; }

/// The names that follow `module` in the text: forwards, backwards.
std::string FunctionsOf(const std::string& text, const std::string& module) {
  std::set<std::string> names;
  const std::string start = module + ".";
  for (std::size_t at = text.find(start); at != std::string::npos; at = text.find(start, at)) {
    at += start.size();
    std::size_t end = at;
    while (end < text.size() &&
           (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_'))
      ++end;
    if (end > at) names.insert(text.substr(at, end - at));
  }
  return Join(std::vector<std::string>(names.begin(), names.end()), ", ");
}

/// "forwards of blog.migrations.0004_populate"
std::string ToCopy(const MigrationText& text) {
  std::vector<std::string> parts;
  for (const std::string& module : text.to_copy) {
    parts.push_back(FunctionsOf(text.text, module) + " of " + module);
  }
  return Join(parts, "; ");
}

std::string Needs(const MigrationText& text, bool is_draft) {
  if (text.to_copy.empty()) return {};
  const std::string copy = "copy into it by hand " + ToCopy(text);
  if (is_draft)
    return "; " + copy + ", then take .draft off its name: until then it is no migration";
  return "; " + copy + ": until then it is no Python, and the project cannot be loaded";
}

std::string Unloadable(const django::GraphFailure& failure) {
  return "with this migration the project could not be loaded any more, so it is not written: " +
         failure.ToString();
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

  /// Carried out as far as to read it back; `change` has no text yet, and `file` is the name that
  /// the migration has once it is no draft any more.
  void Write(FileChange change, const std::string& file) {
    if (!text_.to_copy.empty()) {
      // Django's own text is no Python before a person has worked on it: look at the rest of it.
      const Migration rest = rewrite::WithoutFunctions(migration_);
      const MigrationText readable = rewrite::WriteMigration(rest, context_);
      if (readable.to_copy.empty()) {
        const rewrite::FileTransaction tried(
            {{.path = file, .text = readable.text, .replaces = change.replaces}});
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
    throw Error(Unloadable(now->graph.failures().front()));
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

void ReportPorting(const Verb& verb, const MigrationText& text, const std::string& kind,
                   bool is_draft) {
  if (text.to_copy.empty()) return;
  ReportAll(verb, {"Manual porting required",
                   "  Your migrations contained functions that must be manually copied over,",
                   "  as we could not safely copy their implementation.",
                   "  See the comment at the top of the " + kind + " migration for details."});
  for (const std::string& module : text.to_copy) {
    verb.Report("Copy from " + module + ": " + FunctionsOf(text.text, module));
  }
  if (is_draft) verb.Report("Then rename NAME.py.draft to NAME.py: Django loads no other name.");
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
  bool as_django = false;  ///< A file that is no Python yet gets its name all the same.
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
    } else if (option == "as_django") {
      call.as_django = true;
    } else if (option.starts_with(kName)) {
      call.request.name = option.substr(kName.size());
      RequireIdentifier(call.request.name);
    } else {
      throw Error("'" + option +
                  "' is no option; there are 'write', 'no_optimize', 'as_django' and "
                  "'squashed_name=…'");
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
  const std::string file = PathBeside(project, parts.front(), squash.migration.key.name);
  Writing writing(verb, now, squash.migration);
  if (const auto failure = FailureWith(*now, squash.migration)) {
    if (call.write) {
      ReportAll(verb, squash.report);
    } else {
      ReportText(verb, writing.text());
    }
    throw Error(Unloadable(*failure) + WayOut(*now, graph, call.request, parts));
  }
  const bool is_draft = !call.as_django && !writing.text().to_copy.empty();
  const std::string path = is_draft ? DraftOf(file) : file;
  const std::string trouble = StateTrouble(graph.StateAfter(std::vector{parts.front()}, false),
                                           OperationsOf(project, parts), squash.migration);
  if (call.write && !trouble.empty()) {
    throw Error(trouble + "\nnothing is written; the option 'no_optimize' keeps all operations");
  }
  const std::string what = path + ", which replaces " + std::to_string(parts.size()) +
                           " migrations" + Needs(writing.text(), is_draft);
  if (!call.write) {
    ReportText(verb, writing.text());
    if (!trouble.empty()) return "would refuse to write " + what + ": " + trouble;
    return "would write " + what + "; to do it: " + CallToWrite(verb, "squash_migrations");
  }
  ReportAll(verb, squash.report);
  writing.Write({.path = path, .text = std::nullopt}, file);
  ReportAll(verb, {"Created new squashed migration " + path,
                   "  You should commit this migration but leave the old ones in place;",
                   "  the new migration will be used for new installs. Once you are sure",
                   "  all instances of the codebase have applied the migrations you squashed,",
                   "  you can delete them."});
  ReportPorting(verb, writing.text(), "squashed", is_draft);
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

struct OptimizeCall {
  bool write = false;
  bool as_django = false;
};

OptimizeCall OptimizeCallOf(const Verb& verb) {
  OptimizeCall call;
  for (int index = 2; verb.given.Has(index); ++index) {
    const std::string option = verb.given.Text(index);
    if (option != "write" && option != "as_django") {
      throw Error("'" + option + "' is no option; there are 'write' and 'as_django'");
    }
    (option == "write" ? call.write : call.as_django) = true;
  }
  return call;
}

std::string RunOptimize(const Verb& verb) {
  const std::string app = verb.Required(0, "the app's label");
  const std::string name = verb.Required(1, "the migration's name");
  const OptimizeCall call = OptimizeCallOf(verb);
  const SnapshotPtr now = verb.session.Look();
  const django::Project& project = *now->project;
  const django::Graph graph = django::Graph::Build(project, nullptr);
  rewrite::RefuseForeign(RequireMigratedApp(graph.source(), app));
  const NewMigration plan = rewrite::PlanOptimized(graph, app, name);
  const MigrationKey key = plan.migration.key;
  const Migration& file = *project.FindMigration(key);
  if (plan.migration.operations.size() == file.operations.size()) {
    ReportAll(verb, plan.report);
    return plan.report.front();
  }
  migrate::RequireSoundGraph(graph);
  std::optional<Writing> writing(std::in_place, verb, now, plan.migration);
  std::string path = PathBeside(project, key, key.name);
  FileChange change = {.path = path, .text = std::nullopt, .replaces = true};
  const bool needs_copies = !writing->text().to_copy.empty();
  const bool is_draft = needs_copies && !call.as_django;
  if (needs_copies) {
    const Migration beside = BesideOf(plan.migration, project.dialect().version);
    RequireNew(project, beside.key);
    path = PathBeside(project, key, beside.key.name);
    change = {.path = is_draft ? DraftOf(path) : path, .text = std::nullopt};
    writing.emplace(verb, now, beside);
  } else {
    change.keep_as = change.path + ".old";
  }
  const std::string trouble =
      StateTrouble(graph.StateAfter(std::vector{key}, false), file.operations, plan.migration);
  if (!trouble.empty()) throw Error(trouble + "\nthe migration stays as it is");
  const std::string what =
      change.path + Needs(writing->text(), is_draft) +
      (change.keep_as.empty() ? "" : "; the old file stays as " + change.keep_as);
  if (!call.write) {
    ReportText(verb, writing->text());
    return "would write " + what + "; to do it: " + CallToWrite(verb, "optimize_migration");
  }
  ReportAll(verb, plan.report);
  ReportPorting(verb, writing->text(), "optimized", is_draft);
  verb.Report("Optimized migration " + change.path);
  writing->Write(std::move(change), path);
  return "wrote " + what;
}

}  // namespace

sqlite::Function SquashMigrations(const SessionPtr& session) {
  return MakeVerb(session, "squash_migrations", 3, 7, RunSquash, Lock::kNone);
}

sqlite::Function OptimizeMigration(const SessionPtr& session) {
  return MakeVerb(session, "optimize_migration", 2, 4, RunOptimize, Lock::kNone);
}

}  // namespace migext::surface
