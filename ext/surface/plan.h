// What migrating would do, and how the migrations hang together.
//
//   SELECT step, direction, name, description FROM migration_plan('blog', '0002');
//   SELECT line FROM migrate_plan;
//   SELECT line FROM migration_graph('mermaid', 'blog');
#ifndef MIGEXT_SURFACE_PLAN_H_
#define MIGEXT_SURFACE_PLAN_H_

#include "sqlite/table_function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Table MigrationPlan(const SessionPtr& session);
sqlite::Table MigratePlan(const SessionPtr& session);
sqlite::Table MigrationGraph(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_PLAN_H_
