// Whether two fields differ in what reaches the table: _field_should_be_altered(), which compares
// what deconstruct() gives and leaves out what is cosmetic.
#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "schema/compile_expression.h"
#include "schema/local_fields.h"
#include "schema/naming.h"
#include "schema/table_editor.h"

namespace migext::schema {
namespace {

using django::Field;
using django::FieldType;
using python::Value;

/// Field.non_db_attrs, and what is compared as a member of Field below.
constexpr std::string_view kNotCompared[] = {
    "blank",        "db_column",
    "editable",     "error_messages",
    "help_text",    "limit_choices_to",
    "related_name", "related_query_name",
    "validators",   "verbose_name",
    "null",         "primary_key",
    "unique",       "db_index",
    "max_length",   "default",
    "db_default",   "to",
    "through",      "to_field",
    "on_delete",    "db_constraint",
    "parent_link",  "auto_created",
    "auto_now",     "auto_now_add",
    "db_collation", "db_tablespace",
    "db_table",     "swappable",
    "choices",      "to_fields",
    "from_fields",  "symmetrical",
};

/// Values that deconstruct() leaves out; None, False and "" are left out of all others too.
constexpr std::pair<std::string_view, bool> kTrueByDefault[] = {
    {"serialize", true}, {"allow_files", true}, {"db_persist", false}, {"strict", false}};

bool IsDefault(std::string_view name, Value value) {
  for (const auto& [option, by_default] : kTrueByDefault) {
    if (option == name && by_default) return python::Truth(value).value_or(false);
  }
  if (name == "protocol") return value.IsStr() && value.AsStr() == "both";
  if (name == "serialize") return python::Truth(value).value_or(false);
  if (name == "db_persist" || name == "max_digits" || name == "decimal_places") return false;
  return value.IsNone() || (value.Is(python::Kind::kBool) && !value.AsBool()) ||
         (value.IsStr() && value.AsStr().empty());
}

bool IsCompared(std::string_view name) {
  return std::find(std::begin(kNotCompared), std::end(kNotCompared), name) ==
         std::end(kNotCompared);
}

bool HasSameOption(const Field& field, std::string_view name, Value value) {
  const std::optional<Value> other = field.Option(name);
  return other ? python::Equal(*other, value) : IsDefault(name, value);
}

bool OptionsAreEqual(const Field& a, const Field& b) {
  const auto covers = [](const Field& one, const Field& other) {
    return std::all_of(one.kwargs.begin(), one.kwargs.end(), [&](const auto& option) {
      return !IsCompared(option.first) || HasSameOption(other, option.first, option.second);
    });
  };
  return covers(a, b) && covers(b, a);
}

bool SameValue(const std::optional<Value>& a, const std::optional<Value>& b) {
  if (a.has_value() != b.has_value()) return false;
  return !a || python::Equal(*a, *b);
}

/// The argument unique=, for a primary key and a one-to-one field count as unique by themselves.
bool IsUniqueByArgument(const Field& field) {
  return field.type != FieldType::kOneToOne && !field.primary_key && field.unique;
}

bool ChoicesAreEqual(const Field& a, const Field& b) {
  const auto given = [](const Field& field) {
    const std::optional<Value> choices = field.Option("choices");
    return choices && !choices->IsNone() ? choices : std::nullopt;
  };
  return SameValue(given(a), given(b));
}

bool MembersAreEqual(const Field& a, const Field& b, const SchemaContext& context) {
  const bool same_default = a.has_default == b.has_default &&
                            (!a.has_default || python::Equal(a.default_value, b.default_value));
  return same_default && a.null == b.null && a.primary_key == b.primary_key &&
         IsUniqueByArgument(a) == IsUniqueByArgument(b) && a.db_index == b.db_index &&
         a.max_length == b.max_length && a.auto_created == b.auto_created &&
         a.auto_now == b.auto_now && a.auto_now_add == b.auto_now_add &&
         a.db_collation == b.db_collation && a.db_tablespace == b.db_tablespace &&
         a.db_table == b.db_table && a.composite_names == b.composite_names &&
         (!context.dialect->choices_change_the_table || ChoicesAreEqual(a, b));
}

/// "django.db.models.fields.CharField" is written "django.db.models.CharField".
std::string Path(const Field& field) {
  constexpr std::string_view kModels = "django.db.models.";
  if (!field.class_path.starts_with(kModels)) return field.class_path;
  return std::string(kModels) + field.class_path.substr(field.class_path.rfind('.') + 1);
}

std::string TargetTable(const EditedField& field) {
  const django::ModelState* target = field.state.Find(field.field().relation->to);
  const django::ModelState* concrete = ConcreteModel(field.state, field.field().relation->to);
  if (concrete) return TableName(*concrete);
  return target ? TableName(*target) : std::string();
}

/// deconstruct() leaves to_field out when it is the primary key.
std::string ToField(const EditedField& field, const SchemaContext& context) {
  const std::string& to_field = field.field().relation->to_field;
  if (to_field.empty()) return {};
  const django::ModelState* target = ConcreteModel(field.state, field.field().relation->to);
  if (!target) return to_field;
  const auto fields = LocalFields(field.state, *target, context);
  return PrimaryKeyName(fields, *target) == to_field ? std::string() : to_field;
}

bool RelationsAreEqual(const EditedField& from, const EditedField& to,
                       const SchemaContext& context) {
  if (!from.field().relation || !to.field().relation) {
    return !from.field().relation && !to.field().relation;
  }
  const django::Relation& a = *from.field().relation;
  const django::Relation& b = *to.field().relation;
  const bool same_table = context.dialect->compares_tables_of_targets &&
                          !to.field().IsManyToMany() && TargetTable(from) == TargetTable(to);
  return (same_table || a.to == b.to) && a.through == b.through &&
         ToField(from, context) == ToField(to, context) && a.db_constraint == b.db_constraint &&
         a.parent_link == b.parent_link &&
         (!context.dialect->on_delete_changes_the_table || a.on_delete == b.on_delete);
}

/// db_default can be written in several ways that give the same SQL.
bool DatabaseDefaultsAreEqual(const EditedModel& model, const EditedField& from,
                              const EditedField& to, const SchemaContext& context) {
  const std::optional<Value>& a = from.field().db_default;
  const std::optional<Value>& b = to.field().db_default;
  if (!a || !b || python::Equal(*a, *b)) return a.has_value() == b.has_value();
  return CompileDatabaseDefault(model, from, context) == CompileDatabaseDefault(model, to, context);
}

}  // namespace

bool FieldShouldBeAltered(const EditedModel& model, const EditedField& from, const EditedField& to,
                          const SchemaContext& context) {
  const bool any_column = !from.column.empty() || !to.column.empty();
  const bool any_many_to_many = from.field().IsManyToMany() || to.field().IsManyToMany();
  if (!any_column && !any_many_to_many) return false;
  if (from.column != to.column) return true;
  if (any_many_to_many && from.name() != to.name()) return true;
  // Its output_field is an object of its own each time, equal to no other.
  const bool is_generated = to.field().type == FieldType::kGenerated;
  if (is_generated && from.named.field != to.named.field) return true;
  return Path(from.field()) != Path(to.field()) ||
         !MembersAreEqual(from.field(), to.field(), context) ||
         !OptionsAreEqual(from.field(), to.field()) || !RelationsAreEqual(from, to, context) ||
         !DatabaseDefaultsAreEqual(model, from, to, context);
}

}  // namespace migext::schema
