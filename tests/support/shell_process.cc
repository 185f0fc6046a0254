#include "support/shell_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace migext::testing {
namespace {

constexpr const char* kEnd = "end of answer";

struct Pipe {
  Pipe() {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("cannot make a pipe");
    // Not for the shells that are started later.
    for (const int end : ends) fcntl(end, F_SETFD, FD_CLOEXEC);
    reading = ends[0];
    writing = ends[1];
  }
  int reading = -1;
  int writing = -1;
};

}  // namespace

ShellProcess::ShellProcess(const std::string& database) {
  const Pipe to_shell;
  const Pipe from_shell;
  pid_ = fork();
  if (pid_ == 0) {
    dup2(to_shell.reading, STDIN_FILENO);
    dup2(from_shell.writing, STDOUT_FILENO);
    dup2(from_shell.writing, STDERR_FILENO);
    execlp("sqlite3", "sqlite3", "-batch", "-init", "/dev/null", database.c_str(), nullptr);
    _exit(127);
  }
  close(to_shell.reading);
  close(from_shell.writing);
  input_ = to_shell.writing;
  output_ = from_shell.reading;
  Run("");
}

ShellProcess::~ShellProcess() {
  close(input_);
  close(output_);
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  WaitForEnd();
}

std::string ShellProcess::Run(const std::string& statements) {
  const std::string text = statements + "\n.print " + kEnd + "\n";
  if (write(input_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    throw std::runtime_error("the shell does not listen");
  }
  const std::string end = std::string(kEnd) + "\n";
  std::string answer;
  char byte = 0;
  while (!answer.ends_with(end)) {
    if (read(output_, &byte, 1) != 1) throw std::runtime_error("the shell has ended: " + answer);
    answer += byte;
  }
  return answer.substr(0, answer.size() - end.size());
}

int ShellProcess::WaitForEnd() {
  int status = 0;
  const pid_t pid = std::exchange(pid_, -1);
  if (waitpid(pid, &status, 0) != pid) return 0;
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

}  // namespace migext::testing
