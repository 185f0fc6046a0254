// Durations, in microseconds, as Django's fixtures spell them.
#ifndef MIGEXT_RECOVER_DURATION_TEXT_H_
#define MIGEXT_RECOVER_DURATION_TEXT_H_

#include <cstdint>
#include <string>

namespace migext::recover {

/// duration_string(): "1 02:03:04.000500", "-1 23:59:59".
void AppendDurationString(std::int64_t micros, std::string& out);
/// str(timedelta): "1 day, 2:03:04.000500".
void AppendTimedeltaStr(std::int64_t micros, std::string& out);
/// duration_iso_string(): "P1DT02H03M04.000500S".
void AppendIsoDuration(std::int64_t micros, std::string& out);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_DURATION_TEXT_H_
