// Where the migrations stand, in our table and in Django's own words.
//
//   SELECT mark, name, note FROM migration_status('blog');
//   SELECT line FROM showmigrations(NULL, 'plan');
#ifndef MIGEXT_SURFACE_STATUS_H_
#define MIGEXT_SURFACE_STATUS_H_

#include "sqlite/table_function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Table MigrationStatusTable(const SessionPtr& session);
sqlite::Table ShowMigrations(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_STATUS_H_
