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

/// A field by what reaches the database.  Its default is left out: one that serves the rows of one
/// AddField alone stays in the CreateModel that takes the field in, in Django too.
std::string FieldLine(const django::NamedField& named) {
  const django::Field& field = *named.field;
  std::string line = "field " + named.name + ": " + field.class_path + " " + field.db_column;
  if (field.null) line += " null";
  if (field.unique) line += " unique";
  if (field.max_length) line += " " + std::to_string(*field.max_length);
  if (!field.relation) return line;
  line += " to " + field.relation->to.ToString();
  if (field.relation->through) line += " through " + field.relation->through->ToString();
  return line;
}

void AddTogether(const char* option, const std::optional<django::Together>& together,
                 Lines& lines) {
  if (!together) return;
  for (const auto& group : together->groups) {
    lines.push_back(std::string(option) + ": " + Join(group, ", "));
  }
}

/// Each model of the state, line by line, sorted: a renamed field moves to the end of a state, and
/// stays where it is in a CreateModel.
std::map<django::ModelKey, Lines> ModelLines(const django::ProjectState& state) {
  std::map<django::ModelKey, Lines> models;
  for (const auto& model : state.models()) {
    Lines& lines = models[model->key()];
    lines.push_back("table " + model->DbTable());
    for (const django::NamedField& named : model->fields) lines.push_back(FieldLine(named));
    for (const django::NamedIndex& index : model->indexes) lines.push_back("index " + index.name);
    for (const django::NamedIndex& constraint : model->constraints) {
      lines.push_back("constraint " + constraint.name);
    }
    AddTogether("unique_together", model->unique_together, lines);
    AddTogether("index_together", model->index_together, lines);
    std::ranges::sort(lines);
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
                      const std::vector<django::OperationPtr>& shorter, const std::string& app) {
  const auto then = ModelLines(StateAfter(before, operations, app));
  auto now = ModelLines(StateAfter(before, shorter, app));
  for (const auto& [key, lines] : then) {
    const std::string difference = FirstDifference(lines, now[key]);
    if (difference.empty()) continue;
    throw Error("the shorter list of operations leads to another model '" + key.ToString() +
                "', in '" + difference + "'");
  }
  if (now.size() != then.size()) {
    throw Error("the shorter list of operations leads to other models");
  }
}

django::Migration WithoutFunctions(const django::Migration& migration) {
  django::Migration kept = migration;
  kept.operations = WithoutFunctions(migration.operations);
  return kept;
}

}  // namespace migext::rewrite
