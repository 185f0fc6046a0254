#include "migrate/conflicts.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "migrate/strangers.h"

namespace migext::migrate {
namespace {

void Append(std::vector<Conflict>& all, std::vector<Conflict> more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

/// While the files are older than the database, its records are true, and what differs from the
/// files is as the missing ones made it.
void PutOlderFilesFirst(const ConflictInput& input, std::vector<Conflict>& conflicts) {
  const auto older = FindOlderFiles({input.graph, input.history, input.live, input.effects});
  std::erase_if(conflicts, [&](const Conflict& row) {
    const auto found = older.find(row.app);
    if (found == older.end()) return false;
    if (row.code != "ghost-record") return row.code.starts_with("recorded-");
    const auto& newer = found->second.newer_records;
    return std::find(newer.begin(), newer.end(), django::MigrationKey{row.app, row.name}) !=
           newer.end();
  });
  for (const auto& [app, files] : older) {
    std::vector<std::string> names;
    for (const django::MigrationKey& key : files.newer_records) names.push_back(key.name);
    Conflict row;
    row.code = "files-older-than-database";
    row.app = app;
    row.name = names.back();
    row.object = Join(names, ", ");
    row.detail =
        "the database is ahead of the files of " + app + ": " + row.object +
        (names.size() == 1 ? " is recorded and has no file" : " are recorded and have no files") +
        ", and the schema is not what the files make (" + files.difference + ")";
    row.advice =
        "deploy the code that this database was migrated with; migrating back with these files "
        "would destroy data";
    conflicts.push_back(std::move(row));
  }
}

/// No verb works on a history that has lost its columns.
void DropRemediesOfUnusableHistory(std::vector<Conflict>& conflicts) {
  const bool is_unusable = std::any_of(conflicts.begin(), conflicts.end(), [](const Conflict& row) {
    return row.code == "history-unusable";
  });
  if (!is_unusable) return;
  for (Conflict& row : conflicts) {
    const bool needs_history = row.stage == Stage::kRecords || row.stage == Stage::kPhantoms ||
                               row.stage == Stage::kUnrecorded;
    if (needs_history) row.remedy.clear();
  }
}

// Parts come in the order of their rows, which a stable sort keeps.
void Sort(std::vector<Conflict>& conflicts) {
  std::stable_sort(conflicts.begin(), conflicts.end(), [](const Conflict& a, const Conflict& b) {
    return a.severity != b.severity ? a.severity < b.severity : a.stage < b.stage;
  });
}

}  // namespace

std::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
    case Severity::kInfo:
      break;
  }
  return "info";
}

std::vector<Conflict> FindConflicts(const ConflictInput& input) {
  std::vector<Conflict> conflicts = FindFileConflicts(input.graph);
  Append(conflicts, FindRecordConflicts(input.graph, input.history));
  Append(conflicts, FindLeftovers(input));
  Append(conflicts, FindSchemaConflicts(input));
  Append(conflicts, FindDuplicateWork(input.graph, input.effects));
  Append(conflicts, FindEndangered(input));
  PutOlderFilesFirst(input, conflicts);
  DropRemediesOfUnusableHistory(conflicts);
  Sort(conflicts);
  return conflicts;
}

std::vector<Conflict> ConflictsOfDamage(const django::Graph& graph, const std::string& error) {
  std::vector<Conflict> conflicts = FindFileConflicts(graph);
  Conflict damage;
  damage.stage = Stage::kDatabase;
  damage.code = "database-damaged";
  damage.detail = "the database cannot be read: " + error;
  damage.advice =
      "make a copy of the file with its -wal and -journal before anything else, then restore a "
      "backup; what can still be read is shown by the shell's .recover";
  conflicts.push_back(std::move(damage));
  Sort(conflicts);
  return conflicts;
}

}  // namespace migext::migrate
