#include "lint/lint.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "lint/run.h"

namespace migext::lint {
namespace {

using django::MigrationKey;

/// The full plan, and what no leaf node leads to.
std::vector<MigrationKey> WholePlan(const django::Graph& graph) {
  std::vector<MigrationKey> targets = graph.LeafNodes();
  for (MigrationKey& node : graph.Nodes()) targets.push_back(std::move(node));
  return graph.ForwardsPlan(targets);
}

/// A path below the project's folder is shown from there.
bool IsOwn(const std::string& path) {
  return !path.starts_with('/') && !path.starts_with('(') &&
         path.find("site-packages/") == std::string::npos;
}

/// What the graph has: the parts of a squash that stands for them never run again.
std::vector<Subject> SubjectsOf(const LintInput& input) {
  std::vector<Subject> subjects;
  for (const MigrationKey& key : WholePlan(input.graph)) {
    const django::Migration* migration = input.graph.Find(key);
    if (migration == nullptr) continue;
    subjects.push_back({migration, input.graph.applied().contains(key), IsOwn(migration->path)});
  }
  return subjects;
}

std::size_t MostOf(Severity severity) { return severity == Severity::kInfo ? 5 : 10; }

/// A column that is in the way of an AddField is not dropped: the run stops there.
void LeaveOutUnreached(std::vector<Finding>& findings) {
  using Key = std::pair<MigrationKey, std::optional<int>>;
  std::set<Key> stops;
  for (const Finding& finding : findings) {
    if (finding.rule->id == "already-exists") stops.insert({finding.migration, finding.position});
  }
  std::erase_if(findings, [&](const Finding& finding) {
    return finding.rule->id == "drop-column" &&
           stops.contains({finding.migration, finding.position});
  });
}

/// Where rows break what an operation demands, that it demands it is no news.
void LeaveOutWeaker(std::vector<Finding>& findings) {
  using Key = std::tuple<MigrationKey, std::optional<int>, std::string_view>;
  const auto key = [](const Finding& finding) {
    return Key{finding.migration, finding.position, finding.rule->codes};
  };
  std::set<Key> told;
  for (const Finding& finding : findings) {
    if (finding.severity != Severity::kInfo && !finding.rule->codes.empty()) {
      told.insert(key(finding));
    }
  }
  std::erase_if(findings, [&](const Finding& finding) {
    return finding.severity == Severity::kInfo && told.contains(key(finding));
  });
}

/// One function may be the code of a migration and its reverse_code.
void LeaveOutRepeated(std::vector<Finding>& findings) {
  std::set<std::tuple<const Rule*, MigrationKey, std::optional<int>, int, std::string>> told;
  std::erase_if(findings, [&](const Finding& finding) {
    return !told.emplace(finding.rule, finding.migration, finding.position, finding.line,
                         finding.message)
                .second;
  });
}

}  // namespace

std::vector<Finding> Lint(const LintInput& input) {
  Findings found;
  const std::vector<Subject> subjects = SubjectsOf(input);
  LintFiles(input, subjects, found);
  LintOperations(subjects, found);
  const std::unique_ptr<Run> run = PrepareRun(input, subjects);
  LintStates(input, subjects, run.get(), found);
  if (run != nullptr) {
    LintObstacles(*run, found);
    LintConflicts(*run, found);
    LintChanges(*run, found);
    LintDrops(*run, found);
    LintRebuilds(*run, found);
    LintRawSql(*run, found);
  }

  std::map<MigrationKey, std::size_t> places;
  for (std::size_t i = 0; i < subjects.size(); ++i) places[subjects[i].migration->key] = i + 1;
  const auto order = [&](const Finding& finding) {
    const auto place = places.find(finding.migration);
    return std::make_tuple(finding.severity, finding.rule,
                           place == places.end() ? 0 : place->second,
                           finding.position.value_or(-1));
  };
  std::vector<Finding> findings = found.Take();
  LeaveOutUnreached(findings);
  LeaveOutWeaker(findings);
  LeaveOutRepeated(findings);
  std::stable_sort(findings.begin(), findings.end(),
                   [&](const Finding& a, const Finding& b) { return order(a) < order(b); });
  return findings;
}

std::vector<Finding> Shorten(std::vector<Finding> findings) {
  struct Group {
    std::size_t count = 0;
    std::size_t last = 0;
  };
  std::map<std::tuple<Severity, const Rule*, std::string>, Group> groups;
  std::vector<Finding> kept;
  for (Finding& finding : findings) {
    if (finding.severity != Severity::kError) {
      Group& group = groups[{finding.severity, finding.rule, finding.migration.app}];
      if (++group.count > MostOf(finding.severity)) continue;
      group.last = kept.size();
    }
    kept.push_back(std::move(finding));
  }
  for (const auto& [key, group] : groups) {
    const auto& [severity, rule, app] = key;
    if (group.count <= MostOf(severity)) continue;
    kept[group.last].message += "; and " + std::to_string(group.count - MostOf(severity)) +
                                " more of the kind in the app " + app;
  }
  return kept;
}

}  // namespace migext::lint
