// What the schema shows of each operation, and what stands between project and database.
//
//   SELECT name, object, evidence FROM migration_effects('blog') WHERE effect <> 'present';
//   SELECT severity, code, name, remedy FROM migration_conflicts;
#ifndef MIGEXT_SURFACE_EFFECTS_H_
#define MIGEXT_SURFACE_EFFECTS_H_

#include <vector>

#include "migrate/conflicts.h"
#include "sqlite/table_function.h"
#include "surface/session.h"

namespace migext::surface {

/// What stands between the project and the database, and notes on how the project was read.
std::vector<migrate::Conflict> ConflictsOf(const sqlite::Connection& db, const Snapshot& now);

sqlite::Table MigrationEffects(const SessionPtr& session);
sqlite::Table MigrationConflicts(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_EFFECTS_H_
