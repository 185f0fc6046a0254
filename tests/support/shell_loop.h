// Another process: a sqlite3 shell that sends the same statements to a database over and over.
//
//   ShellLoop writer(path, "UPDATE counter SET n = n + 1;");
//   …
//   writer.Stop();
//   writer.output()   // all that it printed
//
// It waits patiently for locks.  It is killed with the object, in the middle of whatever it does.
#ifndef MIGEXT_TESTS_SUPPORT_SHELL_LOOP_H_
#define MIGEXT_TESTS_SUPPORT_SHELL_LOOP_H_

#include <sys/types.h>

#include <string>

namespace migext::testing {

class ShellLoop {
 public:
  /// `statements` on one line.
  ShellLoop(const std::string& database, const std::string& statements);
  ~ShellLoop();
  ShellLoop(const ShellLoop&) = delete;
  ShellLoop& operator=(const ShellLoop&) = delete;

  void Stop();
  /// Whole lines, those of standard error among them.
  std::string output() const;

 private:
  std::string output_path_;
  pid_t group_ = -1;
};

}  // namespace migext::testing

#endif  // MIGEXT_TESTS_SUPPORT_SHELL_LOOP_H_
