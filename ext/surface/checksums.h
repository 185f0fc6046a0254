// What each migration means, and whether it is still what was applied.
//
//   SELECT app, name, status, detail FROM migration_checksums WHERE status = 'changed';
#ifndef MIGEXT_SURFACE_CHECKSUMS_H_
#define MIGEXT_SURFACE_CHECKSUMS_H_

#include "sqlite/table_function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Table MigrationChecksums(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_CHECKSUMS_H_
