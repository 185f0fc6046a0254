#include "sqlite/load.h"

#include <new>
#include <string>

#include "base/error.h"
#include "sqlite/api.h"
#include "sqlite/connection.h"

namespace migext::sqlite {
namespace {

bool Compiles(sqlite3* connection, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(connection, sql, -1, &statement, nullptr);
  sqlite3_finalize(statement);
  return code == SQLITE_OK;
}

bool IsLoaded(sqlite3* connection) { return Compiles(connection, "SELECT migext_version()"); }

// The error that a look-up left on the connection makes sqlite3_open() fail where the library is an
// automatic extension.
void ForgetError(sqlite3* connection) { Compiles(connection, "SELECT 1"); }

}  // namespace

int Load(sqlite3* connection, char** message, const sqlite3_api_routines* api,
         void (*register_all)(sqlite3*)) noexcept {
  UseApi(api);
  if (sqlite3_libversion_number() < kOldestVersion) {
    *message =
        sqlite3_mprintf("migext needs SQLite 3.34.0 or newer; this is %s", sqlite3_libversion());
    return SQLITE_ERROR;
  }
  // SELECT load_extension() could not replace functions while it runs, and must not fail.
  if (IsLoaded(connection)) return SQLITE_OK;
  try {
    register_all(connection);
    ForgetError(connection);
    return SQLITE_OK;
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  } catch (const std::exception& error) {
    *message = sqlite3_mprintf("migext cannot be loaded: %s", error.what());
  } catch (...) {
    *message = sqlite3_mprintf("migext cannot be loaded: internal error");
  }
  return SQLITE_ERROR;
}

}  // namespace migext::sqlite
