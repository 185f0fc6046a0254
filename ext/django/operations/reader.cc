#include "django/operations/reader.h"

#include "base/text.h"

namespace migext::django {

using python::Kind;
using python::Value;

std::string NameText(Value text, std::string_view what, const python::Position& position) {
  constexpr std::size_t kLongest = 1000;
  if (!text.IsStr()) {
    throw Error(position.ToPlace(), std::string(what) + " must be a text, got " + Shown(text));
  }
  if (text.AsStr().size() > kLongest) {
    throw Error(position.ToPlace(), std::string(what) + " is too long: " + Shown(text));
  }
  return std::string(text.AsStr());
}

std::string Shown(Value value) {
  constexpr std::size_t kMost = 120;
  std::string text = python::Repr(value);
  if (text.size() <= kMost) return text;
  std::size_t end = kMost;
  while (end > 0 && IsUtf8Continuation(text[end])) --end;
  return text.substr(0, end) + "…";
}

std::string NameArgument(const OperationSource& source, std::string_view parameter) {
  const Value value = source.arguments.Get(parameter);
  if (value.IsStr()) {
    return NameText(value, "'" + std::string(parameter) + "' of " + source.head.class_name,
                    source.head.position);
  }
  if (value.Is(Kind::kSymbol) || value.Is(Kind::kCall)) {
    throw Error(source.head.position.ToPlace(),
                "'" + std::string(parameter) + "' of " + source.head.class_name +
                    " comes from outside the project and is not known: " + Shown(value));
  }
  throw Error(source.head.position.ToPlace(), "AttributeError: '" +
                                                  std::string(python::KindName(value)) +
                                                  "' object has no attribute 'lower'");
}

std::vector<std::pair<std::string, Value>> NamedValues(Value dict, std::string_view what,
                                                       const python::Position& position) {
  std::vector<std::pair<std::string, Value>> values;
  if (dict.IsNone()) return values;
  if (!dict.Is(Kind::kDict)) {
    throw Error(position.ToPlace(), std::string(what) + " must be a dict, got " + Shown(dict));
  }
  for (const python::Entry& entry : python::Entries(dict.AsDict())) {
    if (!entry.key.IsStr()) {
      throw Error(position.ToPlace(),
                  std::string(what) + " must be a dict of names, got the key " + Shown(entry.key));
    }
    values.emplace_back(NameText(entry.key, what, position), entry.value);
  }
  return values;
}

std::vector<std::pair<std::string, Value>> NamePairs(Value list, std::string_view what,
                                                     const python::Position& position) {
  std::vector<std::pair<std::string, Value>> pairs;
  if (list.IsNone()) return pairs;
  if (!list.IsSequence()) {
    throw Error(position.ToPlace(),
                std::string(what) + " must be a list of (name, value) pairs, got " + Shown(list));
  }
  for (const Value item : list.Items()) {
    if (!item.IsSequence() || item.Items().size() != 2 || !item.Items()[0].IsStr()) {
      throw Error(position.ToPlace(),
                  std::string(what) + " must be a list of (name, value) pairs, got " + Shown(item));
    }
    pairs.emplace_back(NameText(item.Items()[0], what, position), item.Items()[1]);
  }
  return pairs;
}

}  // namespace migext::django
