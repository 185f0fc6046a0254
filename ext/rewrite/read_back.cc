#include "rewrite/read_back.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "django/operations/models.h"
#include "django/operations/special.h"
#include "rewrite/reduce.h"

namespace migext::rewrite {
namespace {

using Lines = std::vector<std::string>;

/// The first that only one of them has; "" when there is none.
std::string FirstDifference(const Lines& a, const Lines& b) {
  const auto [in_a, in_b] = std::ranges::mismatch(a, b);
  if (in_a != a.end()) return *in_a;
  return in_b != b.end() ? *in_b : std::string();
}

/// With the options that say something, in one order: a state keeps no account of when the last
/// four came.
django::ModelState WithOrderedOptions(django::ModelState model) {
  Lines& order = model.option_order;
  order.clear();
  for (const auto& [name, value] : model.options) order.push_back(name);
  std::ranges::sort(order);
  if (!model.indexes.empty()) order.emplace_back("indexes");
  if (!model.constraints.empty()) order.emplace_back("constraints");
  const auto says_something = [](const std::optional<django::Together>& together) {
    return together && !together->groups.empty();
  };
  if (says_something(model.unique_together)) order.emplace_back("unique_together");
  if (says_something(model.index_together)) order.emplace_back("index_together");
  return model;
}

/// Each model of the state as the lines of its CreateModel, sorted: a renamed field moves to the
/// end of a state, and stays where it is in a CreateModel.
std::map<django::ModelKey, Lines> ModelLines(const django::ProjectState& state,
                                             const WriterContext& context) {
  std::map<django::ModelKey, Lines> models;
  for (const auto& model : state.models()) {
    django::Migration migration;
    migration.key = {model->app, "state"};
    django::OperationHead head;
    head.class_name = "CreateModel";
    migration.operations.push_back(
        std::make_shared<django::CreateModel>(std::move(head), WithOrderedOptions(*model)));
    Lines lines = Split(WriteMigration(migration, context).text, '\n');
    std::ranges::sort(lines);
    models[model->key()] = std::move(lines);
  }
  return models;
}

django::ProjectState StateAfter(django::ProjectState state,
                                const std::vector<django::OperationPtr>& operations,
                                const std::string& app) {
  for (const django::OperationPtr& operation : operations) operation->StateForwards(app, state);
  return state;
}

std::vector<django::OperationPtr> WithoutFunctions(
    const std::vector<django::OperationPtr>& operations) {
  std::vector<django::OperationPtr> kept;
  for (const django::OperationPtr& operation : operations) {
    if (dynamic_cast<const django::RunPython*>(operation.get())) continue;
    const auto* both = dynamic_cast<const django::SeparateDatabaseAndState*>(operation.get());
    if (!both) {
      kept.push_back(operation);
      continue;
    }
    kept.push_back(std::make_shared<django::SeparateDatabaseAndState>(
        HeadOf("SeparateDatabaseAndState", *operation), WithoutFunctions(both->database_operations),
        both->state_operations));
  }
  return kept;
}

}  // namespace

void RequireSameText(const django::Migration& read, const std::string& text,
                     const WriterContext& context) {
  const std::string difference =
      FirstDifference(Split(text, '\n'), Split(WriteMigration(read, context).text, '\n'));
  if (difference.empty()) return;
  throw Error("what would be written is not read back as it is meant, in the line '" +
              std::string(Trim(difference)) + "'; nothing is written");
}

void RequireSameState(const django::ProjectState& before,
                      const std::vector<django::OperationPtr>& operations,
                      const std::vector<django::OperationPtr>& shorter, const std::string& app,
                      const WriterContext& context) {
  const auto then = ModelLines(StateAfter(before, operations, app), context);
  auto now = ModelLines(StateAfter(before, shorter, app), context);
  for (const auto& [key, lines] : then) {
    const std::string difference = FirstDifference(lines, now[key]);
    if (difference.empty()) continue;
    throw Error("the shorter list of operations leads to another model '" + key.ToString() +
                "', in '" + std::string(Trim(difference)) + "'; nothing is written");
  }
  if (now.size() != then.size()) {
    throw Error("the shorter list of operations leads to other models; nothing is written");
  }
}

django::Migration WithoutFunctions(const django::Migration& migration) {
  django::Migration kept = migration;
  kept.operations = WithoutFunctions(migration.operations);
  return kept;
}

}  // namespace migext::rewrite
