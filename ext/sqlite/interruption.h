// Ctrl-C on one connection ends what runs on another one: while the host's connection waits for a
// function of ours, that works on a connection of its own, sqlite3_interrupt() is told to the
// host's alone.
//
//   const ScopedInterruption interruption(host, copy);
//   copy.Run("UPDATE …");   // throws the DatabaseError of SQLITE_INTERRUPT
#ifndef MIGEXT_SQLITE_INTERRUPTION_H_
#define MIGEXT_SQLITE_INTERRUPTION_H_

#include "sqlite/connection.h"

namespace migext::sqlite {

/// Does nothing where the host's SQLite was built without progress handlers.
class ScopedInterruption {
 public:
  /// Both must outlive it.
  ScopedInterruption(const Connection& of, const Connection& ends);
  ~ScopedInterruption();
  ScopedInterruption(const ScopedInterruption&) = delete;
  ScopedInterruption& operator=(const ScopedInterruption&) = delete;

 private:
  const Connection& ends_;
};

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_INTERRUPTION_H_
