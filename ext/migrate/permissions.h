// Rows of auth_permission: those each model has by default and by its Meta, and from Django 6.1 on
// renamed with the model (django/contrib/auth/management).
//
//   PermissionsOf(model)   // {{"post", "add_post", "Can add post"}, …}
#ifndef MIGEXT_MIGRATE_PERMISSIONS_H_
#define MIGEXT_MIGRATE_PERMISSIONS_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "django/state.h"
#include "migrate/plan.h"

namespace migext::migrate {

struct Permission {
  std::string model;  ///< In lower case.
  std::string codename;
  std::string name;

  bool operator==(const Permission&) const = default;
};

/// The model of permissions in a state, nullptr when auth is not migrated in it.
const django::ModelState* PermissionModel(const django::ProjectState& state);

/// Those of default_permissions, and those of Meta.permissions.  Throw Error for options that hold
/// anything else, or what is not known without the project's libraries.
std::vector<Permission> DefaultPermissionsOf(const django::ModelState& model);
std::vector<Permission> OwnPermissionsOf(const django::ModelState& model);
/// Both, in this order.
std::vector<Permission> PermissionsOf(const django::ModelState& model);

/// Options.verbose_name_raw.  Throws Error as above.
std::string VerboseName(const django::ModelState& model);

/// camel_case_to_spaces(): "CamelCaseName" gives "camel case name".
std::string CamelCaseToSpaces(std::string_view name);

/// Inserts those of the permissions of one app that are not there, for models that have their
/// content types; "" when there is none.
std::string CreatePermissionsSql(std::string_view app, std::span<const Permission> permissions);

/// What rename_permissions_after_model_rename() does for one app.
struct PermissionRenames {
  /// Gives (id, old codename, new codename) of each permission whose new codename is taken.
  std::string conflicts;
  std::string update;  ///< Holds when there is no conflict.
};

/// "" in both when the steps rename no model of the app.  Throws Error as PermissionsOf() does.
PermissionRenames RenamePermissionsSql(std::string_view app, const django::ProjectState& after,
                                       std::span<const PlanStep> steps);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_PERMISSIONS_H_
