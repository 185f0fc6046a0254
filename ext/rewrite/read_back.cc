#include "rewrite/read_back.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "django/operations/models.h"
#include "django/operations/special.h"
#include "rewrite/reduce.h"
#include "rewrite/same_state.h"

namespace migext::rewrite {
namespace {

using Lines = std::vector<std::string>;

/// The first that only one of them has; "" when there is none.
std::string FirstDifference(const Lines& a, const Lines& b) {
  const auto [in_a, in_b] = std::ranges::mismatch(a, b);
  if (in_a != a.end()) return *in_a;
  return in_b != b.end() ? *in_b : std::string();
}

/// A default that serves the rows of one AddField alone stays in the CreateModel that takes the
/// field in, in Django too: none of them counts.
django::ProjectState WithoutDefaults(const django::ProjectState& state) {
  django::ProjectState plain = state;
  for (const auto& model : state.models()) {
    django::ModelState copy = *model;
    for (django::NamedField& named : copy.fields) {
      if (!named.field->has_default) continue;
      auto field = std::make_shared<django::Field>(*named.field);
      std::erase_if(field->kwargs, [](const auto& kwarg) { return kwarg.first == "default"; });
      named.field = std::move(field);
    }
    plain.Add(std::move(copy));
  }
  return plain;
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
  const std::string difference =
      StateDifference(WithoutDefaults(StateAfter(before, operations, app)),
                      WithoutDefaults(StateAfter(before, shorter, app)), context);
  if (difference.empty()) return;
  throw Error("the shorter list of operations leads to other models: " + difference);
}

django::Migration WithoutFunctions(const django::Migration& migration) {
  django::Migration kept = migration;
  kept.operations = WithoutFunctions(migration.operations);
  return kept;
}

}  // namespace migext::rewrite
