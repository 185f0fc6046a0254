#include "sqlite/callback.h"

#include "base/error.h"
#include "sqlite/api.h"
#include "sqlite/connection.h"

namespace migext::sqlite {
namespace {

constexpr char kPointerType[] = "migext_callback";

}  // namespace

void BindCallback(Statement& statement, int index, const Callback& callback) {
  // SQLite keeps the pointer alone and never writes through it.
  void* pointer = const_cast<Callback*>(&callback);
  const int code = sqlite3_bind_pointer(statement.handle(), index, pointer, kPointerType, nullptr);
  if (code != SQLITE_OK) ThrowLastError(sqlite3_db_handle(statement.handle()));
}

Function MigextCall() {
  return {"migext_call", 1, -1, Safety::kDirectOnly, [](const Arguments& given) -> Cell {
            const auto* callback = static_cast<const Callback*>(given.Pointer(0, kPointerType));
            if (callback == nullptr) {
              throw Error(
                  "migext_call() is for migext's own statements; see SELECT * FROM migext_help");
            }
            return (*callback)(given.From(1));
          }};
}

}  // namespace migext::sqlite
