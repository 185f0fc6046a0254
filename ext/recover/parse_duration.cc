#include "recover/parse_duration.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "base/error.h"
#include "schema/python_scalar.h"

namespace migext::recover {
namespace {

using schema::kMicrosPerDay;
using schema::kMicrosPerSecond;

class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  bool Take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  bool TakeOneOf(std::string_view letters) {
    if (rest_.empty() || letters.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view Digits() {
    const std::size_t end = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    const std::string_view digits = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return digits;
  }

 private:
  std::string_view rest_;
};

/// Adds parts up; too much for an integer of SQLite makes it fail.
class Sum {
 public:
  void Add(std::string_view whole, std::string_view fraction, std::int64_t unit) {
    const std::string text = std::string(whole) + "." + std::string(fraction) + "0";
    const double rounded = std::strtod(text.c_str(), nullptr);
    if (rounded * static_cast<double>(unit) > 9.2e18) {
      fits_ = false;
      return;
    }
    std::int64_t number = 0;
    std::from_chars(whole.data(), whole.data() + whole.size(), number);
    const double part = std::strtod(("0." + std::string(fraction) + "0").c_str(), nullptr);
    const std::int64_t more = std::llrint(part * static_cast<double>(unit));
    total_ += static_cast<std::uint64_t>(number) * static_cast<std::uint64_t>(unit) +
              static_cast<std::uint64_t>(more);
    if (total_ > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      fits_ = false;
      total_ = 0;
    }
  }
  bool fits() const { return fits_; }
  std::int64_t total(bool is_negative) const {
    const auto total = static_cast<std::int64_t>(total_);
    return is_negative ? -total : total;
  }

 private:
  std::uint64_t total_ = 0;
  bool fits_ = true;
};

std::int64_t Total(const Sum& days, bool minus_days, const Sum& rest, bool minus_rest) {
  const double sum =
      static_cast<double>(days.total(minus_days)) + static_cast<double>(rest.total(minus_rest));
  if (!days.fits() || !rest.fits() || std::abs(sum) > 9.2e18) {
    throw Error("Python int too large to convert to SQLite INTEGER");
  }
  return days.total(minus_days) + rest.total(minus_rest);
}

/// "-3 days, 04:05:06.5", "3 04:05", "90".
std::optional<std::int64_t> StandardDuration(std::string_view text) {
  Sum days;
  Cursor cursor(text);
  bool minus_days = cursor.Take("-");
  const std::string_view first = cursor.Digits();
  if (!first.empty() && cursor.Take(" ")) {
    days.Add(first, {}, kMicrosPerDay);
    if (!cursor.Take("days, ")) cursor.Take("day, ");
  } else {
    cursor = Cursor(text);
    minus_days = false;
  }
  const bool minus = cursor.Take("-");
  std::vector<std::string_view> parts;
  do {
    parts.push_back(cursor.Digits());
    if (parts.back().empty() || parts.size() > 3) return std::nullopt;
  } while (cursor.Take(":"));
  std::string_view fraction;
  if (cursor.TakeOneOf(".,")) {
    fraction = cursor.Digits();
    if (fraction.empty() || fraction.size() > 12) return std::nullopt;
    fraction = fraction.substr(0, 6);
  }
  if (!cursor.done()) return std::nullopt;
  constexpr std::array<std::int64_t, 3> kUnits = {1, 60, 3600};
  Sum rest;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t place = parts.size() - 1 - i;
    rest.Add(parts[i], place == 0 ? fraction : "", kUnits.at(place) * kMicrosPerSecond);
  }
  return Total(days, minus_days, rest, minus);
}

/// "P3DT04H05M06.5S".
std::optional<std::int64_t> IsoDuration(std::string_view text) {
  Cursor cursor(text);
  const bool minus = cursor.Take("-");
  if (!minus) cursor.Take("+");
  if (!cursor.Take("P")) return std::nullopt;
  Sum days;
  Sum rest;
  std::string_view letters = "DHMS";
  bool in_time = false;
  while (!cursor.done()) {
    if (!in_time && cursor.Take("T")) {
      in_time = true;
      continue;
    }
    const std::string_view whole = cursor.Digits();
    std::string_view fraction;
    if (cursor.TakeOneOf(".,")) {
      fraction = cursor.Digits();
      if (fraction.empty()) return std::nullopt;
    }
    if (whole.empty()) return std::nullopt;
    while (!letters.empty() && !cursor.Take(letters.substr(0, 1))) letters.remove_prefix(1);
    if (letters.empty() || (letters.front() == 'D') == in_time) return std::nullopt;
    const std::int64_t seconds = letters.front() == 'H' ? 3600 : letters.front() == 'M' ? 60 : 1;
    if (letters.front() == 'D') {
      days.Add(whole, fraction, kMicrosPerDay);
    } else {
      rest.Add(whole, fraction, seconds * kMicrosPerSecond);
    }
    letters.remove_prefix(1);
  }
  return Total(days, minus, rest, minus);
}

/// "3 days 04:05:06"; both halves may be left out.
std::optional<std::int64_t> PostgresInterval(std::string_view text) {
  Sum days;
  Sum rest;
  Cursor cursor(text);
  bool minus_days = cursor.Take("-");
  const std::string_view first = cursor.Digits();
  if (!first.empty() && cursor.Take(" day")) {
    days.Add(first, {}, kMicrosPerDay);
    cursor.Take("s");
    cursor.Take(" ");
  } else {
    cursor = Cursor(text);
    minus_days = false;
  }
  if (cursor.done()) return Total(days, minus_days, rest, false);
  const bool minus = cursor.Take("-");
  if (!minus) cursor.Take("+");
  const std::string_view hours = cursor.Digits();
  const bool has_hours = cursor.Take(":");
  const std::string_view minutes = cursor.Digits();
  const bool has_minutes = cursor.Take(":");
  const std::string_view seconds = cursor.Digits();
  const std::string_view fraction = cursor.Take(".") ? cursor.Digits() : std::string_view();
  if (hours.empty() || !has_hours || !has_minutes || minutes.size() != 2 || seconds.size() != 2 ||
      fraction.size() > 6 || !cursor.done()) {
    return std::nullopt;
  }
  rest.Add(hours, {}, 3600 * kMicrosPerSecond);
  rest.Add(minutes, {}, 60 * kMicrosPerSecond);
  rest.Add(seconds, fraction, kMicrosPerSecond);
  return Total(days, minus_days, rest, minus);
}

}  // namespace

std::optional<std::int64_t> ParseDuration(std::string_view text) {
  if (const auto duration = StandardDuration(text)) return duration;
  if (const auto duration = IsoDuration(text)) return duration;
  return PostgresInterval(text);
}

}  // namespace migext::recover
