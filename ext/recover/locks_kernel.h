// The kernel's list of file locks, as /proc/locks and /proc/PID/fdinfo show it (man 5 proc_locks).
//
//   1: POSIX  ADVISORY  WRITE 4242 fe:00:1835 1073741825 1073741825
//   1: -> POSIX  ADVISORY  WRITE 4311 fe:00:1835 1073741825 1073741825
//   2: OFDLCK ADVISORY  READ -1 fe:00:1835 0 EOF
//
// An arrow is somebody who waits.  A lock of an open file description (OFDLCK) belongs to no
// process: its number is -1.  What cannot be read is left out.
#ifndef MIGEXT_RECOVER_LOCKS_KERNEL_H_
#define MIGEXT_RECOVER_LOCKS_KERNEL_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace migext::recover {

/// What stays the same when a file is renamed.
struct FileIdentity {
  std::uint64_t device_major = 0;
  std::uint64_t device_minor = 0;
  std::uint64_t inode = 0;

  bool operator==(const FileIdentity&) const = default;
};

struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;

  bool Covers(std::uint64_t byte) const { return first <= byte && byte <= last; }
  bool Overlaps(const ByteRange& other) const { return first <= other.last && other.first <= last; }
};

struct KernelLock {
  /// flock() is a world of its own: SQLite's locks neither see it nor mind it.
  enum class Kind : std::uint8_t { kPosix, kOpenFileDescription, kFlock };

  Kind kind = Kind::kPosix;
  bool is_exclusive = false;
  bool is_waiting = false;
  std::int64_t pid = 0;  ///< 0 or less: the kernel names no process.
  FileIdentity file;
  ByteRange range;
};

std::optional<KernelLock> ParseKernelLock(std::string_view line);
std::vector<KernelLock> ParseKernelLocks(std::string_view text);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_LOCKS_KERNEL_H_
