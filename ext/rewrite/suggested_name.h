// The name that makemigrations finds in a migration's operations: Migration.suggest_name().
//
//   SuggestedName(migration, context, "20261122_2030")
//   // "post_slug", "remove_post_slug_tag_and_more", "auto_20261122_2030"
#ifndef MIGEXT_REWRITE_SUGGESTED_NAME_H_
#define MIGEXT_REWRITE_SUGGESTED_NAME_H_

#include <string>

#include "django/field.h"
#include "django/migration.h"

namespace migext::rewrite {

/// Without its number.  `stamp` is for a migration whose operations say nothing, as those that run
/// Python or SQL.
std::string SuggestedName(const django::Migration& migration, const django::FieldContext& context,
                          const std::string& stamp);

}  // namespace migext::rewrite

#endif  // MIGEXT_REWRITE_SUGGESTED_NAME_H_
