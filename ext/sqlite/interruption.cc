#include "sqlite/interruption.h"

#include <exception>

#include "sqlite/api.h"

namespace migext::sqlite {
namespace {

/// Steps of SQLite's machine between two looks: some milliseconds.
constexpr int kSteps = 100000;

// https://sqlite.org/c3ref/progress_handler.html: what it may not touch is the other connection.
int IsInterrupted(void* connection) noexcept {
  try {
    static_cast<const Connection*>(connection)->ThrowIfInterrupted();
    return 0;
  } catch (const std::exception&) {
    return 1;
  }
}

/// SQLITE_OMIT_PROGRESS_CALLBACK leaves the place in the host's table empty.
bool KnowsProgress() { return sqlite3_progress_handler != nullptr; }

}  // namespace

ScopedInterruption::ScopedInterruption(const Connection& of, const Connection& ends) : ends_(ends) {
  // SQLite keeps the pointer alone and never writes through it.
  void* pointer = const_cast<Connection*>(&of);
  if (KnowsProgress()) sqlite3_progress_handler(ends_.handle(), kSteps, IsInterrupted, pointer);
}

ScopedInterruption::~ScopedInterruption() {
  if (KnowsProgress()) sqlite3_progress_handler(ends_.handle(), 0, nullptr, nullptr);
}

}  // namespace migext::sqlite
