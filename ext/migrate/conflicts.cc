#include "migrate/conflicts.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace migext::migrate {
namespace {

void Append(std::vector<Conflict>& all, std::vector<Conflict> more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
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
