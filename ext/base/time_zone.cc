#include "base/time_zone.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <utility>

#include "base/error.h"
#include "base/files.h"

namespace migext {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::size_t kLargestFile = std::size_t{1} << 20U;

// zoneinfo.TZPATH of Python.
constexpr std::string_view kFolders[] = {"/usr/share/zoneinfo", "/usr/lib/zoneinfo",
                                         "/usr/share/lib/zoneinfo", "/etc/zoneinfo"};

constexpr std::string_view kUtcNames[] = {"", "UTC", "Etc/UTC", "GMT", "Etc/GMT"};

/// "Europe/Prague", and nothing that leads out of the folder.
bool IsZoneName(std::string_view name) {
  if (name.starts_with('/') || name.find("..") != std::string_view::npos) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '_' || c == '-' || c == '+';
  });
}

std::int64_t DaysOf(std::int64_t year, int month, int day) {
  using std::chrono::sys_days;
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  return sys_days(date).time_since_epoch().count();
}

/// The year is held to what chrono can hold: beyond it the rules no longer matter.
std::int64_t YearOf(std::int64_t seconds) {
  constexpr std::int64_t kFarthest = std::int64_t{30'000} * 365;
  std::int64_t days = seconds / kDay;
  if (seconds % kDay < 0) --days;
  days = std::clamp(days, -kFarthest, kFarthest);
  const std::chrono::year_month_day date{
      std::chrono::sys_days(std::chrono::days(static_cast<int>(days)))};
  return static_cast<int>(date.year());
}

bool IsLeap(std::int64_t year) { return std::chrono::year(static_cast<int>(year)).is_leap(); }

/// Big-endian numbers, one after the other.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}

  std::string_view Take(std::size_t count) {
    if (bytes_.size() - at_ < count) throw Error("the file of the time zone is cut off");
    const std::string_view taken = bytes_.substr(at_, count);
    at_ += count;
    return taken;
  }

  std::int64_t Number(std::size_t width) {
    const std::string_view digits = Take(width);
    std::uint64_t number = static_cast<signed char>(digits.front()) < 0 ? ~std::uint64_t{0} : 0;
    for (const char digit : digits) number = (number << 8U) | static_cast<unsigned char>(digit);
    return static_cast<std::int64_t>(number);
  }

  std::string_view Rest() const { return bytes_.substr(at_); }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

/// One of the two blocks of a file: the second repeats the first with longer numbers.
struct Block {
  char version = 0;
  std::array<std::size_t, 6> counts{};  // isut, isstd, leap, time, type, char

  static Block Read(Bytes& bytes) {
    if (bytes.Take(4) != "TZif") throw Error("the file of the time zone is no TZif file");
    Block block;
    block.version = bytes.Take(1).front();
    bytes.Take(15);
    for (std::size_t& count : block.counts) {
      const std::int64_t number = bytes.Number(4);
      if (number < 0) throw Error("the file of the time zone is damaged");
      count = static_cast<std::size_t>(number);
    }
    return block;
  }

  void Skip(Bytes& bytes, std::size_t width) const {
    const auto& [isut, isstd, leap, time, type, chars] = counts;
    for (const std::size_t size :
         {time * (width + 1), type * 6, chars, leap * (width + 4), isstd, isut}) {
      bytes.Take(size);
    }
  }
};

struct LocalType {
  std::int64_t offset = 0;
  bool is_dst = false;
};

}  // namespace

// ---- The rule behind the last change

