// Folders that look like apps: those with a package named migrations.
#ifndef MIGEXT_DJANGO_APP_FOLDERS_H_
#define MIGEXT_DJANGO_APP_FOLDERS_H_

#include <string>
#include <vector>

#include "django/module_finder.h"

namespace migext::django {

struct AppFolder {
  std::string path;
  std::string package;  ///< Dotted, up to the highest folder with an __init__.py.
  std::string base;     ///< The folder that would have to be in sys.path.
};

/// Below `root`, itself included, sorted by path.  Environments, version control, caches and
/// node_modules are left out; a link is followed once.
std::vector<AppFolder> FindAppFolders(FolderModules& modules, const std::string& root);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_APP_FOLDERS_H_
