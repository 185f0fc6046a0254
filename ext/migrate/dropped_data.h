// Which tables and columns a run takes from the database, by the names that they have before.
//
//   const DroppedData dropped = DroppedBy(PrepareAll(run, context), context);
//   dropped.steps[3].drops      // blog_comment.level, of step 5: named as when step 3 begins
//   dropped.all                 // the same of the whole run, named as they are now
//
// Tables that the run itself makes hold nothing, and are left out.  Pure.
#ifndef MIGEXT_MIGRATE_DROPPED_DATA_H_
#define MIGEXT_MIGRATE_DROPPED_DATA_H_

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "django/names.h"
#include "migrate/prepared.h"
#include "schema/table.h"

namespace migext::migrate {

struct Drop {
  std::size_t id = 0;    ///< The same in every list.
  std::size_t step = 0;  ///< Of the run: the one that drops it.
  int position = 0;      ///< Of the operation in its file.
  std::string table;
  std::string column;  ///< "" when the whole table goes.
  /// SQL of what the column is filled with when it is made again; "" for NULL.
  std::string fallback;
};

struct StepDrops {
  django::MigrationKey migration;
  /// SQL or Python of the project, in one direction or the other: it may change any row.
  bool has_code = false;
  /// What is to be kept before the step begins: what it drops itself and, if code runs in this
  /// direction, what later steps drop.
  std::vector<Drop> drops;
};

struct DroppedData {
  std::vector<StepDrops> steps;
  std::vector<Drop> all;  ///< In the order in which they go.
};

DroppedData DroppedBy(std::span<const PreparedMigration> steps,
                      const schema::SchemaContext& context);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_DROPPED_DATA_H_
