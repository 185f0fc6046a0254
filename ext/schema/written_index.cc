#include "schema/written_index.h"

namespace migext::schema {

using python::Kind;
using python::Value;

namespace {

bool EndsWithName(std::string_view dotted, std::string_view name) {
  return dotted == name ||
         (dotted.ends_with(name) && dotted[dotted.size() - name.size() - 1] == '.');
}

}  // namespace

Value WrittenIndex::Get(std::string_view name) const {
  for (const python::Keyword& keyword : keywords) {
    if (keyword.name == name) return keyword.value;
  }
  return {};
}

bool WrittenIndex::Has(std::string_view name) const {
  const Value value = Get(name);
  return !value.IsNone() && !(value.IsSequence() && value.Items().empty());
}

WrittenIndex WrittenIndexOf(Value value) {
  if (value.Is(Kind::kCall)) {
    const python::CallView view = python::View(value.AsCall());
    return {view.args, view.keywords};
  }
  if (value.Is(Kind::kInstance)) {
    const python::InstanceView view = python::View(value.AsInstance());
    return {view.args, view.keywords};
  }
  return {};
}

bool IsMadeBy(Value value, std::string_view class_name) {
  if (!value.Is(Kind::kInstance)) return EndsWithName(python::DottedName(value), class_name);
  for (const Value base : python::View(python::View(value.AsInstance()).type.AsClass()).mro) {
    if (EndsWithName(python::DottedName(base), class_name)) return true;
  }
  return false;
}

}  // namespace migext::schema
