// How many bytes a table takes with its indexes.
#ifndef MIGEXT_MIGRATE_TABLE_SIZE_H_
#define MIGEXT_MIGRATE_TABLE_SIZE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "sqlite/connection.h"

namespace migext::migrate {

/// Nothing where the host's SQLite lacks the table dbstat; 0 for a table that is not there.
std::optional<std::uint64_t> TableSize(const sqlite::Connection& db, const std::string& table);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_TABLE_SIZE_H_
