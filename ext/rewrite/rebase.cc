#include "rewrite/rebase.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <map>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "django/names.h"
#include "python/source.h"
#include "rewrite/key_literals.h"
#include "rewrite/migration_name.h"

namespace migext::rewrite {
namespace {

using django::Migration;
using django::MigrationKey;

using Keys = std::set<MigrationKey>;

Keys WithAncestors(const django::Graph& graph, const MigrationKey& key) {
  const std::vector<MigrationKey> plan = graph.ForwardsPlan(key);
  return {plan.begin(), plan.end()};
}

std::string Shown(const std::vector<MigrationKey>& keys) {
  std::vector<std::string> texts;
  for (const MigrationKey& key : keys) texts.push_back(key.ToString());
  return Join(texts, ", ");
}

std::size_t CountDigits(std::string_view name) {
  const auto end = std::ranges::find_if(
      name, [](char letter) { return std::isdigit(static_cast<unsigned char>(letter)) == 0; });
  return static_cast<std::size_t>(end - name.begin());
}

/// "0005_price" of "0004_price" and 5; the name itself when it does not begin with a number.
std::string Renumbered(const std::string& name, int number, std::size_t width) {
  const std::size_t digits = CountDigits(name);
  if (digits == 0) return name;
  std::string text = std::to_string(number);
  text.insert(0, text.size() < width ? width - text.size() : 0, '0');
  return text + name.substr(digits);
}

/// Which migrations move, behind which one.
struct Branch {
  MigrationKey behind;
  std::vector<MigrationKey> migrations;
};

Branch FindBranch(const django::Graph& graph, const std::string& app, const MigrationKey& key) {
  const std::vector<MigrationKey> leaves = graph.LeafNodes(app);
  if (leaves.size() < 2) {
    throw Error("app '" + app + "' has one end, " + Shown(leaves) +
                ": there is no second branch that could be put behind it");
  }
  std::vector<MigrationKey> own;
  Branch branch;
  for (const MigrationKey& leaf : leaves) {
    if (WithAncestors(graph, leaf).contains(key)) {
      own.push_back(leaf);
    } else {
      branch.behind = leaf;
    }
  }
  if (own.size() != 1) {
    throw Error("'" + key.ToString() +
                "' belongs to more than one branch; name a migration of the "
                "branch that shall move: " +
                Shown(leaves));
  }
  const Keys stay = WithAncestors(graph, branch.behind);
  for (const MigrationKey& node : graph.ForwardsPlan(own[0])) {
    if (node.app == app && !stay.contains(node)) branch.migrations.push_back(node);
  }
  return branch;
}

/// Changes the files in memory, each read once.
class Rebaser {
 public:
  Rebaser(const django::Project& project, Branch branch)
      : project_(project), branch_(std::move(branch)) {
    rebase_.behind = branch_.behind;
    Renumber();
  }

  Rebase Run() {
    for (const MigrationKey& key : branch_.migrations) RefuseIfReplaced(key);
    for (const MigrationKey& key : branch_.migrations) Reparent(key);
    RenameEverywhere();
    CollectChanges();
    CollectMaxMigration();
    RequirePossible(rebase_.changes);
    NoteOtherMentions();
    return std::move(rebase_);
  }

 private:
  const Migration& Get(const MigrationKey& key) const {
    if (const Migration* migration = project_.FindMigration(key)) return *migration;
    throw Error("'" + key.ToString() + "' has no file that could be read");
  }

  bool Moves(const MigrationKey& key) const {
    return std::ranges::find(branch_.migrations, key) != branch_.migrations.end();
  }

  void Renumber() {
    const std::string& end = branch_.behind.name;
    const std::size_t digits = CountDigits(end);
    // More digits than an int holds are a date at best: such names stay as they are.
    const bool is_number = digits > 0 && digits < 9;
    int number = is_number ? std::stoi(end.substr(0, digits)) : 0;
    for (const MigrationKey& key : branch_.migrations) {
      ++number;
      std::string name = is_number ? Renumbered(key.name, number, digits) : key.name;
      if (name.find_first_of("'\"\\\n") != std::string::npos) {
        throw Error("the name of '" + key.ToString() + "' cannot be written into a file");
      }
      if (name != key.name) names_[key] = name;
      rebase_.moves.push_back({key, std::move(name)});
    }
    for (const auto& [key, name] : names_) RequireFree({key.app, name});
  }

  void RequireFree(const MigrationKey& key) const {
    const bool is_taken = project_.FindMigration(key) || project_.unreadable().contains(key);
    if (!is_taken || Moves(key)) return;
    throw Error("there is a migration '" + key.ToString() + "' already; rename it first");
  }

  void RefuseIfReplaced(const MigrationKey& key) const {
    for (const auto& [squash, migration] : project_.migrations()) {
      if (std::ranges::find(migration->replaces, key) == migration->replaces.end()) continue;
      throw Error("'" + key.ToString() + "' is replaced by '" + squash.ToString() +
                  "'; databases know it by its name, so it cannot move");
    }
  }

  MigrationFile& FileOf(const MigrationKey& key) {
    const auto known = files_.find(key);
    if (known != files_.end()) return known->second;
    return files_.emplace(key, OpenToChange(project_, Get(key))).first->second;
  }

