#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/text.h"
#include "django/graph_checks.h"
#include "migrate/conflicts.h"
#include "migrate/prunable.h"
#include "rewrite/unfinished_files.h"

namespace migext::migrate {
namespace {

using django::Graph;
using django::MigrationKey;
using Keys = std::vector<MigrationKey>;

Conflict Row(Severity severity, std::string code, const MigrationKey& key) {
  Conflict conflict;
  conflict.severity = severity;
  conflict.code = std::move(code);
  conflict.app = key.app;
  conflict.name = key.name;
  return conflict;
}

/// What makes it unknown which apps there are.
void AddUnknownApps(const Graph& graph, std::vector<Conflict>& conflicts) {
  const django::AppsKnowledge& knowledge = graph.source().apps_knowledge;
  if (knowledge.known == django::AppsKnown::kNoProject) {
    Conflict row = Row(Severity::kError, "no-project", {});
    row.detail = knowledge.trouble.message + "; nothing can be said of what is recorded here";
    row.advice = "name the folder of the project: SELECT migration_project('/path/to/site');";
    conflicts.push_back(std::move(row));
  } else if (knowledge.known == django::AppsKnown::kUnreadableSettings) {
    Conflict row = Row(Severity::kError, "unreadable-settings", {});
    row.object = Describe(knowledge.trouble.place);
    row.detail = (row.object.empty() ? "" : row.object + ": ") + knowledge.trouble.message;
    row.advice =
        "mend the settings, or name others: SELECT migext_setting('settings_module', "
        "'site.settings'); until then INSTALLED_APPS is not known, and no record counts as that "
        "of an app that is gone";
    conflicts.push_back(std::move(row));
  }
}

void AddUnreadable(const Graph& graph, std::vector<Conflict>& conflicts) {
  if (graph.source().unreadable == nullptr) return;
  for (const auto& [key, file] : *graph.source().unreadable) {
    Conflict row = Row(Severity::kError, "unreadable-file", key);
    row.object = file.place.file.empty() ? file.path : Describe(file.place);
    row.detail = file.error;
    row.advice = "mend the file; Django runs no command until it can be loaded";
    conflicts.push_back(std::move(row));
  }
}

/// Why files are missing or there twice.
void AddUnfinishedWrites(const Graph& graph, std::vector<Conflict>& conflicts) {
  for (const rewrite::UnfinishedWrite& write : rewrite::FindUnfinishedWrites(graph.source().apps)) {
    Conflict row = Row(write.is_published ? Severity::kWarning : Severity::kError,
                       "interrupted-write", {write.app, ""});
    row.object = Join(write.left, ", ");
    row.detail = write.What();
    row.advice = write.Advice("; ");
    conflicts.push_back(std::move(row));
  }
}

void AddMissingNodes(const Graph& graph, std::vector<Conflict>& conflicts) {
  for (const django::MissingNode& missing : graph.missing()) {
    Conflict row = Row(Severity::kError, "missing-dependency", missing.named_by);
    row.object = missing.key.ToString();
    row.detail = missing.named_by.ToString() + " names " + missing.key.ToString() +
                 (missing.is_child ? " in run_before" : " as a dependency") +
                 ", and there is no such migration";
    row.advice = missing.nearest.empty() ? "bring the file back, or mend the name"
                                         : "did it mean '" + missing.nearest + "'?";
    const std::string lost = LostInit(graph.source(), missing.key.app);
    if (!lost.empty()) row.advice = lost;
    conflicts.push_back(std::move(row));
  }
}

std::string_view OriginOf(const Graph& graph, const MigrationKey& child,
                          const MigrationKey& parent) {
  for (const django::Edge& edge : graph.edges()) {
    if (edge.child == child && edge.parent == parent) return OriginName(edge.origin);
  }
  return "replaces";
}

void AddCycle(const Graph& graph, std::vector<Conflict>& conflicts) {
  const Keys cycle = graph.ShortestCycle();
  if (cycle.empty()) return;
  std::vector<std::string> edges;
  for (std::size_t place = 0; place < cycle.size(); ++place) {
    const MigrationKey& next = cycle[(place + 1) % cycle.size()];
    edges.push_back(cycle[place].ToString() + " needs " + next.ToString() + " (" +
                    std::string(OriginOf(graph, cycle[place], next)) + ")");
  }
  Conflict row = Row(Severity::kError, "circular-dependency", cycle.front());
  row.object = cycle.size() > 1 ? cycle[1].ToString() : cycle.front().ToString();
  row.detail = Join(edges, "; ");
  row.advice =
      "take one of these out of its file: split the migration, so that what the other "
      "side needs comes in a file of its own";
  conflicts.push_back(std::move(row));
}

/// What a branch changes: "comment", "comment.parent".
struct Touched {
  std::set<std::string> models;
  std::set<std::string> fields;
};

Touched TouchedBy(const Graph& graph, const std::set<MigrationKey>& branch) {
  Touched touched;
  for (const MigrationKey& key : branch) {
    const django::Migration* migration = graph.Find(key);
    if (migration == nullptr) continue;
    for (const django::OperationPtr& operation : migration->operations) {
      if (operation->ModelName().empty()) continue;
      const std::string model = key.app + "." + Lower(operation->ModelName());
      touched.models.insert(model);
      if (!operation->FieldName().empty()) {
        touched.fields.insert(model + "." + operation->FieldName());
      }
    }
  }
  return touched;
}

std::vector<std::string> Common(const std::set<std::string>& a, const std::set<std::string>& b) {
  std::vector<std::string> common;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(common));
  return common;
}

class Leaves {
 public:
  Leaves(const Graph& graph, std::string app, Keys leaves)
      : graph_(graph), app_(std::move(app)), leaves_(std::move(leaves)) {
    for (const MigrationKey& leaf : leaves_) {
      const Keys plan = graph_.ForwardsPlan(leaf);
      branches_.emplace_back(plan.begin(), plan.end());
    }
  }

