#include "rewrite/unfinished_files.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "rewrite/file_transaction.h"

namespace migext::rewrite {
namespace {

using django::App;

/// Larger files are no migrations.
constexpr std::size_t kMaxBytes = std::size_t{8} << 20U;

std::string ShellWord(std::string_view text) { return "'" + ReplaceAll(text, "'", "'\\''") + "'"; }
std::string MoveCommand(const std::string& from, const std::string& to) {
  return "mv " + ShellWord(from) + " " + ShellWord(to);
}
std::string RemoveCommand(const std::string& path) { return "rm " + ShellWord(path); }

/// Whether the whole ends in "/" and the part, as "/srv/site/a/shop" does in "a/shop".
bool EndsInPath(const std::string& whole, const std::string& part) {
  return whole.ends_with("/" + part);
}

/// Where the app's migrations are, or would be; "" for an app that is not the project's own.
std::string FolderOf(const App& app) {
  const bool is_own =
      app.origin == django::AppOrigin::kSettings || app.origin == django::AppOrigin::kFound;
  if (!is_own || app.directory.empty() || app.migrations_module.empty()) return {};
  const std::string package = ReplaceAll(app.package, ".", "/");
  const std::string module = ReplaceAll(app.migrations_module, ".", "/");
  if (EndsInPath(app.directory, package)) {
    return app.directory.substr(0, app.directory.size() - package.size()) + module;
  }
  return JoinPath(app.directory, "migrations");
}

std::vector<FolderEntry> ListOrNothing(const std::string& folder) {
  try {
    return ListFolder(folder);
  } catch (const Error&) {
    return {};
  }
}

bool HaveSameText(const std::string& a, const std::string& b) {
  const auto text = ReadBeginning(a, kMaxBytes);
  return text && text == ReadBeginning(b, kMaxBytes);
}

bool IsMigration(const FolderEntry& entry) {
  return entry.name.ends_with(".py") && !entry.name.starts_with('_');
}

/// What lies in one folder of migrations, and beside it.
class Leftovers {
 public:
  Leftovers(std::string app, std::string folder)
      : app_(std::move(app)), folder_(std::move(folder)) {
    const std::vector<FolderEntry> entries = ListOrNothing(folder_);
    for (const FolderEntry& entry : entries) {
      if (entry.name.ends_with(kNewSuffix)) new_.insert(Stem(entry.name, kNewSuffix));
      if (entry.name.ends_with(kOldSuffix)) old_.insert(Stem(entry.name, kOldSuffix));
    }
    is_empty_ = !entries.empty() && std::ranges::none_of(entries, IsMigration);
    FindKept();
  }

  bool IsAny() const { return !new_.empty() || !old_.empty() || !kept_.empty(); }

  bool IsPublished() const {
    return std::ranges::all_of(new_, [&](const std::string& name) { return IsPublished(name); }) &&
           !(is_empty_ && !kept_.empty());
  }

  UnfinishedWrite End(bool is_published) const {
    UnfinishedWrite write = {app_, folder_, {}, is_published, {}, {}};
    for (const std::string& name : old_) write.left.push_back(name + std::string(kOldSuffix));
    for (const std::string& name : new_) write.left.push_back(name + std::string(kNewSuffix));
    if (!kept_.empty()) write.left.push_back("../" + BaseName(kept_));
    if (is_published) {
      GoOn(write);
    } else {
      GoBack(write);
    }
    return write;
  }

 private:
  static std::string Stem(const std::string& name, std::string_view suffix) {
    return name.substr(0, name.size() - suffix.size());
  }
  std::string Path(const std::string& name, std::string_view suffix = {}) const {
    return JoinPath(folder_, name + std::string(suffix));
  }
  std::string Mark() const { return JoinPath(kept_, kUnfinishedMark); }
  bool IsPublished(const std::string& name) const {
    return HaveSameText(Path(name), Path(name, kNewSuffix));
  }

