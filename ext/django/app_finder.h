// The apps of a project: what INSTALLED_APPS names, or, where that cannot be told, every folder
// that holds migrations.
//
// Mirrors AppConfig.create() and the first half of MigrationLoader.load_disk().
#ifndef MIGEXT_DJANGO_APP_FINDER_H_
#define MIGEXT_DJANGO_APP_FINDER_H_

#include <string>
#include <vector>

#include "django/module_finder.h"
#include "django/project.h"
#include "django/settings.h"
#include "python/interpreter.h"

namespace migext::django {

/// In the order of INSTALLED_APPS; found ones sorted behind.
std::vector<App> FindApps(python::Interpreter& python, FolderModules& modules,
                          const Settings& settings, const std::string& root,
                          std::vector<ProjectNote>& notes);

/// Sets where the migrations of an app are, and whether it has any, from its label and package.
void FillMigrations(FolderModules& modules, const Settings& settings, App& app);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_APP_FINDER_H_