  /// The first of a branch depend on the end of the other.
  void Reparent(const MigrationKey& key) {
    std::optional<MigrationKey> parent;
    for (const MigrationKey& dependency : WrittenOut(Get(key).dependencies)) {
      if (dependency.app != key.app) continue;
      if (Moves(dependency)) return;
      const bool is_name = !dependency.name.starts_with("__");
      if (!parent && is_name) parent = dependency;
    }
    if (!parent) {
      throw Error("'" + key.ToString() + "' depends on no migration of its own app; write ('" +
                  branch_.behind.app + "', '" + branch_.behind.name +
                  "') into its dependencies, and all is in order");
    }
    FileOf(key).RenameFirst("dependencies", *parent, branch_.behind.name);
  }

  static bool Names(const Migration& migration, const MigrationKey& key) {
    const std::vector<MigrationKey> dependencies = WrittenOut(migration.dependencies);
    return std::ranges::find(dependencies, key) != dependencies.end() ||
           std::ranges::find(migration.run_before, key) != migration.run_before.end();
  }

  bool NamesOneOf(const Migration& migration) const {
    return std::ranges::any_of(names_,
                               [&](const auto& entry) { return Names(migration, entry.first); });
  }

  void RenameEverywhere() {
    for (const auto& [key, migration] : project_.migrations()) {
      if (names_.contains(key) || NamesOneOf(*migration)) FileOf(key).Rename(names_);
    }
  }

  void CollectChanges() {
    for (const auto& [key, file] : files_) {
      const auto name = names_.find(key);
      if (name == names_.end()) {
        rebase_.changes.push_back({file.path(), file.Text(), true});
        continue;
      }
      if (BaseName(file.path()) != key.name + ".py") {
        throw Error("'" + file.path() + "' is not named after its migration; rename it by hand");
      }
      const std::string path = JoinPath(ParentPath(file.path()), name->second + ".py");
      rebase_.changes.push_back({file.path(), std::nullopt});
      rebase_.changes.push_back({path, file.Text()});
    }
    for (const Rebase::Move& move : rebase_.moves) {
      rebase_.report.push_back(move.from.ToString() + (move.to == move.from.name
                                                           ? " keeps its name"
                                                           : " becomes " + move.to));
    }
    for (const auto& [key, file] : files_) {
      if (Moves(key)) continue;
      rebase_.report.push_back(key.ToString() + (DependsOnOneOf(key) ? " depends on the new name"
                                                                     : " names it in run_before"));
    }
  }

  bool DependsOnOneOf(const MigrationKey& key) const {
    const std::vector<MigrationKey> dependencies = WrittenOut(Get(key).dependencies);
    return std::ranges::any_of(
        dependencies, [&](const MigrationKey& dependency) { return names_.contains(dependency); });
  }

  /// The file of django-linear-migrations: the name of the last migration.
  void CollectMaxMigration() {
    const std::string path =
        JoinPath(ParentPath(PathOnDisk(project_, Get(branch_.behind).path)), "max_migration.txt");
    if (!IsFile(path)) return;
    rebase_.changes.push_back({path, rebase_.end() + "\n", true});
    rebase_.report.push_back("max_migration.txt says " + rebase_.end());
  }

  /// Text that holds an old name where it is no pair: a comment, an import by name.
  void NoteOtherMentions() {
    for (const auto& [key, file] : project_.unreadable()) {
      for (const auto& [from, to] : names_) {
        const auto text = ReadBeginning(PathOnDisk(project_, file.path), python::Source::kMaxBytes);
        if (!text || text->find(from.name) == std::string::npos) continue;
        throw Error("'" + file.path + "' names '" + from.name +
                    "' and cannot be read; mend it first: " + file.error);
      }
    }
    for (const auto& [key, file] : files_) {
      const std::string text = file.Text();
      for (const auto& [from, to] : names_) {
        if (text.find(from.name) == std::string::npos) continue;
        rebase_.report.push_back("look at " + key.ToString() + ": it names " + from.name +
                                 " in another place too");
      }
    }
  }

  const django::Project& project_;
  Branch branch_;
  std::map<MigrationKey, std::string> names_;  // The new ones.
  std::map<MigrationKey, MigrationFile> files_;
  Rebase rebase_;
};

}  // namespace

std::string Rebase::Mend() const {
  std::string cases;
  std::vector<std::string> names;
  std::string app;
  for (const Move& move : moves) {
    if (move.to == move.from.name) continue;
    app = move.from.app;
    names.push_back(SqlLiteral(move.from.name));
    cases += " WHEN " + names.back() + " THEN " + SqlLiteral(move.to);
  }
  if (names.empty()) return {};
  return "UPDATE django_migrations SET name = CASE name" + cases +
         " END WHERE app = " + SqlLiteral(app) + " AND name IN (" + Join(names, ", ") + ");";
}

Rebase PlanRebase(const django::Project& project, const django::Graph& graph,
                  const std::string& app, const std::string& name) {
  if (!graph.failures().empty()) {
    const django::GraphFailure& failure = graph.failures().front();
    throw Error(failure.place,
                "the graph of the migrations is broken; mend it first: " + failure.ToString());
  }
  RefuseForeign(django::RequireApp(graph.source(), app));
  const MigrationKey key = FindMigration(graph.source(), app, name);
  return Rebaser(project, FindBranch(graph, app, key)).Run();
}

}  // namespace migext::rewrite
