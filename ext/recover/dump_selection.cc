#include "recover/dump_selection.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "schema/local_fields.h"
#include "schema/table.h"

namespace migext::recover {
namespace {

using Models = std::vector<const FixtureModel*>;

/// A model as a label names it.
struct NamedModel {
  const FixtureModel* model = nullptr;  ///< nullptr for a proxy.
  std::string proxy = {};               ///< "blog.LatestPost"
  const FixtureModel* stands_for = nullptr;

  bool operator==(const NamedModel&) const = default;
};

/// Models without a value: all of the app.
using AppModels = std::pair<std::string, std::optional<std::vector<NamedModel>>>;

class Labels {
 public:
  explicit Labels(const DumpSource& source) : source_(source) {}

  /// AppConfig.get_app_config().
  const django::App& App(const std::string& label) const {
    if (const django::App* app = source_.project.FindApp(label)) return *app;
    std::string message = "No installed app with label '" + label + "'.";
    std::vector<std::string> names;
    for (const django::App& app : source_.project.apps()) {
      if (app.package == label) message += " Did you mean '" + app.label + "'?";
      names.push_back(app.label);
    }
    const std::string nearest = Nearest(label, names);
    if (!nearest.empty() && !message.ends_with('?')) message += "\nmaybe '" + nearest + "'";
    throw Error(message);
  }

  /// Nothing when there is none.
  std::optional<NamedModel> Model(const std::string& app, const std::string& name) const {
    if (const FixtureModel* model = source_.models.Find(app + "." + name)) return NamedModel{model};
    const django::ModelState* state = source_.state.Find(app, name);
    if (state == nullptr) return std::nullopt;
    if (!state->IsProxy()) FailSwapped(*state);
    NamedModel proxy;
    proxy.proxy = state->app + "." + state->name;
    const django::ModelState* concrete = schema::ConcreteModel(source_.state, state->key());
    if (concrete != nullptr) proxy.stands_for = source_.models.Find(concrete->key().ToString());
    return proxy;
  }

 private:
  [[noreturn]] void FailSwapped(const django::ModelState& state) const {
    const std::string label = state.app + "." + state.name;
    throw Error("Unable to serialize database: Manager isn't available; '" + label +
                "' has been swapped for '" + source_.project.auth_user_model() + "'");
  }

