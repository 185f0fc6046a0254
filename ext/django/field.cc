#include "django/field.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "django/field_binding.h"
#include "django/field_custom.h"
#include "django/field_relation.h"

namespace migext::django {
namespace {

using python::Kind;
using python::Value;

[[noreturn]] void Refuse(python::Position position, const std::string& message) {
  throw Error(position.ToPlace(), message);
}

bool IsGiven(const std::optional<Value>& value) {
  return value && python::DottedName(*value).find("NOT_PROVIDED") == std::string::npos;
}

bool Flag(const Field& field, std::string_view name, bool otherwise = false) {
  const std::optional<Value> value = field.Option(name);
  return value ? python::Truth(*value).value_or(otherwise) : otherwise;
}

std::string Text(const Field& field, std::string_view name) {
  const std::optional<Value> value = field.Option(name);
  return value && value->IsStr() ? std::string(value->AsStr()) : std::string();
}

std::optional<std::int64_t> Number(const Field& field, std::string_view name) {
  const std::optional<Value> value = field.Option(name);
  return value && value->Is(Kind::kInt) ? std::optional(value->AsInt()) : std::nullopt;
}

void ReadCommonOptions(Field& field) {
  field.null = Flag(field, "null");
  field.blank = Flag(field, "blank");
  field.primary_key = Flag(field, "primary_key");
  field.unique = field.primary_key || Flag(field, "unique");
  field.db_index = Flag(field, "db_index");
  field.auto_created = Flag(field, "auto_created");
  field.auto_now = Flag(field, "auto_now");
  field.auto_now_add = Flag(field, "auto_now_add");
  field.db_column = Text(field, "db_column");
  field.db_table = Text(field, "db_table");
  field.db_collation = Text(field, "db_collation");
  field.db_tablespace = Text(field, "db_tablespace");
  field.max_length = Number(field, "max_length");
  field.max_digits = Number(field, "max_digits");
  field.decimal_places = Number(field, "decimal_places");
  if (const std::optional<Value> value = field.Option("default"); IsGiven(value)) {
    field.has_default = true;
    field.default_value = *value;
  }
  if (const std::optional<Value> value = field.Option("db_default"); IsGiven(value)) {
    field.db_default = value;
  }
}

/// What the class's own __init__ sets.
void ApplyClass(Field& field, const FieldClass& field_class) {
  field.type = field_class.type;
  if (field_class.max_length && !field.Option("max_length")) {
    field.max_length = field_class.max_length;
  }
  if (field_class.fixed_max_length) field.max_length = field_class.fixed_max_length;
  if (field_class.db_index) field.db_index = Flag(field, "db_index", true);
  if (!field_class.constant_db_type.empty()) field.custom_db_type = field_class.constant_db_type;
  switch (field.type) {
    case FieldType::kNullBoolean:
      field.null = field.blank = true;
      break;
    case FieldType::kAuto:
    case FieldType::kBigAuto:
    case FieldType::kSmallAuto:
      field.blank = true;
      // AutoFieldMixin.deconstruct() says so whatever was written, and models are made of clones.
      field.primary_key = field.unique = true;
      break;
    case FieldType::kOneToOne:
      field.unique = true;
      break;
    case FieldType::kUnknown:
      // Field itself has no column type, so no column.
      field.concrete = field.custom_db_type.has_value();
      break;
    case FieldType::kManyToMany:
    case FieldType::kCompositePrimaryKey:
      field.concrete = false;
      break;
    default:
      break;
  }
}

/// Mirrors GeneratedField.__init__.
void ReadGenerated(Field& field, const FieldContext& context) {
  if (Flag(field, "editable")) {
    Refuse(field.position, "ValueError: GeneratedField cannot be editable.");
  }
  if (!Flag(field, "blank", true)) {
    Refuse(field.position, "ValueError: GeneratedField must be blank.");
  }
  if (field.has_default) {
    Refuse(field.position, "ValueError: GeneratedField cannot have a default.");
  }
  if (field.db_default) {
    Refuse(field.position, "ValueError: GeneratedField cannot have a database default.");
  }
  const std::optional<Value> persist = field.Option("db_persist");
  if (!persist || !(persist->Is(Kind::kBool) || persist->Is(Kind::kSymbol))) {
    Refuse(field.position, "ValueError: GeneratedField.db_persist must be True or False.");
  }
  field.db_persist = python::Truth(*persist).value_or(true);
  field.expression = field.Option("expression");
  field.null = field.blank = true;
  const std::optional<Value> output = field.Option("output_field");
  if (!output) return;
  const FieldCall call = TakeApart(*output, context);
  if (call.field_class && call.field_class->type == FieldType::kGenerated) {
    Refuse(field.position, "the output_field of a GeneratedField cannot be generated itself");
  }
  field.output_field = ReadField(*output, context);
}

/// Mirrors CompositePrimaryKey.__init__.
void ReadComposite(Field& field) {
  for (const Value name : field.args) {
    const bool is_new =
        name.IsStr() && std::find(field.composite_names.begin(), field.composite_names.end(),
                                  name.AsStr()) == field.composite_names.end();
    if (!is_new) {
      Refuse(field.position, "ValueError: CompositePrimaryKey args must be unique strings.");
    }
    field.composite_names.emplace_back(name.AsStr());
  }
  if (field.composite_names.size() < 2) {
    Refuse(field.position, "ValueError: CompositePrimaryKey must include at least two fields.");
  }
  const auto refuse = [&](const char* what) {
    Refuse(field.position, std::string("ValueError: CompositePrimaryKey ") + what);
  };
  if (field.has_default) refuse("cannot have a default.");
  if (field.db_default) refuse("cannot have a database default.");
  if (field.Option("db_column")) refuse("cannot have a db_column.");
  if (!Flag(field, "primary_key", true)) refuse("must be a primary key.");
  if (Flag(field, "editable")) refuse("cannot be editable.");
  if (!Flag(field, "blank", true)) refuse("must be blank.");
  field.primary_key = field.unique = true;
}

void ReadOwnOptions(Field& field, const FieldContext& context) {
  switch (field.type) {
    case FieldType::kForeignKey:
    case FieldType::kOneToOne:
    case FieldType::kManyToMany:
      ReadRelation(field, context);
      break;
    case FieldType::kGenerated:
      ReadGenerated(field, context);
      break;
    case FieldType::kCompositePrimaryKey:
      ReadComposite(field);
      break;
    default:
      break;
  }
}

std::string CanonicalPath(const FieldCall& call) {
  const bool is_builtin =
      !call.instance && call.field_class && FindFieldClass(call.class_path) == call.field_class;
  const bool is_models = call.class_path.starts_with("django.db.models.");
  if (!is_builtin || !is_models) return call.class_path;
  return "django.db.models." + std::string(call.field_class->name);
}

void KeepArguments(Field& field, const FieldCall& call) {
  field.args.assign(call.args.begin(), call.args.end());
  for (const python::Keyword& keyword : call.keywords) {
    field.kwargs.emplace_back(keyword.name, keyword.value);
  }
}

}  // namespace

std::optional<Value> Field::Option(std::string_view name) const {
  for (const auto& [name_of_argument, value] : kwargs) {
    if (name_of_argument == name) return value;
  }
  return std::nullopt;
}

FieldPtr ReadField(Value value, const FieldContext& context) {
  const FieldCall call = TakeApart(value, context);
  auto field = std::make_shared<Field>();
  field->position = call.position;
  field->class_path = CanonicalPath(call);
  field->class_name = field->class_path.substr(field->class_path.rfind('.') + 1);
  if (!call.field_class) {
    KeepArguments(*field, call);
    ReadCommonOptions(*field);
  } else {
    if (call.field_class->type == FieldType::kCompositePrimaryKey) {
      field->args.assign(call.args.begin(), call.args.end());
    }
    field->kwargs = BindArguments(*call.field_class, *context.dialect, call.args, call.keywords,
                                  call.position, call.unexpected);
    ReadCommonOptions(*field);
    ApplyClass(*field, *call.field_class);
    ReadOwnOptions(*field, context);
  }
  field->instance = call.instance;
  if (call.instance) ApplyOwnMethods(*field, call, context);
  return field;
}

std::string_view FieldTypeName(FieldType type) {
  static constexpr std::array kNames = {
      std::string_view(""),
      std::string_view("AutoField"),
      std::string_view("BigAutoField"),
      std::string_view("SmallAutoField"),
      std::string_view("BigIntegerField"),
      std::string_view("BinaryField"),
      std::string_view("BooleanField"),
      std::string_view("NullBooleanField"),
      std::string_view("CharField"),
      std::string_view("CommaSeparatedIntegerField"),
      std::string_view("CompositePrimaryKey"),
      std::string_view("DateField"),
      std::string_view("DateTimeField"),
      std::string_view("DecimalField"),
      std::string_view("DurationField"),
      std::string_view("EmailField"),
      std::string_view("FileField"),
      std::string_view("FilePathField"),
      std::string_view("FloatField"),
      std::string_view("ForeignKey"),
      std::string_view("GeneratedField"),
      std::string_view("GenericIPAddressField"),
      std::string_view("ImageField"),
      std::string_view("IntegerField"),
      std::string_view("IPAddressField"),
      std::string_view("JSONField"),
      std::string_view("ManyToManyField"),
      std::string_view("OneToOneField"),
      std::string_view("PositiveBigIntegerField"),
      std::string_view("PositiveIntegerField"),
      std::string_view("PositiveSmallIntegerField"),
      std::string_view("SlugField"),
      std::string_view("SmallIntegerField"),
      std::string_view("TextField"),
      std::string_view("TimeField"),
      std::string_view("URLField"),
      std::string_view("UUIDField"),
  };
  static_assert(kNames.size() == static_cast<std::size_t>(FieldType::kUuid) + 1);
  return kNames[static_cast<std::size_t>(type)];
}

}  // namespace migext::django