  /// The last that is marked; without a mark where nothing else is left of the migrations.
  void FindKept() {
    const std::string start = BaseName(folder_) + "_before_";
    for (const FolderEntry& entry : ListOrNothing(ParentPath(folder_))) {
      if (entry.kind != FileKind::kFolder || !entry.name.starts_with(start)) continue;
      const std::string path = JoinPath(ParentPath(folder_), entry.name);
      const bool has_files = std::ranges::any_of(ListOrNothing(path), IsMigration);
      if (IsThere(JoinPath(path, kUnfinishedMark)) || (is_empty_ && has_files)) kept_ = path;
    }
  }

  void GoOn(UnfinishedWrite& write) const {
    for (const std::string& name : old_) {
      const std::string old = Path(name, kOldSuffix);
      write.commands.push_back(RemoveCommand(old));
      if (IsThere(Path(name))) continue;
      write.notes.push_back("there is no " + name +
                            ": where no renumbered file has taken its "
                            "place, put it back instead: " +
                            MoveCommand(old, Path(name)));
    }
    for (const std::string& name : new_) {
      write.commands.push_back(RemoveCommand(Path(name, kNewSuffix)));
    }
    if (kept_.empty()) return;
    write.commands.push_back(RemoveCommand(Mark()));
    if (ListOrNothing(kept_).size() == 1) RemoveKept(write);
  }

  /// What is new goes first, so that old files find their names free.
  void GoBack(UnfinishedWrite& write) const {
    for (const std::string& name : new_) {
      if (IsPublished(name)) write.commands.push_back(RemoveCommand(Path(name)));
    }
    for (const std::string& name : old_) PutBack(write, Path(name, kOldSuffix), name);
    for (const std::string& name : new_) {
      write.commands.push_back(RemoveCommand(Path(name, kNewSuffix)));
      const std::string copy = Path(name, kKeptSuffix);
      if (HaveSameText(Path(name), copy)) write.commands.push_back(RemoveCommand(copy));
    }
    if (kept_.empty()) return;
    for (const FolderEntry& entry : ListOrNothing(kept_)) {
      if (entry.name != kUnfinishedMark) {
        PutBack(write, JoinPath(kept_, entry.name), entry.name);
      }
    }
    if (IsThere(Mark())) write.commands.push_back(RemoveCommand(Mark()));
    RemoveKept(write);
  }

  void RemoveKept(UnfinishedWrite& write) const {
    write.commands.push_back("rmdir " + ShellWord(kept_));
  }

  void PutBack(UnfinishedWrite& write, const std::string& from, const std::string& name) const {
    const std::string to = Path(name);
    if (HaveSameText(from, to)) {  // mv refuses two names of one file.
      write.commands.push_back(RemoveCommand(from));
      return;
    }
    write.commands.push_back(MoveCommand(from, to));
    if (!IsThere(to) || IsPublished(name)) return;
    write.notes.push_back(name + " is there too, and gives way: look at it before");
  }

  std::string app_;
  std::string folder_;
  std::set<std::string> new_;  // Names of the files that they are texts of.
  std::set<std::string> old_;
  bool is_empty_ = false;
  std::string kept_;  // The folder where old files were on their way to.
};

}  // namespace

std::string UnfinishedWrite::What() const {
  return "a call that changed files in '" + folder + "' was cut short and has left " +
         Join(left, ", ");
}

std::string UnfinishedWrite::Advice(std::string_view separator) const {
  std::string advice = is_published
                           ? "the new files are all there, and what is left of the call can go: "
                           : "to have the files as they were, run in a shell: ";
  advice += Join(commands, separator);
  for (const std::string& note : notes) advice += "\n" + note;
  return advice;
}

std::vector<UnfinishedWrite> FindUnfinishedWrites(std::span<const App> apps) {
  std::vector<Leftovers> found;
  for (const App& app : apps) {
    const std::string folder = FolderOf(app);
    if (folder.empty()) continue;
    Leftovers leftovers(app.label, folder);
    if (leftovers.IsAny()) found.push_back(std::move(leftovers));
  }
  const bool is_published =
      std::ranges::all_of(found, [](const Leftovers& each) { return each.IsPublished(); });
  std::vector<UnfinishedWrite> writes;
  for (const Leftovers& leftovers : found) writes.push_back(leftovers.End(is_published));
  return writes;
}

}  // namespace migext::rewrite
