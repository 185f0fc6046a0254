#include "django/names.h"

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "base/text.h"

namespace migext::django {
namespace {

constexpr std::string_view kZero = "zero";
// More names than this do not help in an error message.
constexpr std::size_t kMostNames = 12;

template <typename Map>
void CollectNames(const Map& files, std::string_view app, std::string_view prefix,
                  std::vector<std::string>& out) {
  const MigrationKey first{std::string(app), std::string(prefix)};
  for (auto it = files.lower_bound(first); it != files.end(); ++it) {
    const MigrationKey& key = it->first;
    if (key.app != app || !key.name.starts_with(prefix)) return;
    out.push_back(key.name);
  }
}

std::vector<std::string> NamesOf(const MigrationSource& source, std::string_view app,
                                 std::string_view prefix) {
  std::vector<std::string> names;
  CollectNames(*source.migrations, app, prefix, names);
  if (source.unreadable != nullptr) CollectNames(*source.unreadable, app, prefix, names);
  std::sort(names.begin(), names.end());
  return names;
}

std::string Quoted(std::vector<std::string> names) {
  const std::size_t more = names.size() > kMostNames ? names.size() - kMostNames : 0;
  if (more > 0) names.resize(kMostNames);
  for (std::string& name : names) name = "'" + name + "'";
  if (more > 0) names.push_back("… and " + std::to_string(more) + " more");
  return Join(names, ", ");
}

[[noreturn]] void RefuseUnknown(const MigrationSource& source, const std::string& app,
                                const std::string& name, std::string_view ending) {
  const std::vector<std::string> names = NamesOf(source, app, "");
  const std::string nearest = Nearest(name, names);
  std::string message = "Cannot find a migration matching '" + name + "' from app '" + app + "'.";
  message += ending;
  if (!nearest.empty()) {
    message += "\ndid you mean '" + nearest + "'?";
  } else if (!names.empty()) {
    message += "\nits migrations are " + Quoted(names);
  } else {
    message += "\nthe app has no migrations";
  }
  throw Error(message);
}

}  // namespace

const App& RequireApp(const MigrationSource& source, std::string_view label) {
  if (const App* app = source.FindApp(label)) return *app;
  std::string message = "No installed app with label '" + std::string(label) + "'.";
  const auto by_package = std::find_if(source.apps.begin(), source.apps.end(),
                                       [&](const App& app) { return app.package == label; });
  if (by_package != source.apps.end()) message += " Did you mean '" + by_package->label + "'?";
  std::vector<std::string> labels;
  for (const App& app : source.apps) labels.push_back(app.label);
  const std::string nearest = Nearest(label, labels);
  if (!nearest.empty() && by_package == source.apps.end()) {
    message += "\ndid you mean '" + nearest + "'?";
  } else if (!labels.empty()) {
    std::sort(labels.begin(), labels.end());
    message += "\nthe apps are " + Quoted(labels);
  }
  throw Error(message);
}

const App& RequireMigratedApp(const MigrationSource& source, std::string_view label) {
  const App& app = RequireApp(source, label);
  if (app.has_migrations || app.origin == AppOrigin::kMissing) return app;
  throw Error(
      "App '" + app.label + "' does not have migrations.\nthere is no package '" +
      (app.migrations_module.empty() ? app.package + ".migrations" : app.migrations_module) +
      "' (a folder with an __init__.py)");
}

MigrationKey FindMigration(const MigrationSource& source, std::string_view app,
                           std::string_view name, std::string_view unknown_ending) {
  std::vector<std::string> names = NamesOf(source, app, name);
  if (names.size() == 1) return {std::string(app), std::move(names.front())};
  const std::string app_text(app);
  const std::string name_text(name);
  if (names.empty()) RefuseUnknown(source, app_text, name_text, unknown_ending);
  throw Error("More than one migration matches '" + name_text + "' in app '" + app_text +
              "'. Please be more specific.\nit is the beginning of " + Quoted(names));
}

Target ResolveTarget(const Graph& graph, std::string_view app, std::string_view name) {
  if (name == kZero) return {std::string(app), std::nullopt};
  const MigrationKey key = FindMigration(graph.source(), app, name);
  const Migration* migration = graph.source().Find(key);
  if (!graph.Has(key) && migration != nullptr && !migration->replaces.empty()) {
    const MigrationKey& last = migration->replaces.back();
    return {last.app, last.name};
  }
  return {key.app, key.name};
}

}  // namespace migext::django
