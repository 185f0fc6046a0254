// The schema that the applied migrations promise against the schema that is there.
//
//   for (const Drift& drift : FindDrift({db, graph, context, live})) …
//   // blog_comment  blog_comment.level  "integer NOT NULL"  ""  missing
//
// What Django has made is no drift, however it is worded: a difference counts only if it is one to
// the state, in the words of every version of Django, and to what running the migrations leaves
// (replay.h).  What Django knows nothing of and what does it no harm (triggers, views, indexes) is
// told as information.
#ifndef MIGEXT_MIGRATE_DRIFT_H_
#define MIGEXT_MIGRATE_DRIFT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "django/graph.h"
#include "migrate/conflicts.h"
#include "migrate/table_shape.h"
#include "schema/table.h"
#include "sqlite/connection.h"
#include "sqlite/live_schema.h"

namespace migext::migrate {

enum class DriftKind : std::uint8_t { kMissing, kDifferent, kUnknown, kForeign };
std::string_view DriftKindName(DriftKind kind);  ///< 'missing', 'different', …

struct Drift {
  std::string table;
  std::string object;    ///< "blog_comment.level", or the name of an index, a constraint, …
  std::string expected;  ///< "" for nothing.
  std::string actual;
  std::string detail;
  std::string remedy;  ///< SQL; "" where there is none, and then the detail says why.
  DriftKind kind = DriftKind::kDifferent;
  Property property = Property::kTable;
  Severity severity = Severity::kError;
  std::string app;
};

struct DriftInput {
  const sqlite::Connection& db;
  const django::Graph& graph;
  const schema::SchemaContext& context;
  const sqlite::LiveSchema& live;
};

/// Table by table in the order of the state, then what no table is promised for.
std::vector<Drift> FindDrift(const DriftInput& input);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_DRIFT_H_
