// Binds the arguments of a field to the parameters along the chain of __init__s of its class.
//
//   BindArguments(*FindFieldClassByName("CharField"), dialect, args, keywords, position, …)
//
// What Python refuses is refused in its words: "TypeError: Field.__init__() got an unexpected
// keyword argument 'x'".
#ifndef MIGEXT_DJANGO_FIELD_BINDING_H_
#define MIGEXT_DJANGO_FIELD_BINDING_H_

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "django/field_class.h"
#include "python/value.h"

namespace migext::django {

/// Arguments by the name of their parameter, in the order written.
using BoundArguments = std::vector<std::pair<std::string, python::Value>>;

/// A class outside the project may have taken arguments that the built-in one does not know.
enum class Unexpected : std::uint8_t { kRefuse, kKeep };

/// Throws Error with the place for what Python's call would refuse.
BoundArguments BindArguments(const FieldClass& field_class, const Dialect& dialect,
                             std::span<const python::Value> args,
                             std::span<const python::Keyword> keywords, python::Position position,
                             Unexpected unexpected);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_FIELD_BINDING_H_
