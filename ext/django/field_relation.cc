#include "django/field_relation.h"

#include <algorithm>

#include "base/text.h"

namespace migext::django {
namespace {

using python::Kind;
using python::Value;

constexpr std::string_view kSettings = "django.conf.settings.";

[[noreturn]] void Refuse(python::Position position, const std::string& message) {
  throw Error(position.ToPlace(), message);
}

std::string TextOption(const Field& field, std::string_view name) {
  const std::optional<Value> value = field.Option(name);
  return value && value->IsStr() ? std::string(value->AsStr()) : std::string();
}

bool FlagOption(const Field& field, std::string_view name, bool otherwise) {
  const std::optional<Value> value = field.Option(name);
  return value ? python::Truth(*value).value_or(otherwise) : otherwise;
}

std::string_view LastPart(std::string_view dotted) {
  return dotted.substr(dotted.rfind('.') + 1);  // npos + 1 is 0: the whole name
}

/// "auth" for "django.contrib.auth.models", "orders" for "shop.orders.models.paid".
std::string LabelOfModule(std::string_view module, const FieldContext& context) {
  std::size_t longest = 0;
  std::string label;
  for (const auto& [package, app_label] : context.app_labels) {
    const bool is_inside = module.starts_with(package) &&
                           (module.size() == package.size() || module[package.size()] == '.');
    if (!is_inside || package.size() < longest) continue;
    longest = package.size();
    label = app_label;
  }
  if (!label.empty()) return label;
  const std::string padded = std::string(module) + ".";
  const std::size_t models = padded.find(".models.");
  return std::string(LastPart(module.substr(0, std::min(models, module.size()))));
}

ModelReference ByLabel(std::string app, std::string_view model) {
  std::string as_written = app + "." + std::string(model);
  return {{std::move(app), LowerUtf8(model)}, std::move(as_written), ""};
}

ModelReference ByText(std::string_view text, const FieldContext& context,
                      python::Position position) {
  if (text == "self") return ByLabel(context.app, context.model);
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return ByLabel(context.app, text);
  if (text.find('.', dot + 1) != std::string_view::npos) {
    Refuse(position, "ValueError: Invalid model reference '" + std::string(text) +
                         "'. String model references must be of the form 'app_label.ModelName'.");
  }
  return ByLabel(std::string(text.substr(0, dot)), text.substr(dot + 1));
}

std::optional<ModelReference> BySetting(std::string_view setting, const FieldContext& context,
                                        python::Position position) {
  std::string_view model;
  if (setting == "AUTH_USER_MODEL") model = context.auth_user_model;
  for (const auto& [name, value] : context.swappable) {
    if (name == setting) model = value;
  }
  if (model.empty()) return std::nullopt;
  ModelReference reference = ByText(model, context, position);
  reference.swappable_setting = setting;
  return reference;
}

std::optional<ModelReference> ByDottedName(std::string_view dotted, const FieldContext& context,
                                           python::Position position) {
  if (dotted.starts_with(kSettings)) {
    return BySetting(dotted.substr(kSettings.size()), context, position);
  }
  const std::size_t dot = dotted.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  return ByLabel(LabelOfModule(dotted.substr(0, dot), context), dotted.substr(dot + 1));
}

/// Text that PROTECT, models.SET(0) or a function of the project leaves: its last name.
std::string ReadOnDelete(const Field& field, const Dialect& dialect) {
  const std::optional<Value> value = field.Option("on_delete");
  if (!value) return {};
  switch (value->kind()) {
    case Kind::kSymbol:
    case Kind::kCall:
    case Kind::kFunction:
    case Kind::kClass:
    case Kind::kInstance:
    case Kind::kBuiltin:
    case Kind::kBoundMethod:
      break;
    default:
      Refuse(field.position, "TypeError: on_delete must be callable.");
  }
  const std::string path = python::DottedName(*value);
  std::string name(LastPart(path));
  if (name.starts_with("DB_") && !dialect.database_on_delete && value->Is(Kind::kSymbol)) {
    Refuse(field.position, "AttributeError: module '" + path.substr(0, path.rfind('.')) +
                               "' has no attribute '" + name + "'");
  }
  return name;
}

/// What ManyToManyField(through=...) names, given by hand.
std::optional<ModelKey> ReadThrough(const Field& field, const FieldContext& context) {
  const std::optional<Value> through = field.Option("through");
  if (!through || through->IsNone()) return std::nullopt;
  if (!field.db_table.empty()) {
    Refuse(field.position,
           "ValueError: Cannot specify a db_table if an intermediary model is used.");
  }
  const std::optional<ModelReference> model = ReadModelReference(*through, context, field.position);
  return model ? std::optional(model->key) : std::nullopt;
}

}  // namespace

std::optional<ModelReference> ReadModelReference(Value value, const FieldContext& context,
                                                 python::Position position) {
  switch (value.kind()) {
    case Kind::kStr:
      return ByText(value.AsStr(), context, position);
    case Kind::kSymbol:
    case Kind::kClass:
      return ByDottedName(python::DottedName(value), context, position);
    case Kind::kCall:
      if (LastPart(python::DottedName(value)) == "get_user_model") {
        return BySetting("AUTH_USER_MODEL", context, position);
      }
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

void ReadRelation(Field& field, const FieldContext& context) {
  const std::optional<Value> to = field.Option("to");
  const bool can_be_model = to && (to->IsStr() || to->Is(Kind::kSymbol) || to->Is(Kind::kClass) ||
                                   to->Is(Kind::kCall) || to->Is(Kind::kInstance));
  if (to && !can_be_model) {
    Refuse(field.position, "TypeError: " + field.class_name + "(" + python::Repr(*to) +
                               ") is invalid. First parameter to " + field.class_name +
                               " must be either a model, a model name, or the string 'self'");
  }
  const std::optional<ModelReference> target =
      to ? ReadModelReference(*to, context, field.position) : std::nullopt;
  if (!target) {
    field.type = FieldType::kUnknown;
    return;
  }
  Relation relation;
  relation.to = target->key;
  relation.to_as_written = target->as_written;
  relation.swappable_setting = target->swappable_setting;
  relation.related_name = TextOption(field, "related_name");
  relation.to_field = TextOption(field, "to_field");
  relation.db_constraint = FlagOption(field, "db_constraint", true);
  relation.parent_link = FlagOption(field, "parent_link", false);
  relation.on_delete = ReadOnDelete(field, *context.dialect);
  relation.through = ReadThrough(field, context);
  field.relation = std::move(relation);
}

}  // namespace migext::django
