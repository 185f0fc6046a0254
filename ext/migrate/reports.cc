#include "migrate/reports.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "django/names.h"
#include "django/operation.h"

namespace migext::migrate {
namespace {

using django::App;
using django::Graph;
using django::Migration;
using django::MigrationKey;

void RequireApps(const Graph& graph, std::span<const std::string> apps) {
  for (const std::string& app : apps) django::RequireApp(graph.source(), app);
}

// The apps showmigrations lists by itself: sorted(loader.migrated_apps), and those whose files are
// missing as far as history knows them.
std::vector<std::string> MigratedApps(const Graph& graph) {
  std::vector<std::string> labels;
  for (const App& app : graph.source().apps) {
    const bool known = app.origin == django::AppOrigin::kMissing
                           ? !graph.LeafNodes(app.label).empty()
                           : app.has_migrations;
    if (known) labels.push_back(app.label);
  }
  std::sort(labels.begin(), labels.end());
  return labels;
}

class MigrationList {
 public:
  MigrationList(const Graph& graph, const AppliedTimes& recorded, Verbosity verbosity)
      : graph_(graph), recorded_(recorded), verbosity_(verbosity) {}

  void AddApp(const std::string& app) {
    lines_.push_back(app);
    bool any = false;
    for (const MigrationKey& key : graph_.ForwardsPlan(graph_.LeafNodes(app))) {
      if (key.app != app) continue;
      lines_.push_back(Line(key));
      any = true;
    }
    if (!any) lines_.push_back(" (no migrations)");
  }

  std::vector<std::string> Take() { return std::move(lines_); }

 private:
  std::string Line(const MigrationKey& key) const {
    std::string title = key.name;
    const Migration* migration = graph_.Find(key);
    if (migration != nullptr && !migration->replaces.empty()) {
      title += " (" + std::to_string(migration->replaces.size()) + " squashed migrations)";
    }
    if (!graph_.applied().contains(key)) return " [ ] " + title;
    const auto record = recorded_.find(key);
    if (record == recorded_.end()) {
      const bool says_so = graph_.source().dialect.marks_unrecorded_squashes;
      return says_so ? " [-] " + title + " Run 'manage.py migrate' to finish recording."
                     : " [X] " + title;
    }
    if (verbosity_ == Verbosity::kDetailed && !record->second.empty()) {
      title += " (applied at " + record->second + ")";
    }
    return " [X] " + title;
  }

  const Graph& graph_;
  const AppliedTimes& recorded_;
  Verbosity verbosity_;
  std::vector<std::string> lines_;
};

std::string DirectDependencies(const Graph& graph, const MigrationKey& key) {
  std::vector<std::string> names;
  for (const MigrationKey& parent : graph.Parents(key)) names.push_back(parent.ToString());
  return names.empty() ? "" : " ... (" + Join(names, ", ") + ")";
}

}  // namespace

// Of several rows for one migration Django keeps the last.
AppliedTimes AppliedTimesOf(const History& history) {
  constexpr std::size_t kToTheSecond = std::string_view("2025-06-10 08:45:03").size();
  AppliedTimes times;
  for (const Record& record : history.records()) {
    times[record.key] = record.applied.ToString().substr(0, kToTheSecond);
  }
  return times;
}

std::vector<std::string> ShowMigrations(const Graph& graph, const AppliedTimes& recorded,
                                        std::span<const std::string> apps, Verbosity verbosity) {
  RequireSoundGraph(graph, EmptyApps::kIgnored);
  RequireApps(graph, apps);
  MigrationList list(graph, recorded, verbosity);
  if (apps.empty()) {
    for (const std::string& app : MigratedApps(graph)) list.AddApp(app);
  }
  for (const std::string& app : apps) list.AddApp(app);
  return list.Take();
}

std::vector<std::string> ShowPlan(const Graph& graph, std::span<const std::string> apps,
                                  Verbosity verbosity) {
  RequireSoundGraph(graph);
  RequireApps(graph, apps);
  std::vector<MigrationKey> targets = graph.LeafNodes();
  if (!apps.empty()) {
    std::erase_if(targets, [&](const MigrationKey& target) {
      return std::find(apps.begin(), apps.end(), target.app) == apps.end();
    });
  }
  std::vector<std::string> lines;
  for (const MigrationKey& key : graph.ForwardsPlan(targets)) {
    std::string line = graph.applied().contains(key) ? "[X]  " : "[ ]  ";
    line += key.ToString();
    if (verbosity == Verbosity::kDetailed) line += DirectDependencies(graph, key);
    lines.push_back(std::move(line));
  }
  if (lines.empty()) lines.emplace_back("(no migrations)");
  return lines;
}

std::vector<std::string> PlannedOperations(const Plan& plan) {
  std::vector<std::string> lines = {"Planned operations:"};
  if (plan.steps.empty()) lines.emplace_back("  No planned migration operations.");
  for (const PlanStep& step : plan.steps) {
    lines.push_back(step.migration->key.ToString());
    for (const django::OperationPtr& operation : step.migration->operations) {
      lines.push_back("    " + django::PlanLine(*operation, step.backwards));
    }
  }
  return lines;
}

}  // namespace migext::migrate
