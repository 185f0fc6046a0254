#include "recover/locks_notes.h"

#include <algorithm>
#include <string_view>

namespace migext::recover {
namespace {

using sqlite::TransactionState;

std::string_view Effect(const DatabaseLock& lock, const LockCircumstances& circumstances) {
  switch (lock.kind) {
    case LockKind::kExclusive:
      return "reads and writes are blocked until this process commits, rolls back or ends";
    case LockKind::kPending:
      return "it waits for the readers to finish so that it can commit; until then nobody else can "
             "begin to read or write";
    case LockKind::kReserved:
    case LockKind::kWalWrite:
      return "writes are blocked until this process commits, rolls back or ends; reads go on";
    case LockKind::kWalCheckpoint:
      return circumstances.is_recovering
                 ? "it reads the -wal that a crash has left; all others wait for that"
                 : "it copies the -wal into the database; reads and writes go on";
    case LockKind::kShared:
      return lock.is_in_wal_mode
                 ? "it has the database open in WAL mode, which always looks so; blocks nobody"
                 : "it is only reading; blocks a commit";
    case LockKind::kWalRead:
      return "it is only reading; blocks nobody, but a checkpoint cannot go past what it reads";
    case LockKind::kFlock:
      return "a lock by flock(), which SQLite neither sees nor minds";
    case LockKind::kUnknown:
      break;
  }
  return "this system does not tell who holds locks; close other programs that use the database";
}

bool IsOfOwnTransaction(const DatabaseLock& lock, TransactionState own) {
  switch (lock.kind) {
    case LockKind::kExclusive:
    case LockKind::kPending:
    case LockKind::kReserved:
    case LockKind::kWalWrite:
      return own == TransactionState::kWrite;
    case LockKind::kShared:
      return own != TransactionState::kNone && !lock.is_in_wal_mode;
    case LockKind::kWalRead:
      return own != TransactionState::kNone;
    default:
      return false;
  }
}

std::string NoteOnOwn(const DatabaseLock& lock, const LockCircumstances& circumstances) {
  if (IsOfOwnTransaction(lock, circumstances.own)) {
    return circumstances.own == TransactionState::kWrite
               ? "this is you: your own open transaction; COMMIT or ROLLBACK"
               : "this is you: your own open transaction reads; finish the statement, COMMIT or "
                 "ROLLBACK";
  }
  const std::string effect(Effect(lock, circumstances));
  if (lock.kind == LockKind::kShared && lock.is_in_wal_mode) {
    return "this is you: you have the database open in WAL mode, which always looks so; blocks "
           "nobody";
  }
  return "this is your own process, by another connection or PRAGMA locking_mode=EXCLUSIVE; " +
         effect;
}

}  // namespace

std::string NoteOn(const DatabaseLock& lock, const LockCircumstances& circumstances) {
  if (lock.kind == LockKind::kUnknown) return std::string(Effect(lock, circumstances));
  if (lock.is_waiting) return "it is waiting for this lock, and has not got it yet";
  if (lock.is_self) return NoteOnOwn(lock, circumstances);
  std::string note(Effect(lock, circumstances));
  if (!lock.pid) {
    note +=
        "; the holder cannot be seen from here: look in other containers and on other machines "
        "that use the file";
  } else if (lock.process && lock.process->is_stopped) {
    note += "; it is stopped (Ctrl-Z) and does not go on by itself: kill -CONT " +
            std::to_string(*lock.pid) + " in a terminal wakes it up";
  }
  if (circumstances.is_list_partial) note += "; there may be other holders that are not listed";
  return note;
}

std::string HolderLine(const DatabaseLock& lock) {
  if (lock.kind == LockKind::kUnknown) return lock.note;
  std::string line = lock.Who();
  if (lock.process && !lock.process->container.empty()) {
    line += " in container " + lock.process->container;
  }
  line += lock.is_waiting ? " waits for '" : " has '";
  return line + std::string(LockName(lock.kind)) + "': " + lock.note;
}

std::vector<std::string> HolderLines(const std::vector<DatabaseLock>& locks) {
  std::vector<std::string> lines;
  for (const DatabaseLock& lock : locks) lines.push_back(HolderLine(lock));
  const auto worst = std::find_if(locks.begin(), locks.end(), [](const DatabaseLock& lock) {
    return lock.BlocksWriting() && lock.pid && !lock.is_self;
  });
  if (worst != locks.end()) {
    lines.push_back("SELECT terminate_lock_holder(" + std::to_string(*worst->pid) +
                    ");  -- asks it to stop; what it has not committed is rolled back");
  }
  return lines;
}

}  // namespace migext::recover
