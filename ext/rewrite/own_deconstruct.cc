#include "rewrite/own_deconstruct.h"

#include <algorithm>

#include "base/error.h"
#include "django/field_class.h"
#include "python/interpreter.h"

namespace migext::rewrite {
namespace {

using python::Kind;
using python::Value;

/// A symbol or call that hangs on an object has no name to be written by.
bool IsNameless(Value value) {
  return (value.Is(Kind::kSymbol) || value.Is(Kind::kCall)) && python::DottedName(value).empty();
}

std::optional<Deconstructed> ReadParts(Value path, Value args, Value kwargs) {
  if (!path.IsStr() || !args.IsSequence() || !kwargs.Is(Kind::kDict)) return std::nullopt;
  Deconstructed parts;
  parts.path = path.AsStr();
  parts.args.assign(args.Items().begin(), args.Items().end());
  if (std::ranges::any_of(parts.args, IsNameless)) return std::nullopt;
  for (const python::Entry& entry : python::Entries(kwargs.AsDict())) {
    if (!entry.key.IsStr() || IsNameless(entry.value)) return std::nullopt;
    parts.kwargs.emplace_back(entry.key.AsStr(), entry.value);
  }
  return parts;
}

/// "django.db.models.CharField" of the bases: what super() leads to in the end.
std::string FieldBase(const python::ClassView& type) {
  for (const Value base : type.mro) {
    std::string path = python::DottedName(base);
    if (base.Is(Kind::kSymbol) && django::FindFieldClass(path)) return path;
  }
  return {};
}

Value Inherited(const FieldParts& parts, python::Interpreter& python) {
  std::vector<Value> args = parts.args;
  for (const std::string& name : parts.names) args.push_back(python.MakeStr(name));
  std::vector<python::Entry> kwargs;
  for (const FieldParts::Argument& argument : parts.kwargs) {
    Value value = argument.value;
    if (!argument.setting.empty()) {
      value = python.MakeSymbol("django.conf.settings." + argument.setting);
    } else if (argument.text) {
      value = python.MakeStr(*argument.text);
    }
    kwargs.push_back({python.MakeStr(argument.name), value});
  }
  const Value all[] = {Value(), python.MakeStr(parts.path), python.MakeList(args),
                       python.MakeDict(kwargs)};
  return python.MakeTuple(all);
}

/// A twin of the field's object: what a method sets on it stays away from the real one.
Value TwinOf(Value instance, python::Interpreter& python) {
  const python::InstanceView view = python::View(instance.AsInstance());
  return python.Call(view.type, view.call_args, view.call_keywords);
}

/// `self.max_length = max_length` and so on of Field.__init__, where the project's class has not
/// set them itself.
void SetAttributes(Value twin, const django::Field& field, python::Interpreter& python) {
  std::vector<std::pair<std::string, Value>> attributes = {
      {"blank", Value::Bool(field.blank)},
      {"choices", Value()},
      {"db_column", Value()},
      {"db_index", Value::Bool(field.db_index)},
      {"help_text", python.MakeStr("")},
      {"max_length", Value()},
      {"null", Value::Bool(field.null)},
      {"primary_key", Value::Bool(field.primary_key)},
      {"unique", Value::Bool(field.unique)},
      {"verbose_name", Value()},
  };
  for (const auto& given : field.kwargs) {
    std::erase_if(attributes, [&](const auto& one) { return one.first == given.first; });
    attributes.push_back(given);
  }
  std::vector<python::Keyword> keywords;
  for (const auto& [name, value] : attributes) {
    const std::optional<Value> own = python::FindAttribute(twin, name);
    if (!own || own->Is(Kind::kSymbol)) keywords.push_back({name, value});
  }
  // vars(twin).update(max_length=80, …)
  const std::optional<Value> dict = python.GetAttribute(twin, "__dict__");
  const std::optional<Value> update = dict ? python.GetAttribute(*dict, "update") : std::nullopt;
  if (update) python.Call(*update, {}, keywords);
}

}  // namespace

bool HasOwnDeconstruct(Value instance) {
  const Value type = python::View(instance.AsInstance()).type;
  const std::optional<Value> method = python::FindAttribute(type, "deconstruct");
  return method && method->Is(Kind::kFunction);
}

std::optional<FieldParts> OwnFieldParts(const django::Field& field, const FieldParts& inherited,
                                        const django::FieldContext& context) {
  if (!context.python) return std::nullopt;
  python::Interpreter& python = *context.python;
  const Value type = python::View(field.instance->AsInstance()).type;
  const std::string base = FieldBase(python::View(type.AsClass()));
  if (base.empty()) return std::nullopt;
  std::optional<Deconstructed> own;
  try {
    python.DefineFunction(
        base + ".deconstruct",
        [parts = Inherited(inherited, python)](const python::NativeArguments&) { return parts; });
    const Value twin = TwinOf(*field.instance, python);
    if (!twin.Is(Kind::kInstance)) return std::nullopt;
    SetAttributes(twin, field, python);
    const std::optional<Value> method = python.GetAttribute(twin, "deconstruct");
    if (!method) return std::nullopt;
    const Value result = python.Call(*method);
    if (!result.IsSequence() || result.Items().size() != 4) return std::nullopt;
    own = ReadParts(result.Items()[1], result.Items()[2], result.Items()[3]);
  } catch (const Error&) {
    return std::nullopt;
  }
  if (!own) return std::nullopt;
  FieldParts parts;
  parts.path = std::move(own->path);
  parts.args = std::move(own->args);
  for (auto& [name, value] : own->kwargs) parts.kwargs.push_back({name, value});
  return parts;
}

std::optional<Deconstructed> OwnDeconstruct(Value instance, const django::FieldContext& context) {
  if (!context.python || !HasOwnDeconstruct(instance)) return std::nullopt;
  try {
    const std::optional<Value> method = context.python->GetAttribute(instance, "deconstruct");
    if (!method) return std::nullopt;
    const Value result = context.python->Call(*method);
    if (!result.IsSequence() || result.Items().size() != 3) return std::nullopt;
    return ReadParts(result.Items()[0], result.Items()[1], result.Items()[2]);
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace migext::rewrite
