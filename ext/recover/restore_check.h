// How the migrations that a backup has recorded fit the project's files.
//
//   const MigrationFit fit = FitOf(facts.applied, project);
//   fit.strangers   // {"blog.0010_gone"}: the files that made these tables are not the ones here
#ifndef MIGEXT_RECOVER_RESTORE_CHECK_H_
#define MIGEXT_RECOVER_RESTORE_CHECK_H_

#include <set>
#include <string>
#include <vector>

#include "django/migration.h"
#include "django/project.h"

namespace migext::recover {

struct MigrationFit {
  /// Recorded, of an app of this project, and without a file: the schema is another than the
  /// files'.
  std::vector<std::string> strangers;
  /// Recorded, of apps whose files are not found here, so that nothing can be said about them.
  std::vector<std::string> unseen;
  /// Files that are not recorded: what migrate() would run.
  std::vector<std::string> pending;
};

MigrationFit FitOf(const std::set<django::MigrationKey>& applied, const django::Project& project);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_RESTORE_CHECK_H_
