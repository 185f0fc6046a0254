#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "migrate/conflicts.h"
#include "migrate/prunable.h"
#include "migrate/remedies.h"

namespace migext::migrate {
namespace {

using django::MigrationKey;

Conflict Row(Severity severity, std::string code, const MigrationKey& key) {
  Conflict conflict;
  conflict.severity = severity;
  conflict.stage = Stage::kRecords;
  conflict.code = std::move(code);
  conflict.app = key.app;
  conflict.name = key.name;
  conflict.object = kHistoryTable;
  return conflict;
}

void AddTableTrouble(const History& history, std::vector<Conflict>& conflicts) {
  Conflict row = Row(Severity::kError, "history-unusable", {});
  row.stage = Stage::kDatabase;
  if (!history.damage().empty()) {
    row.code = "database-damaged";
    row.detail = "django_migrations cannot be read to its end: " + history.damage();
    row.advice = "restore a backup; no verb changes a history that it cannot read";
  } else if (history.table() == HistoryTable::kView) {
    row.detail =
        "django_migrations is a view; Django takes no notice of it and fails to make its "
        "table";
    row.advice =
        "read it with SELECT sql FROM sqlite_master WHERE name = 'django_migrations', then "
        "DROP VIEW django_migrations";
  } else if (history.table() == HistoryTable::kUnusable) {
    row.detail = "the table django_migrations lacks " + Join(history.missing_columns(), ", ");
    row.remedy = "ALTER TABLE django_migrations RENAME TO django_migrations_broken;";
    row.advice = "keeps the table under another name; Django makes a new one";
  } else if (!history.missing_columns().empty()) {
    row.detail = "the table django_migrations lacks the column " +
                 Join(history.missing_columns(), ", ") + ", which Django reads";
    row.advice = "make the table as Django does and copy the rows into it";
  } else {
    return;
  }
  conflicts.push_back(std::move(row));
}

void AddMalformed(const History& history, std::vector<Conflict>& conflicts) {
  const std::string where = " WHERE " + history.row_id_column() + " = ";
  for (const MalformedRecord& bad : history.malformed()) {
    Conflict row = Row(Severity::kError, "malformed-record", {});
    row.detail = "the row " + bad.row + " names no migration: " + bad.problem;
    row.remedy = "DELETE FROM django_migrations" + where + std::to_string(bad.row_id) + ";";
    row.advice = "Django does not see this row as any migration's";
    if (bad.is_record) {
      row.detail = "the row " + bad.row + " cannot be read by Django: " + bad.problem;
      row.remedy = "UPDATE django_migrations SET applied = strftime('%Y-%m-%d %H:%M:%S', 'now')" +
                   where + std::to_string(bad.row_id) + ";";
      row.advice = "gives it the time of now; nothing but showmigrations -v 2 shows it";
    }
    conflicts.push_back(std::move(row));
  }
}

void AddDuplicates(const History& history, std::vector<Conflict>& conflicts) {
  std::map<MigrationKey, std::vector<std::string>> rows;
  std::vector<MigrationKey> order;
  for (const Record& record : history.records()) {
    auto& ids = rows[record.key];
    if (ids.size() == 1) order.push_back(record.key);
    ids.push_back(std::to_string(record.row_id));
  }
  for (const MigrationKey& key : order) {
    std::vector<std::string> ids = rows[key];
    Conflict row = Row(Severity::kWarning, "duplicate-record", key);
    row.detail = key.ToString() + " is recorded " + std::to_string(ids.size()) +
                 " times, in rows " + Join(ids, ", ");
    ids.erase(ids.begin());
    row.remedy = "DELETE FROM django_migrations WHERE " + history.row_id_column() + " IN (" +
                 Join(ids, ", ") + ");";
    row.advice = "keeps the first row";
    conflicts.push_back(std::move(row));
  }
}

class Ghosts {
 public:
  Ghosts(const django::Graph& graph, const History& history)
      : graph_(graph), source_(graph.source()), history_(history) {
    for (const auto& [key, migration] : *source_.migrations) {
      replaced_.insert(migration->replaces.begin(), migration->replaces.end());
    }
  }

