#include "recover/neighbours.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "sqlite/file_header.h"
#include "sqlite/recovered.h"

namespace migext::recover {
namespace {

constexpr int kMostFiles = 200;
constexpr std::uintmax_t kLargestChecked = std::uintmax_t{1} << 30U;

void AddFolder(const std::string& folder, std::set<std::string>& paths) {
  if (folder.empty() || !IsFolder(folder)) return;
  try {
    int looked_at = 0;
    for (const FolderEntry& entry : ListFolder(folder)) {
      if (entry.kind != FileKind::kFile || sqlite::IsPartOfADatabase(entry.name)) continue;
      if (++looked_at > kMostFiles) return;
      paths.insert(CanonicalPath(JoinPath(folder, entry.name)));
    }
  } catch (const Error&) {
    return;
  }
}

}  // namespace

std::optional<Neighbour> LookAtDatabase(const std::string& path) {
  const FileStamp stamp = StampOf(path);
  if (stamp.size < sqlite::FileHeader::kSize) return {};
  try {
    const sqlite::RecoveredDatabase other(path);
    if (!sqlite::FileHeader(other.file().Read(0, sqlite::FileHeader::kSize)).HasMagic()) return {};
    const sqlite::Cell count = other.db().Value("SELECT count(*) FROM main.django_migrations");
    if (count.Integer() == nullptr || *count.Integer() == 0) return {};
    Neighbour neighbour{path, *count.Integer(), stamp.modified, false};
    neighbour.is_sound = stamp.size <= kLargestChecked &&
                         other.db().Value("PRAGMA main.quick_check(1)") == sqlite::Cell("ok");
    return neighbour;
  } catch (const Error&) {
    return {};
  }
}

std::vector<Neighbour> DatabasesBeside(const std::string& path, const std::string& root) {
  std::set<std::string> paths;
  const std::string folder = ParentPath(path);
  AddFolder(folder, paths);
  AddFolder(JoinPath(folder, "backups"), paths);
  AddFolder(root, paths);
  paths.erase(CanonicalPath(path));
  std::vector<Neighbour> found;
  for (const std::string& other : paths) {
    if (auto neighbour = LookAtDatabase(other)) found.push_back(std::move(*neighbour));
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Neighbour& a, const Neighbour& b) { return a.modified > b.modified; });
  return found;
}

}  // namespace migext::recover