  Conflict Row() {
    Conflict row = migrate::Row(Severity::kError, "multiple-leaves", {app_, ""});
    std::vector<std::string> names;
    std::vector<std::string> dependencies;
    for (const MigrationKey& leaf : leaves_) {
      names.push_back(leaf.name);
      dependencies.push_back("('" + leaf.app + "', '" + leaf.name + "')");
    }
    row.object = Join(names, ", ");
    row.detail = "the app has " + std::to_string(names.size()) + " ends: " + row.object;
    const std::string ancestor = CommonAncestor();
    if (!ancestor.empty()) row.detail += "; they part at " + ancestor;
    row.detail += "; " + Overlap();
    row.remedy = "SELECT merge_migrations(" + SqlLiteral(app_) + ", 'write');";
    row.advice =
        "Django refuses every migrate. The remedy writes a migration file that joins them, with "
        "dependencies = [" +
        Join(dependencies, ", ") +
        "] and operations = []; look first at what both branches do: "
        "SELECT merge_migrations(" +
        SqlLiteral(app_) + "); SELECT line FROM migext_output;";
    return row;
  }

 private:
  std::string CommonAncestor() {
    std::set<MigrationKey> common = branches_.front();
    for (const auto& branch : branches_) {
      std::erase_if(common, [&](const MigrationKey& key) { return !branch.contains(key); });
    }
    std::string last;
    for (const MigrationKey& key : graph_.ForwardsPlan(leaves_.front())) {
      if (key.app == app_ && common.contains(key)) last = key.ToString();
    }
    for (auto& branch : branches_) {
      std::erase_if(branch, [&](const MigrationKey& key) { return common.contains(key); });
    }
    return last;
  }

  /// REQUIRES: CommonAncestor() has left of each branch what is its own.
  std::string Overlap() const {
    std::set<std::string> models;
    std::set<std::string> fields;
    for (std::size_t one = 0; one < branches_.size(); ++one) {
      for (std::size_t two = one + 1; two < branches_.size(); ++two) {
        const Touched a = TouchedBy(graph_, branches_[one]);
        const Touched b = TouchedBy(graph_, branches_[two]);
        for (std::string& name : Common(a.models, b.models)) models.insert(std::move(name));
        for (std::string& name : Common(a.fields, b.fields)) fields.insert(std::move(name));
      }
    }
    const auto list = [](const std::set<std::string>& names) {
      return Join(std::vector<std::string>(names.begin(), names.end()), ", ");
    };
    if (!fields.empty()) return "the branches change the same field: " + list(fields);
    if (!models.empty()) {
      return "the branches change the same model (" + list(models) + "), but no field of it twice";
    }
    return "the branches touch no model in common";
  }

  const Graph& graph_;
  std::string app_;
  Keys leaves_;
  std::vector<std::set<MigrationKey>> branches_;
};

void AddNumbers(const Graph& graph, std::vector<Conflict>& conflicts) {
  constexpr std::size_t kDigits = 4;
  std::map<MigrationKey, std::vector<std::string>> by_number;
  for (const auto& [key, migration] : *graph.source().migrations) {
    const std::string number = key.name.substr(0, kDigits);
    const bool numbered =
        number.size() == kDigits && number.find_first_not_of("0123456789") == std::string::npos;
    if (numbered && migration->replaces.empty()) by_number[{key.app, number}].push_back(key.name);
  }
  for (const auto& [number, names] : by_number) {
    if (names.size() < 2) continue;
    Conflict row = Row(Severity::kInfo, "duplicate-number", {number.app, names.back()});
    row.object = number.name;
    row.detail = "the number " + number.name + " stands before " + Join(names, " and ");
    row.advice =
        "no harm to Django; write the name in full, since " + number.name + " alone is ambiguous";
    conflicts.push_back(std::move(row));
  }
}

void AddMissingApps(const Graph& graph, std::vector<Conflict>& conflicts) {
  for (const django::App& app : graph.source().apps) {
    if (app.origin != django::AppOrigin::kMissing) continue;
    Conflict row = Row(Severity::kInfo, "missing-app", {app.label, ""});
    row.object = app.package;
    row.detail = "the files of the app " + app.label +
                 " are not here; its records are taken as "
                 "they are";
    row.advice =
        "name the folder that holds it: SELECT migext_setting('search_path', "
        "'/path/to/site-packages')";
    conflicts.push_back(std::move(row));
  }
}

}  // namespace

std::vector<Conflict> FindFileConflicts(const Graph& graph) {
  std::vector<Conflict> conflicts;
  AddUnknownApps(graph, conflicts);
  AddUnfinishedWrites(graph, conflicts);
  AddUnreadable(graph, conflicts);
  AddMissingNodes(graph, conflicts);
  AddCycle(graph, conflicts);
  for (auto& [app, leaves] : graph.Conflicts()) {
    conflicts.push_back(Leaves(graph, app, leaves).Row());
  }
  AddNumbers(graph, conflicts);
  AddMissingApps(graph, conflicts);
  return conflicts;
}

}  // namespace migext::migrate
