#include "migrate/registration_order.h"

#include <set>

#include "base/text.h"

namespace migext::migrate {
namespace {

using django::ModelKey;
using django::ModelState;
using django::ProjectState;
using Models = std::vector<const ModelState*>;

/// True if a base is a model of the state that `is_rendered` does not know yet.
template <typename IsRendered>
bool WaitsForBase(const ProjectState& state, const ModelState& model, IsRendered is_rendered) {
  for (const python::Value base : model.bases) {
    if (!base.IsStr()) continue;
    const std::vector<std::string> parts = Split(base.AsStr(), '.');
    if (parts.size() != 2) continue;
    const ModelState* parent = state.Find(parts[0], parts[1]);
    if (parent && parent != &model && !is_rendered(parent->key())) return true;
  }
  return false;
}

/// StateApps.render_multiple(): models whose bases are not there yet wait for the next round.
Models RenderOrder(const ProjectState& state) {
  Models waiting;
  for (const auto& model : state.models()) waiting.push_back(model.get());
  Models rendered;
  std::set<ModelKey> known;
  while (!waiting.empty()) {
    Models left;
    for (const ModelState* model : waiting) {
      if (WaitsForBase(state, *model, [&](const ModelKey& key) { return known.contains(key); })) {
        left.push_back(model);
        continue;
      }
      rendered.push_back(model);
      known.insert(model->key());
    }
    if (left.size() == waiting.size()) {
      rendered.insert(rendered.end(), left.begin(), left.end());
      break;
    }
    waiting = std::move(left);
  }
  return rendered;
}

}  // namespace

Models RegistrationOrder(const RegistrationInput& input) { return RenderOrder(input.after); }

}  // namespace migext::migrate
