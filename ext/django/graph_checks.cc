#include "django/graph_checks.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace migext::django {

std::string InconsistentEdge::Message() const {
  return "Migration " + child.ToString() + " is applied before its dependency " +
         parent.ToString() + " on database 'default'.";
}

std::vector<InconsistentEdge> InconsistentHistory(const Graph& graph,
                                                  std::span<const MigrationKey> recorded) {
  const AppliedSet applied(recorded.begin(), recorded.end());
  AppliedSet seen;
  std::vector<InconsistentEdge> out;
  for (const MigrationKey& key : recorded) {
    if (!seen.insert(key).second) continue;
    for (MigrationKey& parent : graph.Parents(key)) {
      if (applied.contains(parent) || AllReplacedApplied(graph, parent, applied)) continue;
      out.push_back({key, std::move(parent)});
    }
  }
  return out;
}

bool AllReplacedApplied(const Graph& graph, const MigrationKey& key, const AppliedSet& recorded) {
  const MigrationSource& source = graph.source();
  const Migration* squash = source.Find(key);
  if (squash == nullptr || squash->replaces.empty()) return false;
  std::vector<const Migration*> open = {squash};
  std::set<const Migration*> seen;
  while (!open.empty()) {
    const Migration* next = open.back();
    open.pop_back();
    if (!seen.insert(next).second) continue;
    for (const MigrationKey& part : next->replaces) {
      if (recorded.contains(part)) continue;
      const Migration* inner = source.dialect.nested_squashes ? source.Find(part) : nullptr;
      if (inner == nullptr || inner->replaces.empty()) return false;
      open.push_back(inner);
    }
  }
  return true;
}

std::string ConflictMessage(const std::map<std::string, std::vector<MigrationKey>>& conflicts) {
  std::vector<std::string> apps;
  for (const auto& [app, leaves] : conflicts) {
    std::vector<std::string> names;
    for (const MigrationKey& leaf : leaves) names.push_back(leaf.name);
    apps.push_back(Join(names, ", ") + " in " + app);
  }
  return "Conflicting migrations detected; multiple leaf nodes in the migration graph: (" +
         Join(apps, "; ") + ").\nTo fix them run 'python manage.py makemigrations --merge'";
}

}  // namespace migext::django
