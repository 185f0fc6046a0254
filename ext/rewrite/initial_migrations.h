// Migrations that begin an app anew: what `makemigrations` writes once the old files are gone.
//
//   InitialMigrations({graph.FinalState(), graph, {"blog"}, &model_files, project, heap})
//   // one Migration 0001_initial; also 0002_initial where two apps point at each other
//
// Mirrors MigrationAutodetector.changes() from a state without these apps, on the state at the
// leaves in the place of models.py: the migrations say the same, but for the order of fields.
#ifndef MIGEXT_REWRITE_INITIAL_MIGRATIONS_H_
#define MIGEXT_REWRITE_INITIAL_MIGRATIONS_H_

#include <set>
#include <string>
#include <vector>

#include "django/field.h"
#include "django/graph.h"
#include "django/migration.h"
#include "django/model_files.h"
#include "django/state.h"
#include "python/heap.h"

namespace migext::rewrite {

struct InitialMigrationsInput {
  const django::ProjectState& state;  ///< At the leaves, of all apps.
  const django::Graph& graph;         ///< For the last migrations of the apps that stay.
  std::vector<std::string> apps;      ///< To be written anew.
  /// The order of fields, where models.py tells it; else that of the state.
  const django::ModelFiles* order = nullptr;
  const django::FieldContext& fields;  ///< The project's.
  python::Heap& heap;                  ///< Must outlive what is returned.
  /// Migrations of apps that stay, and that need the apps written anew themselves: what needs them
  /// comes in a file of its own, behind all that does not.
  std::set<django::MigrationKey> late = {};
};

/// In the order of their dependencies within an app; apps sorted.  None for an app without models.
/// Throws Error for relations that no order of migrations can make.
std::vector<django::Migration> InitialMigrations(const InitialMigrationsInput& input);

}  // namespace migext::rewrite

#endif  // MIGEXT_REWRITE_INITIAL_MIGRATIONS_H_
