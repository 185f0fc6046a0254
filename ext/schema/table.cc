#include "schema/table.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/time_zone.h"
#include "schema/column.h"
#include "schema/index.h"
#include "schema/local_fields.h"
#include "schema/many_to_many.h"
#include "schema/naming.h"

namespace migext::schema {
namespace {

using django::FieldType;
using django::ModelKey;
using django::ModelState;
using django::NamedField;
using django::ProjectState;
using python::Value;

/// Features that models ask for by Meta.required_db_features and that Django's SQLite has.
bool IsFeatureOfSqlite(std::string_view feature) {
  static constexpr std::string_view kFeatures[] = {
      "can_introspect_json_field",
      "can_rollback_ddl",
      "has_bulk_insert",
      "has_json_object_function",
      "supports_aggregate_filter_clause",
      "supports_collation_on_charfield",
      "supports_collation_on_textfield",
      "supports_column_check_constraints",
      "supports_expression_indexes",
      "supports_foreign_keys",
      "supports_functions_in_partial_indexes",
      "supports_index_column_ordering",
      "supports_index_on_text_field",
      "supports_json_field",
      "supports_nullable_unique_constraints",
      "supports_over_clause",
      "supports_partial_indexes",
      "supports_partially_nullable_unique_constraints",
      "supports_primitives_in_json_field",
      "supports_table_check_constraints",
      "supports_transactions",
      "supports_update_conflicts",
      "supports_update_conflicts_with_target",
      "uses_savepoints",
  };
  return std::find(std::begin(kFeatures), std::end(kFeatures), feature) != std::end(kFeatures);
}

bool IsForOtherDatabase(const ModelState& model) {
  const std::optional<Value> vendor = model.Option("required_db_vendor");
  if (vendor && vendor->IsStr() && !vendor->AsStr().empty()) return vendor->AsStr() != "sqlite";
  const std::optional<Value> features = model.Option("required_db_features");
  if (!features || !features->IsSequence()) return false;
  const std::span<const Value> items = features->Items();
  return std::any_of(items.begin(), items.end(), [](Value feature) {
    return feature.IsStr() && !IsFeatureOfSqlite(feature.AsStr());
  });
}

std::vector<std::string> CompositeColumns(const std::vector<NamedField>& fields) {
  for (const NamedField& field : fields) {
    if (field.field->type == FieldType::kCompositePrimaryKey) {
      return ColumnsOf(field.field->composite_names, fields);
    }
  }
  return {};
}

// ---- Many to many

/// Indexes of a made-up model, whose table's name is not derived from its own.
std::vector<Index> ThroughIndexes(const Table& table) {
  std::vector<Index> indexes;
  const std::vector<std::string> keys = {table.columns[1].name, table.columns[2].name};
  Index unique;
  unique.name = IndexName(table.name, keys, "_uniq");
  unique.unique = true;
  unique.origin = IndexOrigin::kManyToMany;
  unique.parts = {{keys[0], false}, {keys[1], false}};
  indexes.push_back(std::move(unique));
  for (const std::string& key : keys) {
    Index index;
    index.name = IndexName(table.name, std::span(&key, 1), "");
    index.origin = IndexOrigin::kManyToMany;
    index.parts = {{key, false}};
    indexes.push_back(std::move(index));
  }
  return indexes;
}

void AppendColumns(Table& table, const ProjectState& state, const ModelState& model,
                   const std::vector<NamedField>& fields, const SchemaContext& context) {
  for (const NamedField& field : fields) {
    std::optional<Column> column = ColumnOf(state, model, field, context);
    if (column) table.columns.push_back(std::move(*column));
  }
}

/// Reads the zone when it is first needed: most migrations never ask.
std::function<std::int64_t(std::int64_t, bool)> OffsetsOf(const std::string& name) {
  constexpr std::int64_t kSecond = 1'000'000;
  auto zone = std::make_shared<std::optional<TimeZone>>();
  return [name, zone](std::int64_t micros, bool local) {
    if (!zone->has_value()) *zone = TimeZone::Load(name);
    const std::int64_t seconds = micros / kSecond - (micros % kSecond < 0 ? 1 : 0);
    return kSecond * (local ? (*zone)->OffsetAtLocal(seconds) : (*zone)->OffsetAtUtc(seconds));
  };
}

}  // namespace

SchemaContext ContextOf(const django::Project& project) {
  SchemaContext context;
  context.dialect = &project.dialect();
  context.default_auto_field = project.default_auto_field();
  context.swapped = project.field_context().swappable;
  context.swapped.emplace_back("AUTH_USER_MODEL", project.auth_user_model());
  context.python = project.field_context().python;
  context.use_tz = project.use_tz();
  context.time_zone = project.time_zone();
  context.zone_offset = OffsetsOf(context.time_zone);
  return context;
}

const Column* Table::FindColumn(std::string_view name_any_case) const {
  for (const Column& column : columns) {
    if (EqualsIgnoringCase(column.name, name_any_case)) return &column;
  }
  return nullptr;
}

const Column* Table::FindField(std::string_view field) const {
  for (const Column& column : columns) {
    if (column.field == field) return &column;
  }
  return nullptr;
}

bool IsSwappedOut(const ModelState& model, const SchemaContext& context) {
  const std::optional<Value> setting = model.Option("swappable");
  if (!setting || !setting->IsStr()) return false;
  for (const auto& [name, replacement] : context.swapped) {
    if (name == setting->AsStr()) {
      return !EqualsIgnoringCase(replacement, model.app + "." + model.name);
    }
  }
  return false;
}

bool HasNoTable(const ModelState& model, const SchemaContext& context) {
  return !model.IsManaged() || model.IsProxy() || IsSwappedOut(model, context) ||
         IsForOtherDatabase(model);
}

std::optional<Table> TableOf(const ProjectState& state, const ModelKey& key,
                             const SchemaContext& context) {
  const ModelState& model = *state.Find(key);
  if (HasNoTable(model, context)) return std::nullopt;
  const std::vector<NamedField> fields = LocalFields(state, model, context);
  Table table;
  table.name = TableName(model);
  AppendColumns(table, state, model, fields, context);
  table.indexes = IndexesOf(model, fields, context);
  table.constraints = ConstraintsOf(model, fields);
  table.primary_key = CompositeColumns(fields);
  return table;
}

std::optional<Table> ManyToManyTableOf(const ProjectState& state, const ModelKey& key,
                                       std::string_view field_name, const SchemaContext& context) {
  const ModelState& model = *state.Find(key);
  if (HasNoTable(model, context)) return std::nullopt;
  const auto field =
      std::find_if(model.fields.begin(), model.fields.end(),
                   [&](const NamedField& candidate) { return candidate.name == field_name; });
  const bool has_table = field != model.fields.end() && field->field->IsManyToMany() &&
                         field->field->relation && !field->field->relation->through;
  if (!has_table) return std::nullopt;
  const ModelState through = ThroughModel(model.key(), model.name, *field);
  Table table;
  table.name = ThroughTable(TableName(model), *field);
  AppendColumns(table, state, through, LocalFields(state, through, context), context);
  table.indexes = ThroughIndexes(table);
  return table;
}

}  // namespace migext::schema
