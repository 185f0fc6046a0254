#include "django/app_folders.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace migext::django {
namespace {

constexpr int kDeepest = 16;
constexpr std::size_t kMostFolders = 20'000;

class Walk {
 public:
  Walk(FolderModules& modules, const std::string& root) : modules_(modules), root_(root) {}

  std::vector<AppFolder> Run() {
    Visit(root_, 0);
    std::sort(found_.begin(), found_.end(),
              [](const AppFolder& a, const AppFolder& b) { return a.path < b.path; });
    return std::move(found_);
  }

 private:
  static bool IsLeftOut(std::string_view name) {
    return name.starts_with('.') || name == "node_modules" || name == "site-packages" ||
           name == "__pycache__";
  }

  static bool IsAtOrBelow(const std::string& path, const std::string& folder) {
    return path == folder || path.starts_with(JoinPath(folder, ""));
  }

  bool Has(const std::string& folder, std::string_view name, FileKind kind) {
    const FolderEntry* entry = modules_.FindEntry(folder, name);
    return entry != nullptr && entry->kind == kind;
  }

  void Visit(const std::string& folder, int depth) {
    if (depth > kDeepest || ++visited_ > kMostFolders) return;
    if (Has(folder, "pyvenv.cfg", FileKind::kFile)) return;
    if (Has(folder, "migrations", FileKind::kFolder) &&
        Has(JoinPath(folder, "migrations"), "__init__.py", FileKind::kFile)) {
      found_.push_back(Named(folder));
    }
    // By value: listing what lies below may move the listings.
    const std::vector<FolderEntry> entries = modules_.List(folder);
    for (const FolderEntry& entry : entries) {
      if (entry.kind != FileKind::kFolder || IsLeftOut(entry.name)) continue;
      const std::string inner = JoinPath(folder, entry.name);
      if (!entry.is_link || IsNewBehindLink(inner)) Visit(inner, depth + 1);
    }
  }

  /// A link into the project leads to what is met anyway, or in circles.
  bool IsNewBehindLink(const std::string& link) {
    const std::string target = CanonicalPath(link);
    if (IsAtOrBelow(target, root_) || IsAtOrBelow(root_, target)) return false;
    return linked_.insert(target).second;
  }

  AppFolder Named(const std::string& folder) {
    AppFolder app{folder, BaseName(folder), ParentPath(folder)};
    while (app.base.size() > root_.size() && Has(app.base, "__init__.py", FileKind::kFile)) {
      app.package = BaseName(app.base) + "." + app.package;
      app.base = ParentPath(app.base);
    }
    return app;
  }

  FolderModules& modules_;
  const std::string& root_;
  std::vector<AppFolder> found_;
  std::set<std::string> linked_;
  std::size_t visited_ = 0;
};

}  // namespace

std::vector<AppFolder> FindAppFolders(FolderModules& modules, const std::string& root) {
  return Walk(modules, root).Run();
}

}  // namespace migext::django
