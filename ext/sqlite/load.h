// What happens when a host loads the library.
#ifndef MIGEXT_SQLITE_LOAD_H_
#define MIGEXT_SQLITE_LOAD_H_

struct sqlite3;
struct sqlite3_api_routines;

namespace migext::sqlite {

/// The body of an extension's entry point: takes the host's API, refuses a SQLite that is too old,
/// does nothing when the library is loaded already, and else calls `register_all`.  Gives SQLite's
/// result code; a failure has its sentence in `*message`.
int Load(sqlite3* connection, char** message, const sqlite3_api_routines* api,
         void (*register_all)(sqlite3*)) noexcept;

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_LOAD_H_
