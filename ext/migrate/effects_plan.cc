#include "migrate/effects_plan.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "django/operations/fields.h"
#include "django/operations/indexes.h"
#include "django/operations/models.h"
#include "django/operations/special.h"

namespace migext::migrate {
namespace {

using django::MigrationKey;
using django::ModelKey;
using django::ModelState;
using django::Operation;
using django::ProjectState;

using Models = std::map<ModelKey, const ModelState*>;

Models ByKey(const ProjectState& state) {
  Models models;
  for (const auto& model : state.models()) models[model->key()] = model.get();
  return models;
}

/// Models that differ, by the key before and the key after; either may be missing.
struct Pair {
  const ModelState* before = nullptr;
  const ModelState* after = nullptr;
};

bool RefersTo(const ModelState& model, const std::set<ModelKey>& targets) {
  // A base that is a model gives the table a key to it, though no field says so.
  for (const python::Value base : model.bases) {
    if (!base.IsStr()) continue;
    const std::string name = LowerUtf8(base.AsStr());
    const std::size_t dot = name.find('.');
    if (dot != std::string::npos && targets.contains({name.substr(0, dot), name.substr(dot + 1)})) {
      return true;
    }
  }
  return std::any_of(model.fields.begin(), model.fields.end(), [&](const auto& field) {
    return field.field->relation && targets.contains(field.field->relation->to);
  });
}

/// A column that refers to a key changes its type with it.
bool ChangesKey(const Operation& operation) {
  return dynamic_cast<const django::AlterField*>(&operation) != nullptr;
}

/// Adds what refers to a changed model, and what refers to that: a key may be a foreign key itself.
void AddReferring(const std::vector<Pair>& pairs, std::set<ModelKey>& changed) {
  for (std::size_t before = 0; before != changed.size();) {
    before = changed.size();
    for (const Pair& pair : pairs) {
      if (RefersTo(*pair.after, changed)) changed.insert(pair.after->key());
    }
  }
}

std::vector<Pair> ChangedModels(const ProjectState& before, const ProjectState& after,
                                const Operation& operation, std::string_view app) {
  const auto& old_models = before.models();
  const auto& new_models = after.models();
  std::vector<Pair> pairs;
  if (old_models.size() == new_models.size()) {
    bool same_order = true;
    for (std::size_t place = 0; place < old_models.size() && same_order; ++place) {
      if (old_models[place] == new_models[place]) continue;
      same_order = old_models[place]->key() == new_models[place]->key();
      pairs.push_back({old_models[place].get(), new_models[place].get()});
    }
    if (same_order && !ChangesKey(operation)) return pairs;
  }
  pairs.clear();
  Models old_by_key = ByKey(before);
  std::set<ModelKey> changed;
  if (const auto* rename = dynamic_cast<const django::RenameModel*>(&operation)) {
    const ModelKey old_key{std::string(app), LowerUtf8(rename->name)};
    const ModelKey new_key{std::string(app), LowerUtf8(rename->new_name)};
    const auto found = old_by_key.find(old_key);
    if (found != old_by_key.end() && old_key != new_key) {
      const ModelState* old_model = found->second;
      old_by_key.erase(found);
      old_by_key[new_key] = old_model;
    }
  }
  for (const auto& model : new_models) {
    const auto found = old_by_key.find(model->key());
    const ModelState* old_model = found == old_by_key.end() ? nullptr : found->second;
    if (found != old_by_key.end()) old_by_key.erase(found);
    if (old_model != model.get()) changed.insert(model->key());
    pairs.push_back({old_model, model.get()});
  }
  if (ChangesKey(operation)) AddReferring(pairs, changed);
  std::erase_if(pairs, [&](const Pair& pair) { return !changed.contains(pair.after->key()); });
  for (const auto& [key, model] : old_by_key) pairs.push_back({model, nullptr});
  return pairs;
}

class Follower {
 public:
  explicit Follower(const schema::SchemaContext& context) : context_(context) {}

  void Follow(const django::Migration& migration) {
    planned_.timeline.BeginMigration(static_cast<int>(planned_.steps.size()));
    for (std::size_t position = 0; position < migration.operations.size(); ++position) {
      const django::OperationPtr& operation = migration.operations[position];
      step_ = PlannedStep{migration.key, position, operation, {}, {}};
      planned_.timeline.BeginStep(static_cast<int>(planned_.steps.size()));
      ProjectState state = state_;
      try {
        Apply(*operation, migration.key.app, state);
      } catch (const Error& error) {
        step_.opaque = error.message();
        state = state_;
      }
      step_.table = TableNameOf(*operation, migration.key.app, state);
      state_ = std::move(state);
      planned_.steps.push_back(std::move(step_));
    }
  }

