// The way out of a damaged file.
//
//   SELECT salvage_database('salvaged.sqlite3');
//   SELECT salvage_database('salvaged.sqlite3', 'damaged.sqlite3');   -- from another database
//   SELECT line FROM migext_output;   -- how many rows of each table, and what was lost
//
// The second form is for what newer versions of SQLite run no statement on: on a file whose header
// or schema is gone they refuse SELECT f() too.
#ifndef MIGEXT_SURFACE_SALVAGE_H_
#define MIGEXT_SURFACE_SALVAGE_H_

#include "sqlite/function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Function SalvageDatabase(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_SALVAGE_H_
