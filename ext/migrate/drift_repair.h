// rebuild_table(): makes one table what the applied migrations promise.
//
//   const RepairedTable done = RepairTable({db, graph, context, live}, "blog_comment");
//   // rebuilt blog_comment with its 120 rows; undo_last() cannot take it back
#ifndef MIGEXT_MIGRATE_DRIFT_REPAIR_H_
#define MIGEXT_MIGRATE_DRIFT_REPAIR_H_

#include <string>
#include <string_view>
#include <vector>

#include "migrate/drift.h"

namespace migext::migrate {

struct RepairedTable {
  std::string answer;               ///< One short line.
  std::vector<std::string> report;  ///< What was mended.
};

/// Rebuilds the table as its rows' remedy says, and compares it again before it keeps anything.
/// Throws Error, with the reason, for one that is not as it should be and has no such remedy, and
/// for one that would still not be.
/// REQUIRES: no other statement of the connection is running.
RepairedTable RepairTable(const DriftInput& input, std::string_view table);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_DRIFT_REPAIR_H_
