#include <algorithm>

#include "base/error.h"
#include "base/files.h"
#include "python/value.h"
#include "recover/load.h"

namespace migext::recover {
namespace {

/// Python's str() of a path, or of what was written for one.
std::string PathText(python::Value value) {
  return value.IsStr() ? std::string(value.AsStr()) : python::Str(value);
}

std::vector<std::string> FixtureFolders(const django::Project& project) {
  std::vector<std::string> folders;
  for (const django::App& app : project.apps()) {
    if (app.directory.empty()) continue;
    std::string folder = JoinPath(app.directory, "fixtures");
    if (IsFolder(folder)) folders.push_back(std::move(folder));
  }
  const std::optional<python::Value> setting = project.Setting("FIXTURE_DIRS");
  if (setting && setting->IsSequence()) {
    for (const python::Value folder : setting->Items()) folders.push_back(PathText(folder));
  }
  return folders;
}

bool HasFormat(const std::string& name) { return BaseName(name).find('.') != std::string::npos; }

}  // namespace

std::vector<std::string> FindFixtures(const django::Project& project, const std::string& name) {
  if (KindOf(name) != FileKind::kMissing) return {name};
  std::vector<std::string> found;
  std::vector<std::string> folders = {""};
  if (!name.starts_with('/')) {
    folders = FixtureFolders(project);
    folders.emplace_back("");
  }
  for (const std::string& folder : folders) {
    const std::string path = folder.empty() ? name : JoinPath(folder, name);
    const std::size_t before = found.size();
    for (const char* format : {"", ".json", ".jsonl"}) {
      if (*format == '\0' && !HasFormat(name)) continue;
      if (IsFile(path + format)) found.push_back(path + format);
    }
    if (found.size() > before + 1) {
      throw Error("Multiple fixtures named '" + name + "' in " + folder + ". Aborting.");
    }
  }
  if (found.empty()) throw Error("No fixture named '" + name + "' found.");
  return found;
}

}  // namespace migext::recover
