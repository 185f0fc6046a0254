// Whether records without a file may be taken for left over, so that removing them loses nothing
// true.
//
//   const std::string against = AgainstPruning(graph, "blog");
//   // "blog/migrations has files but no __init__.py; create the empty file"
//
// A record is the only trace of a migration whose file cannot be seen.  So none goes while it is
// not known which apps there are, or while Django itself could not load the files.
#ifndef MIGEXT_MIGRATE_PRUNABLE_H_
#define MIGEXT_MIGRATE_PRUNABLE_H_

#include <string>
#include <string_view>

#include "django/graph.h"

namespace migext::migrate {

/// "blog/migrations has files but no __init__.py; …" for an app that is so, else "".
std::string LostInit(const django::MigrationSource& source, std::string_view app);

/// Why the records of that app without a file must stay, with what to do; "" when nothing is
/// against it.
std::string AgainstPruning(const django::Graph& graph, std::string_view app);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_PRUNABLE_H_
