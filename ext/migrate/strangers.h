// Columns, indexes and tables of the live schema that no migration makes: a person's work, or that
// of migrations whose files are not here.
//
//   for (const Stranger& stranger : StrangersIn(effects, live)) stranger.table, stranger.name
//
// Django rebuilds a table from what its migrations say, so that all of these would be gone after
// it.
#ifndef MIGEXT_MIGRATE_STRANGERS_H_
#define MIGEXT_MIGRATE_STRANGERS_H_

#include <map>
#include <string>
#include <vector>

#include "django/graph.h"
#include "migrate/effects.h"
#include "migrate/history.h"
#include "sqlite/live_schema.h"

namespace migext::migrate {

struct Stranger {
  ObjectKind kind = ObjectKind::kColumn;  ///< kColumn or kIndex.
  std::string table;                      ///< As it is called in the database.
  std::string name;
  std::string sql;  ///< Of an index.
};

/// In tables that migrations make, in their order.
std::vector<Stranger> StrangersIn(const Effects& effects, const sqlite::LiveSchema& live);

/// An app whose files stop before its records do, in a schema that is not what those files make:
/// the code was rolled back, and the records are true.
struct OlderFiles {
  std::vector<django::MigrationKey> newer_records;
  std::string difference;  ///< What shows it: "column blog_comment.content, which no file makes".
};

struct OlderFilesInput {
  const django::Graph& graph;
  const History& history;
  const sqlite::LiveSchema& live;
  const Effects& effects;
};

/// By app.
std::map<std::string, OlderFiles> FindOlderFiles(const OlderFilesInput& input);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_STRANGERS_H_
