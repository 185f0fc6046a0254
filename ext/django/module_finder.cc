#include "django/module_finder.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace migext::django {
namespace {

bool SameEntry(const FolderEntry& a, const FolderEntry& b) {
  return a.name == b.name && a.kind == b.kind;
}

std::vector<FolderEntry> ListOrNothing(const std::string& folder) {
  try {
    return ListFolder(folder);
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

void FolderModules::AddFolder(const std::string& folder, Role role) {
  for (const auto& [known, known_role] : folders_) {
    if (known == folder) return;
  }
  folders_.emplace_back(folder, role);
}

const std::vector<FolderEntry>& FolderModules::List(const std::string& folder) {
  const auto [it, is_new] = listings_.try_emplace(folder);
  if (is_new) it->second = ListOrNothing(folder);
  return it->second;
}

const FolderEntry* FolderModules::FindEntry(const std::string& folder, std::string_view name) {
  const std::vector<FolderEntry>& entries = List(folder);
  const auto it =
      std::lower_bound(entries.begin(), entries.end(), name,
                       [](const FolderEntry& entry, std::string_view n) { return entry.name < n; });
  return it != entries.end() && it->name == name ? &*it : nullptr;
}

std::optional<FolderModules::Location> FolderModules::LocateIn(const std::string& folder,
                                                               std::string_view name, Role role) {
  const FolderEntry* entry = FindEntry(folder, name);
  if (entry != nullptr && entry->kind == FileKind::kFolder) {
    Location package{JoinPath(folder, name), true, false, role};
    const FolderEntry* init = FindEntry(package.path, "__init__.py");
    package.has_init = init != nullptr && init->kind != FileKind::kMissing;
    if (package.has_init) return package;
  }
  const std::string file = std::string(name) + ".py";
  const FolderEntry* module = FindEntry(folder, file);
  if (module != nullptr && module->kind != FileKind::kFolder &&
      module->kind != FileKind::kMissing) {
    return Location{JoinPath(folder, file), false, false, role};
  }
  // Python takes a folder without __init__.py only when no folder of sys.path has better.
  if (entry != nullptr && entry->kind == FileKind::kFolder) {
    return Location{JoinPath(folder, name), true, false, role};
  }
  return std::nullopt;
}

std::optional<FolderModules::Location> FolderModules::Locate(std::string_view dotted_name) {
  const std::size_t dot = dotted_name.find('.');
  std::optional<Location> found;
  for (const auto& [folder, role] : folders_) {
    std::optional<Location> here = LocateIn(folder, dotted_name.substr(0, dot), role);
    if (!here) continue;
    const bool is_namespace = here->is_package && !here->has_init;
    if (!found || !is_namespace) found = std::move(here);
    if (!is_namespace) break;
  }
  std::string_view rest = dot == std::string_view::npos ? "" : dotted_name.substr(dot + 1);
  while (found && !rest.empty()) {
    if (!found->is_package) return std::nullopt;
    const std::size_t end = std::min(rest.find('.'), rest.size());
    found = LocateIn(found->path, rest.substr(0, end), found->role);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return found;
}

std::string FolderModules::Read(const std::string& path) {
  stamps_.try_emplace(path, StampOf(path));
  return ReadFile(path, kMaxSourceBytes);
}

std::string_view FolderModules::Preload(const std::string& path) {
  const auto [it, is_new] = preloaded_.try_emplace(path);
  if (is_new) {
    try {
      it->second = Read(path);
    } catch (const Error&) {
      preloaded_.erase(it);  // FindModule() tells why.
      return {};
    }
  }
  return it->second;
}

std::string FolderModules::Shown(const std::string& path) const {
  const bool is_below = !root_.empty() && path.starts_with(root_ + "/");
  return is_below ? path.substr(root_.size() + 1) : path;
}

bool FolderModules::IsMigration(std::string_view dotted_name) const {
  const std::size_t dot = dotted_name.rfind('.');
  return dot != std::string_view::npos && migrations_.contains(dotted_name.substr(0, dot));
}

std::optional<FolderModules::Location> FolderModules::LocateOrLookFurther(
    std::string_view dotted_name) {
  std::optional<Location> location = Locate(dotted_name);
  if (location || !look_further_) return location;
  const std::size_t folders = folders_.size();
  // Looking may ask for modules itself.
  const std::function<void()> look_further = std::exchange(look_further_, nullptr);
  look_further();
  look_further_ = look_further;
  return folders_.size() == folders ? std::nullopt : Locate(dotted_name);
}

std::optional<python::FoundModule> FolderModules::FindModule(const std::string& dotted_name) {
  // Django itself is known without its source, whatever lies in the search path.
  if (dotted_name == "django" || dotted_name.starts_with("django.")) return std::nullopt;
  const std::optional<Location> location = LocateOrLookFurther(dotted_name);
  if (!location) return std::nullopt;
  python::FoundModule found;
  found.is_package = location->is_package;
  found.is_forgiving = !IsMigration(dotted_name);
  found.path = location->path;
  if (location->is_package) {
    if (!location->has_init) return found;
    found.path = JoinPath(location->path, "__init__.py");
  }
  found.file = Shown(found.path);
  if (const auto loaded = preloaded_.find(found.path); loaded != preloaded_.end()) {
    found.bytes = std::move(loaded->second);
    preloaded_.erase(loaded);
    return found;
  }
  found.bytes = Read(found.path);
  return found;
}

bool FolderModules::IsProjectPackage(std::string_view top_level_name) {
  if (top_level_name == "django") return false;
  const std::optional<Location> location = LocateOrLookFurther(top_level_name);
  if (location) return location->role == Role::kProject;
  return is_missing_ && is_missing_(top_level_name);
}

bool FolderModules::IsCurrent() const {
  for (const auto& [path, stamp] : stamps_) {
    if (StampOf(path) != stamp) return false;
  }
  return std::all_of(listings_.begin(), listings_.end(), [](const auto& listing) {
    const std::vector<FolderEntry> now = ListOrNothing(listing.first);
    return std::equal(now.begin(), now.end(), listing.second.begin(), listing.second.end(),
                      SameEntry);
  });
}

}  // namespace migext::django
