// Migrations of apps that stay, and that need files of apps that are written anew.
//
//   Dependents dependents(project, {"blog"});
//   dependents.late()    // newsletter.0001_initial and 0002_more: they come behind blog's first
//   file dependents.Point(fresh_migrations); dependents.edits()   // newsletter.0001_initial:
//   blog.0001_initial instead of blog.0002_rename
//
// A name that is there again stays as it is; one that is not becomes that of the last new file
// which needs none of these migrations.  Nothing else in their files is changed.
#ifndef MIGEXT_REWRITE_DEPENDENTS_H_
#define MIGEXT_REWRITE_DEPENDENTS_H_

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "django/project.h"

namespace migext::rewrite {

class Dependents {
 public:
  /// One migration that names other files from now on.
  struct Edit {
    django::Migration migration;                            ///< As it will be.
    std::map<django::MigrationKey, std::string> new_names;  ///< Of the files that go.
    std::string path;
    std::string text;  ///< Of the whole file.
  };

  Dependents(const django::Project& project, const std::set<std::string>& apps);

  /// All that need the apps, themselves or by what they depend on.
  const std::set<django::MigrationKey>& late() const { return late_; }

  /// A file that goes and what needs it, while the new files of that app need this one in turn.
  struct Circle {
    django::MigrationKey child;
    django::MigrationKey parent;
  };

  /// Decides what each names in the place of the old files.  Throws Error where a file is not to be
  /// changed.
  std::optional<Circle> Point(std::span<const django::Migration> fresh);
  const std::vector<Edit>& edits() const { return edits_; }

 private:
  bool IsLate(const django::Migration& migration) const;
  bool NeedsLateOne(const django::MigrationKey& key) const;

  const django::Project& project_;
  const std::set<std::string>& apps_;
  std::set<django::MigrationKey> late_;
  std::vector<Edit> edits_;
};

}  // namespace migext::rewrite

#endif  // MIGEXT_REWRITE_DEPENDENTS_H_
