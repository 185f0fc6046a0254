// Where a project's settings may be: the modules to try, best first.
#ifndef MIGEXT_DJANGO_SETTINGS_FINDER_H_
#define MIGEXT_DJANGO_SETTINGS_FINDER_H_

#include <string>
#include <string_view>
#include <vector>

#include "django/module_finder.h"

namespace migext::django {

/// The module that a text sets, or offers as a default, for DJANGO_SETTINGS_MODULE:
/// `os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site.settings")`, `DJANGO_SETTINGS_MODULE =
/// x`.
/// "" when it names none.
std::string SettingsModuleNamedIn(std::string_view text);

/// Dotted names, without doubles: what manage.py names, then wsgi.py and asgi.py, then pytest.ini
/// and the like, then modules that are called settings.
std::vector<std::string> SettingsCandidates(FolderModules& modules, const std::string& root);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_SETTINGS_FINDER_H_
