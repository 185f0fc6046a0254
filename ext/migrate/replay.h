// The schema that the applied migrations leave when they are run, one after the other, on a new
// database in memory.
//
//   const sqlite::LiveSchema made = Replay(graph, context);
//   made.FindTable("blog_comment")->sql
//
// It shows what the state does not: what RunSQL makes, what SeparateDatabaseAndState leaves alone,
// and where Django's editor leaves something else than the state says.  Python is not run, and a
// statement that fails is passed over.
#ifndef MIGEXT_MIGRATE_REPLAY_H_
#define MIGEXT_MIGRATE_REPLAY_H_

#include <optional>

#include "django/graph.h"
#include "schema/table.h"
#include "sqlite/live_schema.h"

namespace migext::migrate {

sqlite::LiveSchema Replay(const django::Graph& graph, const schema::SchemaContext& context);

/// The same by way of the migrations that are not applied, which are run and taken back: Django
/// does not always put back what was there.  Nothing when one of them cannot be run or taken back.
std::optional<sqlite::LiveSchema> ReplayThereAndBack(const django::Graph& graph,
                                                     const schema::SchemaContext& context);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_REPLAY_H_