  void Add(std::vector<Conflict>& conflicts) const {
    // While it is not known which apps there are, nothing tells a ghost.
    const django::AppsKnown known = source_.apps_knowledge.known;
    if (known == django::AppsKnown::kNoProject || known == django::AppsKnown::kUnreadableSettings) {
      return;
    }
    std::set<MigrationKey> seen;
    for (const Record& record : history_.records()) {
      const MigrationKey& key = record.key;
      if (IsFile(key) || replaced_.contains(key) || !seen.insert(key).second) continue;
      const django::App* app = source_.FindApp(key.app);
      if (app != nullptr && app->origin == django::AppOrigin::kMissing) continue;
      if (app == nullptr && known != django::AppsKnown::kAll) continue;
      conflicts.push_back(GhostRow(key, app != nullptr));
    }
  }

 private:
  bool IsFile(const MigrationKey& key) const {
    return source_.migrations->contains(key) ||
           (source_.unreadable != nullptr && source_.unreadable->contains(key));
  }

  Conflict GhostRow(const MigrationKey& key, bool is_installed) const {
    Conflict row = Row(Severity::kWarning, "ghost-record", key);
    const auto& names = NamesOf(key.app);
    const std::string nearest = Nearest(key.name, names);
    const std::string against = AgainstPruning(graph_, key.app);
    if (!against.empty()) {
      row.detail = key.ToString() + " is recorded, but there is no such file";
      row.advice = against;
    } else if (is_installed) {
      row.detail = key.ToString() + " is recorded, but the app has no such file";
      row.remedy = "SELECT prune_history(" + SqlLiteral(key.app) + ");";
      row.advice =
          "if the file belongs to another branch and its change is wanted, bring the file "
          "back instead";
      if (!nearest.empty()) row.advice += "; was it renamed to '" + nearest + "'?";
    } else {
      row.detail = key.ToString() + " is recorded, but no app of that label is installed";
      row.remedy = "SELECT prune_history(" + SqlLiteral(key.app) + ", 'force');";
      row.advice = "first see that the app is gone for good; its tables stay";
    }
    return row;
  }

  std::vector<std::string> NamesOf(const std::string& app) const {
    std::vector<std::string> names;
    for (const auto& [key, migration] : *source_.migrations) {
      if (key.app == app) names.push_back(key.name);
    }
    return names;
  }

  const django::Graph& graph_;
  const django::MigrationSource& source_;
  const History& history_;
  std::set<MigrationKey> replaced_;
};

void AddSquashes(const django::Graph& graph, const History& history,
                 std::vector<Conflict>& conflicts) {
  const django::AppliedSet recorded = history.Applied();
  for (const django::Replacement& replacement : graph.replacements()) {
    const django::Migration& squash = *replacement.squash;
    std::vector<std::string> open;
    for (const MigrationKey& part : squash.replaces) {
      if (!recorded.contains(part)) open.push_back(part.ToString());
    }
    const bool is_recorded = recorded.contains(squash.key);
    if (open.size() == squash.replaces.size() && !is_recorded) continue;
    Conflict row = Row(Severity::kInfo, "squash-not-recorded", squash.key);
    if (open.empty()) {
      if (is_recorded) continue;
      row.detail = "all that " + squash.key.ToString() + " replaces is applied; it is not recorded";
      row.remedy = VerbCall("fake_apply", squash.key);
      row.advice = "the next migrate records it, too";
    } else if (is_recorded) {
      row.severity = Severity::kWarning;
      row.code = "squash-without-parts";
      row.detail = squash.key.ToString() +
                   " is recorded, but of what it replaces these are not: " + Join(open, ", ") +
                   "; Django takes no notice of the record";
      row.advice = "record the parts if they are done: they are shown by migration_effects";
    } else {
      row.severity = Severity::kWarning;
      row.code = "squash-half-applied";
      row.detail = "of what " + squash.key.ToString() +
                   " replaces these are not applied: " + Join(open, ", ") +
                   "; Django uses the old files until they are";
      row.advice = "keep the old files until migrate has run here";
    }
    conflicts.push_back(std::move(row));
  }
}

}  // namespace

std::vector<Conflict> FindRecordConflicts(const django::Graph& graph, const History& history) {
  std::vector<Conflict> conflicts;
  AddTableTrouble(history, conflicts);
  AddMalformed(history, conflicts);
  AddDuplicates(history, conflicts);
  Ghosts(graph, history).Add(conflicts);
  AddSquashes(graph, history, conflicts);
  return conflicts;
}

}  // namespace migext::migrate
