// Django fixtures into the database.
//
//   LoadedFixtures done = LoadFixtures(db, source, {"users.json", "blog.json"}, options, report);
//   done.answer  // "Installed 204 object(s) from 2 fixture(s)"
//
// All files are read into staging tables first, converted as Django's fields convert; then every
// reference is looked up, and only then the first row is written.  Forward references, circles and
// rows without a key are no matter.  An error leaves nothing behind: REQUIRES: a transaction that
// the caller rolls back.
#ifndef MIGEXT_RECOVER_LOAD_H_
#define MIGEXT_RECOVER_LOAD_H_

#include <string>
#include <vector>

#include "recover/load_rows.h"
#include "recover/load_staging.h"

namespace migext::recover {

/// Gives back Django's last line.  `report` gets what a person should know beside it.
std::string LoadFixtures(const sqlite::Connection& db, const LoadSource& source,
                         const std::vector<std::string>& paths, const LoadOptions& options,
                         const Report& report);

/// The files that a name means, as manage.py loaddata finds them: the path itself, and otherwise
/// `name`, with .json or .jsonl added, in the fixtures folders of the apps and in FIXTURE_DIRS.
/// Throws Error with Django's words when there is none.
std::vector<std::string> FindFixtures(const django::Project& project, const std::string& name);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_LOAD_H_
