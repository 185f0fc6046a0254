// What the database has come to be beside its migrations.
//
//   SELECT table_name, object, expected, actual, detail, remedy FROM migration_drift('blog');
//   SELECT rebuild_table('blog_comment');
#ifndef MIGEXT_SURFACE_DRIFT_H_
#define MIGEXT_SURFACE_DRIFT_H_

#include "sqlite/function.h"
#include "sqlite/table_function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Table MigrationDrift(const SessionPtr& session);
sqlite::Function RebuildTable(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_DRIFT_H_
