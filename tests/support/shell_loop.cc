#include "support/shell_loop.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace migext::testing {
namespace {

constexpr const char* kLoop =
    "{ echo '.timeout 60000'; yes \"$1\"; } | sqlite3 -batch -init /dev/null \"$0\" >\"$2\" 2>&1";

}  // namespace

ShellLoop::ShellLoop(const std::string& database, const std::string& statements)
    : output_path_(database + ".output") {
  group_ = fork();
  if (group_ < 0) throw std::runtime_error("cannot fork");
  if (group_ == 0) {
    setpgid(0, 0);
    execl("/bin/sh", "sh", "-c", kLoop, database.c_str(), statements.c_str(), output_path_.c_str(),
          static_cast<char*>(nullptr));
    _exit(127);
  }
  // Whichever of the two comes first: afterwards the group is there.
  setpgid(group_, group_);
}

ShellLoop::~ShellLoop() {
  Stop();
  unlink(output_path_.c_str());
}

void ShellLoop::Stop() {
  if (group_ < 0) return;
  kill(-group_, SIGKILL);
  waitpid(group_, nullptr, 0);
  group_ = -1;
}

std::string ShellLoop::output() const {
  std::ifstream file(output_path_, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::size_t end = text.rfind('\n');
  return end == std::string::npos ? "" : text.substr(0, end + 1);
}

}  // namespace migext::testing
