#include "support/locking_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

namespace migext::testing {
namespace {

volatile sig_atomic_t locked_descriptor = -1;

void LetGo(int /*signal*/) { close(locked_descriptor); }

// Between fork() and _exit() of a process that may have threads: system calls alone.
[[noreturn]] void LockAndStay(const char* file, const LockedBytes& bytes, int ready) {
  if (bytes.on_sigterm == LockedBytes::OnSigterm::kTakeNoNotice) signal(SIGTERM, SIG_IGN);
  if (bytes.on_sigterm == LockedBytes::OnSigterm::kLetGo) signal(SIGTERM, LetGo);
  const int descriptor = open(file, O_RDWR | O_CLOEXEC);
  locked_descriptor = descriptor;
  struct flock lock {};
  lock.l_type = static_cast<short>(bytes.is_exclusive ? F_WRLCK : F_RDLCK);
  lock.l_whence = SEEK_SET;
  lock.l_start = bytes.first;
  lock.l_len = bytes.count;
#if defined(F_OFD_SETLK)
  const int command = bytes.by_description ? F_OFD_SETLK : F_SETLK;
#else
  const int command = F_SETLK;
#endif
  if (bytes.waits) {
    if (write(ready, "x", 1) != 1) _exit(1);
    fcntl(descriptor, F_SETLKW, &lock);
  } else {
    if (fcntl(descriptor, command, &lock) != 0) _exit(1);
    if (write(ready, "x", 1) != 1) _exit(1);
  }
  for (;;) pause();
}

}  // namespace

LockingProcess::LockingProcess(const std::string& file, const LockedBytes& bytes) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("cannot make a pipe");
  pid_ = fork();
  if (pid_ == 0) LockAndStay(file.c_str(), bytes, ends[1]);
  close(ends[1]);
  char byte = 0;
  const bool is_ready = read(ends[0], &byte, 1) == 1;
  close(ends[0]);
  if (!is_ready) throw std::runtime_error("cannot lock " + file);
}

LockingProcess::~LockingProcess() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

}  // namespace migext::testing
