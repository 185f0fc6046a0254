// The way out of a damaged file.
//
//   SELECT salvage_database('salvaged.sqlite3');
//   SELECT line FROM migext_output;   -- how many rows of each table, and what was lost
#ifndef MIGEXT_SURFACE_SALVAGE_H_
#define MIGEXT_SURFACE_SALVAGE_H_

#include "sqlite/function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Function SalvageDatabase(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_SALVAGE_H_