class PosixTimeZone::Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::optional<PosixTimeZone> Read() {
    PosixTimeZone zone;
    if (!SkipName()) return std::nullopt;
    const std::optional<std::int64_t> standard = Time();
    if (!standard) return std::nullopt;
    zone.standard_ = -*standard;
    if (text_.empty()) return zone;
    if (!SkipName()) return std::nullopt;
    zone.dst_ = zone.standard_ + 3600;
    if (!text_.starts_with(',')) {
      const std::optional<std::int64_t> dst = Time();
      if (!dst) return std::nullopt;
      zone.dst_ = -*dst;
    }
    if (!ReadChange(zone.begin_) || !ReadChange(zone.end_)) return std::nullopt;
    return text_.empty() ? std::optional(zone) : std::nullopt;
  }

 private:
  bool Take(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  /// "CET" or "<+03>".
  bool SkipName() {
    if (text_.starts_with('<')) {
      const std::size_t end = text_.find('>');
      if (end == std::string_view::npos) return false;
      text_.remove_prefix(end + 1);
      return true;
    }
    const std::size_t before = text_.size();
    while (!text_.empty() && ((text_.front() >= 'a' && text_.front() <= 'z') ||
                              (text_.front() >= 'A' && text_.front() <= 'Z'))) {
      text_.remove_prefix(1);
    }
    return text_.size() != before;
  }

  std::optional<int> Number() {
    constexpr int kLargest = 1000;
    std::optional<int> number;
    while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9') {
      number = number.value_or(0) * 10 + (text_.front() - '0');
      if (*number > kLargest) return std::nullopt;
      text_.remove_prefix(1);
    }
    return number;
  }

  /// "-1", "3:30", "24".
  std::optional<std::int64_t> Time() {
    const bool negative = Take('-');
    if (!negative) Take('+');
    std::int64_t seconds = 0;
    std::int64_t unit = 3600;
    do {
      const std::optional<int> number = Number();
      if (!number) return std::nullopt;
      seconds += *number * unit;
      unit /= 60;
    } while (unit > 0 && Take(':'));
    return negative ? -seconds : seconds;
  }

  bool ReadChange(Change& change) {
    if (!Take(',')) return false;
    if (Take('M')) {
      const int month = Number().value_or(0);
      const int week = Take('.') ? Number().value_or(0) : 0;
      const int day = Take('.') ? Number().value_or(7) : 7;
      if (month < 1 || month > 12 || week < 1 || week > 5 || day > 6) return false;
      change = {Change::Kind::kWeekday, month, week, day, change.time};
    } else {
      change.kind = Take('J') ? Change::Kind::kDayWithoutLeapDay : Change::Kind::kDayOfYear;
      const std::optional<int> day = Number();
      if (!day || *day > 366) return false;
      change.day = *day;
    }
    if (!Take('/')) return true;
    const std::optional<std::int64_t> time = Time();
    change.time = time.value_or(0);
    return time.has_value();
  }

  std::string_view text_;
};

std::optional<PosixTimeZone> PosixTimeZone::Parse(std::string_view text) {
  return Reader(text).Read();
}

std::int64_t PosixTimeZone::Change::In(std::int64_t year) const {
  if (kind != Kind::kWeekday) {
    const bool skips_leap_day = kind == Kind::kDayWithoutLeapDay;
    const std::int64_t days = skips_leap_day ? day - 1 + (IsLeap(year) && day >= 60 ? 1 : 0) : day;
    return (DaysOf(year, 1, 1) + days) * kDay + time;
  }
  const std::int64_t first = DaysOf(year, month, 1);
  const std::int64_t next_month = month == 12 ? DaysOf(year + 1, 1, 1) : DaysOf(year, month + 1, 1);
  // 1970-01-01 was a Thursday.
  const std::int64_t weekday = ((first + 4) % 7 + 7) % 7;
  std::int64_t date = first + (day - weekday + 7) % 7 + std::int64_t{week - 1} * 7;
  if (date >= next_month) date -= 7;
  return date * kDay + time;
}

bool PosixTimeZone::IsDst(std::int64_t seconds, std::int64_t begin_shift,
                          std::int64_t end_shift) const {
  const std::int64_t year = YearOf(seconds);
  const std::int64_t begin = begin_.In(year) + begin_shift;
  const std::int64_t end = end_.In(year) + end_shift;
  return begin < end ? begin <= seconds && seconds < end : !(end <= seconds && seconds < begin);
}

