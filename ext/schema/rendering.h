// What Django refuses when it makes model classes of a state (StateApps).
#ifndef MIGEXT_SCHEMA_RENDERING_H_
#define MIGEXT_SCHEMA_RENDERING_H_

#include "schema/table.h"

namespace migext::schema {

/// Throws Error in Django's words for a model whose base is not there and, when the whole state is
/// rendered for the first time, for relations that lead nowhere.  `before` is the state that was
/// rendered until now, where it was.
void CheckRendering(const django::ProjectState& before, const django::ProjectState& state,
                    bool whole, const SchemaContext& context);

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_RENDERING_H_
