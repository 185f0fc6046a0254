// What a field is made of, without what would be so anyway: Field.deconstruct().
//
//   FieldPartsOf(*field_of("models.CharField('Title', max_length=80, blank=False)"), context)
//   // {"django.db.models.CharField", {}, {{"verbose_name", 'Title'}, {"max_length", 80}}}
#ifndef MIGEXT_REWRITE_FIELD_PARTS_H_
#define MIGEXT_REWRITE_FIELD_PARTS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "django/field.h"
#include "python/value.h"

namespace migext::rewrite {

struct FieldParts {
  struct Argument {
    std::string name;
    python::Value value;
    /// A string that takes the place of `value`: a model's label, for one.
    std::optional<std::string> text = {};
    /// The setting that names the model, "AUTH_USER_MODEL"; it takes the place of both.
    std::string setting = {};
  };

  std::string path;
  std::vector<python::Value> args;
  std::vector<std::string> names;  ///< Of fields: they take the place of `args`.
  std::vector<Argument> kwargs;    ///< In no particular order.

  void Set(std::string_view name, python::Value value);
  void Drop(std::string_view name);
};

/// With what the project's own deconstruct() says.  All arguments as they were given, of a class
/// that is not known or whose method cannot be evaluated.
FieldParts FieldPartsOf(const django::Field& field, const django::FieldContext& context);

}  // namespace migext::rewrite

#endif  // MIGEXT_REWRITE_FIELD_PARTS_H_
