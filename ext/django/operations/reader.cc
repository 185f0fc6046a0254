#include "django/operations/reader.h"

namespace migext::django {

using python::Kind;
using python::Value;

std::string NameArgument(const OperationSource& source, std::string_view parameter) {
  const Value value = source.arguments.Get(parameter);
  if (value.IsStr()) return std::string(value.AsStr());
  if (value.Is(Kind::kSymbol) || value.Is(Kind::kCall)) {
    throw Error(source.head.position.ToPlace(),
                "'" + std::string(parameter) + "' of " + source.head.class_name +
                    " comes from outside the project and is not known: " + python::Repr(value));
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
    throw Error(position.ToPlace(),
                std::string(what) + " must be a dict, got " + python::Repr(dict));
  }
  for (const python::Entry& entry : python::Entries(dict.AsDict())) {
    if (!entry.key.IsStr()) {
      throw Error(position.ToPlace(), std::string(what) + " must be a dict of names, got the key " +
                                          python::Repr(entry.key));
    }
    values.emplace_back(entry.key.AsStr(), entry.value);
  }
  return values;
}

std::vector<std::pair<std::string, Value>> NamePairs(Value list, std::string_view what,
                                                     const python::Position& position) {
  std::vector<std::pair<std::string, Value>> pairs;
  if (list.IsNone()) return pairs;
  if (!list.IsSequence()) {
    throw Error(
        position.ToPlace(),
        std::string(what) + " must be a list of (name, value) pairs, got " + python::Repr(list));
  }
  for (const Value item : list.Items()) {
    if (!item.IsSequence() || item.Items().size() != 2 || !item.Items()[0].IsStr()) {
      throw Error(
          position.ToPlace(),
          std::string(what) + " must be a list of (name, value) pairs, got " + python::Repr(item));
    }
    pairs.emplace_back(item.Items()[0].AsStr(), item.Items()[1]);
  }
  return pairs;
}

}  // namespace migext::django
