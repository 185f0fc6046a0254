// One migration: what its file declares.
#ifndef MIGEXT_DJANGO_MIGRATION_H_
#define MIGEXT_DJANGO_MIGRATION_H_

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "django/operation.h"

namespace migext::django {

/// (app label, migration name); the name may be "__first__" or "__latest__" in a dependency.
struct MigrationKey {
  std::string app;
  std::string name;

  auto operator<=>(const MigrationKey&) const = default;
  std::string ToString() const { return app + "." + name; }
};

struct Dependency {
  MigrationKey key;
  bool swappable = false;  ///< Written as swappable_dependency(settings.X).

  bool operator==(const Dependency&) const = default;
};

struct Migration {
  MigrationKey key;
  std::string path;  ///< Of the file; "(built-in)" for those of django.contrib without source.
  std::string generated_by;  ///< "5.2.10" from the header comment, "" if none.
  std::optional<bool> initial;
  bool atomic = true;
  std::vector<Dependency> dependencies;
  std::vector<MigrationKey> run_before;
  std::vector<MigrationKey> replaces;
  std::vector<OperationPtr> operations;

  /// Mirrors Migration.mutate_state(), without preserving the given state.
  void MutateState(ProjectState& state) const;
};

/// A file that holds no readable migration: it is a row, not a failure.
struct UnreadableMigration {
  MigrationKey key;
  std::string path;
  Place place;
  /// What Python or Django would say: "SyntaxError: …", "ModuleNotFoundError: …",
  /// "BadMigrationError: Migration 0003_x in app blog has no Migration class".
  std::string error;
};

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_MIGRATION_H_
