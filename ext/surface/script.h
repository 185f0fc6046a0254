// migration_script([app[, target]]): the run of migrate() as one SQL script, for a sqlite3 shell
// that has no migext.
//
//   .once migrate.sql
//   SELECT line FROM migration_script('blog', '0002');
#ifndef MIGEXT_SURFACE_SCRIPT_H_
#define MIGEXT_SURFACE_SCRIPT_H_

#include "sqlite/table_function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Table MigrationScript(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_SCRIPT_H_
