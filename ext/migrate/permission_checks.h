// What Django's system checks find wrong with the permissions of a model
// (django.contrib.auth.checks.check_models_permissions).  Django does not migrate before it is put
// right in models.py; the rows themselves can mostly be written.
//
//   PermissionProblems(model)
//   // {"(auth.E006) The permission codenamed 'pay' is duplicated for model 'shop.Order'."}
#ifndef MIGEXT_MIGRATE_PERMISSION_CHECKS_H_
#define MIGEXT_MIGRATE_PERMISSION_CHECKS_H_

#include <string>
#include <vector>

#include "django/state.h"

namespace migext::migrate {

/// Throws Error as PermissionsOf() does.
std::vector<std::string> PermissionProblems(const django::ModelState& model);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_PERMISSION_CHECKS_H_
