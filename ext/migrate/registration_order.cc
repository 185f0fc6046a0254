#include "migrate/registration_order.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "django/operations/fields.h"
#include "django/operations/indexes.h"
#include "django/operations/models.h"
#include "django/operations/postgres.h"
#include "django/operations/special.h"
#include "migrate/relation_graph.h"

namespace migext::migrate {
namespace {

using django::Field;
using django::ModelKey;
using django::ModelState;
using django::Operation;
using django::OperationPtr;
using django::ProjectState;
using Models = std::vector<const ModelState*>;

bool WaitsForBase(const ProjectState& state, const ModelState& model,
                  const std::set<const ModelState*>& waiting) {
  const std::vector<ModelKey> bases = BasesOf(model);
  return std::any_of(bases.begin(), bases.end(), [&](const ModelKey& base) {
    const ModelState* parent = state.Find(base);
    return parent != &model && waiting.contains(parent);
  });
}

/// StateApps.render_multiple(): a model whose base is still to come waits for the next round.
Models RenderOrder(const ProjectState& state, Models models) {
  Models rendered;
  std::set<const ModelState*> waiting(models.begin(), models.end());
  while (!models.empty()) {
    Models left;
    for (const ModelState* model : models) {
      if (WaitsForBase(state, *model, waiting)) {
        left.push_back(model);
        continue;
      }
      rendered.push_back(model);
      waiting.erase(model);
    }
    if (left.size() == models.size()) {
      // Django refuses a loop of bases; here they are only to be put in order.
      rendered.insert(rendered.end(), left.begin(), left.end());
      break;
    }
    models = std::move(left);
  }
  return rendered;
}

Models RenderOrder(const ProjectState& state) {
  Models models;
  for (const auto& model : state.models()) models.push_back(model.get());
  return RenderOrder(state, std::move(models));
}

/// utils.field_references(): does `field` lead to this field of the model, or through it?
bool References(const Field& field, const ModelKey& model, std::string_view name,
                const Field& referenced) {
  if (!field.relation) return false;
  const django::Relation& relation = *field.relation;
  if (relation.to == model) {
    if (!field.IsForeignKey()) return true;
    if (relation.to_field.empty() ? referenced.primary_key : relation.to_field == name) return true;
  }
  if (relation.through != model) return false;
  const std::optional<python::Value> fields = field.Option("through_fields");
  if (!fields || !fields->IsSequence()) return true;
  const std::span<const python::Value> names = fields->Items();
  return std::any_of(names.begin(), names.end(),
                     [&](python::Value item) { return item.IsStr() && item.AsStr() == name; });
}

bool IsReferenced(const ProjectState& state, const ModelKey& key, std::string_view name,
                  const Field& referenced) {
  for (const auto& model : state.models()) {
    for (const django::NamedField& field : model->fields) {
      if (References(*field.field, key, name, referenced)) return true;
    }
  }
  return false;
}

/// The registry of a state that changes while it is rendered.  Stops at the first operation that
/// delays relations (ProjectState.is_delayed): after it the whole state is rendered anew.
class Registry final : private django::OperationVisitor {
 public:
  explicit Registry(const ProjectState& before) : state_(before) {}

  /// False when relations are delayed.
  bool Carry(std::span<const PlanStep> steps) {
    // Most runs have an operation that delays relations whatever the state is: then the state need
    // not be followed.
    looking_ahead_ = true;
    if (!CarryAll(steps)) return false;
    looking_ahead_ = false;
    RenderWhole();
    return CarryAll(steps);
  }

  /// The models of `after` in the order of their registration.
  Models Order(const ProjectState& after) const {
    Models models;
    for (const auto& model : after.models()) models.push_back(model.get());
    std::stable_sort(models.begin(), models.end(), [&](const ModelState* a, const ModelState* b) {
      return PlaceOf(*a) < PlaceOf(*b);
    });
    return models;
  }

 private:
  void Visit(const django::CreateModel& operation) override {
    Change(operation, operation.model.name);
  }
  void Visit(const django::DeleteModel& operation) override {
    if (looking_ahead_) return;
    const ModelKey key = KeyOf(operation.name);
    operation.StateForwards(app_, state_);
    graph_.Remove(key);
    places_.erase(key);
    created_.erase(key);
  }
  void Visit(const django::AddField& operation) override {
    if (!operation.field->relation) return Delay();
    Change(operation, operation.model_name);
  }
  void Visit(const django::RemoveField& operation) override {
    if (looking_ahead_) return;
    const Field* field = FieldOf(operation);
    if (field == nullptr || !field->relation) return Delay();
    Change(operation, operation.model_name);
  }
  void Visit(const django::AlterField& operation) override {
    if (looking_ahead_) return;
    ProjectState altered = state_;
    operation.StateForwards(app_, altered);
    const ModelKey key = KeyOf(operation.model_name);
    const bool at_once =
        operation.field->relation || IsReferenced(altered, key, operation.name, *operation.field);
    if (!at_once) return Delay();
    Change(operation, operation.model_name);
  }
  void Visit(const django::RenameField& operation) override {
    if (looking_ahead_) return;
    const Field* field = FieldOf(operation);
    const ModelKey key = KeyOf(operation.model_name);
    if (field == nullptr || !IsReferenced(state_, key, operation.name, *field)) return Delay();
    Change(operation, operation.model_name);
  }
  void Visit(const django::RunSql& operation) override { CarryAll(operation.state_operations()); }
  void Visit(const django::SeparateDatabaseAndState& operation) override {
    CarryAll(operation.state_operations);
  }
  void Visit(const django::PostgresOperation& operation) override {
    if (operation.ChangesState()) Delay();
  }
  void Visit(const django::RunPython&) override {}
  void Visit(const django::CustomOperation&) override {}

