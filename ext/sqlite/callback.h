// C++ that a statement of ours calls for each row.
//
//   const Callback visit = [&](const Arguments& row) -> Cell { forest.Add(row.Int(0)); return {};
//   }; Statement scan = db.Prepare("SELECT count(*) FROM t WHERE migext_call(?1, id)");
//   BindCallback(scan, 1, visit);
//   scan.Step();
//
// Stepping over a million rows costs as much again as reading them, and so does one UPDATE for each
// row; a function that the statement calls costs neither.  The callback is passed as a pointer
// (https://sqlite.org/bindptr.html), which no SQL text can forge: called by hand, migext_call()
// refuses.
#ifndef MIGEXT_SQLITE_CALLBACK_H_
#define MIGEXT_SQLITE_CALLBACK_H_

#include <functional>

#include "sqlite/function.h"
#include "sqlite/statement.h"

namespace migext::sqlite {

/// Gets the arguments behind the pointer.  What it throws fails the statement.
using Callback = std::function<Cell(const Arguments&)>;

/// `callback` must outlive the statement's run.
void BindCallback(Statement& statement, int index, const Callback& callback);

/// Makes migext_call(callback, ...) known to the connection.
Function MigextCall();

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_CALLBACK_H_
