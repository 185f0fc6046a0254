#include "surface/shorter.h"

#include <cctype>
#include <cstddef>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "rewrite/read_back.h"

namespace migext::surface {
namespace {

using django::MigrationKey;
using rewrite::MigrationText;

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

}  // namespace

std::string PathBeside(const django::Project& project, const MigrationKey& sibling,
                       const std::string& name) {
  const std::string path = project.FindMigration(sibling)->path;
  return JoinPath(ParentPath(path.starts_with('/') ? path : JoinPath(project.root(), path)),
                  name + ".py");
}

std::string DraftOf(const std::string& path) { return path + ".draft"; }

void RequireNew(const django::Project& project, const MigrationKey& key) {
  if (!project.FindMigration(key) && !project.unreadable().contains(key)) return;
  throw Error("Migration " + key.name + " already exists. Use a different name.");
}

std::string Needs(const MigrationText& text, bool is_draft) {
  if (text.to_copy.empty()) return {};
  const std::string copy = "copy into it by hand " + ToCopy(text);
  if (is_draft)
    return "; " + copy + ", then take .draft off its name: until then it is no migration";
  return "; " + copy + ": until then it is no Python, and the project cannot be loaded";
}

void ReportPorting(const Verb& verb, const MigrationText& text, const std::string& kind,
                   bool is_draft) {
  if (text.to_copy.empty()) return;
  verb.ReportAll({"Manual porting required",
                  "  Your migrations contained functions that must be manually copied over,",
                  "  as we could not safely copy their implementation.",
                  "  See the comment at the top of the " + kind + " migration for details."});
  for (const std::string& module : text.to_copy) {
    verb.Report("Copy from " + module + ": " + FunctionsOf(text.text, module));
  }
  if (is_draft) verb.Report("Then rename NAME.py.draft to NAME.py: Django loads no other name.");
}

std::string StateTrouble(const django::Project& project, const django::ProjectState& before,
                         const std::vector<django::OperationPtr>& operations,
                         const django::Migration& shorter) {
  try {
    rewrite::RequireSameState(before, operations, shorter.operations, shorter.key.app,
                              {.fields = project.field_context()});
    return {};
  } catch (const Error& error) {
    return error.message();
  }
}

std::string CallToWrite(const Verb& verb, std::string_view name) {
  std::string call = "SELECT " + std::string(name) + "(";
  for (int index = 0; index < verb.given.size(); ++index) {
    call += (index > 0 ? ", " : "") +
            (verb.given.Has(index) ? SqlLiteral(verb.given.Text(index)) : std::string("NULL"));
  }
  return call + ", 'write')";
}

}  // namespace migext::surface
