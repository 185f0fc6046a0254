#include "django/operation_class.h"

#include "base/text.h"
#include "python/interpreter.h"

namespace migext::django {
namespace {

using python::Kind;
using python::Value;

/// An attribute that the project's classes give, evaluated if it is a property.
std::optional<Value> OwnAttribute(Value instance, std::string_view name,
                                  const FieldContext& context) {
  const std::optional<Value> found = python::FindAttribute(instance, name);
  if (!found || found->Is(Kind::kSymbol)) return std::nullopt;
  if (!found->Is(Kind::kDescriptor) || !context.python) return found;
  try {
    return context.python->GetAttribute(instance, name);
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::optional<bool> FlagOf(Value instance, std::string_view name, const FieldContext& context) {
  const std::optional<Value> flag = OwnAttribute(instance, name, context);
  return flag && flag->Is(Kind::kBool) ? std::optional(flag->AsBool()) : std::nullopt;
}

bool Overrides(Value instance, std::string_view method) {
  const std::optional<Value> found = python::FindAttribute(instance, method);
  return found && !found->Is(Kind::kSymbol);
}

/// OperationCategory.ADDITION and so on.
std::optional<char> CategoryOf(Value instance) {
  static constexpr std::pair<std::string_view, char> kSigns[] = {
      {"ADDITION", '+'}, {"REMOVAL", '-'}, {"ALTERATION", '~'},
      {"PYTHON", 'p'},   {"SQL", 's'},     {"MIXED", '?'},
  };
  const std::optional<Value> found = python::FindAttribute(instance, "category");
  if (!found || !found->Is(Kind::kSymbol)) return std::nullopt;
  const std::string dotted = python::DottedName(*found);
  for (const auto& [name, sign] : kSigns) {
    if (dotted.ends_with("OperationCategory." + std::string(name))) return sign;
  }
  return std::nullopt;
}

/// `self.name = name` and so on, of the built-in class's __init__; what the project's class has set
/// itself stays.
void SetAttributes(Value instance, const CallArguments& arguments, python::Interpreter& python) {
  std::vector<std::string> names;
  std::vector<Value> values;
  const auto set = [&](std::string name, Value value) {
    if (python::Find(python::View(instance.AsInstance()).attributes, name)) return;
    names.push_back(std::move(name));
    values.push_back(value);
  };
  for (const Parameter& parameter : arguments.parameters()) {
    const std::string name(parameter.name);
    const Value value = arguments.Get(name);
    set(name, value);
    if (value.IsStr()) set(name + "_lower", python.MakeStr(LowerUtf8(value.AsStr())));
    if (name == "old_name") set("name", value);
  }
  std::vector<python::Keyword> keywords;
  for (std::size_t i = 0; i < names.size(); ++i) keywords.push_back({names[i], values[i]});
  // vars(instance).update(name=name, …)
  const std::optional<Value> own = python.GetAttribute(instance, "__dict__");
  const std::optional<Value> update = own ? python.GetAttribute(*own, "update") : std::nullopt;
  if (update) python.Call(*update, {}, keywords);
}

}  // namespace

OperationHead HeadOfInstance(Value value, const FieldContext& context) {
  const python::InstanceView instance = python::View(value.AsInstance());
  OperationHead head;
  head.class_name = python::View(instance.type.AsClass()).name;
  head.value = value;
  head.position = instance.position;
  head.reversible = FlagOf(value, "reversible", context);
  head.reduces_to_sql = FlagOf(value, "reduces_to_sql", context);
  head.elidable = FlagOf(value, "elidable", context);
  head.atomic = FlagOf(value, "atomic", context);
  head.category = CategoryOf(value);
  head.own_database =
      Overrides(value, "database_forwards") || Overrides(value, "database_backwards");
  head.own_state = Overrides(value, "state_forwards");
  return head;
}

std::optional<std::string> OwnDescription(Value value, const CallArguments& arguments,
                                          const FieldContext& context) {
  if (!context.python || !Overrides(value, "describe")) return std::nullopt;
  try {
    SetAttributes(value, arguments, *context.python);
    const std::optional<Value> describe = context.python->GetAttribute(value, "describe");
    if (!describe) return std::nullopt;
    const Value text = context.python->Call(*describe);
    // A symbol shows as its dotted name: the text would hold what only Django knows.
    if (!text.IsStr() || text.AsStr().find("django.db.") != std::string_view::npos) {
      return std::nullopt;
    }
    return std::string(text.AsStr());
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace migext::django
