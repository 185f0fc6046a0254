#include "schema/local_fields.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "base/text.h"
#include "django/field_class.h"

namespace migext::schema {
namespace {

using django::Field;
using django::FieldType;
using django::ModelKey;
using django::ModelState;
using django::NamedField;
using django::ProjectState;

/// Proxies of proxies end somewhere unless the state is broken.
constexpr int kMostProxies = 50;

/// The models among a model's bases.
std::vector<ModelKey> ParentKeys(const ModelState& model) {
  std::vector<ModelKey> keys;
  for (const python::Value base : model.bases) {
    if (!base.IsStr()) continue;
    const std::string key = LowerUtf8(base.AsStr());
    const std::size_t dot = key.find('.');
    if (dot == std::string::npos) continue;
    keys.push_back({std::string(base.AsStr().substr(0, dot)), key.substr(dot + 1)});
  }
  return keys;
}

const NamedField* FindLinkTo(const ModelState& model, const ModelKey& parent) {
  for (const NamedField& field : model.fields) {
    const bool is_link = field.field->type == FieldType::kOneToOne && field.field->relation &&
                         field.field->relation->to == parent;
    if (is_link) return &field;
  }
  return nullptr;
}

bool HasPrimaryKey(const ModelState& model) {
  return std::any_of(model.fields.begin(), model.fields.end(),
                     [](const NamedField& field) { return field.field->primary_key; });
}

NamedField MakeParentLink(const ModelState& parent, bool is_primary_key) {
  auto field = std::make_shared<Field>();
  field->type = FieldType::kOneToOne;
  field->class_name = "OneToOneField";
  field->class_path = "django.db.models.OneToOneField";
  field->unique = field->db_index = field->auto_created = true;
  field->primary_key = is_primary_key;
  django::Relation relation;
  relation.to = parent.key();
  relation.to_as_written = parent.app + "." + parent.name;
  relation.on_delete = "CASCADE";
  relation.parent_link = true;
  field->relation = std::move(relation);
  return {LowerUtf8(parent.name) + "_ptr", std::move(field)};
}

NamedField MakeOrder() {
  auto field = std::make_shared<Field>();
  field->type = FieldType::kInteger;
  field->class_name = "OrderWrt";
  field->class_path = "django.db.models.OrderWrt";
  return {"_order", std::move(field)};
}

NamedField WithPrimaryKey(const NamedField& field) {
  auto copy = std::make_shared<Field>(*field.field);
  copy->primary_key = copy->unique = true;
  return {field.name, std::move(copy)};
}

/// Links to parents that are not among the fields, in the order of the bases, and the written link
/// that has to serve as primary key.
struct ParentLinks {
  std::vector<NamedField> implicit;
  std::string promoted;  ///< Name of a written link.
  bool any = false;
};

ParentLinks FindParentLinks(const ProjectState& state, const ModelState& model) {
  ParentLinks links;
  bool needs_key = !HasPrimaryKey(model);
  for (const ModelKey& key : ParentKeys(model)) {
    const ModelState* parent = ConcreteModel(state, key);
    if (!parent) continue;
    links.any = true;
    if (const NamedField* written = FindLinkTo(model, parent->key())) {
      if (needs_key) links.promoted = written->name;
    } else {
      links.implicit.push_back(MakeParentLink(*parent, needs_key));
    }
    needs_key = false;
  }
  return links;
}

}  // namespace

NamedField AutomaticId(const SchemaContext& context) {
  const django::FieldClass* field_class = django::FindFieldClass(context.default_auto_field);
  auto field = std::make_shared<Field>();
  // A class of the project that DEFAULT_AUTO_FIELD names has to derive from one of the three.
  field->type = field_class ? field_class->type : FieldType::kBigAuto;
  field->class_path = context.default_auto_field;
  field->class_name = field->class_path.substr(field->class_path.rfind('.') + 1);
  field->primary_key = field->unique = field->blank = field->auto_created = true;
  return {"id", std::move(field)};
}

const ModelState* ConcreteModel(const ProjectState& state, const ModelKey& key) {
  const ModelState* model = state.Find(key);
  for (int i = 0; model && model->IsProxy(); ++i) {
    const std::vector<ModelKey> parents = ParentKeys(*model);
    if (parents.empty() || i == kMostProxies) return nullptr;
    model = state.Find(parents.front());
  }
  return model;
}

std::vector<NamedField> LocalFields(const ProjectState& state, const ModelState& model,
                                    const SchemaContext& context) {
  ParentLinks links = FindParentLinks(state, model);
  std::vector<NamedField> automatic;  // In the order in which Django makes them.
  std::vector<NamedField> others;
  for (const NamedField& field : model.fields) {
    if (field.field->IsManyToMany()) continue;
    std::vector<NamedField>& place = field.field->auto_created ? automatic : others;
    place.push_back(field.name == links.promoted ? WithPrimaryKey(field) : field);
  }
  automatic.insert(automatic.end(), links.implicit.begin(), links.implicit.end());
  if (!links.any && !HasPrimaryKey(model)) automatic.push_back(AutomaticId(context));
  const std::optional<python::Value> order = model.Option("order_with_respect_to");
  if (order && !order->IsNone() && !model.FindField("_order")) others.push_back(MakeOrder());

  // Field.creation_counter counts down for auto_created fields: the last one comes first.
  std::vector<NamedField> fields(automatic.rbegin(), automatic.rend());
  fields.insert(fields.end(), others.begin(), others.end());
  return fields;
}

std::string PrimaryKeyName(const std::vector<NamedField>& fields, const ModelState& model) {
  for (const NamedField& field : model.fields) {
    if (field.field->primary_key) return field.name;
  }
  for (const NamedField& field : fields) {
    if (field.field->primary_key) return field.name;
  }
  return {};
}

const NamedField* FindByName(const std::vector<NamedField>& fields, std::string_view name) {
  for (const NamedField& field : fields) {
    if (field.name == name) return &field;
  }
  for (const NamedField& field : fields) {
    if (field.field->IsForeignKey() && field.name + "_id" == name) return &field;
  }
  return nullptr;
}

}  // namespace migext::schema
