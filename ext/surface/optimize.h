// optimize_migration(app, name[, 'write'][, option]).
#ifndef MIGEXT_SURFACE_OPTIMIZE_H_
#define MIGEXT_SURFACE_OPTIMIZE_H_

#include "sqlite/function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Function OptimizeMigration(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_OPTIMIZE_H_
