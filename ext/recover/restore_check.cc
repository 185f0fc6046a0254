#include "recover/restore_check.h"

#include "django/graph.h"

namespace migext::recover {
namespace {

using django::MigrationKey;
using django::Project;

/// Every migration that has a file, or whose place a squash has taken.
std::set<MigrationKey> KnownTo(const Project& project) {
  std::set<MigrationKey> known;
  for (const auto& [key, migration] : project.migrations()) {
    known.insert(key);
    known.insert(migration->replaces.begin(), migration->replaces.end());
  }
  for (const auto& [key, unreadable] : project.unreadable()) known.insert(key);
  return known;
}

/// True if a file of the app would be seen here.
bool IsSeen(const Project& project, const std::string& label) {
  const django::App* app = project.FindApp(label);
  if (app != nullptr) return app->origin != django::AppOrigin::kMissing;
  return project.apps_knowledge().known == django::AppsKnown::kAll;
}

}  // namespace

MigrationFit FitOf(const std::set<MigrationKey>& applied, const Project& project) {
  MigrationFit fit;
  if (project.apps_knowledge().known == django::AppsKnown::kNoProject) return fit;
  const std::set<MigrationKey> known = KnownTo(project);
  for (const MigrationKey& key : applied) {
    if (known.contains(key)) continue;
    (IsSeen(project, key.app) ? fit.strangers : fit.unseen).push_back(key.ToString());
  }
  const django::Graph graph = django::Graph::Build(project, &applied);
  for (const MigrationKey& key : graph.Nodes()) {
    if (graph.Find(key) != nullptr && !graph.applied().contains(key)) {
      fit.pending.push_back(key.ToString());
    }
  }
  return fit;
}

}  // namespace migext::recover
