// The settings of a project, as far as they can be told without running it.
//
//   Settings settings = ReadSettings(python, modules, root, "", notes);
//   settings.installed_apps   // {"django.contrib.auth", "shop.apps.ShopConfig"}
//
// The module (settings_finder.h) is evaluated with an empty environment; a statement that fails is
// passed over and noted.
#ifndef MIGEXT_DJANGO_SETTINGS_H_
#define MIGEXT_DJANGO_SETTINGS_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "django/module_finder.h"
#include "django/project.h"
#include "python/interpreter.h"

namespace migext::django {

struct Settings {
  std::string module;  ///< "" when none could be read.
  std::vector<std::string> installed_apps;
  /// False when INSTALLED_APPS could not be told, or only in part.
  bool installed_apps_known = false;
  /// What stops Django at settings that are there: Python's words, and where.
  std::optional<ProjectNote> failure;
  /// By label; nothing for an app whose migrations are switched off.
  std::vector<std::pair<std::string, std::optional<std::string>>> migration_modules;
  std::string auth_user_model = "auth.User";
  /// Settings that name a model: ("SHOP_CART_MODEL", "shop.Cart"), AUTH_USER_MODEL apart.
  std::vector<std::pair<std::string, std::string>> swappable;
  std::string default_auto_field;
  std::string database_name;  ///< DATABASES['default']['NAME'].
  std::optional<bool> use_tz;
  std::string time_zone;  ///< "" when it is not known.
  /// All of them, by name.
  std::vector<std::pair<std::string, python::Value>> values;
};

/// `wanted` is the module to read; "" finds out.  Adds to the folders of `modules` what manage.py
/// and the settings add to sys.path.
Settings ReadSettings(python::Interpreter& python, FolderModules& modules, const std::string& root,
                      const std::string& wanted, std::vector<ProjectNote>& notes);

/// True for a setting that stands for a swappable model.
bool NamesModel(std::string_view setting, python::Value value);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_SETTINGS_H_
