// Squashed migrations whose parts are all recorded while they are not.
#ifndef MIGEXT_MIGRATE_SQUASHES_H_
#define MIGEXT_MIGRATE_SQUASHES_H_

#include <vector>

#include "django/graph.h"

namespace migext::migrate {

/// What MigrationExecutor.check_replacements() records, in its order.  From 6.0 on a part may be a
/// squash itself, and then counts when its own parts do.
std::vector<django::MigrationKey> CompletedSquashes(const django::Graph& graph,
                                                    const django::AppliedSet& recorded);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_SQUASHES_H_
