// rehearse() and what it found: the surface of migrate/rehearsal.h.
//
//   SELECT rehearse('blog', '0005');
//   SELECT step, app, name, status, detail FROM migration_rehearsal;
#ifndef MIGEXT_SURFACE_REHEARSE_H_
#define MIGEXT_SURFACE_REHEARSE_H_

#include "sqlite/function.h"
#include "sqlite/table_function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Function RehearseVerb(const SessionPtr& session);
sqlite::Table MigrationRehearsal(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_REHEARSE_H_
