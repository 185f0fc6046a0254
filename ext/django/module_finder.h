// Finds the source of Python modules in folders, as `sys.path` would.
//
//   FolderModules modules;
//   modules.AddFolder("/srv/site", FolderModules::Role::kProject);
//   modules.Locate("blog.migrations")->path   // "/srv/site/blog/migrations"
//
// Remembers what it listed and read, so that it can be told later whether any of it has changed.
#ifndef MIGEXT_DJANGO_MODULE_FINDER_H_
#define MIGEXT_DJANGO_MODULE_FINDER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/files.h"
#include "python/interpreter.h"

namespace migext::django {

/// Files larger than this are no source code.
inline constexpr std::size_t kMaxSourceBytes = std::size_t{8} << 20U;

class FolderModules : public python::ModuleFinder {
 public:
  enum class Role : std::uint8_t { kProject, kLibrary };

  struct Location {
    std::string path;  ///< Of the .py file, or of the package's folder.
    bool is_package = false;
    bool has_init = false;  ///< A package without __init__.py is a namespace.
    Role role = Role::kProject;
  };

  /// Paths below it are shown relative to it.
  void SetRoot(std::string root) { root_ = std::move(root); }
  std::string Shown(const std::string& path) const;
  /// A package whose modules are migrations: what fails there must be seen.  In all other modules
  /// (settings, models, libraries) a statement that fails is more likely one that needs more than
  /// the evaluator knows, and is passed over.
  void AddMigrations(std::string package) { migrations_.insert(std::move(package)); }

  /// Behind the folders added before; one that is there already keeps its place.
  void AddFolder(const std::string& folder, Role role);
  const std::vector<std::pair<std::string, Role>>& folders() const { return folders_; }

  std::optional<Location> Locate(std::string_view dotted_name);
  /// The entries of a folder, listed once; empty when it cannot be listed.
  const std::vector<FolderEntry>& List(const std::string& folder);
  const FolderEntry* FindEntry(const std::string& folder, std::string_view name);
  /// Reads a file whole and remembers that it was read.  Throws Error.
  std::string Read(const std::string& path);
  /// Reads a file now, for a FindModule() to come.
  std::string_view Preload(const std::string& path);

  /// Asked for a top-level name that is in no folder: true means that nothing speaks for its being
  /// installed.
  void OnForeign(std::function<bool(std::string_view)> is_missing) {
    is_missing_ = std::move(is_missing);
  }

  /// Called when a name is in no folder; it may add the folder that the name is in.
  void OnMiss(std::function<void()> look_further) { look_further_ = std::move(look_further); }

  std::optional<python::FoundModule> FindModule(const std::string& dotted_name) override;
  bool IsProjectPackage(std::string_view top_level_name) override;

  /// True while every folder has the entries and every file the stamp it had.
  bool IsCurrent() const;

 private:
  std::optional<Location> LocateIn(const std::string& folder, std::string_view name, Role role);

  std::optional<Location> LocateOrLookFurther(std::string_view dotted_name);
  bool IsMigration(std::string_view dotted_name) const;

  std::string root_;
  std::set<std::string, std::less<>> migrations_;
  std::vector<std::pair<std::string, Role>> folders_;
  std::unordered_map<std::string, std::vector<FolderEntry>> listings_;
  std::unordered_map<std::string, FileStamp> stamps_;
  std::unordered_map<std::string, std::string> preloaded_;
  std::function<bool(std::string_view)> is_missing_;
  std::function<void()> look_further_;
};

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_MODULE_FINDER_H_
