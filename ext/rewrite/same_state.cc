#include "rewrite/same_state.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.h"
#include "django/operations/models.h"
#include "django/together.h"

namespace migext::rewrite {
namespace {

using Lines = std::vector<std::string>;

/// An option that operations have filled or emptied since counts as if it were written so.
void Mention(std::string_view option, bool is_filled, django::ModelState& model) {
  std::erase(model.option_order, option);
  if (is_filled) model.option_order.emplace_back(option);
}

bool IsFilled(const std::optional<django::Together>& together) {
  return together && !together->groups.empty();
}

/// The lines of its CreateModel, sorted.
Lines LinesOf(django::ModelState model, const WriterContext& context) {
  Mention("indexes", !model.indexes.empty(), model);
  Mention("constraints", !model.constraints.empty(), model);
  Mention("unique_together", IsFilled(model.unique_together), model);
  Mention("index_together", IsFilled(model.index_together), model);
  for (const auto& [option, value] : model.options) Mention(option, !value.IsNone(), model);
  for (std::optional<django::Together>* together :
       {&model.unique_together, &model.index_together}) {
    if (!*together) continue;
    django::MakeSet(**together);
    std::ranges::sort((*together)->groups);
  }
  django::Migration migration;
  migration.key = {model.app, "state"};
  django::OperationHead head;
  head.class_name = "CreateModel";
  migration.operations.push_back(
      std::make_shared<django::CreateModel>(std::move(head), std::move(model)));
  Lines lines = Split(WriteMigration(migration, context).text, '\n');
  std::ranges::sort(lines);
  return lines;
}

std::string FirstDifference(const Lines& then, const Lines& now) {
  Lines differences;
  std::ranges::set_symmetric_difference(then, now, std::back_inserter(differences));
  return differences.empty() ? std::string() : std::string(Trim(differences.front()));
}

}  // namespace

std::string StateDifference(const django::ProjectState& then, const django::ProjectState& now,
                            const WriterContext& context) {
  for (const auto& model : then.models()) {
    const django::ModelState* other = now.Find(model->key());
    const std::string label = model->app + "." + model->name;
    if (other == nullptr) return label + " is missing";
    // Most models are shared by both states.
    if (other == model.get()) continue;
    const std::string difference =
        FirstDifference(LinesOf(*model, context), LinesOf(*other, context));
    if (!difference.empty()) return label + ": " + difference;
  }
  for (const auto& model : now.models()) {
    if (then.Find(model->key()) == nullptr) return model->app + "." + model->name + " is new";
  }
  return {};
}

}  // namespace migext::rewrite
