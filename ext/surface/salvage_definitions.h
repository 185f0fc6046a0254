// The tables of a project as its migrations make them, for a database that has lost its own schema.
#ifndef MIGEXT_SURFACE_SALVAGE_DEFINITIONS_H_
#define MIGEXT_SURFACE_SALVAGE_DEFINITIONS_H_

#include <vector>

#include "django/graph.h"
#include "recover/salvage_schema.h"
#include "surface/session.h"

namespace migext::surface {

/// The schema after the recorded migrations, or after all of them where none is recorded; no code
/// of a migration is run.  Empty without a project that can be read.
std::vector<recover::SchemaObject> DefinitionsOf(const SessionPtr& session,
                                                 const django::AppliedSet& recorded);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_SALVAGE_DEFINITIONS_H_
