#include "schema/column.h"

#include "base/text.h"
#include "schema/local_fields.h"
#include "schema/naming.h"

namespace migext::schema {
namespace {

using django::Field;
using django::FieldType;
using django::ModelState;
using django::NamedField;
using django::ProjectState;
using python::Kind;

/// A key may point at a key that points at a key …; a loop of them ends here.
constexpr int kLongestChain = 50;

std::string Varchar(const Field& field) {
  if (field.max_length) return "varchar(" + std::to_string(*field.max_length) + ")";
  const std::optional<python::Value> given = field.Option("max_length");
  if (!given || given->IsNone()) return "varchar(None)";
  const bool is_known = given->IsStr() || given->Is(Kind::kFloat) || given->Is(Kind::kBool) ||
                        given->Is(Kind::kBigInt);
  return is_known ? "varchar(" + python::Str(*given) + ")" : std::string();
}

std::string CharType(const Field& field, const SchemaContext& context) {
  std::string type = Varchar(field);
  return type == "varchar(None)" && context.dialect->char_without_length ? "varchar" : type;
}

/// DatabaseWrapper.data_types.  "" for types that depend on another field.
std::string OwnType(const Field& field, const SchemaContext& context) {
  switch (field.type) {
    case FieldType::kAuto:
    case FieldType::kBigAuto:
    case FieldType::kSmallAuto:
    case FieldType::kInteger:
      return "integer";
    case FieldType::kBigInteger:
    case FieldType::kDuration:
      return "bigint";
    case FieldType::kSmallInteger:
      return "smallint";
    case FieldType::kPositiveBigInteger:
      return "bigint unsigned";
    case FieldType::kPositiveInteger:
      return "integer unsigned";
    case FieldType::kPositiveSmallInteger:
      return "smallint unsigned";
    case FieldType::kBoolean:
    case FieldType::kNullBoolean:
      return "bool";
    case FieldType::kChar:
    case FieldType::kCommaSeparatedInteger:
    case FieldType::kEmail:
    case FieldType::kUrl:
      return CharType(field, context);
    case FieldType::kFile:
    case FieldType::kFilePath:
    case FieldType::kImage:
    case FieldType::kSlug:
      return Varchar(field);
    case FieldType::kText:
    case FieldType::kJson:
      return "text";
    case FieldType::kDate:
      return "date";
    case FieldType::kDateTime:
      return "datetime";
    case FieldType::kTime:
      return "time";
    case FieldType::kDecimal:
      return "decimal";
    case FieldType::kFloat:
      return "real";
    case FieldType::kBinary:
      return "BLOB";
    case FieldType::kUuid:
      return "char(32)";
    case FieldType::kGenericIPAddress:
      return "char(39)";
    case FieldType::kIPAddress:
      return "char(15)";
    case FieldType::kUnknown:
    case FieldType::kCompositePrimaryKey:
    case FieldType::kForeignKey:
    case FieldType::kGenerated:
    case FieldType::kManyToMany:
    case FieldType::kOneToOne:
      return {};
  }
  return {};
}

/// Field.rel_db_type(): what a key that points at this field is declared as.
std::string KeyType(const Field& field, const SchemaContext& context) {
  if (field.custom_db_type) return *field.custom_db_type;
  switch (field.type) {
    case FieldType::kBigAuto:
    case FieldType::kPositiveBigInteger:
      return "bigint";
    case FieldType::kSmallAuto:
    case FieldType::kPositiveSmallInteger:
      return "smallint";
    case FieldType::kAuto:
    case FieldType::kPositiveInteger:
      return "integer";
    case FieldType::kGenerated:
      return field.output_field ? KeyType(*field.output_field, context) : std::string();
    default:
      return OwnType(field, context);
  }
}

/// The field at the end of a chain of keys, and the collation found there.
std::optional<Target> EndOfChain(const ProjectState& state, const Field& key,
                                 const SchemaContext& context) {
  std::optional<Target> target = TargetOf(state, key, context);
  for (int i = 0; target && target->field.field->IsForeignKey(); ++i) {
    if (i == kLongestChain || target->field.field->custom_db_type) return target;
    const django::FieldPtr next = target->field.field;
    target = TargetOf(state, *next, context);
  }
  return target;
}

std::string TypeOf(const ProjectState& state, const Field& field, const SchemaContext& context) {
  if (field.custom_db_type) return *field.custom_db_type;
  if (field.type == FieldType::kGenerated) {
    return field.output_field ? TypeOf(state, *field.output_field, context) : std::string();
  }
  if (!field.IsForeignKey()) return OwnType(field, context);
  const std::optional<Target> end = EndOfChain(state, field, context);
  return end ? KeyType(*end->field.field, context) : std::string();
}

std::string CollationOf(const ProjectState& state, const Field& field,
                        const SchemaContext& context) {
  if (field.type == FieldType::kGenerated && field.output_field) {
    return field.output_field->db_collation;
  }
  if (!field.IsForeignKey()) return field.db_collation;
  if (!context.dialect->keys_inherit_collation) return {};
  const std::optional<Target> end = EndOfChain(state, field, context);
  return end ? end->field.field->db_collation : std::string();
}

/// DatabaseWrapper.data_type_check_constraints.
std::string CheckOf(const Field& field, const std::string& column) {
  // Names are quoted without doubling what is inside.
  const std::string quoted = "\"" + column + "\"";
  switch (field.type) {
    case FieldType::kPositiveBigInteger:
    case FieldType::kPositiveInteger:
    case FieldType::kPositiveSmallInteger:
      return quoted + " >= 0";
    case FieldType::kJson:
      return "(JSON_VALID(" + quoted + ") OR " + quoted + " IS NULL)";
    default:
      // GeneratedField too: its output_field has no column to name, so Django finds no check.
      return {};
  }
}

std::string OnDeleteOf(const Field& key, const SchemaContext& context) {
  if (!context.dialect->database_on_delete) return {};
  const std::string& on_delete = key.relation->on_delete;
  if (on_delete == "DB_CASCADE") return "CASCADE";
  if (on_delete == "DB_SET_NULL") return "SET NULL";
  if (on_delete == "DB_SET_DEFAULT") return "SET DEFAULT";
  return {};
}

std::optional<Reference> ReferenceOf(const ProjectState& state, const Field& field,
                                     const SchemaContext& context) {
  if (!field.IsForeignKey() || !field.relation || !field.relation->db_constraint) {
    return std::nullopt;
  }
  const std::optional<Target> target = TargetOf(state, field, context);
  if (!target) return std::nullopt;
  return Reference{TableName(*target->model), ColumnName(target->field),
                   OnDeleteOf(field, context)};
}

bool IsAutoField(FieldType type) {
  return type == FieldType::kAuto || type == FieldType::kBigAuto || type == FieldType::kSmallAuto;
}

}  // namespace

bool IsIntegerType(FieldType type) {
  switch (type) {
    case FieldType::kAuto:
    case FieldType::kBigAuto:
    case FieldType::kSmallAuto:
    case FieldType::kInteger:
    case FieldType::kBigInteger:
    case FieldType::kSmallInteger:
    case FieldType::kPositiveBigInteger:
    case FieldType::kPositiveInteger:
    case FieldType::kPositiveSmallInteger:
      return true;
    default:
      return false;
  }
}

std::optional<Target> TargetOf(const ProjectState& state, const Field& key,
                               const SchemaContext& context) {
  if (!key.relation) return std::nullopt;
  const ModelState* model = ConcreteModel(state, key.relation->to);
  if (!model) return std::nullopt;
  const std::vector<NamedField> fields = LocalFields(state, *model, context);
  const std::string& to_field = key.relation->to_field;
  const NamedField* field =
      FindByName(fields, to_field.empty() ? PrimaryKeyName(fields, *model) : to_field);
  return field ? std::optional(Target{model, *field}) : std::nullopt;
}

std::string ColumnName(const NamedField& field) {
  if (!field.field->concrete) return {};
  if (!field.field->db_column.empty()) return StripQuotes(field.field->db_column);
  return field.field->IsForeignKey() ? field.name + "_id" : field.name;
}

std::optional<std::string> ColumnType(const ProjectState& state, const ModelState&,
                                      const NamedField& field, const SchemaContext& context) {
  if (!field.field->concrete) return std::nullopt;
  if (field.field->IsForeignKey() && !field.field->custom_db_type) {
    // A composite primary key has no type, and so a key to it no column.
    const std::optional<Target> target = TargetOf(state, *field.field, context);
    if (target && !target->field.field->concrete) return std::nullopt;
  }
  return TypeOf(state, *field.field, context);
}

std::optional<Column> ColumnOf(const ProjectState& state, const ModelState& model,
                               const NamedField& field, const SchemaContext& context) {
  const std::optional<std::string> type = ColumnType(state, model, field, context);
  if (!type) return std::nullopt;
  const Field& options = *field.field;
  Column column;
  column.name = ColumnName(field);
  column.type = *type;
  column.field = field.name;
  column.generated = options.type == FieldType::kGenerated;
  column.null = options.null || column.generated;
  column.primary_key = options.primary_key;
  column.autoincrement = IsAutoField(options.type);
  column.unique = options.unique && !options.primary_key;
  column.collation = CollationOf(state, options, context);
  column.check = CheckOf(options, column.name);
  column.references = ReferenceOf(state, options, context);
  return column;
}

}  // namespace migext::schema
