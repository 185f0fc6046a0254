// The two functions that Django's own migrations run (django/contrib/auth/migrations/0011,
// contenttypes/migrations/0002), as SQL.
#ifndef MIGEXT_MIGRATE_CONTRIB_CODE_H_
#define MIGEXT_MIGRATE_CONTRIB_CODE_H_

#include "django/state.h"
#include "sqlite/connection.h"

namespace migext::migrate {

/// update_proxy_model_permissions(), or back: the permissions of proxy models hang on the content
/// type of the proxy, as those of all models do since Django 2.2.
void UpdateProxyPermissions(const sqlite::Connection& db, const django::ProjectState& state,
                            bool backwards);

/// add_legacy_name(): the column `name` of each content type is its model's class.
void AddLegacyNames(const sqlite::Connection& db, const django::ProjectState& state);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_CONTRIB_CODE_H_
