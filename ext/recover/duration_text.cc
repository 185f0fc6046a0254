#include "recover/duration_text.h"

#include "recover/python_text.h"

namespace migext::recover {
namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;

/// timedelta's normal form: only the days can be negative.
struct Parts {
  std::int64_t days = 0;
  std::int64_t hours = 0;
  std::int64_t minutes = 0;
  std::int64_t seconds = 0;
  std::int64_t micros = 0;
};

Parts PartsOf(std::int64_t duration) {
  Parts parts;
  std::int64_t seconds = duration / kMicrosPerSecond;
  parts.micros = duration % kMicrosPerSecond;
  if (parts.micros < 0) {
    parts.micros += kMicrosPerSecond;
    --seconds;
  }
  parts.days = seconds / kSecondsPerDay;
  seconds %= kSecondsPerDay;
  if (seconds < 0) {
    seconds += kSecondsPerDay;
    --parts.days;
  }
  parts.hours = seconds / 3600;
  parts.minutes = seconds / 60 % 60;
  parts.seconds = seconds % 60;
  return parts;
}

void AppendFraction(std::int64_t micros, std::string& out) {
  if (micros == 0) return;
  out += '.';
  AppendPadded(micros, 6, out);
}

void AppendClock(const Parts& parts, int hour_digits, std::string& out) {
  AppendPadded(parts.hours, hour_digits, out);
  out += ':';
  AppendPadded(parts.minutes, 2, out);
  out += ':';
  AppendPadded(parts.seconds, 2, out);
  AppendFraction(parts.micros, out);
}

}  // namespace

void AppendDurationString(std::int64_t micros, std::string& out) {
  const Parts parts = PartsOf(micros);
  if (parts.days != 0) {
    AppendInteger(parts.days, out);
    out += ' ';
  }
  AppendClock(parts, 2, out);
}

void AppendTimedeltaStr(std::int64_t micros, std::string& out) {
  const Parts parts = PartsOf(micros);
  if (parts.days != 0) {
    AppendInteger(parts.days, out);
    out += parts.days == 1 || parts.days == -1 ? " day, " : " days, ";
  }
  AppendClock(parts, 1, out);
}

void AppendIsoDuration(std::int64_t micros, std::string& out) {
  if (micros < 0) out += '-';
  // The lowest number has no positive twin; a microsecond less is as long as a timedelta gets.
  const bool is_lowest = micros == INT64_MIN;
  const Parts parts = PartsOf(is_lowest ? INT64_MAX : micros < 0 ? -micros : micros);
  out += 'P';
  AppendInteger(parts.days, out);
  out += "DT";
  AppendPadded(parts.hours, 2, out);
  out += 'H';
  AppendPadded(parts.minutes, 2, out);
  out += 'M';
  AppendPadded(parts.seconds, 2, out);
  AppendFraction(is_lowest ? parts.micros + 1 : parts.micros, out);
  out += 'S';
}

}  // namespace migext::recover
