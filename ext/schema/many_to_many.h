// The model that Django makes up for a many-to-many field without through=.
#ifndef MIGEXT_SCHEMA_MANY_TO_MANY_H_
#define MIGEXT_SCHEMA_MANY_TO_MANY_H_

#include <string>
#include <string_view>

#include "django/state.h"

namespace migext::schema {

/// create_many_to_many_intermediary_model(): Post_tags with keys "post" and "tag".  The first field
/// points at the model that has the many-to-many field, the second at its target.
/// REQUIRES: the field has a relation.
django::ModelState ThroughModel(const django::ModelKey& model, std::string_view object_name,
                                const django::NamedField& field);

/// Its table, which is not named after the made-up model: "blog_post_tags".
std::string ThroughTable(std::string_view model_table, const django::NamedField& field);

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_MANY_TO_MANY_H_
