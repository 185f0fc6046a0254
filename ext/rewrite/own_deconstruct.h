// What the project's own deconstruct() gives for an object, evaluated as Python would.
//
//   class HandField(models.Field):
//       def deconstruct(self):
//           name, path, args, kwargs = super().deconstruct()
//           del kwargs["max_length"]
//           return name, path, args, kwargs
#ifndef MIGEXT_REWRITE_OWN_DECONSTRUCT_H_
#define MIGEXT_REWRITE_OWN_DECONSTRUCT_H_

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "django/field.h"
#include "python/value.h"
#include "rewrite/field_parts.h"

namespace migext::rewrite {

/// The class, or one of the project's that it derives from, defines deconstruct().
bool HasOwnDeconstruct(python::Value instance);

/// Of a field; `inherited` is what super().deconstruct() gives.  Nothing when the method cannot be
/// evaluated, as one that asks what only a running Django knows.
std::optional<FieldParts> OwnFieldParts(const django::Field& field, const FieldParts& inherited,
                                        const django::FieldContext& context);

struct Deconstructed {
  std::string path;
  std::vector<python::Value> args;
  std::vector<std::pair<std::string, python::Value>> kwargs;
};

/// Of a validator, a storage, an operation: a tuple of three.  Nothing as above, and for an object
/// without the method.
std::optional<Deconstructed> OwnDeconstruct(python::Value instance,
                                            const django::FieldContext& context);

}  // namespace migext::rewrite

#endif  // MIGEXT_REWRITE_OWN_DECONSTRUCT_H_
