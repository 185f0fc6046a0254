// squash_migrations(app, from, to[, 'write'][, option, …]).
#ifndef MIGEXT_SURFACE_SQUASH_H_
#define MIGEXT_SURFACE_SQUASH_H_

#include "sqlite/function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Function SquashMigrations(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_SQUASH_H_
