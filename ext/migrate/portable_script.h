// A run of migrations as one SQL script, for a sqlite3 shell that has no migext.
//
//   PortableScript(db, "migrate('blog', '0002')", [&](const Connection& copy) { … })
//
// The run is rehearsed on a copy of the database that nobody sees, and what was sent to it is the
// script: remakes with what they keep, SQL twins, records, post_migrate and all.  So what migrate()
// would refuse is refused here, and making the script takes as long as the run.  In front of it
// stand guards: the script stops, before it changes anything, where the history or the schema is
// not the one that it was made for.
#ifndef MIGEXT_MIGRATE_PORTABLE_SCRIPT_H_
#define MIGEXT_MIGRATE_PORTABLE_SCRIPT_H_

#include <functional>
#include <string>
#include <vector>

#include "sqlite/connection.h"

namespace migext::migrate {

/// Runs the migrations on a copy of the database, as the call would, and gives back its answer.
using RunOn = std::function<std::string(const sqlite::Connection&)>;

/// The script's lines.  Throws Error as the call would; `db` is only read.
std::vector<std::string> PortableScript(const sqlite::Connection& db, const std::string& call,
                                        const RunOn& run);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_PORTABLE_SCRIPT_H_
