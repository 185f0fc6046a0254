// A process that has locked bytes of a file, or waits for them, as no sqlite3 shell does it for
// long.
//
//   LockingProcess other(path, {.first = 121, .count = 1});
//   other.pid();
//
// It ends with the object.
#ifndef MIGEXT_TESTS_SUPPORT_LOCKING_PROCESS_H_
#define MIGEXT_TESTS_SUPPORT_LOCKING_PROCESS_H_

#include <sys/types.h>

#include <string>

namespace migext::testing {

struct LockedBytes {
  off_t first = 0;
  off_t count = 1;
  bool is_exclusive = true;
  bool by_description = false;  ///< A lock of the open file description.
  bool waits = false;           ///< Somebody else has it.
  enum class OnSigterm { kEnd, kTakeNoNotice, kLetGo };
  OnSigterm on_sigterm = OnSigterm::kEnd;
};

class LockingProcess {
 public:
  LockingProcess(const std::string& file, const LockedBytes& bytes);
  ~LockingProcess();
  LockingProcess(const LockingProcess&) = delete;
  LockingProcess& operator=(const LockingProcess&) = delete;

  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

}  // namespace migext::testing

#endif  // MIGEXT_TESTS_SUPPORT_LOCKING_PROCESS_H_
