// What already stands where a plan is to create something.
//
//   if (const auto obstacle = FirstObstacle(PrepareAll(run, context), db)) …
//   // blog.0003_…: AddField would make the column blog_comment.level, which exists
//
// Django notices some of it (the migration fails), and overwrites the rest: a column that AddField
// makes anew while it rebuilds the table.  Here nothing is begun.
#ifndef MIGEXT_MIGRATE_OBSTACLES_H_
#define MIGEXT_MIGRATE_OBSTACLES_H_

#include <optional>
#include <span>
#include <string>

#include "django/migration.h"
#include "migrate/prepared.h"
#include "sqlite/connection.h"

namespace migext::migrate {

struct Obstacle {
  const django::Migration* migration = nullptr;
  const django::Operation* operation = nullptr;
  std::string table;
  std::string column;  ///< "" when the table itself is in the way.
  std::string words;   ///< SQLite's, as Django would show them where it notices.
};

/// Follows the plan up to the first RunSQL that changes the schema: what it leaves is not known.
std::optional<Obstacle> FirstObstacle(std::span<const PreparedMigration> steps,
                                      const sqlite::Connection& db);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_OBSTACLES_H_
