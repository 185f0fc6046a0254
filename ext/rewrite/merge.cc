#include "rewrite/merge.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "django/operations/fields.h"
#include "django/operations/indexes.h"
#include "django/operations/models.h"
#include "rewrite/migration_name.h"

namespace migext::rewrite {
namespace {

using django::Graph;
using django::MigrationKey;
using django::Operation;
using Keys = std::vector<MigrationKey>;

struct Branch {
  MigrationKey leaf;
  Keys own;  ///< What no other branch has before it, in the order of the plan.
};

Keys Ancestry(const Graph& graph, const MigrationKey& leaf) {
  Keys plan = graph.ForwardsPlan(leaf);
  std::erase_if(plan, [&](const MigrationKey& key) { return key.app != leaf.app; });
  return plan;
}

std::vector<Branch> BranchesOf(const Graph& graph, const Keys& leaves) {
  std::vector<Branch> branches;
  for (const MigrationKey& leaf : leaves) branches.push_back({leaf, Ancestry(graph, leaf)});
  std::size_t common = 0;
  const auto all_alike = [&] {
    return std::ranges::all_of(branches, [&](const Branch& branch) {
      return common < branch.own.size() && branch.own[common] == branches.front().own[common];
    });
  };
  while (all_alike()) ++common;
  if (common == 0) {
    std::vector<std::string> names;
    for (const MigrationKey& leaf : leaves) names.push_back("'" + leaf.name + "'");
    throw Error("ValueError: Could not find common ancestor of [" + Join(names, ", ") + "]");
  }
  for (Branch& branch : branches) {
    branch.own.erase(branch.own.begin(), branch.own.begin() + static_cast<std::ptrdiff_t>(common));
  }
  return branches;
}

/// What an operation changes, more finely than a model where it can be told.
struct Touch {
  std::string object;
  bool makes = false;
};

std::string IndexNamed(const std::string& name) { return "index " + name; }

Touch TouchOf(const Operation& operation, const std::string& app) {
  const std::string model = app + "." + LowerUtf8(operation.ModelName());
  if (const auto* add = dynamic_cast<const django::AddField*>(&operation)) {
    return {model + "." + LowerUtf8(add->name), true};
  }
  if (const auto* create = dynamic_cast<const django::CreateModel*>(&operation)) {
    return {app + "." + LowerUtf8(create->model.name), true};
  }
  if (const auto* index = dynamic_cast<const django::AddIndex*>(&operation)) {
    return {IndexNamed(index->index.name), true};
  }
  if (const auto* constraint = dynamic_cast<const django::AddConstraint*>(&operation)) {
    return {"constraint " + constraint->constraint.name, true};
  }
  if (const auto* index = dynamic_cast<const django::RemoveIndex*>(&operation)) {
    return {IndexNamed(index->name)};
  }
  if (const auto* index = dynamic_cast<const django::RenameIndex*>(&operation)) {
    return {IndexNamed(index->old_name.empty() ? index->new_name : index->old_name)};
  }
  if (const auto* constraint = dynamic_cast<const django::RemoveConstraint*>(&operation)) {
    return {"constraint " + constraint->name};
  }
  if (!operation.FieldName().empty()) return {model + "." + LowerUtf8(operation.FieldName())};
  return {operation.ModelName().empty() ? std::string() : model};
}

/// Operations that decide over a whole model, whatever others do to its parts.
bool IsWholeModel(const Operation& operation) {
  return dynamic_cast<const django::DeleteModel*>(&operation) != nullptr ||
         dynamic_cast<const django::RenameModel*>(&operation) != nullptr;
}

struct Seen {
  std::size_t branch;
  MigrationKey migration;
  const Operation* operation;
  Touch touch;
};

std::vector<Seen> AllTouches(const Graph& graph, const std::vector<Branch>& branches) {
  std::vector<Seen> seen;
  for (std::size_t i = 0; i < branches.size(); ++i) {
    for (const MigrationKey& key : branches[i].own) {
      const django::Migration* migration = graph.Find(key);
      if (!migration) continue;
      for (const django::OperationPtr& operation : migration->operations) {
        Touch touch = TouchOf(*operation, key.app);
        if (!touch.object.empty()) seen.push_back({i, key, operation.get(), std::move(touch)});
      }
    }
  }
  return seen;
}

/// With a model that one branch deletes or renames goes all that the others do to it.
void AddWholeModels(const std::vector<Seen>& seen,
                    std::map<std::string, std::vector<const Seen*>>& by_object) {
  for (const Seen& whole : seen) {
    if (!IsWholeModel(*whole.operation)) continue;
    for (const Seen& part : seen) {
      const bool is_of_it =
          LowerUtf8(part.operation->ModelName()) == LowerUtf8(whole.operation->ModelName()) &&
          part.migration.app == whole.migration.app;
      if (is_of_it && part.branch != whole.branch && part.touch.object != whole.touch.object) {
        by_object[whole.touch.object].push_back(&part);
      }
    }
  }
}

bool Holds(const Branch& branch, const MigrationKey& key) {
  return std::ranges::find(branch.own, key) != branch.own.end();
}

/// Two of three branches may share migrations: those follow one another and do not meet.
bool Meet(const Seen& a, const Seen& b, const std::vector<Branch>& branches) {
  return !Holds(branches[b.branch], a.migration) && !Holds(branches[a.branch], b.migration);
}

std::vector<Overlap> OverlapsOf(const std::vector<Seen>& seen,
                                const std::vector<Branch>& branches) {
  std::map<std::string, std::vector<const Seen*>> by_object;
  for (const Seen& one : seen) by_object[one.touch.object].push_back(&one);
  AddWholeModels(seen, by_object);
  std::vector<Overlap> overlaps;
  for (const auto& [object, touches] : by_object) {
    std::set<MigrationKey> migrations;
    Overlap overlap{object, {}, true};
    for (const Seen* one : touches) {
      const bool meets = std::ranges::any_of(
          touches, [&](const Seen* other) { return Meet(*one, *other, branches); });
      if (!meets || !migrations.insert(one->migration).second) continue;
      overlap.is_made_twice = overlap.is_made_twice && one->touch.makes;
      overlap.changes.push_back({one->migration, one->operation->Describe()});
    }
    if (!overlap.changes.empty()) overlaps.push_back(std::move(overlap));
  }
  return overlaps;
}

bool IsMadeTwice(const std::vector<Overlap>& overlaps, const Touch& touch) {
  return std::ranges::any_of(overlaps, [&](const Overlap& overlap) {
    return overlap.is_made_twice && overlap.object == touch.object;
  });
}

/// All of whose operations another branch has too; of two such migrations the first is named.
Keys RedundantOf(const Graph& graph, const std::vector<Branch>& branches,
                 const std::vector<Overlap>& overlaps) {
  for (const Branch& branch : branches) {
    Keys redundant;
    for (const MigrationKey& key : branch.own) {
      const django::Migration* migration = graph.Find(key);
      const bool is_double =
          migration && !migration->operations.empty() &&
          std::ranges::all_of(migration->operations, [&](const django::OperationPtr& operation) {
            return IsMadeTwice(overlaps, TouchOf(*operation, key.app));
          });
      if (is_double) redundant.push_back(key);
    }
    if (!redundant.empty()) return redundant;
  }
  return {};
}

std::vector<std::string> ReportOf(const Graph& graph, const std::string& app,
                                  const std::vector<Branch>& branches) {
  const bool has_signs = graph.source().dialect.operation_categories;
  std::vector<std::string> lines = {"Merging " + app};
  for (const Branch& branch : branches) {
    lines.push_back("  Branch " + branch.leaf.name);
    for (const MigrationKey& key : branch.own) {
      const django::Migration* migration = graph.Find(key);
      if (!migration) continue;
      for (const django::OperationPtr& operation : migration->operations) {
        lines.push_back("    " + (has_signs ? operation->FormattedDescription()
                                            : "- " + operation->Describe()));
      }
    }
  }
  return lines;
}

}  // namespace

std::vector<std::string> Merge::OverlapLines() const {
  if (overlaps.empty()) return {"The branches touch nothing in common."};
  std::vector<std::string> lines = {"The branches touch the same things:"};
  for (const Overlap& overlap : overlaps) {
    std::vector<std::string> who;
    for (const Overlap::Change& change : overlap.changes) {
      who.push_back(change.migration.name + " (" + change.description + ")");
    }
    lines.push_back("  " + overlap.object + ": " + Join(who, ", "));
  }
  return lines;
}

Merge PlanMerge(const Graph& graph, const std::string& app, const std::string& stamp) {
  const Keys leaves = graph.LeafNodes(app);
  if (leaves.size() < 2) return {};
  const std::vector<Branch> branches = BranchesOf(graph, leaves);
  Merge merge;
  std::vector<std::string> names;
  for (const MigrationKey& leaf : leaves) {
    names.push_back(leaf.name);
    merge.migration.dependencies.push_back({leaf, false});
  }
  merge.migration.key = {app, MergeName(names, graph.source().dialect, stamp)};
  merge.report = ReportOf(graph, app, branches);
  merge.overlaps = OverlapsOf(AllTouches(graph, branches), branches);
  merge.redundant = RedundantOf(graph, branches, merge.overlaps);
  return merge;
}

}  // namespace migext::rewrite