  void Disorder(const std::set<MigrationKey>& tangled) {
    std::map<int, std::size_t> migration_of_step;
    for (std::size_t step = 0; step < planned_.steps.size(); ++step) {
      const auto place = tangled.find(planned_.steps[step].migration);
      if (place == tangled.end()) continue;
      migration_of_step[static_cast<int>(step)] =
          static_cast<std::size_t>(std::distance(tangled.begin(), place));
    }
    planned_.timeline.Disorder(migration_of_step);
  }

  PlannedSteps Take() { return std::move(planned_); }

 private:
  void Apply(const Operation& operation, const std::string& app, ProjectState& state) {
    if (const auto* both = dynamic_cast<const django::SeparateDatabaseAndState*>(&operation)) {
      ProjectState database = state;
      for (const auto& part : both->database_operations) Apply(*part, app, database);
      operation.StateForwards(app, state);
      return;
    }
    if (const auto* sql = dynamic_cast<const django::RunSql*>(&operation)) {
      ApplySql(*sql, app, state);
      return;
    }
    const ProjectState before = state;
    operation.StateForwards(app, state);
    switch (operation.Kind()) {
      case django::OperationKind::kPython:
        step_.opaque = "Python code: what it did to the rows cannot be proved";
        return;
      case django::OperationKind::kCustom:
        step_.opaque = "not an operation of Django: what it does to the database is not known";
        return;
      case django::OperationKind::kState:
        return;
      default:
        Compare(operation, app, before, state);
    }
  }

  /// state_operations say what the SQL is meant to do.
  void ApplySql(const django::RunSql& sql, const std::string& app, ProjectState& state) {
    if (sql.state_operations().empty()) {
      const bool noop = sql.sql().script && Trim(*sql.sql().script).empty() &&
                        sql.sql().statements.empty() && sql.sql().known;
      if (!noop) step_.opaque = "SQL of the project: what it did cannot be proved";
      return;
    }
    for (const auto& part : sql.state_operations()) Apply(*part, app, state);
  }

  void Compare(const Operation& operation, const std::string& app, const ProjectState& before,
               const ProjectState& after) {
    for (const Pair& pair : ChangedModels(before, after, operation, app)) {
      CompareTables(operation, app, before, after, pair);
    }
    RelyOnThrough(operation, app, after);
  }

  void CompareTables(const Operation& operation, const std::string& app, const ProjectState& before,
                     const ProjectState& after, const Pair& pair) {
    std::optional<schema::Table> old_table;
    std::optional<schema::Table> new_table;
    if (pair.before != nullptr) old_table = TableOf(before, pair.before->key(), context_);
    if (pair.after != nullptr) new_table = TableOf(after, pair.after->key(), context_);
    TableChange change;
    change.before = old_table ? &*old_table : nullptr;
    change.after = new_table ? &*new_table : nullptr;
    const bool on_this = IsAbout(operation, app, pair);
    change.is_consequence = ChangesKey(operation) && !on_this;
    change.creates = on_this && dynamic_cast<const django::CreateModel*>(&operation) != nullptr;
    change.renames_index = dynamic_cast<const django::RenameIndex*>(&operation) != nullptr;
    // DatabaseSchemaEditor._remake_table knew the option as long as models had it.
    change.forgets_index_together = !context_.dialect->index_together;
    if (const auto* rename = dynamic_cast<const django::RenameField*>(&operation)) {
      if (on_this) change.renamed_field = {rename->name, rename->new_name};
    }
    if (const auto* add = dynamic_cast<const django::AddField*>(&operation)) {
      if (on_this) change.added_field = add->name;
    }
    planned_.timeline.Change(change);
    CompareManyToMany(operation, before, after, pair, change);
  }

  static bool IsAbout(const Operation& operation, const std::string& app, const Pair& pair) {
    const ModelState* model = pair.after != nullptr ? pair.after : pair.before;
    if (model == nullptr) return false;
    return model->app == app && LowerUtf8(model->name) == LowerUtf8(operation.ModelName());
  }

