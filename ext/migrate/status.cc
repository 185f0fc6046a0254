#include "migrate/status.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "django/graph_checks.h"

namespace migext::migrate {
namespace {

using django::App;
using django::Graph;
using django::Migration;
using django::MigrationKey;
using django::Project;

class StatusReader {
 public:
  StatusReader(const Project& project, const Graph& graph, const History& history)
      : project_(project), graph_(graph), history_(history) {
    for (const Record& record : history.records()) ++recorded_[record.key];
    ReadPositions();
    ReadNotes();
  }

  std::vector<MigrationStatus> Run() {
    if (graph_.failures().empty()) {
      for (const MigrationKey& key : graph_.Nodes()) AddNode(key);
    } else {
      for (const auto& [key, migration] : project_.migrations()) AddNode(key);
    }
    for (const auto& [key, unreadable] : project_.unreadable()) AddUnreadable(key, unreadable);
    for (const auto& [key, count] : recorded_) {
      if (!IsKnown(key)) AddGhost(key);
    }
    std::sort(rows_.begin(), rows_.end(), [](const MigrationStatus& a, const MigrationStatus& b) {
      const int last = std::numeric_limits<int>::max();
      return std::tuple(a.key.app, a.position.value_or(last), a.key.name) <
             std::tuple(b.key.app, b.position.value_or(last), b.key.name);
    });
    return std::move(rows_);
  }

 private:
  void ReadPositions() {
    if (!graph_.failures().empty()) return;
    int position = 0;
    for (const MigrationKey& key : graph_.FullPlan()) positions_[key] = ++position;
  }

  void ReadNotes() {
    for (const auto& [app, leaves] : graph_.Conflicts()) {
      for (const MigrationKey& leaf : leaves) {
        Note(leaf, "one of " + std::to_string(leaves.size()) +
                       " leaf nodes of its app; see migration_conflicts");
      }
    }
    std::vector<MigrationKey> in_order;
    for (const Record& record : history_.records()) in_order.push_back(record.key);
    if (graph_.failures().empty()) {
      for (const auto& edge : django::InconsistentHistory(graph_, in_order)) {
        Note(edge.child, "applied before " + edge.parent.ToString() + ", which it needs");
        Note(edge.parent, "not applied, though " + edge.child.ToString() + " needs it and is");
      }
    }
    for (const django::Replacement& replacement : graph_.replacements()) NoteParts(replacement);
    for (const auto& [key, count] : recorded_) {
      if (count > 1) Note(key, "recorded " + std::to_string(count) + " times");
    }
  }

  void NoteParts(const django::Replacement& replacement) {
    const Migration& squash = *replacement.squash;
    const auto applied = std::count_if(squash.replaces.begin(), squash.replaces.end(),
                                       [&](const auto& part) { return recorded_.contains(part); });
    const std::string share =
        std::to_string(applied) + " of " + std::to_string(squash.replaces.size());
    if (replacement.in_use) {
      Note(squash.key, "stands for " + share.substr(share.rfind(' ') + 1) + " migrations, " +
                           std::to_string(applied) + " of them recorded");
      return;
    }
    for (const MigrationKey& part : squash.replaces) {
      Note(part, "part of " + squash.key.name + ", which is not in use while " + share +
                     " of its parts are applied");
    }
  }

  void Note(const MigrationKey& key, const std::string& text) {
    std::string& note = notes_[key];
    if (!note.empty()) note += "; ";
    note += text;
  }

  bool IsKnown(const MigrationKey& key) const {
    return graph_.Has(key) || project_.migrations().contains(key) ||
           project_.unreadable().contains(key);
  }

  MigrationStatus& Add(const MigrationKey& key, std::string mark, std::string state) {
    MigrationStatus& row = rows_.emplace_back();
    row.key = key;
    row.mark = std::move(mark);
    row.state = std::move(state);
    if (const Record* record = history_.Find(key)) row.applied_at = record->applied.ToString();
    if (const auto found = positions_.find(key); found != positions_.end()) {
      row.position = found->second;
    }
    return row;
  }

  void AddNode(const MigrationKey& key) {
    const Migration* migration = project_.FindMigration(key);
    const bool recorded = recorded_.contains(key);
    if (migration == nullptr) {
      // A node without a file stands for a record of an app whose files are not here.
      if (!recorded) return;
      Note(key, "the files of this app are not here; what is recorded counts as applied");
      Finish(Add(key, "[X]", "applied"), "");
      return;
    }
    const bool applied = graph_.applied().contains(key);
    if (applied && !recorded) {
      Note(key, "all its parts are applied; migrate will record it");
      Finish(Add(key, "[-]", "squashed-not-recorded"), migration->path);
    } else {
      Finish(applied ? Add(key, "[X]", "applied") : Add(key, "[ ]", "pending"), migration->path);
    }
  }

  void AddUnreadable(const MigrationKey& key, const django::UnreadableMigration& unreadable) {
    const std::string place = Describe(unreadable.place);
    Note(key, (place.empty() ? "" : place + ": ") + unreadable.error);
    Finish(Add(key, recorded_.contains(key) ? "[X]" : "[ ]", "unreadable"), unreadable.path);
  }

  void AddGhost(const MigrationKey& key) {
    const App* app = project_.FindApp(key.app);
    if (app == nullptr && project_.apps_knowledge().known != django::AppsKnown::kAll) {
      Note(key, "recorded; which apps the project has is not known");
    } else if (app == nullptr) {
      Note(key, "recorded, but the project has no app '" + key.app + "'");
    } else if (app->directory.empty()) {  // built in
      Note(key, "recorded, but this Django has no such migration");
    } else {
      Note(key, "recorded, but there is no such file in " + app->directory);
    }
    Finish(Add(key, "[X]", "ghost"), "");
  }

  void Finish(MigrationStatus& row, const std::string& path) {
    row.path = path;
    row.note = notes_[row.key];
  }

  const Project& project_;
  const Graph& graph_;
  const History& history_;
  std::map<MigrationKey, int> recorded_;  // how often
  std::map<MigrationKey, int> positions_;
  std::map<MigrationKey, std::string> notes_;
  std::vector<MigrationStatus> rows_;
};

}  // namespace

std::vector<MigrationStatus> StatusOf(const Project& project, const Graph& graph,
                                      const History& history) {
  return StatusReader(project, graph, history).Run();
}

}  // namespace migext::migrate