  const DumpSource& source_;
};

/// What --exclude names.
struct Excluded {
  std::set<std::string, std::less<>> apps;
  std::set<std::string, std::less<>> models;  ///< "blog.comment"
};

Excluded ReadExcluded(const Labels& labels, const DumpOptions& options) {
  Excluded excluded;
  for (const std::string& label : options.excludes) {
    const std::size_t dot = label.find('.');
    if (dot == std::string::npos) {
      excluded.apps.insert(labels.App(label).label);
      continue;
    }
    const std::optional<NamedModel> found =
        labels.Model(label.substr(0, dot), label.substr(dot + 1));
    if (!found) throw Error("Unknown model: " + label);
    if (found->model != nullptr) excluded.models.insert(found->model->label);
  }
  return excluded;
}

void RequireOneModel(const DumpOptions& options, bool is_one_model) {
  if (options.primary_keys.empty() || is_one_model) return;
  throw Error("You can only use --pks option with one model");
}

/// The entry of an app, at the end where it is new.
AppModels& EntryOf(std::vector<AppModels>& apps, const std::string& label) {
  for (AppModels& entry : apps) {
    if (entry.first == label) return entry;
  }
  return apps.emplace_back(label, std::vector<NamedModel>{});
}

std::vector<AppModels> ReadLabels(const Labels& labels, const Excluded& excluded,
                                  const DumpOptions& options) {
  std::vector<AppModels> apps;
  for (const std::string& label : options.labels) {
    const bool is_model = std::count(label.begin(), label.end(), '.') == 1;
    RequireOneModel(options, is_model && options.labels.size() == 1);
    const std::size_t dot = label.find('.');
    const std::string& app = labels.App(is_model ? label.substr(0, dot) : label).label;
    if (excluded.apps.contains(app)) continue;
    if (!is_model) {
      EntryOf(apps, app).second.reset();
      continue;
    }
    const std::optional<NamedModel> model = labels.Model(app, label.substr(dot + 1));
    if (!model) throw Error("Unknown model: " + label);
    std::optional<std::vector<NamedModel>>& wanted = EntryOf(apps, app).second;
    if (!wanted || std::find(wanted->begin(), wanted->end(), *model) != wanted->end()) continue;
    wanted->push_back(*model);
  }
  return apps;
}

std::vector<AppModels> AllApps(const DumpSource& source, const Excluded& excluded) {
  std::vector<AppModels> apps;
  for (const django::App& app : source.project.apps()) {
    if (!excluded.apps.contains(app.label)) apps.emplace_back(app.label, std::nullopt);
  }
  return apps;
}

void AppendRelations(const FixtureModel& model, const FixtureModel& of, Models& dependencies) {
  const auto append = [&](const FixtureModel* target) {
    if (target == nullptr || !target->natural_key || target == &of) return;
    dependencies.push_back(target);
  };
  for (const FixtureField& field : model.fields) append(field.target);
  for (const FixtureManyToMany& field : model.many_to_many) append(field.target);
  for (const FixtureModel* parent : model.parents) AppendRelations(*parent, of, dependencies);
}

Models DependenciesOf(const FixtureModel& model) {
  Models dependencies;
  if (model.natural_key) dependencies = model.natural_key->dependencies;
  AppendRelations(model, model, dependencies);
  return dependencies;
}

/// sort_dependencies(allow_cycles=True).
Models SortDependencies(const Models& given) {
  const std::set<const FixtureModel*> among(given.begin(), given.end());
  std::vector<std::pair<const FixtureModel*, Models>> left;
  for (const FixtureModel* model : given) left.emplace_back(model, DependenciesOf(*model));
  std::reverse(left.begin(), left.end());
  Models sorted;
  std::set<const FixtureModel*> placed;
  const auto place = [&](const FixtureModel* model) {
    sorted.push_back(model);
    placed.insert(model);
  };
  while (!left.empty()) {
    std::vector<std::pair<const FixtureModel*, Models>> skipped;
    const std::size_t before = sorted.size();
    for (; !left.empty(); left.pop_back()) {
      const auto& [model, dependencies] = left.back();
      const bool is_ready =
          std::all_of(dependencies.begin(), dependencies.end(), [&](const FixtureModel* needed) {
            return !among.contains(needed) || placed.contains(needed);
          });
      if (is_ready) {
        place(model);
      } else {
        skipped.push_back(left.back());
      }
    }
    if (sorted.size() == before) {
      place(skipped.back().first);
      skipped.pop_back();
    }
    left = std::move(skipped);
  }
  return sorted;
}

}  // namespace

std::vector<const FixtureModel*> SelectModels(const DumpSource& source, const DumpOptions& options,
                                              std::vector<std::string>& notes) {
  const Labels labels(source);
  const Excluded excluded = ReadExcluded(labels, options);
  RequireOneModel(options, !options.labels.empty());
  const std::vector<AppModels> apps =
      options.labels.empty() ? AllApps(source, excluded) : ReadLabels(labels, excluded, options);
  Models models;
  std::vector<NamedModel> proxies;
  for (const auto& [app, wanted] : apps) {
    if (!wanted) {
      for (const FixtureModel& model : source.models.all()) {
        if (model.key.app == app) models.push_back(&model);
      }
      continue;
    }
    for (const NamedModel& named : *wanted) {
      if (named.model != nullptr) {
        models.push_back(named.model);
      } else {
        proxies.push_back(named);
      }
    }
  }
  for (const NamedModel& proxy : proxies) {
    if (std::find(models.begin(), models.end(), proxy.stands_for) != models.end()) continue;
    notes.push_back(proxy.proxy + " is a proxy model and won't be serialized.");
  }
  if (options.natural_foreign) models = SortDependencies(models);
  std::erase_if(models,
                [&](const FixtureModel* model) { return excluded.models.contains(model->label); });
  return models;
}

}  // namespace migext::recover
