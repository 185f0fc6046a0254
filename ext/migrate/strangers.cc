#include "migrate/strangers.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"

namespace migext::migrate {
namespace {

using django::MigrationKey;

/// By lower-case name of a live table: the names of what migrations make in it.
struct Known {
  std::set<std::string> columns;
  std::set<std::string> indexes;
  bool is_followed = true;
};

std::map<std::string, Known> KnownTables(const Effects& effects) {
  const auto& objects = effects.timeline().objects();
  std::map<std::string, Known> tables;
  for (ObjectId id = 0; id < objects.size(); ++id) {
    const LiveMatch& table = effects.matches()[objects[id].table];
    if (!table.exists) continue;
    Known& known = tables[Lower(table.name)];
    if (objects[id].IsLost()) known.is_followed = false;
    const LiveMatch& match = effects.matches()[id];
    if (!match.exists) continue;
    if (objects[id].kind == ObjectKind::kColumn) known.columns.insert(Lower(match.name));
    if (objects[id].kind == ObjectKind::kIndex || objects[id].kind == ObjectKind::kConstraint) {
      known.indexes.insert(Lower(match.name));
    }
  }
  return tables;
}

constexpr std::size_t kDigits = 4;

/// "0009" of "0009_x", else "".
std::string NumberOf(const std::string& name) {
  const std::string number = name.substr(0, kDigits);
  const bool is_number =
      number.size() == kDigits && number.find_first_not_of("0123456789") == std::string::npos;
  return is_number ? number : std::string();
}

class OlderFilesFinder {
 public:
  explicit OlderFilesFinder(const OlderFilesInput& input)
      : input_(input), source_(input.graph.source()) {
    int place = 0;
    for (const Record& record : input.history.records()) places_.emplace(record.key, ++place);
    for (const auto& [key, migration] : *source_.migrations) {
      apps_.insert(key.app);
      replaced_.insert(migration->replaces.begin(), migration->replaces.end());
    }
  }

  std::map<std::string, OlderFiles> Find() const {
    std::map<std::string, OlderFiles> found;
    for (const std::string& app : apps_) {
      std::vector<MigrationKey> newer = NewerRecords(app);
      if (newer.empty()) continue;
      std::string difference = Difference(app);
      if (!difference.empty()) found[app] = {std::move(newer), std::move(difference)};
    }
    return found;
  }

 private:
  /// Records without a file, behind those of all leaf nodes; none while a leaf node is pending.
  std::vector<MigrationKey> NewerRecords(const std::string& app) const {
    int last = 0;
    std::string number;
    for (const MigrationKey& leaf : input_.graph.LeafNodes(app)) {
      const auto place = places_.find(leaf);
      if (place == places_.end()) return {};
      last = std::max(last, place->second);
      number = std::max(number, NumberOf(leaf.name));
    }
    std::vector<MigrationKey> newer;
    for (const auto& [key, place] : places_) {
      if (last == 0 || key.app != app || source_.migrations->contains(key)) continue;
      if (replaced_.contains(key)) continue;
      if (source_.unreadable != nullptr && source_.unreadable->contains(key)) continue;
      if (place > last || NumberOf(key.name) > number) newer.push_back(key);
    }
    return newer;
  }

  std::string Difference(const std::string& app) const {
    std::set<std::string> tables;
    for (const OperationEffect& operation : input_.effects.operations()) {
      if (operation.migration.app != app) continue;
      const bool is_applied = input_.graph.applied().contains(operation.migration);
      if (is_applied && operation.IsProof() && operation.effect != Effect::kPresent) {
        return operation.evidence;
      }
      for (const JudgedFact& fact : operation.facts) tables.insert(TableOf(fact));
    }
    for (const Stranger& stranger : StrangersIn(input_.effects, input_.live)) {
      if (stranger.kind == ObjectKind::kColumn && tables.contains(stranger.table)) {
        return "column " + stranger.table + "." + stranger.name + ", which no file makes";
      }
    }
    for (const sqlite::LiveTable& table : input_.live.tables()) {
      if (!table.name.starts_with(app + "_") || table.name.ends_with("__old")) continue;
      if (!input_.effects.timeline().FindTable(table.name)) {
        return "table " + table.name + ", which no file makes";
      }
    }
    return {};
  }

  std::string TableOf(const JudgedFact& fact) const {
    const ObjectId table = input_.effects.timeline().objects()[fact.fact.object].table;
    return input_.effects.matches()[table].name;
  }

  const OlderFilesInput& input_;
  const django::MigrationSource& source_;
  std::map<MigrationKey, int> places_;  // of the first record
  std::set<std::string> apps_;
  std::set<MigrationKey> replaced_;
};

}  // namespace

std::vector<Stranger> StrangersIn(const Effects& effects, const sqlite::LiveSchema& live) {
  const std::map<std::string, Known> tables = KnownTables(effects);
  std::vector<Stranger> strangers;
  for (const sqlite::LiveTable& table : live.tables()) {
    const auto known = tables.find(Lower(table.name));
    if (known == tables.end() || !known->second.is_followed || table.is_virtual) continue;
    for (const sqlite::LiveColumn& column : table.columns) {
      if (column.kind == sqlite::ColumnKind::kHidden) continue;
      if (known->second.columns.contains(Lower(column.name))) continue;
      strangers.push_back({ObjectKind::kColumn, table.name, column.name, {}});
    }
    for (const sqlite::LiveIndex& index : table.indexes) {
      if (index.origin != sqlite::LiveIndexOrigin::kCreateIndex) continue;
      if (known->second.indexes.contains(Lower(index.name))) continue;
      strangers.push_back({ObjectKind::kIndex, table.name, index.name, index.sql});
    }
  }
  return strangers;
}

std::map<std::string, OlderFiles> FindOlderFiles(const OlderFilesInput& input) {
  return OlderFilesFinder(input).Find();
}

}  // namespace migext::migrate
