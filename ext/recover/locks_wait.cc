#include "recover/locks_wait.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <vector>

#include "base/error.h"
#include "recover/locks.h"
#include "recover/locks_notes.h"
#include "recover/locks_system.h"

namespace migext::recover {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr double kLongest = 86400;
constexpr milliseconds kPause{50};

std::string SecondsText(steady_clock::duration time) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.1f s", std::chrono::duration<double>(time).count());
  return text.data();
}

void RequireNotInOwnWay(const sqlite::Connection& connection) {
  if (connection.State() == sqlite::TransactionState::kWrite) {
    throw Error(
        "you are in the way yourself: this connection has an open transaction that writes; COMMIT "
        "or ROLLBACK");
  }
  if (connection.HasMoved()) {
    throw Error("'" + connection.FileName() +
                "' was moved, deleted or replaced since this connection opened it; open it again, "
                "also in each other program that uses it");
  }
}

std::string Answer(const std::vector<DatabaseLock>& locks, steady_clock::duration time) {
  std::string answer = "free after " + SecondsText(time);
  for (const DatabaseLock& lock : locks) {
    if (lock.kind == LockKind::kUnknown) throw Error(lock.note);
    const bool is_reading = lock.kind == LockKind::kShared && !lock.is_in_wal_mode;
    if (!is_reading || lock.is_waiting || lock.is_self) continue;
    return answer + "; " + lock.Who() + " is reading, and a commit waits for that";
  }
  return answer;
}

[[noreturn]] void FailWith(const std::string& what, const std::vector<DatabaseLock>& blockers) {
  std::string message = what;
  for (const std::string& line : HolderLines(blockers)) message += "\n" + line;
  throw Error(message + "\nSELECT wait_for_unlock(60);  -- waits longer");
}

}  // namespace

std::string WaitForUnlock(const sqlite::Connection& connection, double seconds) {
  if (!(seconds >= 0 && seconds <= kLongest)) {
    throw Error("give the seconds to wait, from 0 to 86400: SELECT wait_for_unlock(30)");
  }
  RequireNotInOwnWay(connection);
  const auto begin = steady_clock::now();
  const auto end = begin + milliseconds(std::llround(seconds * 1000));
  for (;;) {
    std::vector<DatabaseLock> locks = LocksOn(QuestionOf(connection));
    const auto now = steady_clock::now();
    const auto blocker = [](const DatabaseLock& lock) { return lock.BlocksWriting(); };
    if (std::none_of(locks.begin(), locks.end(), blocker)) return Answer(locks, now - begin);
    std::erase_if(locks, [](const DatabaseLock& lock) { return !lock.BlocksWriting(); });
    if (now >= end)
      FailWith("the database is not free after " + SecondsText(now - begin) + ":", locks);
    Sleep(std::min(kPause, std::chrono::ceil<milliseconds>(end - now)));
    try {
      connection.ThrowIfInterrupted();
    } catch (const sqlite::DatabaseError&) {
      FailWith("interrupted: the database was not free after " +
                   SecondsText(steady_clock::now() - begin) + ":",
               locks);
    }
  }
}

}  // namespace migext::recover
