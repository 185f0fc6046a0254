#include "migrate/table_size.h"

#include <algorithm>

namespace migext::migrate {

std::optional<std::uint64_t> TableSize(const sqlite::Connection& db, const std::string& table) {
  if (!db.HasTable(table)) return 0;
  try {
    const sqlite::Cell size = db.Value(
        "SELECT sum(pgsize) FROM dbstat WHERE schema = 'main' AND aggregate = 1 AND name IN "
        "(SELECT name FROM \"main\".sqlite_master WHERE tbl_name = ? COLLATE NOCASE)",
        {table});
    if (size.Integer() == nullptr) return 0;
    return static_cast<std::uint64_t>(std::max<std::int64_t>(*size.Integer(), 0));
  } catch (const sqlite::DatabaseError&) {
    return {};
  }
}

}  // namespace migext::migrate
