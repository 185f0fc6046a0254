#include "django/contrib.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "django/app_finder.h"
#include "django/contrib_migrations.h"

namespace migext::django {
namespace {

struct Known {
  std::string_view label;
  const char* const* migrations;
};

constexpr std::array<Known, 7> kApps = {{{"admin", &kAdminMigrations},
                                         {"auth", &kAuthMigrations},
                                         {"contenttypes", &kContentTypesMigrations},
                                         {"flatpages", &kFlatPagesMigrations},
                                         {"redirects", &kRedirectsMigrations},
                                         {"sessions", &kSessionsMigrations},
                                         {"sites", &kSitesMigrations}}};

const Known* FindKnown(std::string_view label) {
  const auto it = std::find_if(kApps.begin(), kApps.end(),
                               [&](const Known& known) { return known.label == label; });
  return it == kApps.end() ? nullptr : &*it;
}

}  // namespace

bool IsContribLabel(std::string_view label) { return FindKnown(label) != nullptr; }

App ContribApp(FolderModules& modules, const Settings& settings, const std::string& package) {
  App app;
  app.package = package;
  app.label = package.substr(package.rfind('.') + 1);
  app.origin = AppOrigin::kBuiltIn;
  FillMigrations(modules, settings, app);
  // The apps with migrations are those with models.
  const bool is_known = IsContribLabel(app.label);
  app.has_models_module = is_known;
  if (app.migrations_module == package + ".migrations") app.has_migrations = is_known;
  if (const auto location = modules.Locate(package)) {
    app.directory = location->path;
    app.origin = AppOrigin::kSearchPath;
  }
  return app;
}

std::vector<ContribMigration> LoadContrib(python::Interpreter& python, std::string_view label) {
  const Known* known = FindKnown(label);
  if (known == nullptr) throw Error("'" + std::string(label) + "' is no app of django.contrib");
  // Not a name that a project could import.
  const python::Value module =
      python.Run("django.contrib." + std::string(label) + " (built-in)",
                 {std::string(kBuiltInPath), std::string(kContribVocabulary) + *known->migrations});
  std::vector<ContribMigration> migrations;
  const auto all = python::FindAttribute(module, "MIGRATIONS");
  for (const python::Entry& entry : python::Entries(all->AsDict())) {
    migrations.push_back({std::string(entry.key.AsStr()), entry.value});
  }
  return migrations;
}

}  // namespace migext::django
