// The door to SQLite's C API, for the .cc files of this folder and the entry point alone.
//
// An extension calls SQLite through a table of pointers that the host hands over when it loads us.
// The table of an older host is shorter, so what is newer than kOldestVersion is called only behind
// a check of sqlite3_libversion_number().
#ifndef MIGEXT_SQLITE_API_H_
#define MIGEXT_SQLITE_API_H_

#include <sqlite3ext.h>

extern "C" {
SQLITE_EXTENSION_INIT3
}

namespace migext::sqlite {

inline constexpr int kOldestVersion = 3034000;

/// Makes the host's API ours.  REQUIRES: called before anything else of this folder.
void UseApi(const sqlite3_api_routines* api);

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_API_H_
