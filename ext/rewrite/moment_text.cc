#include "rewrite/moment_text.h"

#include <chrono>
#include <cstdint>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "base/time_zone.h"

namespace migext::rewrite {
namespace {

using python::Kind;
using python::Value;
using Micros = std::chrono::sys_time<std::chrono::microseconds>;

/// An attribute that is an integer; 0 where it is none.
std::int64_t IntegerOf(Value owner, std::string_view name) {
  const std::optional<Value> value = python::FindAttribute(owner, name);
  return value && value->Is(Kind::kInt) ? value->AsInt() : 0;
}

/// What its clock shows, as if it were UTC.
Micros ShownBy(Value when) {
  const auto part = [&](std::string_view name) { return static_cast<int>(IntegerOf(when, name)); };
  const std::chrono::year_month_day date(std::chrono::year(part("year")),
                                         std::chrono::month(static_cast<unsigned>(part("month"))),
                                         std::chrono::day(static_cast<unsigned>(part("day"))));
  return std::chrono::sys_days(date) + std::chrono::hours(part("hour")) +
         std::chrono::minutes(part("minute")) + std::chrono::seconds(part("second")) +
         std::chrono::microseconds(part("microsecond"));
}

/// The only argument of a call, by place or by name.
std::optional<Value> OnlyArgument(Value value, std::string_view name) {
  const python::CallView call = python::View(value.AsCall());
  if (call.args.size() + call.keywords.size() != 1) return std::nullopt;
  if (!call.args.empty()) return call.args[0];
  return call.keywords[0].name == name ? std::optional(call.keywords[0].value) : std::nullopt;
}

/// zoneinfo at a local time: with fold=1 the offset behind a change of the clock counts.
std::int64_t OffsetIn(const TimeZone& zone, std::int64_t local, bool fold) {
  constexpr std::int64_t kDay = 86'400;
  const std::int64_t before = zone.OffsetAtLocal(local);
  if (!fold) return before;
  const std::int64_t at_once = zone.OffsetAtUtc(local - before);
  if (at_once != before) return at_once;
  const std::int64_t after = zone.OffsetAtUtc(local - before + kDay);
  return zone.OffsetAtUtc(local - after) == after ? after : before;
}

/// Seconds or microseconds east of UTC; nothing for a zone that is not known here.
std::optional<std::chrono::microseconds> OffsetOf(Value zone, Value when) {
  using std::chrono::microseconds;
  const std::string path = python::DottedName(zone);
  if (path == "datetime.timezone") {
    const std::optional<Value> offset = python::FindAttribute(zone, "_offset");
    return offset ? std::optional(microseconds(IntegerOf(*offset, "_total"))) : std::nullopt;
  }
  if (path == "pytz.utc" || path == "pytz.UTC") return microseconds(0);
  if (!zone.Is(Kind::kCall)) return std::nullopt;
  if (path == "django.utils.timezone.get_fixed_timezone") {
    const std::optional<Value> minutes = OnlyArgument(zone, "offset");
    if (!minutes || !minutes->Is(Kind::kInt)) return std::nullopt;
    return std::chrono::minutes(minutes->AsInt());
  }
  const std::optional<Value> key = OnlyArgument(zone, "key");
  if (path != "zoneinfo.ZoneInfo" || !key || !key->IsStr()) return std::nullopt;
  const auto local = std::chrono::floor<std::chrono::seconds>(ShownBy(when)).time_since_epoch();
  return std::chrono::seconds(OffsetIn(TimeZone::Load(std::string(key->AsStr())), local.count(),
                                       IntegerOf(when, "fold") != 0));
}

/// repr() of a datetime in UTC.
std::string Shown(Micros moment, Value when) {
  const auto midnight = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day day(midnight);
  if (day.year() < std::chrono::year(1) || day.year() > std::chrono::year(9999)) {
    throw Error(python::PositionOf(when).ToPlace(), "OverflowError: date value out of range");
  }
  const std::chrono::hh_mm_ss time(moment - midnight);
  std::vector<std::string> parts = {std::to_string(static_cast<int>(day.year())),
                                    std::to_string(static_cast<unsigned>(day.month())),
                                    std::to_string(static_cast<unsigned>(day.day())),
                                    std::to_string(time.hours().count()),
                                    std::to_string(time.minutes().count())};
  const auto seconds = time.seconds().count();
  const auto micros = time.subseconds().count();
  if (seconds != 0 || micros != 0) parts.push_back(std::to_string(seconds));
  if (micros != 0) parts.push_back(std::to_string(micros));
  return "datetime.datetime(" + Join(parts, ", ") + ", tzinfo=datetime.timezone.utc)";
}

}  // namespace

std::optional<std::string> InUtc(Value when) {
  const std::optional<Value> zone = python::FindAttribute(when, "tzinfo");
  if (!zone || zone->IsNone()) return std::nullopt;
  const auto offset = OffsetOf(*zone, when);
  // Zones of one offset are equal, so that this one is left as it is, with its name.
  const bool is_utc = python::DottedName(*zone) == "datetime.timezone" && offset &&
                      *offset == std::chrono::microseconds(0);
  if (!offset || is_utc) return std::nullopt;
  return Shown(ShownBy(when) - *offset, when);
}

std::optional<std::string> InUtc(Value naive, Value zone) {
  if (python::DottedName(naive) != "datetime.datetime") return std::nullopt;
  const auto offset = OffsetOf(zone, naive);
  if (!offset) return std::nullopt;
  return Shown(ShownBy(naive) - *offset, naive);
}

}  // namespace migext::rewrite
