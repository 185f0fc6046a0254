#include "recover/locks_system.h"

#include <algorithm>
#include <thread>
#include <utility>

#if !defined(_WIN32)
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#endif
#if defined(__linux__)
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#endif

namespace migext::recover {

void Sleep(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }

ProcessHandle::ProcessHandle(ProcessHandle&& other) noexcept
    : pid_(other.pid_), descriptor_(std::exchange(other.descriptor_, -1)) {}

#if defined(_WIN32)

bool KnowsLocks() { return false; }

std::optional<FileIdentity> IdentityOf(const std::string& /*path*/) { return std::nullopt; }

bool AreSameFile(const std::string& /*a*/, const std::string& /*b*/) { return false; }

std::optional<BorrowedDescriptor> BorrowedDescriptor::On(const FileIdentity& /*file*/) {
  return std::nullopt;
}

std::optional<KernelLock> BorrowedDescriptor::Conflict(const ByteRange& /*range*/,
                                                       Access /*access*/) const {
  return std::nullopt;
}

std::string BorrowedDescriptor::ReadBeginning(std::size_t /*max_bytes*/) const { return {}; }

std::int64_t OwnPid() { return 0; }

std::uint64_t TicksPerSecond() { return 1; }

std::optional<ProcessHandle> ProcessHandle::Open(std::int64_t /*pid*/) { return std::nullopt; }

ProcessHandle::~ProcessHandle() = default;

ProcessHandle::Sent ProcessHandle::Send(Signal /*signal*/) const { return Sent::kIsGone; }

#else

namespace {

FileIdentity IdentityIn(const struct stat& info) {
#if defined(__linux__)
  return {major(info.st_dev), minor(info.st_dev), info.st_ino};
#else
  return {0, static_cast<std::uint64_t>(info.st_dev), info.st_ino};
#endif
}

std::optional<FileIdentity> IdentityOf(int descriptor) {
  struct stat info {};
  if (fstat(descriptor, &info) != 0) return std::nullopt;
  return IdentityIn(info);
}

/// Asks the kernel for a lock that is in the way; false when the descriptor cannot be asked.
bool AskFor(int descriptor, struct flock& question) {
#if defined(F_OFD_GETLK)
  struct flock of_this_process_too = question;
  if (fcntl(descriptor, F_OFD_GETLK, &of_this_process_too) == 0) {
    question = of_this_process_too;
    return true;
  }
#endif
  return fcntl(descriptor, F_GETLK, &question) == 0;
}

struct flock QuestionOf(const ByteRange& range, short type) {
  struct flock question {};
  question.l_type = type;
  question.l_whence = SEEK_SET;
  question.l_start = static_cast<off_t>(range.first);
  question.l_len = static_cast<off_t>(range.last - range.first + 1);
  return question;
}

int PidfdOpen([[maybe_unused]] std::int64_t pid) {
#if defined(SYS_pidfd_open) && defined(SYS_pidfd_send_signal)
  return static_cast<int>(syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0));
#else
  errno = ENOSYS;
  return -1;
#endif
}

int PidfdSend([[maybe_unused]] int descriptor, [[maybe_unused]] int signal) {
#if defined(SYS_pidfd_open) && defined(SYS_pidfd_send_signal)
  return static_cast<int>(syscall(SYS_pidfd_send_signal, descriptor, signal, nullptr, 0));
#else
  errno = ENOSYS;
  return -1;
#endif
}

int NumberOf(ProcessHandle::Signal signal) {
  switch (signal) {
    case ProcessHandle::Signal::kContinue:
      return SIGCONT;
    case ProcessHandle::Signal::kKill:
      return SIGKILL;
    default:
      return SIGTERM;
  }
}

}  // namespace

bool KnowsLocks() { return true; }

std::optional<FileIdentity> IdentityOf(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return std::nullopt;
  return IdentityIn(info);
}

bool AreSameFile(const std::string& a, const std::string& b) {
  const auto file = IdentityOf(a);
  return file && file == IdentityOf(b);
}

std::optional<BorrowedDescriptor> BorrowedDescriptor::On(const FileIdentity& file) {
  // The lowest free number is given out first, so behind a long gap there are none.
  constexpr int kLongestGap = 1024;
  int gap = 0;
  for (int descriptor = 0; gap < kLongestGap; ++descriptor) {
    const auto found = IdentityOf(descriptor);
    gap = found ? 0 : gap + 1;
    if (found != file) continue;
    struct flock question = QuestionOf({0, 0}, F_RDLCK);
    if (AskFor(descriptor, question)) return BorrowedDescriptor(descriptor, file);
  }
  return std::nullopt;
}

std::optional<KernelLock> BorrowedDescriptor::Conflict(const ByteRange& range,
                                                       Access access) const {
  struct flock question = QuestionOf(range, access == Access::kRead ? F_RDLCK : F_WRLCK);
  if (!AskFor(descriptor_, question) || question.l_type == F_UNLCK) return std::nullopt;
  // Another thread may have closed it, and its number now be another file's.
  if (IdentityOf(descriptor_) != file_) return std::nullopt;
  KernelLock lock;
  lock.is_exclusive = question.l_type == F_WRLCK;
  lock.pid = std::max<std::int64_t>(question.l_pid, 0);
  lock.file = file_;
  lock.range.first = static_cast<std::uint64_t>(question.l_start);
  lock.range.last = question.l_len == 0
                        ? UINT64_MAX
                        : lock.range.first + static_cast<std::uint64_t>(question.l_len) - 1;
  return lock;
}

std::string BorrowedDescriptor::ReadBeginning(std::size_t max_bytes) const {
  std::string bytes(max_bytes, '\0');
  const ssize_t got = pread(descriptor_, bytes.data(), bytes.size(), 0);
  if (got < 0 || IdentityOf(descriptor_) != file_) return {};
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

std::int64_t OwnPid() { return getpid(); }

std::uint64_t TicksPerSecond() {
  const long ticks = sysconf(_SC_CLK_TCK);
  return ticks > 0 ? static_cast<std::uint64_t>(ticks) : 100;
}

std::optional<ProcessHandle> ProcessHandle::Open(std::int64_t pid) {
  const int descriptor = PidfdOpen(pid);
  if (descriptor >= 0) return ProcessHandle(pid, descriptor);
  if (errno == ESRCH) return std::nullopt;
  // Signal 0 only asks whether there is such a process.
  if (kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH) return std::nullopt;
  return ProcessHandle(pid, -1);
}

ProcessHandle::~ProcessHandle() {
  if (descriptor_ >= 0) close(descriptor_);
}

ProcessHandle::Sent ProcessHandle::Send(Signal signal) const {
  const int number = NumberOf(signal);
  const int result =
      descriptor_ >= 0 ? PidfdSend(descriptor_, number) : kill(static_cast<pid_t>(pid_), number);
  if (result == 0) return Sent::kYes;
  return errno == ESRCH ? Sent::kIsGone : Sent::kNotPermitted;
}

#endif

}  // namespace migext::recover
