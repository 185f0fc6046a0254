// Two remakes of a table as one, if that is provably the same: the same table, the same rows, and
// an error for the same rows.
//
//   Compose(first, second, {})->copy  // from the table before the first to that after the second
//
// What has to hold: a value that passes through the table in the middle comes out as it went in
// (its column's affinity is that of the column before or behind it), the rows keep their order (the
// primary key is the same in all three), and whatever the table in the middle demands of its rows
// is demanded before or after it too.
#ifndef MIGEXT_SCHEMA_COMPOSE_H_
#define MIGEXT_SCHEMA_COMPOSE_H_

#include <optional>
#include <string>
#include <vector>

#include "schema/table_remake.h"

namespace migext::schema {

/// `indexes`: CREATE INDEX statements on the table in the middle.
std::optional<TableRemake> Compose(const TableRemake& first, const TableRemake& second,
                                   const std::vector<std::string>& indexes);

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_COMPOSE_H_
