// How far an interrupted migration came.
//
//   const ResumePoint point = FindResumePoint({graph, context, db, key}, journal);
//   point.done   // {0, 1}: positions of operations that are not to be run again
//
// The schema decides where it can: an operation is done if its effect is there.  What leaves no
// trace is done if the journal says so, or if an operation behind it is done.
#ifndef MIGEXT_MIGRATE_RESUME_H_
#define MIGEXT_MIGRATE_RESUME_H_

#include <set>
#include <string>
#include <vector>

#include "django/graph.h"
#include "schema/table.h"
#include "sqlite/connection.h"

namespace migext::migrate {

struct ResumePoint {
  std::set<int> done;
  std::vector<std::string> report;  ///< Why, by operation.
};

struct ResumeInput {
  const django::Graph& graph;
  const schema::SchemaContext& context;
  const sqlite::Connection& db;
  const django::MigrationKey& key;
};

/// `journal`: the positions that the journal knows done.  Throws Error for an operation that is
/// done in part.
ResumePoint FindResumePoint(const ResumeInput& input, const std::set<int>& journal);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_RESUME_H_
