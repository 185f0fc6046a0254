// Whether two states are the same to Django: models, fields, options, indexes and constraints.
//
//   StateDifference(old_graph.FinalState(), new_graph.FinalState(), context)
//   // "blog.post: ('subtitle', models.CharField(max_length=80)),", or "" for none
//
// The order of models and of fields does not count, nor what is empty: unique_together = set().
#ifndef MIGEXT_REWRITE_SAME_STATE_H_
#define MIGEXT_REWRITE_SAME_STATE_H_

#include <string>

#include "django/state.h"
#include "rewrite/migration_writer.h"

namespace migext::rewrite {

/// The first thing that only one of them has, as a CreateModel would say it.
std::string StateDifference(const django::ProjectState& then, const django::ProjectState& now,
                            const WriterContext& context);

}  // namespace migext::rewrite

#endif  // MIGEXT_REWRITE_SAME_STATE_H_
