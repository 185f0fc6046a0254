#include "surface/new_migration_file.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "rewrite/read_back.h"

namespace migext::surface {
namespace {

using rewrite::FileChange;

/// The file where django-linear-migrations keeps the name of the app's last migration, when this
/// migration is the last from now on.
std::optional<FileChange> MaxMigration(const Snapshot& before, const django::Migration& migration,
                                       const std::string& path) {
  const std::string file = JoinPath(ParentPath(path), "max_migration.txt");
  if (!path.ends_with(".py") || !IsFile(file)) return std::nullopt;
  const std::vector<django::MigrationKey> leaves = before.graph.LeafNodes(migration.key.app);
  const FileChange named = {.path = file, .text = migration.key.name + "\n", .replaces = true};
  if (leaves.empty()) return named;
  for (const django::MigrationKey& leaf : leaves) {
    const bool follows =
        std::ranges::find(migration.dependencies, leaf, &django::Dependency::key) !=
        migration.dependencies.end();
    const bool replaces = std::ranges::find(migration.replaces, leaf) != migration.replaces.end();
    if (follows || replaces) return named;
  }
  return std::nullopt;
}

}  // namespace

bool IsToBeWritten(const Verb& verb, int index) {
  if (!verb.given.Has(index)) return false;
  if (verb.given.Text(index) == "write") return true;
  throw Error("the last argument can only be 'write', and is '" + verb.given.Text(index) +
              "' here");
}

rewrite::WriterContext WriterContextOf(const django::Project& project) {
  return {project.field_context(), project.django_version(), rewrite::HeaderDate()};
}

void ReportText(const Verb& verb, const std::string& text) {
  std::vector<std::string> lines = Split(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  for (std::string& line : lines) verb.Report(std::move(line));
}

void RequireReadBack(const django::Project& project, const django::MigrationKey& key,
                     const std::string& text, const rewrite::WriterContext& context) {
  const django::Migration* read = project.FindMigration(key);
  if (!read) {
    const auto why = project.unreadable().find(key);
    throw Error("what would be written cannot be read back" +
                (why == project.unreadable().end() ? std::string() : ": " + why->second.error) +
                "; nothing is written");
  }
  rewrite::RequireSameText(*read, text, context);
}

std::string Unloadable(const django::GraphFailure& failure) {
  return "with this migration the project could not be loaded any more, so it is not written: " +
         failure.ToString();
}

NewMigrationFile::NewMigrationFile(const Verb& verb, SnapshotPtr before,
                                   django::Migration migration)
    : verb_(verb),
      before_(std::move(before)),
      migration_(std::move(migration)),
      context_(WriterContextOf(*before_->project)),
      text_(rewrite::WriteMigration(migration_, context_)) {}

void NewMigrationFile::Write(FileChange change, const std::string& loaded_as) const {
  const bool is_python = text_.to_copy.empty();
  if (!is_python) {
    const django::Migration rest = rewrite::WithoutFunctions(migration_);
    const rewrite::MigrationText readable = rewrite::WriteMigration(rest, context_);
    if (readable.to_copy.empty()) {
      rewrite::FileTransaction tried(
          {{.path = loaded_as, .text = readable.text, .replaces = change.replaces}});
      tried.LookAtResult([&] { ReadBack(readable.text); });
      tried.TakeBack();
    }
  }
  std::vector<FileChange> changes;
  if (auto max_migration = MaxMigration(*before_, migration_, change.path)) {
    changes.push_back(std::move(*max_migration));
  }
  change.text = text_.text;
  changes.push_back(std::move(change));
  rewrite::FileTransaction files(std::move(changes));
  if (is_python) files.LookAtResult([&] { ReadBack(text_.text); });
  files.Commit();
}

void NewMigrationFile::ReadBack(const std::string& text) const {
  const SnapshotPtr now = verb_.session.Look();
  RequireReadBack(*now->project, migration_.key, text, context_);
  if (now->graph.failures().empty()) return;
  throw Error(Unloadable(now->graph.failures().front()));
}

}  // namespace migext::surface