std::int64_t PosixTimeZone::OffsetAtUtc(std::int64_t seconds) const {
  if (!dst_) return standard_;
  // The rule counts in the time that is left behind: standard time at the beginning.
  const std::int64_t local = seconds + standard_;
  return IsDst(local, 0, standard_ - *dst_) ? *dst_ : standard_;
}

std::int64_t PosixTimeZone::OffsetAtLocal(std::int64_t seconds) const {
  if (!dst_) return standard_;
  const std::int64_t gain = *dst_ - standard_;
  return IsDst(seconds, std::max<std::int64_t>(gain, 0), std::max<std::int64_t>(-gain, 0))
             ? *dst_
             : standard_;
}

// ---- The file

TimeZone TimeZone::Load(const std::string& name) {
  if (std::find(std::begin(kUtcNames), std::end(kUtcNames), name) != std::end(kUtcNames)) {
    return {};
  }
  if (IsZoneName(name)) {
    for (const std::string_view folder : kFolders) {
      const std::string path = JoinPath(folder, name);
      if (IsFile(path)) return Parse(ReadFile(path, kLargestFile));
    }
  }
  throw Error("the time zone '" + name +
              "' is not known on this machine: " + JoinPath(kFolders[0], name) +
              " is not there; install the package tzdata, or correct TIME_ZONE in the settings");
}

TimeZone TimeZone::Parse(std::string_view file) {
  Bytes bytes(file);
  Block block = Block::Read(bytes);
  std::size_t width = 4;
  if (block.version >= '2') {
    block.Skip(bytes, width);
    block = Block::Read(bytes);
    width = 8;
  }
  const auto& [isut, isstd, leap, time, type, chars] = block.counts;
  Bytes times(bytes.Take(time * width));
  const std::string_view indexes = bytes.Take(time);
  Bytes types(bytes.Take(type * 6));
  bytes.Take(chars + leap * (width + 4) + isstd + isut);

  std::vector<LocalType> local_types;
  for (std::size_t i = 0; i < type; ++i) {
    const std::int64_t offset = types.Number(4);
    const bool is_dst = types.Take(1).front() != 0;
    types.Take(1);
    local_types.push_back({offset, is_dst});
  }
  if (local_types.empty()) throw Error("the file of the time zone names no local time");

  TimeZone zone;
  const auto standard = std::find_if(local_types.begin(), local_types.end(),
                                     [](const LocalType& one) { return !one.is_dst; });
  zone.first_offset_ = standard == local_types.end() ? local_types[0].offset : standard->offset;
  // Before the first change the two halves of a fold are told apart by the first type listed.
  std::int64_t before = local_types[0].offset;
  for (const char index : indexes) {
    const std::size_t place = static_cast<unsigned char>(index);
    if (place >= local_types.size()) throw Error("the file of the time zone is damaged");
    const std::int64_t utc = times.Number(width);
    const std::int64_t offset = local_types[place].offset;
    zone.transitions_.push_back({utc, utc + std::max(before, offset), offset});
    before = offset;
  }
  if (width == 8) {
    std::string_view footer = bytes.Rest();
    if (footer.starts_with('\n')) footer.remove_prefix(1);
    zone.rule_ = PosixTimeZone::Parse(footer.substr(0, footer.find('\n')));
  }
  return zone;
}

std::int64_t TimeZone::OffsetAtUtc(std::int64_t seconds) const {
  const auto next =
      std::upper_bound(transitions_.begin(), transitions_.end(), seconds,
                       [](std::int64_t at, const Transition& one) { return at < one.utc; });
  if (next == transitions_.end() && rule_) return rule_->OffsetAtUtc(seconds);
  return next == transitions_.begin() ? first_offset_ : std::prev(next)->offset;
}

std::int64_t TimeZone::OffsetAtLocal(std::int64_t seconds) const {
  const auto next =
      std::upper_bound(transitions_.begin(), transitions_.end(), seconds,
                       [](std::int64_t at, const Transition& one) { return at < one.local; });
  if (next == transitions_.end() && rule_) return rule_->OffsetAtLocal(seconds);
  return next == transitions_.begin() ? first_offset_ : std::prev(next)->offset;
}

}  // namespace migext
