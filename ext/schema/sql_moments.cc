#include "schema/sql_moments.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "schema/python_scalar.h"

namespace migext::schema {
namespace {

using std::chrono::year_month_day;

constexpr std::int64_t kFirstDay = -719'162;  // 0001-01-01
constexpr std::int64_t kLastDay = 2'932'896;  // 9999-12-31

[[noreturn]] void FailRead(std::string_view text, std::string_view what) {
  throw Error("'" + std::string(text) + "' cannot be read as " + std::string(what));
}

[[noreturn]] void FailPart(std::string_view part) {
  throw Error("ValueError: Unsupported lookup type: '" + std::string(part) + "'");
}

/// int(), for numbers as dates hold them.
std::optional<int> ReadInt(std::string_view text) {
  constexpr int kLargest = 100'000'000;
  text = Trim(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || number > kLargest) return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

year_month_day DateAt(std::int64_t days) {
  return year_month_day(std::chrono::sys_days(std::chrono::days(static_cast<int>(days))));
}

std::int64_t DaysOf(int year, unsigned month, unsigned day) {
  const year_month_day date{std::chrono::year(year), std::chrono::month(month),
                            std::chrono::day(day)};
  return std::chrono::sys_days(date).time_since_epoch().count();
}

std::optional<std::int64_t> ReadDate(std::string_view year, std::string_view month,
                                     std::string_view day) {
  const auto y = ReadInt(year);
  const auto m = ReadInt(month);
  const auto d = ReadInt(day);
  if (!y || !m || !d || *y < 1 || *y > 9999 || *m > 12 || *d > 31) return std::nullopt;
  const year_month_day date{std::chrono::year(*y), std::chrono::month(static_cast<unsigned>(*m)),
                            std::chrono::day(static_cast<unsigned>(*d))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

/// "5.25" as 5,250,000.
std::optional<std::int64_t> ReadSeconds(std::string_view text) {
  const std::vector<std::string> parts = Split(text, '.');
  if (parts.size() > 2) return std::nullopt;
  const auto seconds = ReadInt(parts[0]);
  const std::string fraction = parts.size() == 2 ? parts[1] : std::string();
  const auto micros = ReadInt((fraction + "000000").substr(0, 6));
  if (!seconds || !micros || *seconds > 59) return std::nullopt;
  return *seconds * kMicrosPerSecond + *micros;
}

std::optional<std::int64_t> ReadClock(std::string_view hour, std::string_view minute,
                                      std::string_view second) {
  const auto h = ReadInt(hour);
  const auto m = ReadInt(minute);
  const auto micros = ReadSeconds(second);
  if (!h || !m || !micros || *h > 23 || *m > 59) return std::nullopt;
  return (std::int64_t{*h} * 60 + *m) * 60 * kMicrosPerSecond + *micros;
}

/// typecast_time().
std::optional<std::int64_t> ReadTime(std::string_view text) {
  const std::vector<std::string> parts = Split(text, ':');
  if (parts.size() != 3) return std::nullopt;
  return ReadClock(parts[0], parts[1], parts[2]);
}

std::int64_t RequireTime(std::string_view text) {
  const auto micros = ReadTime(text);
  if (!micros) FailRead(text, "a time");
  return *micros;
}

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text) {
    const bool is_space = c == ' ' || (c >= '\t' && c <= '\r');
    if (!is_space) word += c;
    if (is_space && !word.empty()) words.push_back(std::exchange(word, {}));
  }
  if (!word.empty()) words.push_back(word);
  return words;
}

/// From Monday, 0 to 6.
std::int64_t WeekdayOf(std::int64_t days) { return ((days + 3) % 7 + 7) % 7; }

struct IsoWeek {
  std::int64_t year;
  std::int64_t week;
};

/// The week belongs to the year that its Thursday is in.
IsoWeek IsoWeekOf(std::int64_t days) {
  const std::int64_t thursday = days - WeekdayOf(days) + 3;
  const int year = static_cast<int>(DateAt(thursday).year());
  return {year, (thursday - DaysOf(year, 1, 1)) / 7 + 1};
}

struct Clock {
  std::int64_t hour;
  std::int64_t minute;
  std::int64_t second;
  std::int64_t micro;
};

Clock ClockOf(std::int64_t micros) {
  const std::int64_t seconds = micros / kMicrosPerSecond;
  return {seconds / 3600, seconds / 60 % 60, seconds % 60, micros % kMicrosPerSecond};
}

std::optional<std::int64_t> PartOfClock(std::string_view part, std::int64_t micros) {
  const Clock clock = ClockOf(micros);
  if (part == "hour") return clock.hour;
  if (part == "minute") return clock.minute;
  if (part == "second") return clock.second;
  if (part == "microsecond") return clock.micro;
  return std::nullopt;
}

std::optional<std::int64_t> PartOfDate(std::string_view part, std::int64_t days) {
  const year_month_day date = DateAt(days);
  const auto month = static_cast<std::int64_t>(static_cast<unsigned>(date.month()));
  if (part == "year") return static_cast<int>(date.year());
  if (part == "month") return month;
  if (part == "day") return static_cast<std::int64_t>(static_cast<unsigned>(date.day()));
  if (part == "week_day") return (WeekdayOf(days) + 1) % 7 + 1;
  if (part == "iso_week_day") return WeekdayOf(days) + 1;
  if (part == "week") return IsoWeekOf(days).week;
  if (part == "iso_year") return IsoWeekOf(days).year;
  if (part == "quarter") return (month + 2) / 3;
  return std::nullopt;
}

/// The first day of the part; nothing for a part that is no date's.
std::optional<std::int64_t> FirstDayOf(std::string_view part, std::int64_t days) {
  const year_month_day date = DateAt(days);
  const int year = static_cast<int>(date.year());
  const auto month = static_cast<unsigned>(date.month());
  if (part == "year") return DaysOf(year, 1, 1);
  if (part == "quarter") return DaysOf(year, month - (month - 1) % 3, 1);
  if (part == "month") return DaysOf(year, month, 1);
  if (part == "week") return days - WeekdayOf(days);
  if (part == "day") return days;
  return std::nullopt;
}

/// The text of the hour, minute or second that the time lies in.
std::optional<std::string> FirstTimeOf(std::string_view part, std::int64_t micros) {
  constexpr std::int64_t kMinute = 60 * kMicrosPerSecond;
  if (part == "hour") return TimeText(micros - micros % (60 * kMinute));
  if (part == "minute") return TimeText(micros - micros % kMinute);
  if (part == "second") return TimeText(micros - micros % kMicrosPerSecond);
  return std::nullopt;
}

/// str(timedelta).
std::string DurationText(std::int64_t micros) {
  std::int64_t days = micros / kMicrosPerDay;
  if (micros % kMicrosPerDay < 0) --days;
  const std::int64_t rest = micros - days * kMicrosPerDay;
  const Clock clock = ClockOf(rest);
  std::array<char, 48> time{};
  std::snprintf(time.data(), time.size(), "%d:%02d:%02d", static_cast<int>(clock.hour),
                static_cast<int>(clock.minute), static_cast<int>(clock.second));
  std::string text;
  if (days != 0) {
    text = std::to_string(days) + (days == 1 || days == -1 ? " day, " : " days, ");
  }
  text += time.data();
  if (clock.micro != 0) {
    std::snprintf(time.data(), time.size(), ".%06d", static_cast<int>(clock.micro));
    text += time.data();
  }
  return text;
}

/// What split_tzname_delta() finds behind the name of a zone, in microseconds: "+05:30".
std::optional<std::int64_t> ReadOffset(std::string_view text) {
  const std::vector<std::string> parts = Split(text, ':');
  if (parts.size() > 2 || parts[0].size() > 2) return std::nullopt;
  const auto hours = ReadInt(parts[0]);
  const auto minutes = parts.size() == 2 ? ReadInt(parts[1]) : std::optional(0);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  return (std::int64_t{*hours} * 60 + *minutes) * 60 * kMicrosPerSecond;
}

}  // namespace

/// typecast_timestamp(): nothing for its ValueError and TypeError.
std::optional<SqlMoments::Moment> SqlMoments::ReadMoment(std::string_view text) {
  if (text.find(' ') == std::string_view::npos) {
    const std::vector<std::string> parts = Split(text, '-');
    if (parts.size() != 3) return std::nullopt;
    const auto days = ReadDate(parts[0], parts[1], parts[2]);
    return days ? std::optional(Moment{*days, 0, false}) : std::nullopt;
  }
  const std::vector<std::string> words = Words(text);
  if (words.size() != 2) return std::nullopt;
  std::string clock = words[1];
  const std::size_t minus = clock.find('-');
  clock = clock.substr(0, minus != std::string::npos ? minus : clock.find('+'));
  const std::vector<std::string> date = Split(words[0], '-');
  const std::vector<std::string> time = Split(clock, ':');
  // Python sees a part that is missing only where it gets to it.
  if (time.size() < 3) FailRead(text, "a date and a time");
  if (Split(time[2], '.').size() > 2) return std::nullopt;
  for (std::size_t i = 0; i < 3; ++i) {
    if (i == date.size()) FailRead(text, "a date and a time");
    if (!ReadInt(date[i])) return std::nullopt;
  }
  const auto days = ReadDate(date[0], date[1], date[2]);
  const auto micros = ReadClock(time[0], time[1], time[2]);
  if (!days || !micros) return std::nullopt;
  return Moment{*days, *micros, true};
}

SqlMoments::Moment SqlMoments::Shifted(const Moment& moment, std::int64_t micros) {
  const std::int64_t all = moment.days * kMicrosPerDay + moment.micros + micros;
  std::int64_t days = all / kMicrosPerDay;
  if (all % kMicrosPerDay < 0) --days;
  if (days < kFirstDay || days > kLastDay) throw Error("OverflowError: date value out of range");
  return {days, all - days * kMicrosPerDay, moment.has_time};
}

const TimeZone& SqlMoments::Zone(const std::string& name) {
  const auto known = zones_.find(name);
  if (known != zones_.end()) return known->second;
  return zones_.emplace(name, TimeZone::Load(name)).first->second;
}

SqlMoments::Moment SqlMoments::InZone(const Moment& moment, const std::string& wanted,
                                      const std::string& stored) {
  std::string name = wanted;
  Moment shifted = moment;
  for (const char sign : {'+', '-'}) {
    const std::size_t place = wanted.rfind(sign);
    const auto offset = place == std::string::npos
                            ? std::nullopt
                            : ReadOffset(std::string_view(wanted).substr(place + 1));
    if (!offset) continue;
    name = wanted.substr(0, place);
    shifted = Shifted(moment, sign == '+' ? *offset : -*offset);
    break;
  }
  const std::int64_t local = shifted.days * 86'400 + shifted.micros / kMicrosPerSecond;
  const std::int64_t utc = local - Zone(stored).OffsetAtLocal(local);
  const std::int64_t target = utc + Zone(name.empty() ? stored : name).OffsetAtUtc(utc);
  return Shifted(shifted, (target - local) * kMicrosPerSecond);
}

/// _sqlite_datetime_parse().
std::optional<SqlMoments::Moment> SqlMoments::Read(std::string_view text, const Zones& zones) {
  const bool has_zone = zones.stored && !zones.stored->empty();
  if (text.empty() && (has_zone || zones.wanted)) FailRead(text, "a date and a time");
  const std::optional<Moment> moment = text.empty() ? std::nullopt : ReadMoment(text);
  if (!moment) return std::nullopt;
  if (has_zone && !moment->has_time) FailRead(text, "a moment with a time");
  if (!zones.wanted || zones.wanted == zones.stored) return moment;
  if (!has_zone) throw Error("a time zone needs another one that it is converted from");
  return InZone(*moment, *zones.wanted, *zones.stored);
}

std::optional<std::int64_t> SqlMoments::Part(std::string_view part, std::string_view text,
                                             const Zones& zones) {
  const std::optional<Moment> moment = Read(text, zones);
  if (!moment) return std::nullopt;
  if (const auto found = PartOfDate(part, moment->days)) return found;
  const auto found = moment->has_time ? PartOfClock(part, moment->micros) : std::nullopt;
  if (!found) FailPart(part);
  return found;
}

std::optional<std::string> SqlMoments::TruncateDate(std::string_view part, std::string_view text,
                                                    const Zones& zones) {
  const std::optional<Moment> moment = Read(text, zones);
  if (!moment) return std::nullopt;
  const auto days = FirstDayOf(part, moment->days);
  if (!days) FailPart(part);
  return DateText(*days);
}

std::optional<std::string> SqlMoments::TruncateMoment(std::string_view part, std::string_view text,
                                                      const Zones& zones) {
  const std::optional<Moment> moment = Read(text, zones);
  if (!moment) return std::nullopt;
  if (const auto days = FirstDayOf(part, moment->days)) return DateText(*days) + " 00:00:00";
  const auto time = moment->has_time ? FirstTimeOf(part, moment->micros) : std::nullopt;
  if (!time) FailPart(part);
  return DateText(moment->days) + " " + *time;
}

std::optional<std::string> SqlMoments::TruncateTime(std::string_view part, std::string_view text,
                                                    const Zones& zones) {
  const std::optional<Moment> moment = Read(text, zones);
  const std::optional<std::int64_t> micros = moment ? moment->micros : ReadTime(text);
  if (!micros) return std::nullopt;
  if (moment && !moment->has_time) FailRead(text, "a time");
  auto time = FirstTimeOf(part, *micros);
  if (!time) FailPart(part);
  return time;
}

std::optional<std::string> SqlMoments::DateOf(std::string_view text, const Zones& zones) {
  const std::optional<Moment> moment = Read(text, zones);
  if (!moment) return std::nullopt;
  if (!moment->has_time) FailRead(text, "a moment with a time");
  return DateText(moment->days);
}

std::optional<std::string> SqlMoments::TimeOf(std::string_view text, const Zones& zones) {
  const std::optional<Moment> moment = Read(text, zones);
  if (!moment) return std::nullopt;
  if (!moment->has_time) FailRead(text, "a moment with a time");
  return TimeText(moment->micros);
}

std::optional<std::int64_t> SqlMoments::PartOfTime(std::string_view part, std::string_view text) {
  if (text.empty()) FailRead(text, "a time");
  const auto micros = ReadTime(text);
  if (!micros) return std::nullopt;
  const auto found = PartOfClock(part, *micros);
  if (!found) FailPart(part);
  return found;
}

std::int64_t SqlMoments::TimeDifference(std::string_view left, std::string_view right) {
  return RequireTime(left) - RequireTime(right);
}

std::int64_t SqlMoments::MomentDifference(std::string_view left, std::string_view right) {
  const auto a = ReadMoment(left);
  const auto b = ReadMoment(right);
  if (!a) FailRead(left, "a date and a time");
  if (!b || a->has_time != b->has_time) FailRead(right, "a date and a time");
  return (a->days - b->days) * kMicrosPerDay + a->micros - b->micros;
}

std::optional<std::string> SqlMoments::Combine(bool subtract, const Operand& left,
                                               const Operand& right) {
  const auto* left_text = std::get_if<std::string_view>(&left);
  const auto* right_text = std::get_if<std::string_view>(&right);
  for (const auto* text : {left_text, right_text}) {
    if (text && text->empty()) throw Error("TypeError: an empty text is no moment");
  }
  const auto text_of = [](const Moment& moment) {
    return moment.has_time ? DateText(moment.days) + " " + TimeText(moment.micros)
                           : DateText(moment.days);
  };
  const auto shift = [&](std::string_view text, std::int64_t micros) -> std::optional<std::string> {
    const auto moment = ReadMoment(text);
    if (!moment) return std::nullopt;
    std::int64_t by = micros;
    if (!moment->has_time) {
      // Of a date only the whole days of a timedelta are added or taken.
      by = (micros / kMicrosPerDay - (micros % kMicrosPerDay < 0 ? 1 : 0)) * kMicrosPerDay;
    }
    return text_of(Shifted(*moment, subtract ? -by : by));
  };
  if (!left_text && !right_text) {
    const auto a = std::get<std::int64_t>(left);
    const auto b = std::get<std::int64_t>(right);
    return DurationText(subtract ? a - b : a + b);
  }
  if (!right_text) return shift(*left_text, std::get<std::int64_t>(right));
  if (!left_text) {
    if (subtract && !ReadMoment(*right_text)) return std::nullopt;
    if (subtract) throw Error("TypeError: a moment cannot be taken from a duration");
    return shift(*right_text, std::get<std::int64_t>(left));
  }
  if (!ReadMoment(*left_text) || !ReadMoment(*right_text)) return std::nullopt;
  if (!subtract) throw Error("TypeError: two moments cannot be added");
  return DurationText(MomentDifference(*left_text, *right_text));
}

}  // namespace migext::schema
