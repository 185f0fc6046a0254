#include "django/arguments.h"

#include <algorithm>
#include <string>

namespace migext::django {
namespace {

/// 'a', 'b', and 'c', as CPython lists names.
std::string QuotedList(const std::vector<std::string_view>& names) {
  std::string list;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) list += names.size() > 2 ? ", " : " ";
    if (i > 0 && i + 1 == names.size()) list += "and ";
    list += "'" + std::string(names[i]) + "'";
  }
  return list;
}

std::string Plural(std::string_view noun, std::size_t count) {
  return std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace

std::optional<python::Value> CallArguments::Find(std::string_view parameter) const {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (parameters_[i].name == parameter) return values_[i];
  }
  return std::nullopt;
}

python::Value CallArguments::Get(std::string_view parameter) const {
  return Find(parameter).value_or(python::Value());
}

/// The steps and messages of CPython's initialize_locals() (Python/ceval.c), in its order.
class Binder {
 public:
  Binder(const Signature& signature, const python::Position& position)
      : signature_(signature), position_(position), bound_(signature.parameters) {}

  CallArguments Bind(std::span<const python::Value> args,
                     std::span<const python::Keyword> keywords) {
    const std::size_t positional = CountPositional();
    for (std::size_t i = 0; i < std::min(args.size(), positional); ++i) {
      bound_.values_[i] = args[i];
    }
    for (const python::Keyword& keyword : keywords) BindKeyword(keyword);
    if (args.size() > positional && !signature_.takes_rest) FailTooMany(args.size(), positional);
    CheckRequired(Parameter::kRequired, "positional");
    CheckRequired(Parameter::kRequiredKeyword, "keyword-only");
    return std::move(bound_);
  }

 private:
  std::size_t CountPositional() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        signature_.parameters, [](const Parameter& p) { return p.use <= Parameter::kOptional; }));
  }

  void BindKeyword(const python::Keyword& keyword) {
    const auto found = std::ranges::find(signature_.parameters, keyword.name, &Parameter::name);
    if (found == signature_.parameters.end()) {
      Fail("got an unexpected keyword argument '" + std::string(keyword.name) + "'");
    }
    std::optional<python::Value>& slot =
        bound_.values_[static_cast<std::size_t>(found - signature_.parameters.begin())];
    if (slot) Fail("got multiple values for argument '" + std::string(keyword.name) + "'");
    slot = keyword.value;
  }

  void CheckRequired(Parameter::Use use, std::string_view manner) const {
    std::vector<std::string_view> missing;
    for (std::size_t i = 0; i < signature_.parameters.size(); ++i) {
      const Parameter& parameter = signature_.parameters[i];
      if (parameter.use == use && !bound_.values_[i]) missing.push_back(parameter.name);
    }
    if (missing.empty()) return;
    Fail("missing " + std::to_string(missing.size()) + " required " + std::string(manner) + " " +
         Plural("argument", missing.size()) + ": " + QuotedList(missing));
  }

  /// Counts `self` on both sides, as CPython does.
  [[noreturn]] void FailTooMany(std::size_t given, std::size_t most) const {
    const auto required = static_cast<std::size_t>(std::ranges::count_if(
        signature_.parameters, [](const Parameter& p) { return p.use == Parameter::kRequired; }));
    std::size_t keyword_only = 0;
    for (std::size_t i = most; i < signature_.parameters.size(); ++i) {
      if (bound_.values_[i]) ++keyword_only;
    }
    std::string takes = std::to_string(most + 1);
    if (required < most) takes = "from " + std::to_string(required + 1) + " to " + takes;
    std::string were = std::to_string(given + 1);
    if (keyword_only > 0) {
      were += " positional arguments (and " + std::to_string(keyword_only) + " keyword-only " +
              Plural("argument", keyword_only) + ")";
    }
    Fail("takes " + takes + " positional " + Plural("argument", most + 1) + " but " + were +
         " were given");
  }

  [[noreturn]] void Fail(const std::string& what) const {
    throw Error(position_.ToPlace(),
                "TypeError: " + std::string(signature_.function) + "() " + what);
  }

  const Signature& signature_;
  const python::Position& position_;
  CallArguments bound_;
};

CallArguments BindCall(const Signature& signature, std::span<const python::Value> args,
                       std::span<const python::Keyword> keywords,
                       const python::Position& position) {
  return Binder(signature, position).Bind(args, keywords);
}

}  // namespace migext::django
