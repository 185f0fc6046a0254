// Indexes and constraints as a migration writes them.
//
//   models.Index(fields=["-created"], name="post_created")
//
// Only what every reader of a migration needs is read here: the name, the fields, and the checks
// that Django makes when the object is made.  Conditions and expressions stay values.
#ifndef MIGEXT_DJANGO_INDEX_H_
#define MIGEXT_DJANGO_INDEX_H_

#include <string>

#include "django/field.h"
#include "django/state.h"
#include "python/value.h"

namespace migext::django {

/// Throw Error at `owner`, the operation's place, or at that of the index itself.
NamedIndex ReadIndex(python::Value value, const FieldContext& context,
                     const python::Position& owner);
NamedIndex ReadConstraint(python::Value value, const FieldContext& context,
                          const python::Position& owner);

/// repr(index): "<Index: fields=['a'] name='a_idx'>".
std::string IndexRepr(const NamedIndex& index);

/// The expressions of an index as AddIndex.describe() lists them: "Lower(F(title)), F(id)"; "" for
/// an index on fields.
std::string IndexExpressions(const NamedIndex& index);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_INDEX_H_
