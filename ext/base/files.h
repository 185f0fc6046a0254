// The one door to the disk: listing folders, reading files whole, with bounds, and making new ones.
//
//   for (const FolderEntry& entry : ListFolder("shop/migrations")) …
//   ReadFile("shop/migrations/0001_initial.py", 8 << 20)
//
// Links are followed.  Nothing here can hang: only regular files are opened, so no pipe and no
// device.
#ifndef MIGEXT_BASE_FILES_H_
#define MIGEXT_BASE_FILES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace migext {

enum class FileKind : std::uint8_t { kMissing, kFile, kFolder, kOther };

/// kMissing also for what may not be looked at, and for a link that leads nowhere.
FileKind KindOf(const std::string& path);
inline bool IsFile(const std::string& path) { return KindOf(path) == FileKind::kFile; }
inline bool IsFolder(const std::string& path) { return KindOf(path) == FileKind::kFolder; }

struct FolderEntry {
  std::string name;
  FileKind kind = FileKind::kMissing;
  bool is_link = false;
};

/// Sorted by name.  Throws Error when the folder cannot be listed.
std::vector<FolderEntry> ListFolder(const std::string& path);

/// Throws Error for what is no regular file, cannot be read, or is larger than `max_bytes`.
std::string ReadFile(const std::string& path, std::size_t max_bytes);

/// At most `max_bytes` from its beginning; nothing for what is no regular file or cannot be read.
std::optional<std::string> ReadBeginning(const std::string& path, std::size_t max_bytes);

/// Never overwrites: throws Error when something of that name is there, or it cannot be written; a
/// part of it does not stay.  Its text has reached the disk; its name needs SyncFolder().
void WriteNewFile(const std::string& path, std::string_view text);

/// Waits until the file's bytes have reached the disk, so that a power cut leaves them.
std::error_code SyncFile(const std::string& path);
/// The same for the names in a folder; no error where the file system does not do that for folders.
std::error_code SyncFolder(const std::string& path);

/// Gives the file a second name; fails where there is something of that name.
std::error_code LinkFile(const std::string& path, const std::string& second_name);
/// A rename that never replaces: it fails where there is something of that name.
std::error_code RenameToFree(const std::string& from, const std::string& to);
/// True for what can be looked at without following links, be it a link that leads nowhere.
bool IsThere(const std::string& path);
/// "x" of a link to x; nothing for what is no link.
std::optional<std::string> LinkTarget(const std::string& path);

/// What changes when a file is written; all zero for one that is missing.
struct FileStamp {
  std::uintmax_t size = 0;
  std::int64_t modified = 0;  ///< In the file system's own clock.

  bool operator==(const FileStamp&) const = default;
};
FileStamp StampOf(const std::string& path);

/// "a/b" of "a" and "b".
std::string JoinPath(std::string_view folder, std::string_view name);
/// The path made absolute, without links, "." and ".."; the path itself where that fails.
std::string CanonicalPath(const std::string& path);
/// The folder that holds it: "/srv" of "/srv/site".  The root is its own parent.
std::string ParentPath(const std::string& path);
/// "site" of "/srv/site".
std::string BaseName(const std::string& path);

}  // namespace migext

#endif  // MIGEXT_BASE_FILES_H_
