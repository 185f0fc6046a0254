// A time zone of the tz database, read from the system's compiled files (TZif, RFC 8536).
//
//   const TimeZone prague = TimeZone::Load("Europe/Prague");
//   prague.OffsetAtUtc(1'706'933'106)    // 3600
//   prague.OffsetAtLocal(1'706'936'706)  // 3600
//
// A local time that occurs twice counts as the first of the two, and one that a change of the clock
// leaves out as if the clock had not been changed yet: Python's fold=0.
#ifndef MIGEXT_BASE_TIME_ZONE_H_
#define MIGEXT_BASE_TIME_ZONE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace migext {

/// What holds behind the last change that a file lists: "CET-1CEST,M3.5.0,M10.5.0/3".
class PosixTimeZone {
 public:
  /// Nothing for a text that is no such rule.
  static std::optional<PosixTimeZone> Parse(std::string_view text);

  std::int64_t OffsetAtUtc(std::int64_t seconds) const;
  std::int64_t OffsetAtLocal(std::int64_t seconds) const;

 private:
  /// The day of a change and the seconds from its midnight.
  struct Change {
    enum class Kind : std::uint8_t { kWeekday, kDayOfYear, kDayWithoutLeapDay };
    Kind kind = Kind::kWeekday;
    int month = 1;
    int week = 1;  ///< 5 is the last one.
    int day = 0;   ///< Of the week from Sunday, or of the year.
    std::int64_t time = 7200;

    std::int64_t In(std::int64_t year) const;
  };
  class Reader;

  bool IsDst(std::int64_t seconds, std::int64_t begin_shift, std::int64_t end_shift) const;

  std::int64_t standard_ = 0;
  std::optional<std::int64_t> dst_;
  Change begin_;
  Change end_;
};

class TimeZone {
 public:
  /// Throws Error for a name that is unknown, with what to do.  UTC needs no file.
  static TimeZone Load(const std::string& name);
  /// The content of a file.  Throws Error for what is none.
  static TimeZone Parse(std::string_view bytes);

  /// Seconds east of UTC at a moment in seconds since 1970-01-01.
  std::int64_t OffsetAtUtc(std::int64_t seconds) const;
  /// The same for what a clock there shows.
  std::int64_t OffsetAtLocal(std::int64_t seconds) const;

 private:
  struct Transition {
    std::int64_t utc = 0;
    std::int64_t local = 0;  ///< When a clock there first shows the new time.
    std::int64_t offset = 0;
  };

  std::int64_t first_offset_ = 0;
  std::vector<Transition> transitions_;
  std::optional<PosixTimeZone> rule_;
};

}  // namespace migext

#endif  // MIGEXT_BASE_TIME_ZONE_H_
