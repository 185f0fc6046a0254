#include "migrate/prunable.h"

namespace migext::migrate {

using django::AppsKnown;

std::string LostInit(const django::MigrationSource& source, std::string_view label) {
  const django::App* app = source.FindApp(label);
  if (app == nullptr || !app->lacks_init) return {};
  std::string folder = app->migrations_module;
  for (char& c : folder) c = c == '.' ? '/' : c;
  return folder +
         " has files but no __init__.py, so Django sees none of them: create the empty file";
}

std::string AgainstPruning(const django::Graph& graph, std::string_view app) {
  const django::MigrationSource& source = graph.source();
  const django::AppsKnowledge& knowledge = source.apps_knowledge;
  switch (knowledge.known) {
    case AppsKnown::kNoProject:
      return knowledge.trouble.message +
             "; name its folder first: SELECT migration_project('/path/to/site')";
    case AppsKnown::kUnreadableSettings:
      return "INSTALLED_APPS is not known, since the settings cannot be read: " +
             knowledge.trouble.message + "; mend them first";
    case AppsKnown::kFound:
      if (source.FindApp(app) != nullptr) break;
      return "INSTALLED_APPS is not known, so the app may well be installed; name the settings "
             "first: SELECT migext_setting('settings_module', 'site.settings')";
    case AppsKnown::kAll:
      break;
  }
  const std::string lost = LostInit(source, app);
  if (graph.failures().empty()) return lost;
  return graph.failures().front().ToString() + "\nDjango cannot load the files; " +
         (lost.empty() ? "bring back or mend what is missing, before any record goes" : lost);
}

}  // namespace migext::migrate
