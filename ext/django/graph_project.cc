// The graph of a project as it was read, and the project states at its nodes.
#include <algorithm>

#include "django/graph.h"

namespace migext::django {

MigrationSource SourceOf(const Project& project) {
  return {project.apps(), &project.migrations(), &project.unreadable(), project.dialect(),
          project.apps_knowledge()};
}

Graph Graph::Build(const Project& project, const AppliedSet* applied) {
  return Build(SourceOf(project), applied);
}

ProjectState Graph::StateAfter(std::span<const MigrationKey> nodes, bool at_end) const {
  ProjectState state;
  for (const MigrationKey& key : ForwardsPlan(nodes)) {
    if (!at_end && std::find(nodes.begin(), nodes.end(), key) != nodes.end()) continue;
    if (const Migration* migration = Find(key)) migration->MutateState(state);
  }
  return state;
}

ProjectState Graph::FinalState() const { return StateAfter(LeafNodes()); }

}  // namespace migext::django
