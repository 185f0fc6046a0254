#include "base/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#if defined(__linux__)
#include <sys/syscall.h>
#endif

#include "base/error.h"

namespace migext {
namespace {

namespace fs = std::filesystem;

FileKind KindOf(const fs::file_status& status) {
  switch (status.type()) {
    case fs::file_type::regular:
      return FileKind::kFile;
    case fs::file_type::directory:
      return FileKind::kFolder;
    case fs::file_type::none:
    case fs::file_type::not_found:
      return FileKind::kMissing;
    default:
      return FileKind::kOther;
  }
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

[[noreturn]] void Fail(std::string_view what, const std::string& path, const std::string& why) {
  throw Error("cannot " + std::string(what) + " '" + path + "': " + why);
}

std::error_code LastError() { return {errno, std::generic_category()}; }

std::error_code Sync(const std::string& path, int flags) {
  const int descriptor = open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) return LastError();
  const std::error_code error = fsync(descriptor) == 0 ? std::error_code() : LastError();
  close(descriptor);
  return error;
}

}  // namespace

FileKind KindOf(const std::string& path) {
  std::error_code error;
  return KindOf(fs::status(path, error));
}

std::vector<FolderEntry> ListFolder(const std::string& path) {
  std::error_code error;
  fs::directory_iterator it(path, error);
  if (error) Fail("list", path, error.message());
  std::vector<FolderEntry> entries;
  for (const fs::directory_iterator end; it != end; it.increment(error)) {
    if (error) break;
    // The iterator knows the type without asking the disk, but for links.
    std::error_code unreadable;
    entries.push_back({it->path().filename().string(), KindOf(it->status(unreadable)),
                       it->is_symlink(unreadable)});
  }
  if (error) Fail("list", path, error.message());
  std::sort(entries.begin(), entries.end(),
            [](const FolderEntry& a, const FolderEntry& b) { return a.name < b.name; });
  return entries;
}

std::string ReadFile(const std::string& path, std::size_t max_bytes) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (KindOf(status) == FileKind::kMissing) {
    Fail("read", path, error ? error.message() : std::strerror(ENOENT));
  }
  if (KindOf(status) != FileKind::kFile) Fail("read", path, "it is not a regular file");
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
  if (!file) Fail("read", path, std::strerror(errno));
  std::setvbuf(file.get(), nullptr, _IONBF, 0);

  // The size is a hint: the file may grow, and those of /proc have none.
  const std::uintmax_t size = fs::file_size(path, error);
  const std::size_t hint =
      error ? 0 : static_cast<std::size_t>(std::min<std::uintmax_t>(size, max_bytes));
  std::string bytes;
  std::size_t used = 0;
  for (;;) {
    bytes.resize(used == 0 ? hint + 1 : bytes.size() * 2);
    used += std::fread(bytes.data() + used, 1, bytes.size() - used, file.get());
    if (used > max_bytes)
      Fail("read", path, "it is larger than " + std::to_string(max_bytes) + " bytes");
    if (used < bytes.size()) break;
  }
  if (std::ferror(file.get()) != 0) Fail("read", path, std::strerror(errno));
  bytes.resize(used);
  return bytes;
}

std::optional<std::string> ReadBeginning(const std::string& path, std::size_t max_bytes) {
  if (!IsFile(path)) return std::nullopt;
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
  if (!file) return std::nullopt;
  std::string bytes;
  std::array<char, 4096> part{};
  while (bytes.size() < max_bytes) {
    const std::size_t wanted = std::min(part.size(), max_bytes - bytes.size());
    const std::size_t got = std::fread(part.data(), 1, wanted, file.get());
    bytes.append(part.data(), got);
    if (got < wanted) break;
  }
  // A process may end while its files of /proc are read.
  if (std::ferror(file.get()) != 0) return std::nullopt;
  return bytes;
}

void WriteNewFile(const std::string& path, std::string_view text) {
  std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "wbx"));
  if (file == nullptr) Fail("write", path, std::strerror(errno));
  const bool is_written = std::fwrite(text.data(), 1, text.size(), file.get()) == text.size() &&
                          std::fflush(file.get()) == 0 && fsync(fileno(file.get())) == 0;
  const int why_written = errno;
  const bool is_closed = std::fclose(file.release()) == 0;
  if (is_written && is_closed) return;
  const std::string why = std::strerror(is_written ? errno : why_written);
  std::error_code ignored;
  fs::remove(path, ignored);
  Fail("write", path, why);
}

std::error_code SyncFile(const std::string& path) { return Sync(path, O_RDWR); }

std::error_code SyncFolder(const std::string& path) {
  const std::error_code error = Sync(path, O_RDONLY | O_DIRECTORY);
  const bool is_unknown = error == std::errc::invalid_argument || error == std::errc::not_supported;
  return is_unknown ? std::error_code() : error;
}

std::error_code LinkFile(const std::string& path, const std::string& second_name) {
  // link() may follow a link, as POSIX leaves it to the system.
  const int failed = linkat(AT_FDCWD, path.c_str(), AT_FDCWD, second_name.c_str(), 0);
  return failed == 0 ? std::error_code() : LastError();
}

std::error_code RenameToFree(const std::string& from, const std::string& to) {
#if defined(__linux__) && defined(SYS_renameat2)
  // By its number: older C libraries have no function for it.
  constexpr unsigned kNoReplace = 1;  // RENAME_NOREPLACE
  const long failed =
      syscall(SYS_renameat2, AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), kNoReplace);
  if (failed == 0) return {};
  // The kernel, or the file system, may not know how.
  if (errno != ENOSYS && errno != EINVAL) return LastError();
#endif
  if (const std::error_code error = LinkFile(from, to)) return error;
  if (unlink(from.c_str()) == 0) return {};
  const std::error_code error = LastError();
  unlink(to.c_str());
  return error;
}

bool IsThere(const std::string& path) {
  std::error_code error;
  return fs::symlink_status(path, error).type() != fs::file_type::not_found;
}

std::optional<std::string> LinkTarget(const std::string& path) {
  std::error_code error;
  const fs::path target = fs::read_symlink(path, error);
  if (error) return std::nullopt;
  return target.string();
}

FileStamp StampOf(const std::string& path) {
  std::error_code error;
  FileStamp stamp;
  const fs::file_time_type time = fs::last_write_time(path, error);
  if (error) return stamp;
  stamp.modified = static_cast<std::int64_t>(time.time_since_epoch().count());
  const std::uintmax_t size = fs::file_size(path, error);
  if (!error) stamp.size = size;
  return stamp;
}

std::string JoinPath(std::string_view folder, std::string_view name) {
  std::string path(folder);
  if (!path.empty() && path.back() != '/') path += '/';
  return path += name;
}

std::string CanonicalPath(const std::string& path) {
  std::error_code error;
  const fs::path canonical = fs::canonical(path, error);
  return error ? path : canonical.string();
}

std::string ParentPath(const std::string& path) {
  const fs::path parent = fs::path(path).parent_path();
  return parent.empty() ? "." : parent.string();
}

std::string BaseName(const std::string& path) { return fs::path(path).filename().string(); }

}  // namespace migext
