// What is inside the migration files: their operations, and whom they need.
//
//   SELECT name, description FROM migration_operations('blog') WHERE NOT reversible;
//   SELECT parent_app, parent_name FROM migration_dependencies('blog');
#ifndef MIGEXT_SURFACE_OPERATIONS_H_
#define MIGEXT_SURFACE_OPERATIONS_H_

#include "sqlite/table_function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Table MigrationOperations(const SessionPtr& session);
sqlite::Table MigrationDependencies(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_OPERATIONS_H_
