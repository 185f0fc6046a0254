// The project that the connection looks at: its apps and its migration files.
//
//   SELECT migration_project('/srv/site');
//   SELECT label, migrations, applied FROM migration_apps WHERE leaves > 1;
//   SELECT path, error FROM migration_files WHERE status = 'unreadable';
#ifndef MIGEXT_SURFACE_PROJECT_H_
#define MIGEXT_SURFACE_PROJECT_H_

#include "sqlite/function.h"
#include "sqlite/table_function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Function MigrationProject(const SessionPtr& session);
sqlite::Table MigrationApps(const SessionPtr& session);
sqlite::Table MigrationFiles(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_PROJECT_H_
