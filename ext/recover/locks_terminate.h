// Stopping a process that holds the database: a real holder only, and never by its name.
//
//   const Termination done = TerminateLockHolder(db, 4242, {.may_kill = true});
//   done.answer  // "process 4242 has ended; what it had not committed is rolled back"
#ifndef MIGEXT_RECOVER_LOCKS_TERMINATE_H_
#define MIGEXT_RECOVER_LOCKS_TERMINATE_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "sqlite/connection.h"

namespace migext::recover {

struct StopOptions {
  /// SIGKILL for one that holds on after SIGTERM; without it that one may take no notice.
  bool may_kill = false;
  /// What each signal is given to work.
  std::chrono::milliseconds grace{5000};
};

struct Termination {
  bool has_let_go = false;
  std::string answer;
  std::vector<std::string> report;  ///< What was sent to whom.
};

/// Throws Error when nothing was sent: it holds no lock, is this process itself, belongs to another
/// user.
Termination TerminateLockHolder(const sqlite::Connection& connection, std::int64_t pid,
                                const StopOptions& options = {});

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_LOCKS_TERMINATE_H_
