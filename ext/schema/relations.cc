#include "schema/relations.h"

#include <algorithm>
#include <set>

#include "django/dialect.h"
#include "schema/local_fields.h"

namespace migext::schema {
namespace {

using django::ModelKey;
using django::ProjectState;

/// A chain of keys to keys ends here, should it be a loop.
constexpr int kLongestChain = 50;

/// StateApps.get_models(): apps by their labels, models in the order of the state.
std::vector<ModelKey> KeysByApp(const ProjectState& state) {
  std::vector<ModelKey> keys;
  for (const auto& model : state.models()) keys.push_back(model->key());
  std::stable_sort(keys.begin(), keys.end(),
                   [](const ModelKey& a, const ModelKey& b) { return a.app < b.app; });
  return keys;
}

bool PointsAt(const EditedField& field, const ModelKey& target) {
  if (!field.field().relation) return false;
  const django::ModelState* model = ConcreteModel(field.state, field.field().relation->to);
  return model ? model->key() == target : field.field().relation->to == target;
}

bool IsHidden(const EditedField& field) {
  return !field.field().IsManyToMany() && field.field().relation->related_name.ends_with('+');
}

/// The name of the field that a key points at.
std::string TargetName(const EditedField& key, const SchemaContext& context) {
  const std::optional<Target> target = TargetOf(key.state, key.field(), context);
  return target ? target->field.name : std::string();
}

class Dependents {
 public:
  explicit Dependents(const SchemaContext& context) : context_(context) {}

  void Collect(const EditedModel& model, const EditedField& field) {
    for (const ModelKey& key : KeysByApp(model.state)) {
      const EditedModel related = ModelOf(model.state, key, model.side, context_);
      for (const EditedField& candidate : related.fields) {
        if (Depends(candidate, model, field)) AddWithThose(related, candidate);
      }
      for (const EditedField& candidate : related.many_to_many) {
        if (field.field().primary_key && PointsAt(candidate, model.key)) {
          AddThrough(candidate);
        }
      }
    }
    if (!field.field().primary_key) return;
    for (const EditedField& own : model.many_to_many) AddThrough(own);
  }

  std::vector<EditedModel> Take() { return std::move(found_); }

 private:
  bool Depends(const EditedField& candidate, const EditedModel& model,
               const EditedField& field) const {
    return PointsAt(candidate, model.key) &&
           (context_.dialect->remakes_hidden_dependents || !IsHidden(candidate)) &&
           TargetName(candidate, context_) == field.name();
  }

  void AddWithThose(const EditedModel& related, const EditedField& key) {
    Add(related);
    if (!context_.dialect->remakes_hidden_dependents || ++depth_ > kLongestChain) return;
    if (key.field().unique) Collect(related, key);
    --depth_;
  }

  void AddThrough(const EditedField& field) {
    const std::optional<EditedModel> through = ThroughOf(field, context_);
    if (through) Add(*through);
  }

  void Add(const EditedModel& model) {
    if (known_.insert(model.key).second) found_.push_back(model);
  }

  const SchemaContext& context_;
  std::vector<EditedModel> found_;
  std::set<ModelKey> known_;
  int depth_ = 0;
};

}  // namespace

std::vector<RelatedObject> RelatedObjects(const ProjectState& state, const ModelKey& target,
                                          Side side, const SchemaContext& context) {
  std::vector<RelatedObject> objects;
  for (const ModelKey& key : KeysByApp(state)) {
    const EditedModel model = ModelOf(state, key, side, context);
    for (const std::vector<EditedField>* fields : {&model.fields, &model.many_to_many}) {
      for (const EditedField& field : *fields) {
        if (PointsAt(field, target) && !IsHidden(field)) objects.push_back({model, field});
      }
    }
  }
  return objects;
}

std::vector<EditedModel> DependentModels(const EditedModel& model, const EditedField& field,
                                         const SchemaContext& context) {
  Dependents dependents(context);
  dependents.Collect(model, field);
  return dependents.Take();
}

}  // namespace migext::schema