  void Visit(const django::RenameModel&) override { Delay(); }
  void Visit(const django::AlterModelTable&) override { Delay(); }
  void Visit(const django::AlterModelTableComment&) override { Delay(); }
  void Visit(const django::AlterTogether&) override { Delay(); }
  void Visit(const django::AlterOrderWithRespectTo&) override { Delay(); }
  void Visit(const django::AlterModelOptions&) override { Delay(); }
  void Visit(const django::AlterModelManagers&) override { Delay(); }
  void Visit(const django::AddIndex&) override { Delay(); }
  void Visit(const django::RemoveIndex&) override { Delay(); }
  void Visit(const django::RenameIndex&) override { Delay(); }
  void Visit(const django::AddConstraint&) override { Delay(); }
  void Visit(const django::RemoveConstraint&) override { Delay(); }
  void Visit(const django::AlterConstraint&) override { Delay(); }

  void Delay() { delayed_ = true; }

  bool CarryAll(std::span<const PlanStep> steps) {
    for (const PlanStep& step : steps) {
      app_ = step.migration->key.app;
      if (!CarryAll(step.migration->operations)) return false;
    }
    return true;
  }
  bool CarryAll(const std::vector<OperationPtr>& operations) {
    for (const OperationPtr& operation : operations) {
      operation->Accept(*this);
      if (delayed_) return false;
    }
    return true;
  }

  void RenderWhole() {
    for (const auto& model : state_.models()) {
      graph_.Set(state_, *model);
      created_[model->key()] = next_created_++;
    }
    for (const ModelState* model : RenderOrder(state_)) Register(model->key());
  }

  const Field* FieldOf(const django::FieldOperation& operation) const {
    const ModelState* model = state_.Find(app_, operation.model_name);
    return model ? model->FindField(operation.name) : nullptr;
  }

  /// ProjectState.reload_model(): what the model was related to, and what it is related to now.
  void Change(const Operation& operation, std::string_view model_name) {
    if (looking_ahead_) return;
    const ModelKey key = KeyOf(model_name);
    operation.StateForwards(app_, state_);
    const ModelState* model = state_.Find(key);
    if (model == nullptr) return;
    std::vector<ModelKey> roots = TargetsOf(*model);
    roots.push_back(key);
    const std::set<ModelKey> related = graph_.Reach(roots);
    graph_.Set(state_, *model);
    created_.try_emplace(key, next_created_++);
    RenderAgain(related);
  }

  void RenderAgain(const std::set<ModelKey>& related) {
    Models models;
    for (const ModelKey& key : related) {
      if (const ModelState* model = state_.Find(key)) models.push_back(model);
    }
    std::sort(models.begin(), models.end(), [&](const ModelState* a, const ModelState* b) {
      return created_.at(a->key()) < created_.at(b->key());
    });
    for (const ModelState* model : RenderOrder(state_, std::move(models))) Register(model->key());
  }

  void Register(const ModelKey& key) { places_[key] = next_place_++; }

  std::size_t PlaceOf(const ModelState& model) const {
    const auto place = places_.find(model.key());
    return place == places_.end() ? next_place_ : place->second;
  }

  ModelKey KeyOf(std::string_view model_name) const { return {app_, LowerUtf8(model_name)}; }

  ProjectState state_;
  RelationGraph graph_;
  std::map<ModelKey, std::size_t> created_;  // the order of the state
  std::map<ModelKey, std::size_t> places_;   // that of the registry
  std::size_t next_created_ = 0;
  std::size_t next_place_ = 0;
  std::string app_;
  bool looking_ahead_ = false;
  bool delayed_ = false;
};

}  // namespace

Models RegistrationOrder(const RegistrationInput& input) {
  const bool forwards = !input.steps.empty() && !input.steps.front().backwards;
  if (!forwards) return RenderOrder(input.after);
  Registry registry(input.before);
  return registry.Carry(input.steps) ? registry.Order(input.after) : RenderOrder(input.after);
}

}  // namespace migext::migrate
