// What the operating system is asked about files, locks and processes: the one file of the locks
// with system calls.  Where there are none of the kind (Windows) all answers are "not known".
//
// It opens and closes no database file: that would drop this process's locks on it
// (https://sqlite.org/howtocorrupt.html, 2.2).  A lock is probed through a descriptor that SQLite
// has open anyway, with F_OFD_GETLK, which takes nothing and sees what this process itself holds.
#ifndef MIGEXT_RECOVER_LOCKS_SYSTEM_H_
#define MIGEXT_RECOVER_LOCKS_SYSTEM_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "recover/locks_kernel.h"

namespace migext::recover {

/// False where nothing here works.
bool KnowsLocks();

/// Nothing for a file that is missing.
std::optional<FileIdentity> IdentityOf(const std::string& path);
/// Links are followed.
bool AreSameFile(const std::string& a, const std::string& b);

/// A descriptor of this process on that very file, opened by somebody else.
class BorrowedDescriptor {
 public:
  static std::optional<BorrowedDescriptor> On(const FileIdentity& file);

  enum class Access : std::uint8_t { kRead, kWrite };
  /// The lock that would be in the way of one on `range`; `pid` is 0 for a process that cannot be
  /// seen from here.  Nothing when there is none.
  std::optional<KernelLock> Conflict(const ByteRange& range, Access access) const;
  /// At most so many bytes from the beginning of the file; "" where they cannot be read.
  std::string ReadBeginning(std::size_t max_bytes) const;

 private:
  BorrowedDescriptor(int descriptor, const FileIdentity& file)
      : descriptor_(descriptor), file_(file) {}

  int descriptor_;
  FileIdentity file_;
};

std::int64_t OwnPid();
/// Of the clock that counts the start of processes.
std::uint64_t TicksPerSecond();
void Sleep(std::chrono::milliseconds time);

/// One process for good: its number may be given to another one when it has ended.
class ProcessHandle {
 public:
  /// Nothing when there is no process of that number.
  static std::optional<ProcessHandle> Open(std::int64_t pid);
  ~ProcessHandle();
  ProcessHandle(ProcessHandle&& other) noexcept;
  ProcessHandle& operator=(ProcessHandle&&) = delete;
  ProcessHandle(const ProcessHandle&) = delete;
  ProcessHandle& operator=(const ProcessHandle&) = delete;

  enum class Signal : std::uint8_t { kTerminate, kContinue, kKill };
  enum class Sent : std::uint8_t { kYes, kIsGone, kNotPermitted };
  Sent Send(Signal signal) const;

 private:
  ProcessHandle(std::int64_t pid, int descriptor) : pid_(pid), descriptor_(descriptor) {}

  std::int64_t pid_;
  int descriptor_;  // -1 where the kernel has no pidfd_open().
};

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_LOCKS_SYSTEM_H_
