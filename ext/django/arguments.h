// Binding the arguments of a call to the parameters of a function we know the signature of, with
// CPython's errors.
//
//   constexpr Parameter kParameters[] = {{"model_name"}, {"name"}, {"field"},
//                                        {"preserve_default", Parameter::kOptional}};
//   constexpr Signature kAddField = {"AddField.__init__", kParameters};
//   CallArguments arguments = BindCall(kAddField, args, keywords, position);
//   arguments.Get("field")
//
// fails with "TypeError: AddField.__init__() missing 1 required positional argument: 'field'".
#ifndef MIGEXT_DJANGO_ARGUMENTS_H_
#define MIGEXT_DJANGO_ARGUMENTS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "python/value.h"

namespace migext::django {

struct Parameter {
  enum Use : std::uint8_t { kRequired, kOptional, kKeywordOnly, kRequiredKeyword };

  std::string_view name;
  Use use = kRequired;  ///< Those that are given by keyword alone come last.
};

/// A method: `self` is counted in messages and not listed.
struct Signature {
  std::string_view function;  ///< __qualname__: "AddField.__init__".
  std::span<const Parameter> parameters;
  bool takes_rest = false;  ///< Has *args, which take what is left of the positional arguments.
};

class CallArguments {
 public:
  explicit CallArguments(std::span<const Parameter> parameters)
      : parameters_(parameters), values_(parameters.size()) {}

  std::span<const Parameter> parameters() const { return parameters_; }
  /// What was given for a parameter of the signature; nothing when it was left out.
  std::optional<python::Value> Find(std::string_view parameter) const;
  /// The same, with None for what was left out.
  python::Value Get(std::string_view parameter) const;

 private:
  friend class Binder;
  std::span<const Parameter> parameters_;
  std::vector<std::optional<python::Value>> values_;
};

/// Throws Error at `position` when the arguments do not fit.
CallArguments BindCall(const Signature& signature, std::span<const python::Value> args,
                       std::span<const python::Keyword> keywords, const python::Position& position);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_ARGUMENTS_H_
