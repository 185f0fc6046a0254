#include "django/field_custom.h"

#include "base/text.h"
#include "python/interpreter.h"

namespace migext::django {
namespace {

using python::Kind;
using python::Value;

[[noreturn]] void Refuse(python::Position position, const std::string& message) {
  throw Error(position.ToPlace(), message);
}

/// What a class was mapped to by hand.
const FieldClass* FindMapped(std::string_view class_path, const FieldContext& context) {
  for (const auto& [from, to] : context.field_types) {
    if (from != class_path) continue;
    return to.find('.') == std::string::npos ? FindFieldClassByName(to) : FindFieldClass(to);
  }
  return nullptr;
}

/// models.NoSuchField, or a class that only another version has.
void RefuseUnlessThere(std::string_view dotted, const FieldClass* field_class,
                       const FieldContext& context, python::Position position) {
  static constexpr std::string_view kModels = "django.db.models.";
  if (field_class && HasFieldClass(*context.dialect, *field_class)) return;
  const std::string_view name = dotted.substr(dotted.rfind('.') + 1);
  const bool is_in_models =
      dotted.starts_with(kModels) && dotted.size() == kModels.size() + name.size();
  // ForeignObject is there, is a field, and has no column.
  if (!field_class && (!is_in_models || name == "ForeignObject")) return;
  Refuse(position,
         "AttributeError: module 'django.db.models' has no attribute '" + std::string(name) + "'");
}

/// A clone of a field is the field.
Value WithoutClones(Value value) {
  while (value.Is(Kind::kCall)) {
    const Value callee = python::View(value.AsCall()).callee;
    if (!callee.Is(Kind::kSymbol)) break;
    const python::SymbolView symbol = python::View(callee.AsSymbol());
    if (symbol.name != "clone" || symbol.owner.IsNone()) break;
    value = symbol.owner;
  }
  return value;
}

/// on_delete= is ForeignKey's own: a class that takes it beside to= is a foreign key, whatever its
/// name.
const FieldClass* GuessClass(const FieldCall& call) {
  bool has_to = false;
  bool has_on_delete = false;
  for (const python::Keyword& keyword : call.keywords) {
    has_to |= keyword.name == "to";
    has_on_delete |= keyword.name == "on_delete";
  }
  if (!has_to || !has_on_delete) return nullptr;
  const bool is_unique = call.class_path.find("OneToOne") != std::string::npos;
  return FindFieldClassByName(is_unique ? "OneToOneField" : "ForeignKey");
}

FieldCall TakeCallApart(Value value, const FieldContext& context) {
  const python::CallView view = python::View(value.AsCall());
  FieldCall call;
  call.class_path = python::DottedName(view.callee);
  call.args = view.args;
  call.keywords = view.keywords;
  call.position = view.position;
  call.field_class = FindFieldClass(call.class_path);
  RefuseUnlessThere(call.class_path, call.field_class, context, call.position);
  if (!call.field_class) {
    call.field_class = FindMapped(call.class_path, context);
    if (!call.field_class) call.field_class = GuessClass(call);
    call.unexpected = Unexpected::kKeep;
  }
  return call;
}

/// Follows the method resolution order to the first class that is known.  A class outside the
/// project that stands before it may take arguments of its own.
FieldCall TakeInstanceApart(Value value, const FieldContext& context) {
  const python::InstanceView view = python::View(value.AsInstance());
  FieldCall call;
  call.instance = value;
  call.args = view.args;
  call.keywords = view.keywords;
  call.position = view.position;
  call.class_path = python::DottedName(view.type);
  bool has_outside_base = false;
  for (const Value base : python::View(view.type.AsClass()).mro) {
    const std::string dotted = python::DottedName(base);
    call.field_class = FindMapped(dotted, context);
    if (!call.field_class && base.Is(Kind::kSymbol)) {
      call.field_class = FindFieldClass(dotted);
      RefuseUnlessThere(dotted, call.field_class, context, call.position);
    }
    if (call.field_class) return call;
    if (!base.Is(Kind::kSymbol) || dotted == "object") continue;
    has_outside_base = true;
    call.unexpected = Unexpected::kKeep;
  }
  call.field_class = GuessClass(call);
  if (!has_outside_base) {
    Refuse(view.position, "'" + call.class_path + "' is no field class: none of its bases is");
  }
  return call;
}

// ---- Methods of the project's classes

/// What db_type(connection) may ask.
constexpr std::string_view kConnection = R"(
class Features:
    has_native_duration_field = False
    has_native_json_field = False
    has_native_uuid_field = False
    interprets_empty_strings_as_nulls = False
    supports_json_field = True


class Connection:
    alias = "default"
    display_name = "SQLite"
    features = Features()
    settings_dict = {"ENGINE": "django.db.backends.sqlite3"}
    vendor = "sqlite"


connection = Connection()
)";

/// The method, when a class of the project defines it.
std::optional<Value> FindOwnMethod(const FieldCall& call, std::string_view name) {
  const Value type = python::View(call.instance->AsInstance()).type;
  for (const Value base : python::View(type.AsClass()).mro) {
    if (!base.Is(Kind::kClass)) {
      if (FindFieldClass(python::DottedName(base))) return std::nullopt;
      continue;
    }
    const std::optional<Value> found = python::FindAttribute(base, name);
    if (found && (found->Is(Kind::kFunction) || found->Is(Kind::kDescriptor))) return found;
  }
  return std::nullopt;
}

/// Nothing when the body needs what cannot be known here.
std::optional<Value> TryCall(const FieldCall& call, std::string_view name,
                             std::span<const Value> args, const FieldContext& context) {
  if (!context.python) return std::nullopt;
  try {
    const std::optional<Value> method = context.python->GetAttribute(*call.instance, name);
    return method ? std::optional(context.python->Call(*method, args)) : std::nullopt;
  } catch (const Error&) {
    return std::nullopt;
  }
}

Value MakeConnection(python::Interpreter& python) {
  const Value module =
      python.Run("migext.connection", {"connection", std::string(kConnection), false});
  return python::FindAttribute(module, "connection").value_or(Value());
}

void ApplyInternalType(Field& field, const FieldCall& call, const FieldContext& context) {
  if (!FindOwnMethod(call, "get_internal_type")) return;
  const std::optional<Value> name = TryCall(call, "get_internal_type", {}, context);
  if (!name || !name->IsStr()) {
    field.type = FieldType::kUnknown;
    return;
  }
  const FieldClass* internal = FindFieldClassByName(name->AsStr());
  const bool is_relation = field.type == FieldType::kForeignKey ||
                           field.type == FieldType::kOneToOne ||
                           field.type == FieldType::kManyToMany;
  if (internal && !is_relation) field.type = internal->type;
  field.concrete = field.concrete || internal != nullptr;
}

void ApplyDbType(Field& field, const FieldCall& call, const FieldContext& context) {
  if (!FindOwnMethod(call, "db_type")) return;
  field.concrete = true;
  std::optional<Value> type;
  if (context.python) {
    const Value arguments[] = {MakeConnection(*context.python)};
    type = TryCall(call, "db_type", arguments, context);
  }
  if (type && type->IsStr()) {
    field.custom_db_type = type->AsStr();
  } else if (type && type->IsNone()) {
    field.concrete = false;
  } else {
    field.type = FieldType::kUnknown;
  }
}

/// Attributes that the class's __init__ set on the instance itself.
void ApplyAttributes(Field& field, const FieldCall& call) {
  const python::DictObject& attributes = python::View(call.instance->AsInstance()).attributes;
  const std::pair<std::string_view, bool*> flags[] = {{"null", &field.null},
                                                      {"blank", &field.blank},
                                                      {"primary_key", &field.primary_key},
                                                      {"_unique", &field.unique},
                                                      {"db_index", &field.db_index}};
  for (const auto& [name, flag] : flags) {
    const std::optional<Value> value = python::Find(attributes, name);
    if (value && value->Is(Kind::kBool)) *flag = value->AsBool();
  }
  const std::optional<Value> length = python::Find(attributes, "max_length");
  if (length && length->Is(Kind::kInt)) field.max_length = length->AsInt();
  const std::optional<Value> column = python::Find(attributes, "db_column");
  if (column && column->IsStr()) field.db_column = column->AsStr();
}

}  // namespace

FieldCall TakeApart(Value value, const FieldContext& context) {
  value = WithoutClones(value);
  switch (value.kind()) {
    case Kind::kCall:
      return TakeCallApart(value, context);
    case Kind::kInstance:
      return TakeInstanceApart(value, context);
    case Kind::kClass:
    case Kind::kSymbol:
      Refuse(python::PositionOf(value),
             "'" + python::DottedName(value) +
                 "' stands where a field belongs; call it: " + python::DottedName(value) + "()");
    default:
      throw Error(python::PositionOf(value).ToPlace(), "a value of type '" +
                                                           std::string(python::KindName(value)) +
                                                           "' stands where a field belongs");
  }
}

void ApplyOwnMethods(Field& field, const FieldCall& call, const FieldContext& context) {
  ApplyAttributes(field, call);
  ApplyInternalType(field, call, context);
  ApplyDbType(field, call, context);
}

}  // namespace migext::django
