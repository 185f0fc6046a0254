// A run of migrations, carried out on a copy that is thrown away: what it would do to this
// database, and whether there is a way back.
//
//   const Rehearsal rehearsal = Rehearse({db, project, graph, history, context}, "blog", "0005");
//   for (const RehearsalStep& step : rehearsal.steps) step.status, step.detail
//
// What the run would stop at is found, not thrown: the step has failed, with the words of
// migrate().  The database itself is only read.
#ifndef MIGEXT_MIGRATE_REHEARSAL_H_
#define MIGEXT_MIGRATE_REHEARSAL_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/free_memory.h"
#include "django/graph.h"
#include "django/project.h"
#include "migrate/history.h"
#include "migrate/rehearsal_step.h"
#include "schema/table.h"
#include "sqlite/connection.h"

namespace migext::migrate {

struct RehearsalInput {
  const sqlite::Connection& db;
  const django::Project& project;
  const django::Graph& graph;  ///< Built with the records of this database.
  const History& history;
  const schema::SchemaContext& context;
  bool journal = true;
  bool keep_dropped = true;
  bool fold_remakes = true;
  /// Gives the copy the functions that the database's own connection has.
  std::function<void(const sqlite::Connection&)> prepare_copy = {};
  std::optional<std::uint64_t> free_memory = FreeMemory();
};

struct Rehearsal {
  std::vector<RehearsalStep> steps;
  std::string summary;  ///< One line.
};

/// Throws Error for a target that is not there, where no copy can be made, and when the database's
/// connection is interrupted, in the middle of a statement too.  A database that is damaged fails
/// the rehearsal.
Rehearsal Rehearse(const RehearsalInput& input, std::string_view app = {},
                   std::string_view name = {});

/// That of a database too damaged to be looked at.  `error` is of one that IsDamage().
Rehearsal RehearsalOfDamage(const sqlite::Connection& db, const sqlite::DatabaseError& error);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_REHEARSAL_H_
