// migration_sql(app, name[, 'backwards']) and sqlmigrate(app, name[, 'backwards']): the SQL of one
// migration, shown and not run.
//
//   SELECT line FROM sqlmigrate('blog', '0003');             -- as manage.py sqlmigrate prints it
//   SELECT sql FROM migration_sql('blog', '0003', 'backwards');
//
// sqlmigrate is Django's command: it knows what the migration depends on and nothing else.
// migration_sql is what migrate() would send: it also knows the other migrations that are applied,
// whose tables may have to be remade along.
#ifndef MIGEXT_SURFACE_SQL_H_
#define MIGEXT_SURFACE_SQL_H_

#include "sqlite/table_function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Table SqlMigrate(const SessionPtr& session);
sqlite::Table MigrationSql(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_SQL_H_
