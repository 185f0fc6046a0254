// Durations as people, ISO 8601 and PostgreSQL write them (django/utils/dateparse.py).
//
//   ParseDuration("P3DT04H05M06.5S")  // 273906500000, in microseconds
#ifndef MIGEXT_RECOVER_PARSE_DURATION_H_
#define MIGEXT_RECOVER_PARSE_DURATION_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace migext::recover {

/// parse_duration(), in microseconds; nothing for what is no such text.  Throws Error, as Python's
/// driver says it, for one that is too long for an integer of SQLite.
std::optional<std::int64_t> ParseDuration(std::string_view text);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_PARSE_DURATION_H_
