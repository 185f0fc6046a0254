#include "recover/python_moment.h"

#include <chrono>
#include <cstddef>
#include <cstdlib>

#include "base/error.h"
#include "base/text.h"
#include "recover/python_text.h"

namespace migext::recover {
namespace {

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// Takes parts from the front of a text.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  bool Next(char c) const { return !rest_.empty() && rest_.front() == c; }
  bool Take(char c) {
    if (!Next(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// Between `least` and `most` digits.
  bool TakeNumber(std::size_t least, std::size_t most, int& number) {
    std::size_t count = 0;
    int value = 0;
    while (count < most && count < rest_.size() && IsDigit(rest_[count])) {
      value = value * 10 + (rest_[count++] - '0');
    }
    if (count < least) return false;
    rest_.remove_prefix(count);
    number = value;
    return true;
  }
  /// The digits behind a decimal point, cut after the sixth; at most `most` of them.
  bool TakeFraction(std::size_t most, int& micros) {
    std::size_t count = 0;
    int value = 0;
    while (count < most && count < rest_.size() && IsDigit(rest_[count])) {
      if (count < 6) value = value * 10 + (rest_[count] - '0');
      ++count;
    }
    if (count == 0) return false;
    for (std::size_t i = count; i < 6; ++i) value *= 10;
    rest_.remove_prefix(count);
    micros = value;
    return true;
  }
  void TakeBlanks() {
    while (!rest_.empty() && std::string_view(" \t\n\r\f\v").find(rest_.front()) != rest_.npos) {
      rest_.remove_prefix(1);
    }
  }
  /// One letter of any script.
  bool TakeLetter() {
    if (rest_.empty()) return false;
    std::size_t end = 0;
    NextUtf8(rest_, end);
    rest_.remove_prefix(end);
    return true;
  }

 private:
  std::string_view rest_;
};

bool IsLeap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int DaysIn(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeap(year) ? 29 : kDays[month - 1];
}

bool IsDate(const Moment& moment) {
  return moment.year >= 1 && moment.month >= 1 && moment.month <= 12 && moment.day >= 1 &&
         moment.day <= DaysIn(moment.year, moment.month);
}

bool IsTime(const Moment& moment) {
  return moment.hour <= 23 && moment.minute <= 59 && moment.second <= 59;
}

void SetDate(Moment& moment, std::chrono::sys_days days) {
  const std::chrono::year_month_day date(days);
  moment.year = static_cast<int>(date.year());
  moment.month = static_cast<int>(static_cast<unsigned>(date.month()));
  moment.day = static_cast<int>(static_cast<unsigned>(date.day()));
}

/// The n-th day of a week of the ISO calendar.
bool SetWeekDate(Moment& moment, int year, int week, int weekday) {
  using namespace std::chrono;
  if (year < 1 || week < 1 || week > 53 || weekday < 1 || weekday > 7) return false;
  const auto monday_of_first_week = [](int of_year) {
    const sys_days fourth = sys_days(std::chrono::year(of_year) / January / 4);
    return fourth - days(std::chrono::weekday(fourth).iso_encoding() - 1);
  };
  const sys_days first = monday_of_first_week(year);
  const sys_days wanted = first + days((week - 1) * 7 + weekday - 1);
  if (week == 53 && monday_of_first_week(year + 1) == first + days(364)) return false;
  SetDate(moment, wanted);
  return moment.year <= 9999;
}

// ---- fromisoformat()

bool TakeIsoDate(Reader& reader, Moment& moment) {
  int year = 0;
  if (!reader.TakeNumber(4, 4, year)) return false;
  const bool has_dash = reader.Take('-');
  if (reader.Take('W')) {
    int week = 0;
    int weekday = 1;
    if (!reader.TakeNumber(2, 2, week)) return false;
    const bool has_day = has_dash ? reader.Take('-') : true;
    if (has_day && !reader.TakeNumber(1, 1, weekday) && has_dash) return false;
    return SetWeekDate(moment, year, week, weekday);
  }
  moment.year = year;
  return reader.TakeNumber(2, 2, moment.month) && reader.Take('-') == has_dash &&
         reader.TakeNumber(2, 2, moment.day) && IsDate(moment);
}

/// HH[:MM[:SS[.ffffff]]], the colons in all places or in none.
bool TakeIsoClock(Reader& reader, Moment& moment) {
  if (!reader.TakeNumber(2, 2, moment.hour)) return false;
  const bool has_colon = reader.Next(':');
  if (has_colon && !reader.Take(':')) return false;
  if (!reader.TakeNumber(2, 2, moment.minute)) return !has_colon;
  if (reader.Take(':') != has_colon || !reader.TakeNumber(2, 2, moment.second)) {
    return !has_colon || !reader.Next(':');
  }
  if (!reader.Take('.') && !reader.Take(',')) return true;
  return reader.TakeFraction(static_cast<std::size_t>(-1), moment.micros);
}

bool TakeIsoTime(Reader& reader, Moment& moment) {
  if (!TakeIsoClock(reader, moment) || !IsTime(moment)) return false;
  if (reader.done()) return true;
  if (reader.Take('Z')) {
    moment.offset = 0;
    return reader.done();
  }
  const bool is_west = reader.Take('-');
  if (!is_west && !reader.Take('+')) return false;
  Moment offset;
  if (!TakeIsoClock(reader, offset) || !IsTime(offset) || !reader.done()) return false;
  const int seconds = offset.hour * 3600 + offset.minute * 60 + offset.second;
  moment.offset = is_west ? -seconds : seconds;
  return true;
}

std::optional<Moment> IsoDate(std::string_view text) {
  Reader reader(text);
  Moment moment;
  if (!TakeIsoDate(reader, moment) || !reader.done()) return std::nullopt;
  return moment;
}

std::optional<Moment> IsoTime(std::string_view text) {
  Reader reader(text);
  Moment moment;
  reader.Take('T');
  if (!TakeIsoTime(reader, moment)) return std::nullopt;
  moment.offset.reset();
  return moment;
}

std::optional<Moment> IsoDateTime(std::string_view text) {
  Reader reader(text);
  Moment moment;
  if (!TakeIsoDate(reader, moment)) return std::nullopt;
  if (reader.done()) return moment;
  if (!reader.TakeLetter() || !TakeIsoTime(reader, moment)) return std::nullopt;
  return moment;
}

// ---- date_re, time_re, datetime_re

bool TakeDjangoDate(Reader& reader, Moment& moment) {
  return reader.TakeNumber(4, 4, moment.year) && reader.Take('-') &&
         reader.TakeNumber(1, 2, moment.month) && reader.Take('-') &&
         reader.TakeNumber(1, 2, moment.day);
}

bool TakeDjangoTime(Reader& reader, Moment& moment) {
  if (!reader.TakeNumber(1, 2, moment.hour) || !reader.Take(':') ||
      !reader.TakeNumber(1, 2, moment.minute)) {
    return false;
  }
  if (!reader.Take(':')) return true;
  if (!reader.TakeNumber(1, 2, moment.second)) return false;
  if (!reader.Take('.') && !reader.Take(',')) return true;
  return reader.TakeFraction(12, moment.micros);
}

bool TakeDjangoOffset(Reader& reader, Moment& moment) {
  reader.TakeBlanks();
  if (reader.done()) return true;
  if (reader.Take('Z')) {
    moment.offset = 0;
    return true;
  }
  const bool is_west = reader.Take('-');
  int hours = 0;
  int minutes = 0;
  if ((!is_west && !reader.Take('+')) || !reader.TakeNumber(2, 2, hours)) return false;
  const bool has_colon = reader.Take(':');
  if (!reader.TakeNumber(2, 2, minutes) && has_colon) return false;
  moment.offset = (hours * 60 + minutes) * (is_west ? -60 : 60);
  return true;
}

/// `$` also stands in front of a line feed at the very end.
bool AtEnd(Reader& reader) {
  if (reader.done()) return true;
  return reader.Take('\n') && reader.done();
}

[[noreturn]] void FailMeaningless() { throw Error("no such day or time exists"); }

bool TakeExactDigits(const char* text, std::size_t count, int& number) {
  number = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!IsDigit(text[i])) return false;
    number = number * 10 + (text[i] - '0');
  }
  return true;
}

/// The form that Django itself writes: "2024-02-03 04:05:06" or with six digits behind a point.
bool ReadOwnForm(std::string_view text, Moment& moment) {
  const bool has_micros = text.size() == 26 && text[19] == '.';
  if (text.size() != 19 && !has_micros) return false;
  const char* at = text.data();
  return TakeExactDigits(at, 4, moment.year) && at[4] == '-' &&
         TakeExactDigits(at + 5, 2, moment.month) && at[7] == '-' &&
         TakeExactDigits(at + 8, 2, moment.day) && at[10] == ' ' &&
         TakeExactDigits(at + 11, 2, moment.hour) && at[13] == ':' &&
         TakeExactDigits(at + 14, 2, moment.minute) && at[16] == ':' &&
         TakeExactDigits(at + 17, 2, moment.second) &&
         (!has_micros || TakeExactDigits(at + 20, 6, moment.micros)) && IsDate(moment) &&
         IsTime(moment);
}

void AppendClock(const Moment& moment, std::string& out) {
  AppendPadded(moment.hour, 2, out);
  out += ':';
  AppendPadded(moment.minute, 2, out);
  out += ':';
  AppendPadded(moment.second, 2, out);
  if (moment.micros == 0) return;
  out += '.';
  AppendPadded(moment.micros / 1000, 3, out);
}

void AppendOffset(int offset, std::string& out) {
  if (offset == 0) {
    out += 'Z';
    return;
  }
  const int seconds = std::abs(offset);
  out += offset < 0 ? '-' : '+';
  AppendPadded(seconds / 3600, 2, out);
  out += ':';
  AppendPadded(seconds / 60 % 60, 2, out);
  if (seconds % 60 == 0) return;
  out += ':';
  AppendPadded(seconds % 60, 2, out);
}

}  // namespace

std::optional<Moment> ParseDate(std::string_view text, bool iso_formats) {
  if (iso_formats) {
    if (const std::optional<Moment> date = IsoDate(text)) return date;
  }
  Reader reader(text);
  Moment moment;
  if (!TakeDjangoDate(reader, moment) || !AtEnd(reader)) return std::nullopt;
  if (!IsDate(moment)) FailMeaningless();
  return moment;
}

std::optional<Moment> ParseTime(std::string_view text, bool iso_formats) {
  if (iso_formats) {
    if (const std::optional<Moment> time = IsoTime(text)) return time;
  }
  Reader reader(text);
  Moment moment;
  // Without fromisoformat() the expression has no end: what follows is passed over.
  if (!TakeDjangoTime(reader, moment) || (iso_formats && !AtEnd(reader))) return std::nullopt;
  if (!IsTime(moment)) FailMeaningless();
  return moment;
}

std::optional<Moment> ParseDateTime(std::string_view text, bool iso_formats) {
  Moment own;
  if (ReadOwnForm(text, own)) return own;
  if (iso_formats) {
    if (const std::optional<Moment> moment = IsoDateTime(text)) return moment;
  }
  Reader reader(text);
  Moment moment;
  if (!TakeDjangoDate(reader, moment) || !(reader.Take('T') || reader.Take(' ')) ||
      !TakeDjangoTime(reader, moment) || !TakeDjangoOffset(reader, moment) || !AtEnd(reader)) {
    return std::nullopt;
  }
  if (!IsDate(moment) || !IsTime(moment)) FailMeaningless();
  return moment;
}

std::int64_t LocalSeconds(const Moment& moment) {
  using namespace std::chrono;
  const sys_days date = year(moment.year) / month(static_cast<unsigned>(moment.month)) /
                        day(static_cast<unsigned>(moment.day));
  return std::int64_t{date.time_since_epoch().count()} * 86'400 + std::int64_t{moment.hour} * 3600 +
         std::int64_t{moment.minute} * 60 + moment.second;
}

void AppendDate(const Moment& moment, std::string& out) {
  AppendPadded(moment.year, 4, out);
  out += '-';
  AppendPadded(moment.month, 2, out);
  out += '-';
  AppendPadded(moment.day, 2, out);
}

void AppendTime(const Moment& moment, std::string& out) { AppendClock(moment, out); }

void AppendDateTime(const Moment& moment, std::string& out) {
  AppendDate(moment, out);
  out += 'T';
  AppendClock(moment, out);
  if (moment.offset) AppendOffset(*moment.offset, out);
}

}  // namespace migext::recover
