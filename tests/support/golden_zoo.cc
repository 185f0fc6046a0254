#include "support/golden_zoo.h"

#include <filesystem>

#include "base/files.h"
#include "base/text.h"

namespace migext::test {
namespace {

namespace fs = std::filesystem;

const std::string kZoo = MIGEXT_TEST_DATA "/golden/zoo";

std::string PythonOf(const Json& json) {
  if (json.IsNull()) return "None";
  if (json.IsBool()) return json.Bool() ? "True" : "False";
  if (json.IsNumber()) return json.NumberText();
  if (json.IsText())
    return "'" + ReplaceAll(ReplaceAll(json.Text(), "\\", "\\\\"), "'", "\\'") + "'";
  std::vector<std::string> parts;
  if (json.IsArray()) {
    for (const Json& item : json.Items()) parts.push_back(PythonOf(item));
    return "[" + Join(parts, ", ") + "]";
  }
  for (const auto& [key, value] : json.Members())
    parts.push_back("'" + key + "': " + PythonOf(value));
  return "{" + Join(parts, ", ") + "}";
}

/// True if `version` is between the app's "min" and "max"; both sides have one digit before the
/// point, so that text compares as numbers do.
bool IsMeantFor(const Json& app, const std::string& version) {
  const Json* min = app.Find("min");
  const Json* max = app.Find("max");
  return (min == nullptr || version >= min->Text()) && (max == nullptr || version <= max->Text());
}

/// FOLDER/VERSION/APP.json, or that of 5.2.
Json ReadVersioned(const std::string& folder, const std::string& django_version,
                   const std::string& app) {
  const std::string path = kZoo + "/" + folder + "/" + django_version + "/" + app + ".json";
  return Json::ReadFile(fs::exists(path) ? path : kZoo + "/" + folder + "/5.2/" + app + ".json");
}

}  // namespace

std::vector<std::string> ZooApps(const std::string& django_version) {
  const Json manifest = Json::ReadFile(kZoo + "/manifest.json");
  std::vector<std::string> names;
  for (const Json& app : manifest["apps"].Items()) {
    if (IsMeantFor(app, django_version)) names.push_back(app["name"].Text());
  }
  return names;
}

Json ReadZoo(const std::string& django_version, const std::string& app) {
  return ReadVersioned("expected", django_version, app);
}

bool HasZoo(const std::string& django_version, const std::string& app) {
  return fs::exists(kZoo + "/expected/" + django_version + "/" + app + ".json");
}

Json ReadZooSql(const std::string& django_version, const std::string& app) {
  return ReadVersioned("sql", django_version, app);
}

Json ReadZooRows(const std::string& django_version, const std::string& app) {
  return ReadVersioned("rows", django_version, app);
}

Json ReadZooTables(const std::string& django_version, const std::string& app) {
  return ReadVersioned("tables", django_version, app);
}

std::string ReadZooSeed(const std::string& path) {
  return ReadFile(kZoo + "/project/" + path, std::size_t{1} << 20U);
}

django::ProjectOptions ZooProject(ProjectBuilder& tree, const std::string& django_version,
                                  const Json& expected) {
  std::string settings = "USE_TZ = True\nTIME_ZONE = 'UTC'\n";
  for (const auto& [name, value] : expected["settings"].Members()) {
    settings += name + " = " + PythonOf(value) + "\n";
  }
  tree.Apps(expected["installed_apps"].Texts(), settings);
  django::ProjectOptions options;
  options.django_version = django_version;
  options.search_path = {kZoo + "/project"};
  return options;
}

}  // namespace migext::test
