// The names that Django gives to new migrations, and the files they go into.
//
//   MergeName({"0003_b", "0004_a"}, dialect, "20261122_2030")  // "0005_merge_0003_b_0004_a"
//   PathOfNew(project, {"blog", "0005_x"})                     //
//   "/srv/site/blog/migrations/0005_x.py"
#ifndef MIGEXT_REWRITE_MIGRATION_NAME_H_
#define MIGEXT_REWRITE_MIGRATION_NAME_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "django/dialect.h"
#include "django/project.h"

namespace migext::rewrite {

/// MigrationAutodetector.parse_number(): of a squash the last number it stands for.
std::optional<int> NumberOf(std::string_view name, const django::Dialect& dialect);

/// "0005_x"
std::string Numbered(int number, std::string_view rest);

/// Of the migration that joins these leaves; `stamp` takes the place of names that are too long.
std::string MergeName(std::vector<std::string> leaves, const django::Dialect& dialect,
                      const std::string& stamp);

/// get_migration_name_timestamp(): "20261122_2030", by the local clock.
std::string NameStamp();

/// Throws Error for an app of Django's or of an installed package: its files are not this project's
/// to change.
void RefuseForeign(const django::App& app);

/// The folder of the app's migrations, which an app without any may still lack.  Throws Error when
/// it is not told where that is.
std::string MigrationsFolder(const django::Project& project, const std::string& app);

/// Throws Error as well when a file of that name is there.
std::string PathOfNew(const django::Project& project, const django::MigrationKey& key);

/// Throws Error, in Django's words, for what is no Python identifier.
void RequireIdentifier(std::string_view name);

}  // namespace migext::rewrite

#endif  // MIGEXT_REWRITE_MIGRATION_NAME_H_
