// Something that a table's rows must fulfil, and those that do not.
//
//   const Demand demand = {.kind = DemandKind::kNotNull, .object = "slug", .columns = {"slug"}};
//   FindOffenders(db, view, demand).rows[0].key   // 17
#ifndef MIGEXT_MIGRATE_ROW_DEMAND_H_
#define MIGEXT_MIGRATE_ROW_DEMAND_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/row_view.h"
#include "schema/index_statement.h"
#include "schema/statement.h"
#include "schema/table_remake.h"
#include "sqlite/cell.h"
#include "sqlite/connection.h"

namespace migext::migrate {

enum class DemandKind : std::uint8_t { kNotNull, kCheck, kUnique, kLength };

struct Demand {
  DemandKind kind = DemandKind::kNotNull;
  std::string object;                ///< The column, or the constraint's name.
  std::vector<std::string> columns;  ///< Names, where it is about columns and nothing else.
  /// kUnique: what must not occur twice, in SQL.  kCheck: the condition.
  std::vector<std::string> expressions;
  std::string condition;  ///< kUnique: only rows of which this is true; "" for all.
  std::size_t length = 0;
};

struct Offender {
  sqlite::Cell key;
  std::string values;    ///< kUnique: those that occur twice, as SQL.
  bool is_first = true;  ///< kUnique: of those that are alike.
};

struct Offenders {
  std::vector<Offender> rows;  ///< At most 100.
  std::int64_t total = 0;
};

/// What is new in a rebuilt table.  `before` and `after`: its rows.
std::vector<Demand> DemandsOf(const schema::TableRemake& remake, const RowView& before,
                              const RowView& after);
/// Of a unique index that the table does not have yet.
std::vector<Demand> DemandsOf(const schema::Statement& create_index, const RowView& view);

/// REQUIRES: the view is known.  Throws Error when the rows cannot be asked.
Offenders FindOffenders(const sqlite::Connection& db, const RowView& view, const Demand& demand);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_ROW_DEMAND_H_
