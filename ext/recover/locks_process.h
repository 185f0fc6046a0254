// What the system tells of a process: who it is, since when, in which container.
//
//   const ProcFolder proc("/proc");
//   proc.Read(4242)->command     // "python manage.py runserver"
//   proc.Read(4242)->started_at  // "2025-01-13 10:20:30", in UTC
//
// Processes come and go while they are read, and write into their command lines what they like:
// what is shown is one line of UTF-8 without control characters.  Without such a folder (macOS,
// Windows) nothing is known of any process.
#ifndef MIGEXT_RECOVER_LOCKS_PROCESS_H_
#define MIGEXT_RECOVER_LOCKS_PROCESS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "recover/locks_kernel.h"

namespace migext::recover {

struct Process {
  std::int64_t pid = 0;
  std::string command;
  std::string started_at;  ///< "" when the clock of the system's start is not known.
  std::string container;   ///< The first digits of its id, or its name; "" for none.
  std::int64_t parent = 0;
  /// Since the system's start, in ticks: with the pid it tells a process from a later one.
  std::uint64_t start_ticks = 0;
  bool is_stopped = false;  ///< Ctrl-Z, or SIGSTOP.
  bool has_ended = false;   ///< Only its parent has not noticed yet.
};

class ProcFolder {
 public:
  explicit ProcFolder(std::string folder = "/proc") : folder_(std::move(folder)) {}

  /// Nothing for one that is gone, or that may not be looked at.
  std::optional<Process> Read(std::int64_t pid) const;

  /// All locks of the system that may be seen from here; nothing where there is no list of them.
  std::optional<std::vector<KernelLock>> Locks() const;
  /// True if the process has that very file open.
  bool HasOpen(std::int64_t pid, const std::string& path) const;
  /// Processes that hold a lock on that file by an open file description.
  std::vector<KernelLock> OpenFileDescriptionLocks(const std::string& path) const;

 private:
  std::string Of(std::int64_t pid, std::string_view name) const;
  /// The numbers of the process's descriptors on that file.
  std::vector<std::string> DescriptorsOn(std::int64_t pid, const std::string& path) const;

  std::string folder_;
};

/// "docker-4f66ad9c….scope" and the like, of /proc/PID/cgroup: "4f66ad9c12de", or "".
std::string ContainerIn(std::string_view cgroup);

/// One line for people: arguments with blanks between them, as much as is good to read.
std::string CommandIn(std::string_view cmdline);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_LOCKS_PROCESS_H_
