#include "recover/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include "base/error.h"
#include "base/files.h"

namespace migext::recover {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number() const { return number_; }

 private:
  int number_;
};

[[noreturn]] void Fail(const std::string& path) {
  throw Error("cannot write '" + path + "': " + std::strerror(errno));
}

[[noreturn]] void FailTaken(const std::string& path) {
  throw Error("'" + path + "' is there already and is not overwritten; give another name");
}

void RequireDone(const std::error_code& error, const std::string& path) {
  if (error) throw Error("cannot write '" + path + "': " + error.message());
}

}  // namespace

NewFile::NewFile(const std::string& path, Readers readers)
    : path_(path), partial_path_(path + ".partial") {
  struct stat status {};
  if (path.empty()) throw Error("give the path of a new file");
  if (lstat(path.c_str(), &status) == 0) FailTaken(path);
  const mode_t mode = readers == Readers::kOwner ? 0600 : 0666;
  const Descriptor file(open(partial_path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (file.number() >= 0) return;
  if (errno != EEXIST) Fail(partial_path_);
  throw Error("'" + partial_path_ +
              "' is there already: another run is writing it, or one was interrupted; remove it if "
              "nothing is running, or give another name");
}

NewFile::~NewFile() {
  if (published_) return;
  for (const char* suffix : {"", "-journal", "-wal", "-shm"}) {
    std::remove((partial_path_ + suffix).c_str());
  }
}

void NewFile::Publish() {
  RequireDone(SyncFile(partial_path_), partial_path_);
  // A link fails where the name is taken, which rename() would take away.
  if (link(partial_path_.c_str(), path_.c_str()) == 0) {
    unlink(partial_path_.c_str());
  } else {
    if (errno == EEXIST) FailTaken(path_);
    struct stat status {};
    if (lstat(path_.c_str(), &status) == 0) FailTaken(path_);
    if (std::rename(partial_path_.c_str(), path_.c_str()) != 0) Fail(path_);
  }
  if (const std::error_code error = SyncFolder(ParentPath(path_))) {
    unlink(path_.c_str());
    RequireDone(error, path_);
  }
  published_ = true;
}

}  // namespace migext::recover
