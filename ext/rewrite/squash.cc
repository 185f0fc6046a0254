#include "rewrite/squash.h"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <utility>

#include "base/error.h"
#include "django/names.h"
#include "rewrite/optimizer.h"

namespace migext::rewrite {
namespace {

using django::Dependency;
using django::Migration;
using django::MigrationKey;

/// Optimizing makes a few names.
constexpr std::size_t kHeapBytes = std::size_t{16} << 20U;

const Migration& FileOf(const django::Graph& graph, const MigrationKey& key) {
  if (const Migration* migration = graph.Find(key)) return *migration;
  throw Error("'" + key.ToString() + "' has no file that could be read");
}

/// The migrations of the app up to the target, in the order of the plan.
std::vector<const Migration*> MigrationsUpTo(const django::Graph& graph,
                                             const MigrationKey& target) {
  std::vector<const Migration*> migrations;
  for (const MigrationKey& key : graph.ForwardsPlan(target)) {
    if (key.app == target.app) migrations.push_back(&FileOf(graph, key));
  }
  return migrations;
}

std::vector<const Migration*> MigrationsToSquash(const django::Graph& graph,
                                                 const SquashRequest& request) {
  const MigrationKey to = FindMigration(graph.source(), request.app, request.to);
  std::vector<const Migration*> migrations = MigrationsUpTo(graph, to);
  if (request.from.empty()) return migrations;
  const MigrationKey from = FindMigration(graph.source(), request.app, request.from);
  const auto start = std::ranges::find_if(
      migrations, [&](const Migration* migration) { return migration->key == from; });
  if (start == migrations.end()) {
    throw Error("The migration '" + from.ToString() +
                "' cannot be found. Maybe it comes after the migration '" + to.ToString() +
                "'?\nHave a look at:\n  python manage.py showmigrations " + request.app +
                "\nto debug this issue.");
  }
  migrations.erase(migrations.begin(), start);
  return migrations;
}

void RefuseSquashes(const std::vector<const Migration*>& migrations,
                    const django::Dialect& dialect) {
  if (dialect.nested_squashes) return;
  for (const Migration* migration : migrations) {
    if (migration->replaces.empty()) continue;
    throw Error(
        "You cannot squash squashed migrations! Please transition it to a normal migration "
        "first: https://docs.djangoproject.com/en/" +
        dialect.version + "/topics/migrations/#squashing-migrations");
  }
}

/// Django collects them in a set: before 5.0 they are written as they come out of it, which is no
/// order at all; here the user model comes first.
bool ComesBefore(const Dependency& a, const Dependency& b) {
  return std::tie(b.swappable, a.key) < std::tie(a.swappable, b.key);
}

/// Those of the first migration, and those on other apps of all.  Only the user model stays
/// swappable: Django writes any other as the app that has it now.
std::vector<Dependency> DependenciesOf(const std::vector<const Migration*>& migrations,
                                       const std::string& user_app) {
  std::vector<Dependency> dependencies;
  for (const Migration* migration : migrations) {
    for (Dependency dependency : migration->dependencies) {
      const bool is_of_app = dependency.key.app == migration->key.app;
      if (!dependency.swappable && is_of_app && migration != migrations.front()) continue;
      dependency.swappable = dependency.swappable && dependency.key.app == user_app;
      if (std::ranges::find(dependencies, dependency) == dependencies.end()) {
        dependencies.push_back(std::move(dependency));
      }
    }
  }
  std::ranges::sort(dependencies, ComesBefore);
  return dependencies;
}

std::string NameOf(const SquashRequest& request, const std::string& first,
                   const std::string& last) {
  if (request.from.empty()) {
    return "0001_" + (request.name.empty() ? "squashed_" + last : request.name);
  }
  if (request.name.empty()) return first + "_squashed_" + last;
  return first.substr(0, first.find('_')) + "_" + request.name;
}

std::string CountLine(std::size_t before, std::size_t after) {
  if (before == after) return "  No optimizations possible.";
  return "  Optimized from " + std::to_string(before) + " operations to " + std::to_string(after) +
         " operations.";
}

/// What a squash does not take over from its parts.
std::vector<std::string> Losses(const std::vector<const Migration*>& parts) {
  std::vector<std::string> notes;
  for (const Migration* part : parts) {
    if (!part->atomic) {
      notes.push_back(part->key.ToString() +
                      " has atomic = False, the squash runs in one transaction");
    }
    if (!part->run_before.empty()) {
      notes.push_back(part->key.ToString() + " has run_before, the squash has none");
    }
  }
  return notes;
}

}  // namespace

NewMigration PlanSquash(const django::Graph& graph, const SquashRequest& request) {
  const std::vector<const Migration*> parts = MigrationsToSquash(graph, request);
  const django::Dialect& dialect = graph.source().dialect;
  RefuseSquashes(parts, dialect);
  NewMigration squash = {std::make_shared<python::Heap>(kHeapBytes), {}, {}, Losses(parts)};
  Migration& migration = squash.migration;
  squash.report.emplace_back("Will squash the following migrations:");
  for (const Migration* part : parts) {
    squash.report.push_back(" - " + part->key.name);
    migration.replaces.push_back(part->key);
    migration.operations.insert(migration.operations.end(), part->operations.begin(),
                                part->operations.end());
  }
  migration.key = {request.app, NameOf(request, parts.front()->key.name, parts.back()->key.name)};
  migration.dependencies = DependenciesOf(parts, request.user_app);
  if (request.from.empty()) migration.initial = true;
  if (!request.optimize) {
    squash.report.emplace_back("(Skipping optimization.)");
    return squash;
  }
  squash.report.emplace_back("Optimizing...");
  const std::size_t before = migration.operations.size();
  migration.operations =
      Optimize(std::move(migration.operations), request.app, dialect, *squash.heap);
  squash.report.push_back(CountLine(before, migration.operations.size()));
  return squash;
}

NewMigration PlanOptimized(const django::Graph& graph, const std::string& app,
                           const std::string& name) {
  const MigrationKey key = FindMigration(graph.source(), app, name);
  const Migration* file = graph.source().Find(key);
  if (!file) throw Error("'" + key.ToString() + "' has no file that could be read");
  NewMigration optimized = {std::make_shared<python::Heap>(kHeapBytes), *file, {}, {}};
  optimized.migration.operations =
      Optimize(file->operations, app, graph.source().dialect, *optimized.heap);
  const std::size_t before = file->operations.size();
  const std::size_t after = optimized.migration.operations.size();
  optimized.report.push_back(before == after
                                 ? "No optimizations possible."
                                 : "Optimizing from " + std::to_string(before) + " operations to " +
                                       std::to_string(after) + " operations.");
  return optimized;
}

}  // namespace migext::rewrite
