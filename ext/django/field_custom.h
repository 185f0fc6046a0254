// Field classes of the project, and of packages whose source is not there: which class of Django
// they come down to, and with which arguments.
#ifndef MIGEXT_DJANGO_FIELD_CUSTOM_H_
#define MIGEXT_DJANGO_FIELD_CUSTOM_H_

#include <optional>
#include <span>
#include <string>

#include "django/field_binding.h"

namespace migext::django {

/// A value that is a field, taken apart.
struct FieldCall {
  std::string class_path;
  const FieldClass* field_class = nullptr;  ///< nullptr: unresolved.
  std::span<const python::Value> args;
  std::span<const python::Keyword> keywords;
  python::Position position;
  Unexpected unexpected = Unexpected::kRefuse;
  /// The instance, when the class is the project's.
  std::optional<python::Value> instance;
};

/// Throws Error for what is no field, and for a class that this Django does not have.
FieldCall TakeApart(python::Value value, const FieldContext& context);

/// What the methods and attributes of the project's class say beyond its arguments.
/// REQUIRES: call.instance.
void ApplyOwnMethods(Field& field, const FieldCall& call, const FieldContext& context);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_FIELD_CUSTOM_H_
