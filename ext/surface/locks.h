// Who holds the database, and what to do about it.
//
//   SELECT pid, command, lock, note FROM database_locks;
//   SELECT wait_for_unlock(30);
//   SELECT terminate_lock_holder(4242);
//   SELECT checkpoint_database();
#ifndef MIGEXT_SURFACE_LOCKS_H_
#define MIGEXT_SURFACE_LOCKS_H_

#include "sqlite/function.h"
#include "sqlite/table_function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Table DatabaseLocks(const SessionPtr& session);
/// The same as text: while a process has the database for itself alone SQLite can prepare no query
/// of a table, ours included, and a call without FROM is all that works.
sqlite::Function DatabaseLockHolders(const SessionPtr& session);
sqlite::Function WaitForUnlock(const SessionPtr& session);
sqlite::Function TerminateLockHolder(const SessionPtr& session);
sqlite::Function CheckpointDatabase(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_LOCKS_H_
