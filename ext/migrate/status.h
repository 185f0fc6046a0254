// Where every migration stands: the marks of showmigrations, and what showmigrations does not show:
// records without a file, files that cannot be read, when it was applied, what is odd about it.
//
//   for (const MigrationStatus& row : StatusOf(*project, graph, history)) row.mark, row.note
//
// Answers also when Django refuses to load the graph; then there are no places in the plan.
#ifndef MIGEXT_MIGRATE_STATUS_H_
#define MIGEXT_MIGRATE_STATUS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "django/graph.h"
#include "django/project.h"
#include "migrate/history.h"

namespace migext::migrate {

struct MigrationStatus {
  django::MigrationKey key;
  std::string mark;        ///< "[X]", "[ ]" or "[-]", as showmigrations prints it.
  std::string state;       ///< 'applied', 'pending', 'squashed-not-recorded', 'ghost', 'unreadable'
  std::string applied_at;  ///< As recorded, "" if it is not.
  std::optional<int> position;  ///< In the full plan, from 1.
  std::string path;             ///< "" without a file.
  std::string note;             ///< What a person should know, "" when all is well.
};

/// By app, then in the order of the plan; without a place there, by name behind the others.
std::vector<MigrationStatus> StatusOf(const django::Project& project, const django::Graph& graph,
                                      const History& history);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_STATUS_H_
