// What an operation may depend on: Operation.references_model() and references_field().
//
//   ReferencesModel(add_foreign_key, {"blog", "post"})            // true: it points there
//   ReferencesField(alter_unique, {"blog", "post"}, "slug", {})   // true when it names the field
//
// In doubt the answer is true, which keeps operations in their order.  That is so for all that run
// SQL or Python, and for operations of the project's own that change what reaches the database.
#ifndef MIGEXT_REWRITE_REFERENCES_H_
#define MIGEXT_REWRITE_REFERENCES_H_

#include <string_view>

#include "django/dialect.h"
#include "django/operation.h"

namespace migext::rewrite {

/// `model` is of the app whose migration holds the operation.
bool ReferencesModel(const django::Operation& operation, const django::ModelKey& model);
bool ReferencesField(const django::Operation& operation, const django::ModelKey& model,
                     std::string_view field, const django::Reductions& rules);

/// A class of the project that overrides what reaches the database or the state: it is left as it
/// is, and where it is.
bool IsOpaque(const django::Operation& operation);

}  // namespace migext::rewrite

#endif  // MIGEXT_REWRITE_REFERENCES_H_
