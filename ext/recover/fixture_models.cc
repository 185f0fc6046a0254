#include "recover/fixture_models.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

#include "base/text.h"
#include "django/model_files.h"
#include "schema/edited_model.h"
#include "schema/local_fields.h"
#include "schema/table.h"

namespace migext::recover {
namespace {

using django::ModelFiles;
using django::ModelKey;
using django::ModelState;
using django::WrittenModel;
using django::WrittenNaturalKey;

/// Chains of keys that repeat keys, and natural keys made of natural keys, are never longer.
constexpr int kMaxChain = 32;
constexpr std::size_t kMaxParts = 100;

std::string LabelOf(const ModelKey& key) { return key.app + "." + key.model; }

bool IsWrittenUnserialized(const django::Field& field) {
  const std::optional<python::Value> option = field.Option("serialize");
  return option && python::Truth(*option) == false;
}

/// Sorts what Django creates by itself first, then what no file of the project names (fields of
/// abstract bases elsewhere), then the rest by the moment of definition (Field.creation_counter).
template <typename Named>
void SortAsDefined(Named& fields, const WrittenModel* written) {
  if (written == nullptr) return;
  std::map<std::string_view, std::size_t> place;
  for (std::size_t i = 0; i < written->attributes.size(); ++i) {
    place.emplace(written->attributes[i], i + 2);
  }
  const auto rank = [&](const schema::EditedField& field) -> std::size_t {
    if (field.field().auto_created) return 0;
    // Django adds it when all others are there.
    if (field.field().class_name == "OrderWrt") return std::numeric_limits<std::size_t>::max();
    const auto found = place.find(field.name());
    return found == place.end() ? 1 : found->second;
  };
  std::stable_sort(fields.begin(), fields.end(),
                   [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  // Field.auto_creation_counter counts down: the link to the last base comes first.
  std::reverse(fields.begin(),
               std::find_if(fields.begin(), fields.end(), [](const schema::EditedField& field) {
                 return !field.field().auto_created;
               }));
}

FixtureField MakeField(const schema::EditedField& edited) {
  FixtureField field;
  field.name = edited.name();
  field.column = edited.column;
  field.field = edited.named.field;
  field.is_serialized = !edited.field().primary_key && !IsWrittenUnserialized(edited.field());
  return field;
}

std::vector<FixtureManyToMany> ManyToManyOf(schema::EditedModel& edited,
                                            const WrittenModel* written,
                                            const schema::SchemaContext& context) {
  SortAsDefined(edited.many_to_many, written);
  std::vector<FixtureManyToMany> fields;
  for (const schema::EditedField& field : edited.many_to_many) {
    const std::optional<schema::EditedModel> through = schema::ThroughOf(field, context);
    if (!through || through->fields.size() < 3) continue;
    fields.push_back({field.name(), through->table, through->fields[1].column,
                      through->fields[2].column, nullptr,
                      written != nullptr && written->symmetrical.contains(field.name())});
  }
  return fields;
}

/// A field by its name, by its attribute ("author_id") or as "pk".
const FixtureField* OwnField(const FixtureModel& model, std::string_view name) {
  if (name == "pk" && model.pk.size() == 1) return model.pk.front();
  for (const FixtureField& field : model.fields) {
    if (field.name == name) return &field;
    if (field.IsRelation() && field.name + "_id" == name) return &field;
  }
  return nullptr;
}

/// Fills in the primary key: of a CompositePrimaryKey its members.
void SetPrimaryKey(FixtureModel& model) {
  for (const django::NamedField& field : model.state->fields) {
    if (field.field->type != django::FieldType::kCompositePrimaryKey) continue;
    model.has_composite_key = true;
    for (const std::string& name : field.field->composite_names) {
      if (const FixtureField* member = OwnField(model, name)) model.pk.push_back(member);
    }
    return;
  }
  for (const FixtureField& field : model.fields) {
    if (field.field->primary_key) model.pk.push_back(&field);
  }
}

/// The link of a child's row to its parent's; nullptr without one.
const FixtureField* LinkTo(const FixtureModel& model, const FixtureModel& parent) {
  for (const FixtureField& field : model.fields) {
    const bool is_link = field.field->relation && field.field->relation->parent_link;
    if (is_link && field.target == &parent) return &field;
  }
  return nullptr;
}

/// Follows one name from a model, over links to parents where it is theirs.
bool Step(const FixtureModel& model, std::string_view name, NaturalKeyPart& part, int depth = 0) {
  if (const FixtureField* own = OwnField(model, name)) {
    part.path.push_back(own);
    return true;
  }
  for (const FixtureModel* parent : model.parents) {
    const FixtureField* link = LinkTo(model, *parent);
    if (link == nullptr || depth > kMaxChain) continue;
    part.path.push_back(link);
    if (Step(*parent, name, part, depth + 1)) return true;
    part.path.pop_back();
  }
  return false;
}

const FixtureField* FindInherited(const FixtureModel& model, std::string_view name, int depth) {
  for (const FixtureField& field : model.fields) {
    if (field.name == name) return &field;
  }
  if (depth == kMaxChain) return nullptr;
  for (const FixtureModel* parent : model.parents) {
    if (const FixtureField* field = FindInherited(*parent, name, depth + 1)) return field;
  }
  return nullptr;
}

/// Turns the written parts into columns.
class NaturalKeyLinker {
 public:
  NaturalKeyLinker(const FixtureModels& models,
                   const std::map<std::string, const WrittenNaturalKey*>& written)
      : models_(models), written_(written) {}

  NaturalKey Link(const FixtureModel& model, const WrittenNaturalKey& written) const {
    NaturalKey key;
    key.trouble = written.trouble;
    for (const std::string& label : written.dependencies) {
      if (const FixtureModel* found = models_.Find(label)) key.dependencies.push_back(found);
    }
    if (key.trouble.empty() && !Append(model, written, {}, key.parts, 0)) {
      key.parts.clear();
      key.trouble = "natural_key() of " + model.label + " names what the migrations do not know";
    }
    return key;
  }

 private:
  bool Append(const FixtureModel& model, const WrittenNaturalKey& written,
              const NaturalKeyPart& prefix, std::vector<NaturalKeyPart>& parts, int depth) const {
    if (depth > kMaxChain || parts.size() > kMaxParts || !written.trouble.empty()) return false;
    for (const WrittenNaturalKey::Part& piece : written.parts) {
      NaturalKeyPart part = prefix;
      const FixtureModel* at = &model;
      for (const std::string& name : piece.chain) {
        if (at == nullptr || !Step(*at, name, part)) return false;
        at = part.path.back()->target;
      }
      if (!piece.is_nested) {
        parts.push_back(std::move(part));
        continue;
      }
      if (at == nullptr) return false;
      const auto nested = written_.find(at->label);
      if (nested == written_.end()) return false;
      if (!Append(*at, *nested->second, part, parts, depth + 1)) return false;
    }
    return true;
  }

  const FixtureModels& models_;
  const std::map<std::string, const WrittenNaturalKey*>& written_;
};

/// Where an app's models stand: (place of the app, place of the class).
class DefinitionOrder {
 public:
  DefinitionOrder(const std::vector<django::App>& apps, const ModelFiles& files) : files_(files) {
    for (const django::App& app : apps) apps_.emplace(app.label, apps_.size());
  }

  std::pair<std::size_t, std::size_t> PlaceOf(const ModelState& model) const {
    constexpr std::size_t kLast = std::numeric_limits<std::size_t>::max();
    const auto app = apps_.find(model.app);
    const WrittenModel* written = files_.Find(model.key());
    return {app == apps_.end() ? kLast : app->second,
            written == nullptr ? kLast : written->position};
  }

 private:
  const ModelFiles& files_;
  std::map<std::string, std::size_t, std::less<>> apps_;
};

}  // namespace

const django::Field& FixtureField::ValueField() const {
  const FixtureField* at = this;
  for (int i = 0; at->target_field != nullptr && i < kMaxChain; ++i) at = at->target_field;
  return *at->field;
}

const FixtureField* FixtureModel::FindField(std::string_view name) const {
  return FindInherited(*this, name, 0);
}

const FixtureManyToMany* FixtureModel::FindManyToMany(std::string_view name) const {
  for (const FixtureManyToMany& field : many_to_many) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

FixtureModels::FixtureModels(const django::Project& project, const django::ProjectState& state)
    : state_(state) {
  const ModelFiles files = django::ReadModelFiles(project.apps());
  notes_ = files.troubles;
  AddModels(project, files);
  Link(files);
}

const FixtureModel* FixtureModels::Find(std::string_view label) const {
  const std::size_t dot = label.find('.');
  if (dot == std::string_view::npos) return nullptr;
  const auto found =
      by_label_.find(std::string(label.substr(0, dot + 1)) + Lower(label.substr(dot + 1)));
  return found == by_label_.end() ? nullptr : found->second;
}

void FixtureModels::AddModels(const django::Project& project, const ModelFiles& files) {
  const schema::SchemaContext context = schema::ContextOf(project);
  std::vector<const ModelState*> states;
  for (const auto& model : state_.models()) {
    if (model->IsProxy()) proxies_.push_back(model->app + "." + model->name);
    if (!model->IsProxy() && !schema::IsSwappedOut(*model, context)) states.push_back(model.get());
  }
  const DefinitionOrder order(project.apps(), files);
  std::stable_sort(states.begin(), states.end(), [&](const ModelState* a, const ModelState* b) {
    return order.PlaceOf(*a) < order.PlaceOf(*b);
  });
  for (const ModelState* state : states) {
    const WrittenModel* written = files.Find(state->key());
    if (written == nullptr) written = django::ContribModel(state->key());
    schema::EditedModel edited =
        schema::ModelOf(state_, state->key(), schema::Side::kAfter, context);
    FixtureModel& model = models_.emplace_back();
    model.key = state->key();
    model.label = LabelOf(model.key);
    model.table = edited.table;
    model.state = state;
    SortAsDefined(edited.fields, written);
    for (const schema::EditedField& field : edited.fields) {
      if (!field.column.empty()) model.fields.push_back(MakeField(field));
    }
    model.many_to_many = ManyToManyOf(edited, written, context);
    SetPrimaryKey(model);
    by_label_.emplace(model.label, &model);
  }
  NoteUnmigrated(project);
}

void FixtureModels::NoteUnmigrated(const django::Project& project) {
  for (const django::App& app : project.apps()) {
    if (!app.has_models_module || app.has_migrations) continue;
    if (app.origin == django::AppOrigin::kMissing) continue;
    notes_.push_back("app '" + app.label +
                     "' has models and no migrations: its tables are not known here");
  }
}

const FixtureModel* FixtureModels::TargetOf(const ModelKey& key) const {
  const ModelState* concrete = schema::ConcreteModel(state_, key);
  return concrete == nullptr ? nullptr : Find(LabelOf(concrete->key()));
}

void FixtureModels::LinkFields(FixtureModel& model) {
  for (FixtureField& field : model.fields) {
    if (!field.IsRelation() || !field.field->relation) continue;
    const django::Relation& relation = *field.field->relation;
    field.target = TargetOf(relation.to);
    if (field.target == nullptr) continue;
    field.target_field = relation.to_field.empty()
                             ? (field.target->pk.empty() ? nullptr : field.target->pk.front())
                             : OwnField(*field.target, relation.to_field);
    if (relation.parent_link && field.target != &model) model.parents.push_back(field.target);
  }
  for (FixtureManyToMany& field : model.many_to_many) {
    for (const django::NamedField& named : model.state->fields) {
      if (named.name == field.name) field.target = TargetOf(named.field->relation->to);
    }
  }
}

void FixtureModels::Link(const ModelFiles& files) {
  for (FixtureModel& model : models_) LinkFields(model);
  std::map<std::string, const WrittenNaturalKey*> written;
  for (const FixtureModel& model : models_) {
    const WrittenNaturalKey* key = django::ContribNaturalKey(model.key);
    const WrittenModel* found = files.Find(model.key);
    if (key == nullptr && found != nullptr && found->natural_key) key = &*found->natural_key;
    if (key != nullptr) written.emplace(model.label, key);
  }
  const NaturalKeyLinker linker(*this, written);
  for (FixtureModel& model : models_) {
    const auto found = written.find(model.label);
    if (found != written.end()) model.natural_key = linker.Link(model, *found->second);
  }
}

}  // namespace migext::recover
