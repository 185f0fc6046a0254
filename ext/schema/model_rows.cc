#include "schema/model_rows.h"

#include <span>

#include "base/json.h"
#include "schema/local_fields.h"

namespace migext::schema {
namespace {

using django::Field;
using django::ModelState;
using django::NamedField;
using python::Kind;
using python::Value;

bool IsFinite(double number) { return number - number == 0; }

/// A list may hold itself, or the same list a thousand times: what goes too deep or on for too long
/// is cut short.
class ValueWriter {
 public:
  explicit ValueWriter(JsonWriter& json) : json_(json) {}

  void Write(Value value, int depth = 0) {
    if (depth > kDeepest || --values_left_ < 0) return json_.Text("...");
    switch (value.kind()) {
      case Kind::kNone:
        return json_.Null();
      case Kind::kBool:
        return json_.Bool(value.AsBool());
      case Kind::kInt:
        return json_.Integer(value.AsInt());
      case Kind::kFloat:
        return IsFinite(value.AsFloat()) ? json_.Real(value.AsFloat())
                                         : json_.Text(python::Repr(value));
      case Kind::kStr:
        return json_.Text(value.AsStr());
      case Kind::kList:
      case Kind::kTuple:
        return WriteItems(value.Items(), depth);
      case Kind::kDict:
        return WriteDict(value.AsDict(), depth);
      default:
        return json_.Text(python::Repr(value));
    }
  }

  void WriteItems(std::span<const Value> items, int depth = 0) {
    json_.BeginArray();
    for (const Value item : items) {
      if (values_left_ < 0) break;
      Write(item, depth + 1);
    }
    json_.EndArray();
  }

 private:
  static constexpr int kDeepest = 20;

  void WriteDict(const python::DictObject& dict, int depth) {
    json_.BeginObject();
    for (const python::Entry& entry : python::Entries(dict)) {
      if (values_left_ < 0) break;
      json_.Key(python::Str(entry.key));
      Write(entry.value, depth + 1);
    }
    json_.EndObject();
  }

  JsonWriter& json_;
  int values_left_ = 10'000;
};

std::string AttributesOf(const Field& field) {
  JsonWriter json;
  ValueWriter values(json);
  json.BeginObject();
  if (field.kwargs.empty() && field.auto_created) {
    json.Key("auto_created");
    json.Bool(true);
    json.Key("primary_key");
    json.Bool(field.primary_key);
  }
  for (const auto& [name, value] : field.kwargs) {
    json.Key(name);
    if (name == "to" && field.relation) {
      json.Text(field.relation->to_as_written);
    } else {
      values.Write(value);
    }
  }
  if (!field.args.empty()) {
    json.Key("args");
    values.WriteItems(field.args);
  }
  json.EndObject();
  return json.Take();
}

std::string ClassOf(const Field& field) {
  const bool is_builtin = field.class_path.starts_with("django.db.models.");
  return is_builtin ? field.class_name : field.class_path;
}

ModelRow RowOf(const django::ProjectState& state, const ModelState& model, const NamedField& field,
               const SchemaContext& context) {
  ModelRow row;
  row.app = model.app;
  row.model = model.name;
  row.field = field.name;
  row.field_class = ClassOf(*field.field);
  row.attributes = AttributesOf(*field.field);
  if (!field.field->concrete) return row;
  row.column_name = ColumnName(field);
  row.db_type = ColumnType(state, model, field, context);
  if (row.db_type && row.db_type->empty()) row.db_type.reset();
  return row;
}

}  // namespace

std::vector<ModelRow> ModelRowsOf(const django::ProjectState& state, const SchemaContext& context) {
  std::vector<ModelRow> rows;
  for (const auto& model : state.models()) {
    for (const NamedField& field : LocalFields(state, *model, context)) {
      rows.push_back(RowOf(state, *model, field, context));
    }
    for (const NamedField& field : model->fields) {
      if (field.field->IsManyToMany()) rows.push_back(RowOf(state, *model, field, context));
    }
  }
  return rows;
}

}  // namespace migext::schema
