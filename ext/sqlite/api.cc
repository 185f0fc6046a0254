#include "sqlite/api.h"

extern "C" {
SQLITE_EXTENSION_INIT1
}

namespace migext::sqlite {

void UseApi(const sqlite3_api_routines* api) { SQLITE_EXTENSION_INIT2(api); }

}  // namespace migext::sqlite
