// How a Cell leaves for SQLite.
#ifndef MIGEXT_SQLITE_RESULT_H_
#define MIGEXT_SQLITE_RESULT_H_

#include "sqlite/cell.h"

struct sqlite3_context;

namespace migext::sqlite {

void SetResult(sqlite3_context* context, const Cell& cell);

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_RESULT_H_
