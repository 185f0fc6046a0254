// What the rows that are there have against a run of migrate(), told before it.
//
//   SELECT severity, table_name, row_key, problem, remedy FROM migration_preflight('blog', '0005');
#ifndef MIGEXT_SURFACE_PREFLIGHT_H_
#define MIGEXT_SURFACE_PREFLIGHT_H_

#include "sqlite/table_function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Table MigrationPreflight(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_PREFLIGHT_H_
