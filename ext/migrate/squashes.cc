#include "migrate/squashes.h"

#include <algorithm>
#include <map>
#include <set>

namespace migext::migrate {
namespace {

using django::Migration;
using django::MigrationKey;

class Completion {
 public:
  Completion(const django::Graph& graph, const django::AppliedSet& recorded)
      : nested_(graph.source().dialect.nested_squashes), recorded_(recorded) {
    for (const django::Replacement& replacement : graph.replacements()) {
      squashes_.emplace(replacement.squash->key, replacement.squash);
    }
  }

  bool HasAllParts(const Migration& squash) {
    // A circle of squashes is none of which all parts are applied.
    if (!open_.insert(squash.key).second) return false;
    const bool all = std::all_of(squash.replaces.begin(), squash.replaces.end(),
                                 [this](const MigrationKey& part) { return IsApplied(part); });
    open_.erase(squash.key);
    return all;
  }

 private:
  bool IsApplied(const MigrationKey& key) {
    if (recorded_.contains(key)) return true;
    const auto squash = squashes_.find(key);
    return nested_ && squash != squashes_.end() && HasAllParts(*squash->second);
  }

  bool nested_;
  const django::AppliedSet& recorded_;
  std::map<MigrationKey, const Migration*> squashes_;
  std::set<MigrationKey> open_;
};

}  // namespace

std::vector<MigrationKey> CompletedSquashes(const django::Graph& graph,
                                            const django::AppliedSet& recorded) {
  Completion completion(graph, recorded);
  std::vector<MigrationKey> completed;
  for (const django::Replacement& replacement : graph.replacements()) {
    const Migration& squash = *replacement.squash;
    if (!recorded.contains(squash.key) && completion.HasAllParts(squash)) {
      completed.push_back(squash.key);
    }
  }
  return completed;
}

}  // namespace migext::migrate
