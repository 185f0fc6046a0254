// What a lock means for the person who reads its row.
#ifndef MIGEXT_RECOVER_LOCKS_NOTES_H_
#define MIGEXT_RECOVER_LOCKS_NOTES_H_

#include <string>
#include <vector>

#include "recover/locks.h"

namespace migext::recover {

struct LockCircumstances {
  /// Of the connection that asks.
  sqlite::TransactionState own = sqlite::TransactionState::kNone;
  bool is_recovering = false;    ///< It reads the -wal anew, after a crash.
  bool is_list_partial = false;  ///< The system names one holder of each lock at the most.
};

std::string NoteOn(const DatabaseLock& lock, const LockCircumstances& circumstances);

/// "process 4242 (python manage.py migrate) has 'reserved': writes are blocked until …"
std::string HolderLine(const DatabaseLock& lock);

/// A line for each lock, then the statement that helps against the worst one.
std::vector<std::string> HolderLines(const std::vector<DatabaseLock>& locks);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_LOCKS_NOTES_H_
