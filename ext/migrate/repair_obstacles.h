// Why the rows of a table keep it from being made what the applied migrations promise: each with
// how many they are, their keys and the SELECT that shows them.
//
//   for (const std::string& why : RepairObstacles(db, promised, live)) …
//   // 2 rows of blog_comment have no content (id 1, 2): SELECT * FROM "blog_comment" WHERE …
//
// A value that would be lost or become another one counts as well.  Reads only.
#ifndef MIGEXT_MIGRATE_REPAIR_OBSTACLES_H_
#define MIGEXT_MIGRATE_REPAIR_OBSTACLES_H_

#include <string>
#include <vector>

#include "migrate/promised_schema.h"
#include "migrate/table_shape.h"
#include "sqlite/connection.h"

namespace migext::migrate {

std::vector<std::string> RepairObstacles(const sqlite::Connection& db,
                                         const PromisedTable& promised, const TableShape& live);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_REPAIR_OBSTACLES_H_
