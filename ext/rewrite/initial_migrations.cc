#include "rewrite/initial_migrations.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "rewrite/initial_operations.h"
#include "rewrite/optimizer.h"

namespace migext::rewrite {
namespace {

using django::Dependency;
using django::Migration;
using Operations = std::vector<PlannedOperation>;

[[noreturn]] void FailInCircles(const std::string& app) {
  throw Error("the models of '" + app +
              "' need each other in a circle, which no order of migrations can make");
}

// ---- The order within an app

/// needed[i]: for each of the needs of operation i, those that meet it, the same one again where it
/// meets two.
std::vector<std::vector<std::size_t>> NeededWithin(const std::string& app,
                                                   const Operations& operations) {
  std::vector<std::vector<std::size_t>> needed(operations.size());
  for (std::size_t at = 0; at < operations.size(); ++at) {
    for (const Need& need : operations[at].needs) {
      if (need.model.app != app) continue;
      for (std::size_t other = 0; other < operations.size(); ++other) {
        if (Meets(*operations[other].operation, need)) needed[at].push_back(other);
      }
    }
  }
  return needed;
}

/// graphlib.TopologicalSorter(…).static_order()
std::vector<std::size_t> StaticOrder(const std::vector<std::vector<std::size_t>>& needed) {
  std::vector<std::size_t> nodes;  // as TopologicalSorter.add() meets them
  std::vector<bool> is_known(needed.size(), false);
  std::vector<std::vector<std::size_t>> successors(needed.size());
  const auto meet = [&](std::size_t node) {
    if (!is_known[node]) nodes.push_back(node);
    is_known[node] = true;
  };
  std::vector<std::size_t> missing(needed.size(), 0);
  for (std::size_t at = 0; at < needed.size(); ++at) {
    meet(at);
    for (const std::size_t other : needed[at]) {
      meet(other);
      successors[other].push_back(at);
      ++missing[at];
    }
  }
  std::vector<std::size_t> order;
  std::ranges::copy_if(nodes, std::back_inserter(order),
                       [&](std::size_t node) { return missing[node] == 0; });
  for (std::size_t done = 0; done < order.size(); ++done) {
    for (const std::size_t next : successors[order[done]]) {
      if (--missing[next] == 0) order.push_back(next);
    }
  }
  return order;
}

/// django.utils.topological_sort.stable_topological_sort(), before Django 5.0
std::vector<std::size_t> StableOrder(const std::vector<std::vector<std::size_t>>& needed) {
  std::vector<std::size_t> order;
  std::vector<bool> is_done(needed.size(), false);
  for (bool goes_on = true; goes_on;) {
    std::vector<std::size_t> layer;
    for (std::size_t at = 0; at < needed.size(); ++at) {
      const bool is_ready =
          std::ranges::all_of(needed[at], [&](std::size_t other) { return is_done[other]; });
      if (!is_done[at] && is_ready) layer.push_back(at);
    }
    for (const std::size_t at : layer) is_done[at] = true;
    order.insert(order.end(), layer.begin(), layer.end());
    goes_on = !layer.empty();
  }
  return order;
}

/// MigrationAutodetector._sort_migrations()
void Sort(const std::string& app, const django::Dialect& dialect, Operations& operations) {
  const auto needed = NeededWithin(app, operations);
  const std::vector<std::size_t> order =
      dialect.autodetector_sorts_with_graphlib ? StaticOrder(needed) : StableOrder(needed);
  if (order.size() != operations.size()) FailInCircles(app);
  Operations sorted;
  for (const std::size_t at : order) sorted.push_back(std::move(operations[at]));
  operations = std::move(sorted);
}

// ---- Cutting into migrations

/// "0002_initial"
std::string InitialName(std::size_t number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04zu_initial", number);
  return text.data();
}

/// MigrationAutodetector._build_migration_list(): each app's operations, cut before the first that
/// needs what another app has not made yet.
class Cutter {
 public:
  Cutter(const InitialMigrationsInput& input, std::map<std::string, Operations> planned)
      : input_(input), planned_(std::move(planned)) {
    if (!input_.late.empty()) PutLateOnesLast();
  }

  std::map<std::string, std::vector<Migration>> Cut() {
    bool may_cut = false;
    while (Left() > 0) {
      const std::size_t left = Left();
      for (auto& [app, operations] : planned_) {
        if (Take(app, operations, may_cut)) may_cut = false;
      }
      if (Left() < left) continue;
      if (may_cut && (may_be_late_ || late_.empty())) FailInCircles(FirstLeft());
      may_be_late_ = may_be_late_ || may_cut;
      may_cut = true;
    }
    return std::move(migrations_);
  }

 private:
  std::size_t Left() const {
    std::size_t left = 0;
    for (const auto& [app, operations] : planned_) left += operations.size();
    return left;
  }

  const std::string& FirstLeft() const {
    return std::ranges::find_if(planned_, [](const auto& entry) { return !entry.second.empty(); })
        ->first;
  }

  /// What an operation needs of other apps, as dependencies of its migration; nothing when it has
  /// to wait.
  std::optional<std::vector<Dependency>> DependenciesOf(const std::string& app,
                                                        const PlannedOperation& planned,
                                                        bool may_cut) const {
    if (!may_be_late_ && late_.contains(planned.operation.get())) return std::nullopt;
    std::vector<Dependency> dependencies;
    for (const Need& need : planned.needs) {
      if (need.model.app == app) continue;
      if (IsStillToCome(need)) return std::nullopt;
      const std::string& other = need.model.app;
      if (need.swappable) {
        dependencies.push_back({{other, "__first__"}, true});
      } else if (const auto found = migrations_.find(other); found != migrations_.end()) {
        dependencies.push_back({found->second.back().key});
      } else if (may_cut) {
        dependencies.push_back({MakerOf(need)});
      } else {
        return std::nullopt;
      }
    }
    return dependencies;
  }

