#include "base/files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

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
  const bool is_written = std::fwrite(text.data(), 1, text.size(), file.get()) == text.size();
  const int why_written = errno;
  // What still waits in memory is written by the closing.
  const bool is_closed = std::fclose(file.release()) == 0;
  if (is_written && is_closed) return;
  const std::string why = std::strerror(is_written ? errno : why_written);
  std::error_code ignored;
  fs::remove(path, ignored);
  Fail("write", path, why);
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
