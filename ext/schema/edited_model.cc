#include "schema/edited_model.h"

#include <memory>

#include "base/error.h"
#include "base/text.h"
#include "schema/local_fields.h"
#include "schema/many_to_many.h"
#include "schema/naming.h"

namespace migext::schema {
namespace {

using django::ModelKey;
using django::ModelState;
using django::NamedField;
using django::ProjectState;

EditedModel FromState(const ProjectState& state, const ModelState& model, Side side,
                      const SchemaContext& context) {
  EditedModel result;
  result.key = model.key();
  result.state = state;
  result.side = side;
  result.table = TableName(model);
  result.object_name = model.name;
  for (const NamedField& field : LocalFields(state, model, context)) {
    result.fields.push_back({field, state, ColumnName(field), side, result.fields.size(),
                             result.key, model.name, result.table});
  }
  for (const NamedField& field : model.fields) {
    if (field.field->IsManyToMany())
      result.many_to_many.push_back(
          {field, state, {}, side, 0, result.key, model.name, result.table});
  }
  if (model.unique_together) result.unique_together = model.unique_together->groups;
  if (model.index_together) result.index_together = model.index_together->groups;
  result.indexes = model.indexes;
  result.constraints = model.constraints;
  const std::optional<python::Value> tablespace = model.Option("db_tablespace");
  result.has_tablespace = tablespace && python::Truth(*tablespace).value_or(true);
  return result;
}

}  // namespace

const EditedField* EditedModel::FindField(std::string_view name) const {
  for (const std::vector<EditedField>* list : {&many_to_many, &fields}) {
    // One that is written hides a key of the same name that Django made up, which stands before it.
    for (auto field = list->rbegin(); field != list->rend(); ++field) {
      if (field->name() == name) return &*field;
    }
  }
  for (const EditedField& field : fields) {
    if (field.field().IsForeignKey() && field.name() + "_id" == name) return &field;
  }
  return name == "pk" ? PrimaryKey() : nullptr;
}

const EditedField& EditedModel::GetField(std::string_view name) const {
  const EditedField* field = FindField(name);
  // "pk" is no field, unless one is called so.
  if (field && (name != "pk" || field->name() == name)) return *field;
  throw Error("django.core.exceptions.FieldDoesNotExist: " + object_name + " has no field named '" +
              std::string(name) + "'");
}

const EditedField* EditedModel::PrimaryKey() const {
  for (const EditedField& field : fields) {
    if (field.field().primary_key) return &field;
  }
  return nullptr;
}

std::vector<NamedField> EditedModel::NamedFields() const {
  std::vector<NamedField> result;
  for (const EditedField& field : fields) result.push_back(field.named);
  return result;
}

EditedModel ModelOf(const ProjectState& state, const ModelKey& key, Side side,
                    const SchemaContext& context) {
  const ModelState* model = state.Find(key);
  if (!model) {
    throw Error("LookupError: App '" + key.app + "' doesn't have a '" + key.model + "' model.");
  }
  return FromState(state, *model, side, context);
}

std::optional<EditedModel> ThroughOf(const EditedField& field, const SchemaContext& context) {
  const bool has_table =
      field.field().IsManyToMany() && field.field().relation && !field.field().relation->through;
  if (!has_table) return std::nullopt;
  const ModelState through = ThroughModel(field.owner, field.owner_name, field.named);
  EditedModel result = FromState(field.state, through, field.side, context);
  result.table = ThroughTable(field.owner_table, field.named);
  for (EditedField& key : result.fields) key.owner_table = result.table;
  return result;
}

std::optional<Column> ColumnOf(const EditedModel& model, const EditedField& field,
                               const SchemaContext& context) {
  const ModelState* home = field.state.Find(model.key);
  static const ModelState kNone;
  return ColumnOf(field.state, home ? *home : kNone, field.named, context);
}

}  // namespace migext::schema