  /// The automatic tables of many-to-many fields.
  void CompareManyToMany(const Operation& operation, const ProjectState& before,
                         const ProjectState& after, const Pair& pair, const TableChange& of_model) {
    std::set<std::string> names;
    std::map<std::string, schema::Table> old_tables = ManyToManyTables(before, pair.before);
    std::map<std::string, schema::Table> new_tables = ManyToManyTables(after, pair.after);
    if (of_model.renamed_field && old_tables.contains(of_model.renamed_field->first)) {
      auto moved = old_tables.extract(of_model.renamed_field->first);
      moved.key() = of_model.renamed_field->second;
      old_tables.insert(std::move(moved));
    }
    for (const auto& [name, table] : old_tables) names.insert(name);
    for (const auto& [name, table] : new_tables) names.insert(name);
    for (const std::string& name : names) {
      TableChange change;
      const auto old_table = old_tables.find(name);
      const auto new_table = new_tables.find(name);
      change.before = old_table == old_tables.end() ? nullptr : &old_table->second;
      change.after = new_table == new_tables.end() ? nullptr : &new_table->second;
      change.creates = of_model.creates || of_model.added_field == name;
      change.is_consequence =
          of_model.is_consequence || (ChangesKey(operation) && operation.FieldName() != name);
      planned_.timeline.Change(change);
    }
  }

  std::map<std::string, schema::Table> ManyToManyTables(const ProjectState& state,
                                                        const ModelState* model) const {
    std::map<std::string, schema::Table> tables;
    if (model == nullptr) return tables;
    for (const django::NamedField& field : model->fields) {
      if (!field.field->IsManyToMany()) continue;
      auto table = ManyToManyTableOf(state, model->key(), field.name, context_);
      if (table) tables.emplace(field.name, std::move(*table));
    }
    return tables;
  }

  /// A many-to-many field with through= has no column and no table of its own.
  void RelyOnThrough(const Operation& operation, const std::string& app,
                     const ProjectState& state) {
    const auto* add = dynamic_cast<const django::AddField*>(&operation);
    if (add == nullptr || !add->field->IsManyToMany() || !add->field->relation->through) return;
    const ModelState* through = state.Find(*add->field->relation->through);
    const ModelState* model = state.Find(app, add->model_name);
    if (through == nullptr || model == nullptr) return;
    const auto table = TableOf(state, through->key(), context_);
    if (table) planned_.timeline.RelyOn(table->name);
  }

  std::string TableNameOf(const Operation& operation, const std::string& app,
                          const ProjectState& state) const {
    if (operation.ModelName().empty()) return {};
    const ModelState* model = state.Find(app, operation.ModelName());
    if (model == nullptr || HasNoTable(*model, context_)) return {};
    return model->DbTable();
  }

  const schema::SchemaContext& context_;
  ProjectState state_;
  PlannedStep step_;
  PlannedSteps planned_;
};

/// Migrations in a cycle, or between two.
std::set<MigrationKey> Tangled(const django::Graph& graph) {
  const std::vector<MigrationKey> nodes = graph.Nodes();
  std::set<MigrationKey> left(nodes.begin(), nodes.end());
  if (graph.ShortestCycle().empty()) return {};
  const auto peel = [&](const auto& before, const auto& after) {
    std::vector<MigrationKey> open(left.begin(), left.end());
    while (!open.empty()) {
      const MigrationKey key = std::move(open.back());
      open.pop_back();
      const std::vector<MigrationKey> needs = before(key);
      const bool waits = std::any_of(needs.begin(), needs.end(),
                                     [&](const MigrationKey& need) { return left.contains(need); });
      if (waits || left.erase(key) == 0) continue;
      for (MigrationKey& next : after(key)) open.push_back(std::move(next));
    }
  };
  const auto parents = [&](const MigrationKey& key) { return graph.Parents(key); };
  const auto children = [&](const MigrationKey& key) { return graph.Children(key); };
  peel(parents, children);
  peel(children, parents);
  return left;
}

/// The full plan.  In a cycle there is no leaf node: what none leads to follows.
std::vector<MigrationKey> WholePlan(const django::Graph& graph) {
  std::vector<MigrationKey> targets = graph.LeafNodes();
  for (MigrationKey& node : graph.Nodes()) targets.push_back(std::move(node));
  return graph.ForwardsPlan(targets);
}

}  // namespace

PlannedSteps FollowPlan(const django::Graph& graph, const schema::SchemaContext& context) {
  Follower follower(context);
  for (const MigrationKey& key : WholePlan(graph)) {
    if (const django::Migration* migration = graph.Find(key)) follower.Follow(*migration);
  }
  follower.Disorder(Tangled(graph));
  return follower.Take();
}

}  // namespace migext::migrate
