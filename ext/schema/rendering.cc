#include "schema/rendering.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/text.h"

namespace migext::schema {
namespace {

using django::ModelState;
using django::NamedField;
using django::ProjectState;

/// Labels of the apps that the state is about.  Django knows models of other apps, those without
/// migrations, from their models.py.
std::set<std::string> AppsOf(const ProjectState& state) {
  std::set<std::string> apps;
  for (const auto& model : state.models()) apps.insert(model->app);
  return apps;
}

bool LacksBase(const ProjectState& state, const std::set<std::string>& apps,
               const ModelState& model) {
  return std::any_of(model.bases.begin(), model.bases.end(), [&](python::Value base) {
    if (!base.IsStr()) return false;
    const std::string name(base.AsStr());
    const std::size_t dot = name.find('.');
    // A dotted name with more parts is a class that is no model.
    if (dot == std::string::npos || name.find('.', dot + 1) != std::string::npos) return false;
    const std::string app = name.substr(0, dot);
    return apps.contains(app) && state.Find(app, name.substr(dot + 1)) == nullptr;
  });
}

void CheckBases(const ProjectState& state, const SchemaContext& context) {
  const std::set<std::string> apps = AppsOf(state);
  std::vector<std::string> models;
  for (const auto& model : state.models()) {
    if (LacksBase(state, apps, *model)) {
      models.push_back("<ModelState: '" + model->app + "." + model->name + "'>");
    }
  }
  if (models.empty()) return;
  throw Error("django.db.migrations.exceptions.InvalidBasesError: Cannot resolve bases for [" +
              Join(models, ", ") +
              "]\nThis can happen if you are inheriting models from an app with migrations (e.g. "
              "contrib.auth)\n in an app with no migrations; see "
              "https://docs.djangoproject.com/en/" +
              context.dialect->version + "/topics/migrations/#dependencies for more");
}

/// ProjectState.rename_model() renders the children of a model anew while the model has its old
/// name and their links point at the new one: ModelBase then makes a second link.
void CheckParentLinks(const ProjectState& before, const ProjectState& state) {
  for (const auto& model : state.models()) {
    for (const python::Value base : model->bases) {
      const std::string name = base.IsStr() ? LowerUtf8(base.AsStr()) : std::string();
      const std::size_t dot = name.find('.');
      if (dot == std::string::npos) continue;
      const django::ModelKey key{name.substr(0, dot), name.substr(dot + 1)};
      const ModelState* gone = state.Find(key) ? nullptr : before.Find(key);
      if (!gone || gone->IsProxy() || !model->FindField(key.model + "_ptr")) continue;
      throw Error("django.core.exceptions.FieldError: Auto-generated field '" + key.model +
                  "_ptr' in class '" + model->name + "' for parent_link to base class '" +
                  gone->name + "' clashes with declared field of the same name.");
    }
  }
}

class LazyReferences {
 public:
  explicit LazyReferences(const ProjectState& state) : state_(state), apps_(AppsOf(state)) {}

  void Check() {
    for (const auto& model : state_.models()) {
      for (const NamedField& field : model->fields) Add(*model, field);
    }
    if (errors_.empty()) return;
    std::sort(errors_.begin(), errors_.end());
    throw Error("ValueError: " + Join(errors_, "\n"));
  }

 private:
  void Add(const ModelState& model, const NamedField& field) {
    if (!field.field->relation) return;
    const django::Relation& relation = *field.field->relation;
    const bool is_known = state_.Find(relation.to) || !apps_.contains(relation.to.app);
    if (is_known || !relation.swappable_setting.empty()) return;
    AddError(model.app + "." + model.name + "." + field.name, relation.to);
    if (field.field->IsManyToMany() && !relation.through) {
      AddError(model.app + "." + model.name + "_" + field.name + "." + relation.to.model,
               relation.to);
    }
  }

  void AddError(const std::string& field, const django::ModelKey& to) {
    errors_.push_back("The field " + field + " was declared with a lazy reference to '" +
                      to.ToString() + "', but app '" + to.app + "' doesn't provide model '" +
                      to.model + "'.");
  }

  const ProjectState& state_;
  std::set<std::string> apps_;
  std::vector<std::string> errors_;
};

}  // namespace

void CheckRendering(const ProjectState& before, const ProjectState& state, bool whole,
                    const SchemaContext& context) {
  if (!whole) CheckParentLinks(before, state);
  CheckBases(state, context);
  if (whole) LazyReferences(state).Check();
}

}  // namespace migext::schema
