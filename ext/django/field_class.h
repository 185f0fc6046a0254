// The field classes that come with Django, and what the __init__ of each takes.
//
//   FindFieldClass("django.db.models.SlugField")->defaults  // max_length 50, db_index
#ifndef MIGEXT_DJANGO_FIELD_CLASS_H_
#define MIGEXT_DJANGO_FIELD_CLASS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "django/dialect.h"
#include "django/field.h"

namespace migext::django {

/// What each parameter list is made of.  `positional` may also be given by name.
struct FieldClass {
  std::string_view name = {};
  FieldType type = FieldType::kUnknown;
  /// The class in the chain whose __init__ has the first own parameters: what Python names in
  /// errors.
  std::string_view init_owner = {};
  std::vector<std::string_view> positional = {};
  std::size_t required = 0;  ///< How many of them have no default.
  std::vector<std::string_view> keyword_only = {};
  /// Positional arguments beyond the own ones go on to Field.__init__, from this parameter on;
  /// kNoMore when the class takes none.
  std::size_t rest_begins_at = 0;
  std::optional<std::int64_t> max_length = {};  ///< When none is given.
  std::optional<std::int64_t> fixed_max_length = {};
  bool db_index = false;
  /// A type that the class's db_type() names for every database.
  std::string_view constant_db_type = {};

  static constexpr std::size_t kNoMore = static_cast<std::size_t>(-1);
};

/// The class that a dotted name stands for, wherever Django lets it be imported from; nullptr for
/// every other name.
const FieldClass* FindFieldClass(std::string_view dotted_name);

/// The class of a bare name such as get_internal_type() gives or a person maps to: "CharField".
const FieldClass* FindFieldClassByName(std::string_view name);

/// True for a class that the dialect's Django has.
bool HasFieldClass(const Dialect& dialect, const FieldClass& field_class);

/// The parameters of Field.__init__ that this version has, in order.
std::span<const std::string_view> FieldParameters(const Dialect& dialect);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_FIELD_CLASS_H_
