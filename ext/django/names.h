// What a person means by an app and a migration's name: a full name, a unique beginning of one, or
// `zero`.
//
//   ResolveTarget(graph, "blog", "0003")  ->  blog.0003_add_comment_nesting_fields
//
// What cannot be resolved is an Error whose first line is Django's text and whose second helps.
#ifndef MIGEXT_DJANGO_NAMES_H_
#define MIGEXT_DJANGO_NAMES_H_

#include <optional>
#include <string>
#include <string_view>

#include "django/graph.h"

namespace migext::django {

/// Where `migrate app name` shall lead: just behind a migration, or (zero) before the first.
struct Target {
  std::string app;
  std::optional<std::string> name;

  bool IsZero() const { return !name.has_value(); }
  MigrationKey key() const { return {app, name.value_or("")}; }
  bool operator==(const Target&) const = default;
};

/// The app of this label.  Throws Error when it is not installed.
const App& RequireApp(const MigrationSource& source, std::string_view label);
/// The same, and Error when the app has no migrations.
const App& RequireMigratedApp(const MigrationSource& source, std::string_view label);

/// MigrationLoader.get_migration_by_prefix(), as the migrate command uses it: among all files, also
/// those a squash replaces or that cannot be read.  A name that is the beginning of another is
/// ambiguous, as in Django.  `unknown_ending` is what a command adds to the text for no match.
MigrationKey FindMigration(const MigrationSource& source, std::string_view app,
                           std::string_view name, std::string_view unknown_ending = {});

/// The target of `migrate app name`.  A squash whose parts are partly applied is not in the graph:
/// the last of its parts stands for it.
Target ResolveTarget(const Graph& graph, std::string_view app, std::string_view name);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_NAMES_H_
