#include "django/field_binding.h"

#include <algorithm>
#include <string_view>

#include "base/error.h"

namespace migext::django {
namespace {

using Names = std::vector<std::string_view>;

[[noreturn]] void Refuse(python::Position position, const std::string& message) {
  throw Error(position.ToPlace(), message);
}

std::string Count(std::size_t number, std::string_view noun) {
  return std::to_string(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

/// 'a', 'a' and 'b', 'a', 'b', and 'c': as CPython lists missing arguments.
std::string ListMissing(const Names& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool is_last = i + 1 == names.size();
    if (i > 0) out += names.size() == 2 ? " and " : (is_last ? ", and " : ", ");
    out += "'" + std::string(names[i]) + "'";
  }
  return out;
}

bool Contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class Binder {
 public:
  Binder(const FieldClass& field_class, const Dialect& dialect, python::Position position)
      : class_(field_class), field_parameters_(FieldParameters(dialect)), position_(position) {}

  void BindPositional(std::span<const python::Value> args, Unexpected unexpected) {
    if (class_.type == FieldType::kCompositePrimaryKey) return;
    const std::size_t own = std::min(args.size(), class_.positional.size());
    for (std::size_t i = 0; i < own; ++i) Set(class_.positional[i], args[i]);
    const std::span<const python::Value> rest = args.subspan(own);
    if (rest.empty() || unexpected == Unexpected::kKeep) return;
    if (class_.rest_begins_at == FieldClass::kNoMore) {
      RefuseCount(class_.init_owner, class_.required, class_.positional.size(), args.size());
    }
    const auto parameters = field_parameters_.subspan(class_.rest_begins_at);
    if (rest.size() > parameters.size()) {
      RefuseCount("Field", 0, field_parameters_.size(), class_.rest_begins_at + rest.size());
    }
    for (std::size_t i = 0; i < rest.size(); ++i) Set(parameters[i], rest[i]);
  }

  void BindKeywords(std::span<const python::Keyword> keywords, Unexpected unexpected) {
    for (const python::Keyword& keyword : keywords) {
      const bool is_own = Contains(class_.positional, keyword.name);
      if (IsBound(keyword.name)) {
        if (unexpected == Unexpected::kKeep) continue;
        const std::string_view owner = is_own ? class_.init_owner : std::string_view("Field");
        Refuse(position_, "TypeError: " + std::string(owner) +
                              ".__init__() got multiple values for argument '" +
                              std::string(keyword.name) + "'");
      }
      const bool is_known = is_own || Contains(class_.keyword_only, keyword.name) ||
                            Contains(field_parameters_, keyword.name);
      if (!is_known && unexpected == Unexpected::kRefuse) {
        Refuse(position_, "TypeError: Field.__init__() got an unexpected keyword argument '" +
                              std::string(keyword.name) + "'");
      }
      Set(keyword.name, keyword.value);
    }
  }

  void RequirePositional() const {
    Names missing;
    for (std::size_t i = 0; i < class_.required; ++i) {
      if (!IsBound(class_.positional[i])) missing.push_back(class_.positional[i]);
    }
    RefuseMissing(missing, "required positional argument");
  }

  void RequireKeywords(const Names& required) const {
    Names missing;
    for (const std::string_view name : required) {
      if (!IsBound(name)) missing.push_back(name);
    }
    RefuseMissing(missing, "required keyword-only argument");
  }

  BoundArguments Take() { return std::move(bound_); }

 private:
  bool IsBound(std::string_view name) const {
    return std::any_of(bound_.begin(), bound_.end(),
                       [&](const auto& entry) { return entry.first == name; });
  }

  void Set(std::string_view name, python::Value value) { bound_.emplace_back(name, value); }

  void RefuseMissing(const Names& missing, std::string_view noun) const {
    if (missing.empty()) return;
    Refuse(position_, "TypeError: " + std::string(class_.init_owner) + ".__init__() missing " +
                          Count(missing.size(), noun) + ": " + ListMissing(missing));
  }

  /// Python counts self.
  [[noreturn]] void RefuseCount(std::string_view owner, std::size_t required, std::size_t most,
                                std::size_t given) const {
    Refuse(position_, "TypeError: " + std::string(owner) + ".__init__() takes " +
                          (required == most ? std::string()
                                            : "from " + std::to_string(required + 1) + " to ") +
                          Count(most + 1, "positional argument") + " but " +
                          std::to_string(given + 1) + (given == 0 ? " was given" : " were given"));
  }

  const FieldClass& class_;
  std::span<const std::string_view> field_parameters_;
  python::Position position_;
  BoundArguments bound_;
};

}  // namespace

BoundArguments BindArguments(const FieldClass& field_class, const Dialect& dialect,
                             std::span<const python::Value> args,
                             std::span<const python::Keyword> keywords, python::Position position,
                             Unexpected unexpected) {
  Binder binder(field_class, dialect, position);
  binder.BindPositional(args, unexpected);
  binder.BindKeywords(keywords, unexpected);
  if (unexpected == Unexpected::kKeep) return binder.Take();
  binder.RequirePositional();
  if (field_class.type == FieldType::kGenerated) {
    binder.RequireKeywords(dialect.db_persist_in_signature
                               ? Names{"expression", "output_field", "db_persist"}
                               : Names{"expression", "output_field"});
  }
  return binder.Take();
}

}  // namespace migext::django
