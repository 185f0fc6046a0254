// Dates and times as Django reads them out of SQLite's texts and as its JSON encoder shows them.
//
//   const std::optional<Moment> moment = ParseDateTime("2024-02-03 04:05:06.789012", true);
//   AppendDateTime(*moment, out)  // 2024-02-03T04:05:06.789
#ifndef MIGEXT_RECOVER_PYTHON_MOMENT_H_
#define MIGEXT_RECOVER_PYTHON_MOMENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace migext::recover {

struct Moment {
  int year = 1900;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int micros = 0;
  std::optional<int> offset;  ///< Of an aware one, in seconds east of UTC.

  bool operator==(const Moment&) const = default;
};

/// parse_date(), parse_time(), parse_datetime() of django/utils/dateparse.py: nothing for a text of
/// another form, Error (as their ValueError) for a form without meaning, the 31st of April.
/// `iso_formats`: what fromisoformat() takes is taken as well.
std::optional<Moment> ParseDate(std::string_view text, bool iso_formats);
std::optional<Moment> ParseTime(std::string_view text, bool iso_formats);
std::optional<Moment> ParseDateTime(std::string_view text, bool iso_formats);

/// The seconds from 1970 to what the moment's calendar and clock show.
std::int64_t LocalSeconds(const Moment& moment);

/// As DjangoJSONEncoder does: milliseconds, cut; UTC is Z.
void AppendDate(const Moment& moment, std::string& out);
void AppendTime(const Moment& moment, std::string& out);
void AppendDateTime(const Moment& moment, std::string& out);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_PYTHON_MOMENT_H_
