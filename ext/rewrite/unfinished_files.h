// What a call that changed files and was killed has left in the folders of migrations, and the
// shell commands that end it.
//
//   for (const UnfinishedWrite& write : FindUnfinishedWrites(project.apps())) …
//   // shop  "… was cut short; 0002_a.py.migext-old is left of it"
//   //       mv '/srv/site/shop/migrations/0002_a.py.migext-old' '/srv/site/…/0002_a.py'
//
// FileTransaction keeps each new text as NAME.migext-new until all new files are there, and each
// old file as NAME.migext-old, or in the folder where it stays, for longer.  So as long as one new
// text has no file the way leads back, and from then on forward.
#ifndef MIGEXT_REWRITE_UNFINISHED_FILES_H_
#define MIGEXT_REWRITE_UNFINISHED_FILES_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "django/project.h"

namespace migext::rewrite {

/// In a folder beside that of the migrations, while files are moved there.
inline constexpr std::string_view kUnfinishedMark = "unfinished.migext-new";

struct UnfinishedWrite {
  std::string app;
  std::string folder;
  std::vector<std::string> left;      ///< Names of files and folders.
  bool is_published = false;          ///< All new files are there.
  std::vector<std::string> commands;  ///< For a shell, in this order.
  std::vector<std::string> notes;     ///< What to know before.

  std::string What() const;
  /// What the commands lead to, the commands with `separator` between them, and the notes.
  std::string Advice(std::string_view separator) const;
};

/// Of the project's own apps, in their order.
std::vector<UnfinishedWrite> FindUnfinishedWrites(std::span<const django::App> apps);

}  // namespace migext::rewrite

#endif  // MIGEXT_REWRITE_UNFINISHED_FILES_H_
