// Waiting for a database that somebody else writes to.
//
//   WaitForUnlock(db, 30)  // "free after 1.2 s"
//
// It looks again and again whether a transaction could begin to write, and takes no lock to know
// it. Ctrl-C ends it.
#ifndef MIGEXT_RECOVER_LOCKS_WAIT_H_
#define MIGEXT_RECOVER_LOCKS_WAIT_H_

#include <string>

#include "sqlite/connection.h"

namespace migext::recover {

/// Throws Error that names who is in the way, and the statement that helps, when the time is over.
std::string WaitForUnlock(const sqlite::Connection& connection, double seconds);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_LOCKS_WAIT_H_
