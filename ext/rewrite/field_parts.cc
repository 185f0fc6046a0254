#include "rewrite/field_parts.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "rewrite/django_paths.h"
#include "rewrite/own_deconstruct.h"

namespace migext::rewrite {
namespace {

using django::Field;
using django::FieldType;
using python::Kind;
using python::Value;

constexpr std::string_view kNullByDefault[] = {
    "choices",         "db_collation",       "db_column",       "db_comment",
    "db_table",        "db_tablespace",      "decoder",         "encoder",
    "error_messages",  "height_field",       "match",           "max_digits",
    "decimal_places",  "max_length",         "storage",         "through",
    "through_fields",  "related_query_name", "unique_for_date", "unique_for_month",
    "unique_for_year", "verbose_name",       "related_name",    "to_field",
    "width_field"};
constexpr std::string_view kFalseByDefault[] = {
    "allow_folders", "allow_unicode", "auto_created", "auto_now",    "auto_now_add",
    "blank",         "db_index",      "null",         "parent_link", "primary_key",
    "recursive",     "unique",        "unpack_ipv4"};
constexpr std::string_view kTrueByDefault[] = {"allow_files", "db_constraint", "editable",
                                               "serialize"};
/// Parameters of __init__ that deconstruct() does not give back.
constexpr std::string_view kNeverWritten[] = {"name", "rel", "swappable", "symmetrical"};
/// Written when they are true in a condition.
constexpr std::string_view kWrittenIfTrue[] = {"auto_now",     "auto_now_add",     "db_collation",
                                               "height_field", "parent_link",      "through_fields",
                                               "to_field",     "limit_choices_to", "width_field"};

template <std::size_t kSize>
bool IsIn(const std::string_view (&names)[kSize], std::string_view name) {
  return std::ranges::find(names, name) != std::end(names);
}

bool IsBool(Value value, bool wanted) { return value.Is(Kind::kBool) && value.AsBool() == wanted; }

bool IsText(Value value, std::string_view text) { return value.IsStr() && value.AsStr() == text; }

bool IsNotProvided(Value value) {
  return python::DottedName(value).find("NOT_PROVIDED") != std::string::npos;
}

bool IsDefault(std::string_view name, Value value) {
  if (IsIn(kNeverWritten, name)) return true;
  if (IsIn(kNullByDefault, name) && value.IsNone()) return true;
  if (IsIn(kFalseByDefault, name) && IsBool(value, false)) return true;
  if (IsIn(kTrueByDefault, name) && IsBool(value, true)) return true;
  if (IsIn(kWrittenIfTrue, name) && python::Truth(value) == false) return true;
  if (name == "help_text" || name == "path") return IsText(value, "");
  if (name == "default" || name == "db_default") return IsNotProvided(value);
  if (name == "validators")
    return value.IsNone() || (value.Is(Kind::kList) && value.Items().empty());
  if (name == "protocol") return IsText(value, "both");
  return false;
}

std::optional<std::int64_t> UnwrittenLength(FieldType type) {
  switch (type) {
    case FieldType::kSlug:
      return 50;
    case FieldType::kFile:
    case FieldType::kFilePath:
    case FieldType::kImage:
      return 100;
    case FieldType::kUrl:
      return 200;
    default:
      return std::nullopt;
  }
}

bool IsAuto(FieldType type) {
  return type == FieldType::kAuto || type == FieldType::kBigAuto || type == FieldType::kSmallAuto;
}

/// What the class's __init__ and deconstruct() do to max_length.
void SetLength(const Field& field, FieldParts& parts) {
  const std::optional<Value> length = field.Option("max_length");
  if (field.type == FieldType::kEmail && !length) parts.Set("max_length", Value::Int(254));
  if (field.type == FieldType::kUuid || field.type == FieldType::kGenericIPAddress ||
      field.type == FieldType::kIPAddress) {
    parts.Drop("max_length");
  }
  const std::optional<std::int64_t> unwritten = UnwrittenLength(field.type);
  if (unwritten && length && length->Is(Kind::kInt) && length->AsInt() == *unwritten) {
    parts.Drop("max_length");
  }
}

void SetDates(const Field& field, FieldParts& parts) {
  if (!field.auto_now && !field.auto_now_add) return;
  parts.Drop("blank");
  parts.Drop("editable");
}

/// Columns that have an index unless they say otherwise.
void SetOwnIndex(const Field& field, FieldParts& parts) {
  parts.Drop("db_index");
  if (!field.db_index) parts.Set("db_index", Value::Bool(false));
}

void SetGenerated(const Field& field, FieldParts& parts) {
  parts.Drop("blank");
  parts.Drop("editable");
  if (!field.Option("db_persist")) parts.Set("db_persist", Value::Bool(field.db_persist));
}

void SetComposite(const Field& field, FieldParts& parts) {
  parts.names = field.composite_names;
  parts.Set("blank", Value::Bool(true));
  parts.Set("editable", Value::Bool(false));
  parts.Set("primary_key", Value::Bool(true));
}

/// BinaryField is the one field that is not editable by default.
void SetEditable(const Field& field, FieldParts& parts) {
  parts.Drop("editable");
  const std::optional<Value> editable = field.Option("editable");
  if (editable && python::Truth(*editable).value_or(true)) parts.Set("editable", *editable);
}

void SetByClass(const Field& field, FieldParts& parts) {
  SetLength(field, parts);
  if (IsAuto(field.type)) {
    parts.Drop("blank");
    parts.Set("primary_key", Value::Bool(true));
  }
  switch (field.type) {
    case FieldType::kDate:
    case FieldType::kDateTime:
    case FieldType::kTime:
      return SetDates(field, parts);
    case FieldType::kBinary:
      return SetEditable(field, parts);
    case FieldType::kNullBoolean:
      parts.Drop("blank");
      parts.Drop("null");
      return;
    case FieldType::kSlug:
    case FieldType::kForeignKey:
      return SetOwnIndex(field, parts);
    case FieldType::kOneToOne:
      parts.Drop("unique");
      return SetOwnIndex(field, parts);
    case FieldType::kFile:
    case FieldType::kImage:
      if (!field.Option("upload_to")) parts.kwargs.push_back({"upload_to", {}, ""});
      return;
    case FieldType::kGenerated:
      return SetGenerated(field, parts);
    case FieldType::kCompositePrimaryKey:
      return SetComposite(field, parts);
    default:
      return;
  }
}

// ---- Relations

/// Apps.get_swappable_settings_name(): the setting that names the model, "" for none.
std::string SettingOf(const django::Relation& relation, const django::FieldContext& context) {
  if (!relation.swappable_setting.empty()) return relation.swappable_setting;
  const std::string key = relation.to.ToString();
  if (key == LowerUtf8(context.auth_user_model) || key == "auth.user") return "AUTH_USER_MODEL";
  for (const auto& [setting, model] : context.swappable) {
    if (key == LowerUtf8(model)) return setting;
  }
  return {};
}

/// As written, in lower case; the model itself where the state has pointed it at another since.
std::string ModelText(const Field& field, Value to) {
  const django::Relation& relation = *field.relation;
  if (!to.IsStr()) return relation.to.ToString();
  std::string text = LowerUtf8(to.AsStr());
  if (text == "self") return text;
  const std::size_t dot = text.find('.');
  const bool is_same =
      dot == std::string::npos ? text == relation.to.model : text == relation.to.ToString();
  if (is_same) return text;
  return relation.to.ToString();
}

void SetRelation(const Field& field, const django::FieldContext& context, FieldParts& parts) {
  const std::optional<Value> to = field.Option("to");
  if (!to) return;
  parts.Drop("to");
  const bool is_swappable =
      !field.Option("swappable") || python::Truth(*field.Option("swappable")).value_or(true);
  const bool is_scoped = !to->IsStr() || to->AsStr().find('.') != std::string_view::npos;
  parts.kwargs.push_back({"to", *to, ModelText(field, *to),
                          is_swappable && is_scoped ? SettingOf(*field.relation, context) : ""});
  if (!field.relation->to_field.empty() && field.Option("to_field")) {
    parts.Drop("to_field");
    parts.kwargs.push_back({"to_field", *field.Option("to_field"), field.relation->to_field});
  }
  if (!field.IsManyToMany()) return;
  if (!context.dialect->writes_through_fields) parts.Drop("through_fields");
  parts.Drop("on_delete");
}

FieldParts PartsOf(const Field& field, const django::FieldContext& context, bool keeps_all) {
  FieldParts parts;
  parts.path = DefinedPath(field.class_path, *context.dialect);
  parts.args = field.args;
  for (const auto& [name, value] : field.kwargs) {
    if (keeps_all || !IsDefault(name, value)) parts.kwargs.push_back({name, value});
  }
  if (!keeps_all) SetByClass(field, parts);
  if (field.relation) SetRelation(field, context, parts);
  return parts;
}

}  // namespace

void FieldParts::Set(std::string_view name, Value value) {
  Drop(name);
  kwargs.push_back({std::string(name), value});
}

void FieldParts::Drop(std::string_view name) {
  std::erase_if(kwargs, [&](const Argument& argument) { return argument.name == name; });
}

FieldParts FieldPartsOf(const Field& field, const django::FieldContext& context) {
  const bool is_known =
      field.type != FieldType::kUnknown || field.class_path.starts_with("django.");
  if (!field.instance || !HasOwnDeconstruct(*field.instance)) {
    return PartsOf(field, context, !is_known);
  }
  auto own = OwnFieldParts(field, PartsOf(field, context, !is_known), context);
  return own ? *std::move(own) : PartsOf(field, context, true);
}

}  // namespace migext::rewrite
