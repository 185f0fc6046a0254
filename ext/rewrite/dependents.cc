#include "rewrite/dependents.h"

#include <algorithm>
#include <utility>

#include "rewrite/key_literals.h"

namespace migext::rewrite {
namespace {

using django::Dependency;
using django::Migration;
using django::MigrationKey;

bool IsPlaceholder(const std::string& name) { return name.starts_with("__"); }

/// The last new file of each app that needs none of the late migrations.
std::map<std::string, MigrationKey> EarlyEnds(std::span<const Migration> fresh,
                                              const std::set<MigrationKey>& late) {
  std::set<MigrationKey> behind = late;
  for (bool grows = true; grows;) {
    const std::size_t known = behind.size();
    for (const Migration& migration : fresh) {
      const bool follows = std::ranges::any_of(
          migration.dependencies,
          [&](const Dependency& dependency) { return behind.contains(dependency.key); });
      if (follows) behind.insert(migration.key);
    }
    grows = behind.size() > known;
  }
  std::map<std::string, MigrationKey> ends;
  for (const Migration& migration : fresh) {
    if (!behind.contains(migration.key)) ends[migration.key.app] = migration.key;
  }
  return ends;
}

}  // namespace

Dependents::Dependents(const django::Project& project, const std::set<std::string>& apps)
    : project_(project), apps_(apps) {
  for (bool grows = true; grows;) {
    const std::size_t known = late_.size();
    for (const auto& [key, migration] : project_.migrations()) {
      if (!apps_.contains(key.app) && IsLate(*migration)) late_.insert(key);
    }
    grows = late_.size() > known;
  }
}

/// __first__ is late where any migration of that app is: which one it is the graph decides.
bool Dependents::NeedsLateOne(const MigrationKey& key) const {
  if (apps_.contains(key.app) || late_.contains(key)) return true;
  return IsPlaceholder(key.name) &&
         std::ranges::any_of(late_, [&](const MigrationKey& late) { return late.app == key.app; });
}

bool Dependents::IsLate(const Migration& migration) const {
  return std::ranges::any_of(migration.dependencies, [&](const Dependency& dependency) {
    return NeedsLateOne(dependency.key);
  });
}

std::optional<Dependents::Circle> Dependents::Point(std::span<const Migration> fresh) {
  const std::map<std::string, MigrationKey> ends = EarlyEnds(fresh, late_);
  const auto is_there = [&](const MigrationKey& key) {
    return !apps_.contains(key.app) || IsPlaceholder(key.name) ||
           std::ranges::find(fresh, key, &Migration::key) != fresh.end();
  };
  for (const MigrationKey& key : late_) {
    const Migration& migration = *project_.FindMigration(key);
    Edit edit{.migration = migration, .new_names = {}, .path = {}, .text = {}};
    for (Dependency& dependency : edit.migration.dependencies) {
      if (is_there(dependency.key)) continue;
      const auto end = ends.find(dependency.key.app);
      if (end == ends.end()) return Circle{key, dependency.key};
      edit.new_names.emplace(dependency.key, end->second.name);
      dependency.key = end->second;
    }
    if (edit.new_names.empty()) continue;
    MigrationFile file = OpenToChange(project_, migration);
    file.Rename(edit.new_names);
    edit.path = file.path();
    edit.text = file.Text();
    edits_.push_back(std::move(edit));
  }
  return std::nullopt;
}

}  // namespace migext::rewrite