  bool IsStillToCome(const Need& need) const {
    const auto others = planned_.find(need.model.app);
    return others != planned_.end() &&
           std::ranges::any_of(others->second, [&](const PlannedOperation& planned) {
             return Meets(*planned.operation, need);
           });
  }

  bool IsFresh(const std::string& app) const {
    return std::ranges::find(input_.apps, app) != input_.apps.end();
  }

  /// The last migration of an app that stays; the last that is not late, where it does as well.
  const django::MigrationKey& MakerOf(const Need& need) const {
    const auto known = makers_.find(need.model);
    if (known != makers_.end()) return known->second;
    return makers_.emplace(need.model, FindMaker(need.model)).first->second;
  }

  django::MigrationKey FindMaker(const django::ModelKey& model) const {
    const std::string& app = model.app;
    const auto leaves =
        IsFresh(app) ? std::vector<django::MigrationKey>() : input_.graph.LeafNodes(app);
    if (leaves.empty()) return {app, "__first__"};
    if (!input_.late.contains(leaves.front())) return leaves.front();
    const std::vector<django::MigrationKey> plan = input_.graph.ForwardsPlan(leaves.front());
    const auto early = std::find_if(plan.rbegin(), plan.rend(), [&](const auto& key) {
      return key.app == app && !input_.late.contains(key);
    });
    const bool is_made =
        early != plan.rend() && input_.graph.StateAfter(std::vector{*early}).Find(model) != nullptr;
    return is_made ? *early : leaves.front();
  }

  bool IsLate(const Need& need) const {
    if (IsFresh(need.model.app)) return false;
    if (!need.swappable) return input_.late.contains(MakerOf(need));
    const auto roots = input_.graph.RootNodes(need.model.app);
    return std::ranges::any_of(roots, [&](const auto& key) { return input_.late.contains(key); });
  }

  bool NeedsLateOne(const PlannedOperation& planned) const {
    return std::ranges::any_of(planned.needs, [&](const Need& need) {
      return IsLate(need) || std::ranges::any_of(late_, [&](const auto& late) {
               return late.second == need.model.app && Meets(*late.first, need);
             });
    });
  }

  /// Operations behind others keep their order: whatever needs a late one is late too.
  void PutLateOnesLast() {
    for (bool grows = true; grows;) {
      const std::size_t known = late_.size();
      for (const auto& [app, operations] : planned_) {
        for (const PlannedOperation& planned : operations) {
          if (NeedsLateOne(planned)) late_.emplace(planned.operation.get(), app);
        }
      }
      grows = late_.size() > known;
    }
    for (auto& [app, operations] : planned_) {
      std::stable_partition(operations.begin(), operations.end(),
                            [&](const PlannedOperation& planned) {
                              return !late_.contains(planned.operation.get());
                            });
    }
  }

  /// True when a migration was made.
  bool Take(const std::string& app, Operations& operations, bool may_cut) {
    Migration migration;
    std::vector<Dependency> dependencies;
    std::size_t taken = 0;
    for (; taken < operations.size(); ++taken) {
      const auto needed = DependenciesOf(app, operations[taken], may_cut);
      if (!needed) break;
      for (const Dependency& dependency : *needed) {
        if (std::ranges::find(dependencies, dependency) == dependencies.end()) {
          dependencies.push_back(dependency);
        }
      }
      migration.operations.push_back(operations[taken].operation);
    }
    if (taken == 0 || (taken < operations.size() && !may_cut)) return false;
    operations.erase(operations.begin(), operations.begin() + static_cast<std::ptrdiff_t>(taken));
    std::vector<Migration>& made = migrations_[app];
    if (!made.empty()) dependencies.push_back({made.back().key});
    std::ranges::sort(dependencies, {}, [](const Dependency& dependency) {
      return std::pair(dependency.swappable, dependency.key);
    });
    migration.key = {app, InitialName(made.size() + 1)};
    migration.initial = true;
    migration.dependencies = std::move(dependencies);
    made.push_back(std::move(migration));
    return true;
  }

  const InitialMigrationsInput& input_;
  std::map<std::string, Operations> planned_;
  std::map<std::string, std::vector<Migration>> migrations_;
  std::map<const django::Operation*, std::string> late_;  // They need a late migration; their app.
  mutable std::map<django::ModelKey, django::MigrationKey> makers_;  // As MakerOf() found them.
  bool may_be_late_ = false;
};

}  // namespace

std::vector<Migration> InitialMigrations(const InitialMigrationsInput& input) {
  const django::Dialect& dialect = *input.fields.dialect;
  std::map<std::string, Operations> planned = InitialOperations(input);
  for (auto& [app, operations] : planned) Sort(app, dialect, operations);
  std::vector<Migration> all;
  for (auto& [app, migrations] : Cutter(input, std::move(planned)).Cut()) {
    for (Migration& migration : migrations) {
      migration.operations = Optimize(std::move(migration.operations), app, dialect, input.heap);
      all.push_back(std::move(migration));
    }
  }
  return all;
}

}  // namespace migext::rewrite
