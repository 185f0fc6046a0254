// rebase_migration(app, name[, 'write']).
#ifndef MIGEXT_SURFACE_REBASE_H_
#define MIGEXT_SURFACE_REBASE_H_

#include "sqlite/function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Function RebaseMigration(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_REBASE_H_
