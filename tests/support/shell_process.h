// A sqlite3 shell as a process of its own: somebody else who uses the database.
//
//   ShellProcess other(path);
//   other.Run("BEGIN IMMEDIATE;");    // done when this returns
//   other.pid();
//
// It ends with the object, killed if need be.
#ifndef MIGEXT_TESTS_SUPPORT_SHELL_PROCESS_H_
#define MIGEXT_TESTS_SUPPORT_SHELL_PROCESS_H_

#include <sys/types.h>

#include <string>

namespace migext::testing {

class ShellProcess {
 public:
  explicit ShellProcess(const std::string& database);
  ~ShellProcess();
  ShellProcess(const ShellProcess&) = delete;
  ShellProcess& operator=(const ShellProcess&) = delete;

  /// What the shell prints, errors too.
  std::string Run(const std::string& statements);
  pid_t pid() const { return pid_; }
  /// Waits until it has ended; the signal that ended it, or 0.
  int WaitForEnd();

 private:
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
};

}  // namespace migext::testing

#endif  // MIGEXT_TESTS_SUPPORT_SHELL_PROCESS_H_
