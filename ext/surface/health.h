// What ails the database.
//
//   SELECT "check", status, detail, remedy FROM database_health WHERE status <> 'ok';
//   SELECT * FROM database_health('full', '/srv/site/db.sqlite3');   -- another file, untouched
#ifndef MIGEXT_SURFACE_HEALTH_H_
#define MIGEXT_SURFACE_HEALTH_H_

#include "sqlite/function.h"
#include "sqlite/table_function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Table DatabaseHealth(const SessionPtr& session);
sqlite::Function DatabaseFile(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_HEALTH_H_
