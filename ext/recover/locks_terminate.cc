#include "recover/locks_terminate.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>

#include "base/error.h"
#include "recover/locks.h"
#include "recover/locks_notes.h"
#include "recover/locks_system.h"

namespace migext::recover {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Signal = ProcessHandle::Signal;
using Sent = ProcessHandle::Sent;

constexpr milliseconds kPause{20};

bool IsHeldBy(const DatabaseLock& lock, std::int64_t pid) {
  return lock.pid == pid && !lock.is_waiting && lock.kind != LockKind::kFlock;
}

std::vector<DatabaseLock> LocksOf(const sqlite::Connection& connection, std::int64_t pid) {
  std::vector<DatabaseLock> locks = LocksOn(QuestionOf(connection));
  std::erase_if(locks, [&](const DatabaseLock& lock) { return !IsHeldBy(lock, pid); });
  return locks;
}

void RequireStoppable(std::int64_t pid) {
  if (pid == OwnPid()) {
    throw Error("process " + std::to_string(pid) +
                " is this one: COMMIT or ROLLBACK here, or leave with .quit");
  }
  if (pid <= 1 || pid > std::numeric_limits<std::int32_t>::max()) {
    throw Error(std::to_string(pid) +
                " is no process that can be stopped; take a pid of SELECT pid FROM database_locks");
  }
}

[[noreturn]] void FailAsNoHolder(const sqlite::Connection& connection, std::int64_t pid) {
  std::string message =
      "process " + std::to_string(pid) + " has no lock on this database, so it is left alone";
  std::string holders;
  for (const DatabaseLock& lock : LocksOn(QuestionOf(connection))) {
    if (!lock.is_self) holders += "\n  " + HolderLine(lock);
  }
  message += holders.empty() ? "; no other process has one" : "; these have one:" + holders;
  throw Error(message);
}

/// True for a process that this one descends from.
bool IsAncestor(const ProcFolder& proc, std::int64_t pid) {
  constexpr int kDeepest = 100;
  std::int64_t at = OwnPid();
  for (int depth = 0; depth < kDeepest && at > 1; ++depth) {
    const auto process = proc.Read(at);
    if (!process) return false;
    at = process->parent;
    if (at == pid) return true;
  }
  return false;
}

/// A process under its number, as long as it is the same one.
class Holder {
 public:
  Holder(const sqlite::Connection& connection, ProcessHandle handle, Process process)
      : connection_(connection), handle_(std::move(handle)), process_(std::move(process)) {}

  /// False when it is gone.  Throws Error when it may not be signalled.
  bool Send(Signal signal) const {
    // Between the last look and the signal the number may have become another process's; where the
    // kernel has pidfd_open() the handle makes sure in any case.
    const auto now = proc_.Read(process_.pid);
    if (!now || now->start_ticks != process_.start_ticks) return false;
    const Sent sent = handle_.Send(signal);
    if (sent != Sent::kNotPermitted) return sent == Sent::kYes;
    const std::string pid = std::to_string(process_.pid);
    throw Error("process " + pid + " (" + process_.command +
                ") belongs to another user, and you may not stop it: type  sudo kill " + pid +
                "  in a terminal");
  }

  /// Waits for a while; false when it holds on.
  bool LetsGo(milliseconds grace) const {
    return Becomes([this] { return HasEnded() || LocksOf(connection_, process_.pid).empty(); },
                   grace);
  }

  /// Of one that has let go: a process that ends does that first.
  bool Ends(milliseconds grace) const {
    return Becomes([this] { return HasEnded(); }, grace);
  }

  const Process& process() const { return process_; }

 private:
  bool HasEnded() const {
    const auto now = proc_.Read(process_.pid);
    return !now || now->start_ticks != process_.start_ticks || now->has_ended;
  }

  bool Becomes(const std::function<bool()>& is_so, milliseconds grace) const {
    const auto end = steady_clock::now() + grace;
    while (!is_so()) {
      if (steady_clock::now() >= end) return false;
      Sleep(kPause);
      connection_.ThrowIfInterrupted();
    }
    return true;
  }

  const sqlite::Connection& connection_;
  ProcFolder proc_;
  ProcessHandle handle_;
  Process process_;
};

Termination Stop(const Holder& holder, bool was_writing, const StopOptions& options) {
  const std::string who = "process " + std::to_string(holder.process().pid);
  const std::string end =
      was_writing ? "; what it had not committed is rolled back" : "; it was only reading";
  Termination done;
  if (!holder.Send(Signal::kTerminate)) {
    done.has_let_go = true;
    done.answer = who + " has ended by itself" + end;
    return done;
  }
  done.report.push_back("SIGTERM to " + who + " (" + holder.process().command + ")");
  // One that is stopped takes signals only when it goes on.
  if (holder.process().is_stopped) holder.Send(Signal::kContinue);
  done.has_let_go = holder.LetsGo(options.grace);
  if (!done.has_let_go && options.may_kill) {
    holder.Send(Signal::kKill);
    done.report.push_back("SIGKILL to " + who + ", which had held on");
    done.has_let_go = holder.LetsGo(options.grace);
  }
  if (done.has_let_go) {
    done.answer =
        who +
        (holder.Ends(options.grace) ? " has ended" : " has let go of the database and runs on") +
        end;
  } else if (options.may_kill) {
    done.answer = who +
                  " does not even end by SIGKILL: it hangs in the kernel, waiting for a disk or a "
                  "network; look after that";
  } else {
    done.answer = who +
                  " was asked to stop (SIGTERM) and holds on; SELECT "
                  "terminate_lock_holder(" +
                  std::to_string(holder.process().pid) +
                  ", 'kill') ends it without letting it tidy up";
  }
  return done;
}

}  // namespace

Termination TerminateLockHolder(const sqlite::Connection& connection, std::int64_t pid,
                                const StopOptions& options) {
  RequireStoppable(pid);
  // First of all, so that the number cannot change its owner behind what is looked at below.
  std::optional<ProcessHandle> handle = ProcessHandle::Open(pid);
  const std::vector<DatabaseLock> locks = LocksOf(connection, pid);
  if (!handle || locks.empty()) FailAsNoHolder(connection, pid);
  if (!locks.front().process) {
    throw Error("process " + std::to_string(pid) +
                " may not be looked at, so nothing is sent to it: type  sudo kill " +
                std::to_string(pid) + "  in a terminal");
  }
  const bool was_writing = std::any_of(
      locks.begin(), locks.end(), [](const DatabaseLock& lock) { return lock.BlocksWriting(); });
  const Holder holder(connection, std::move(*handle), *locks.front().process);
  const bool is_ancestor = IsAncestor(ProcFolder(), pid);
  Termination done = Stop(holder, was_writing, options);
  for (const DatabaseLock& lock : locks) {
    done.report.push_back("it had '" + std::string(LockName(lock.kind)) + "' on " + lock.file);
  }
  if (is_ancestor) done.report.push_back("it had started the process that you are in");
  return done;
}

}  // namespace migext::recover
