#include "schema/python_scalar.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <random>

#include "base/error.h"
#include "python/interpreter.h"

namespace migext::schema {
namespace {

using python::Kind;
using python::Value;

constexpr int kDeepest = 20;

std::int64_t FloorDiv(std::int64_t a, std::int64_t b) {
  return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
}

std::int64_t DaysFromCivil(std::int64_t year, std::int64_t month, std::int64_t day) {
  using namespace std::chrono;
  const year_month_day date{std::chrono::year(static_cast<int>(year)),
                            std::chrono::month(static_cast<unsigned>(month)),
                            std::chrono::day(static_cast<unsigned>(day))};
  return sys_days(date).time_since_epoch().count();
}

bool IsDate(std::int64_t year, std::int64_t month, std::int64_t day) {
  using namespace std::chrono;
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return false;
  return year_month_day{std::chrono::year(static_cast<int>(year)),
                        std::chrono::month(static_cast<unsigned>(month)),
                        std::chrono::day(static_cast<unsigned>(day))}
      .ok();
}

/// An attribute that holds a whole number; 0 when there is none.
std::int64_t Number(Value instance, std::string_view attribute) {
  const std::optional<Value> value = python::FindAttribute(instance, attribute);
  return value && value->Is(Kind::kInt) ? value->AsInt() : 0;
}

Scalar Make(Scalar::Kind kind, Value value) {
  Scalar scalar;
  scalar.kind = kind;
  scalar.value = value;
  return scalar;
}

std::int64_t MicrosOfDay(Value instance) {
  return (Number(instance, "hour") * 3600 + Number(instance, "minute") * 60 +
          Number(instance, "second")) *
             kMicrosPerSecond +
         Number(instance, "microsecond");
}

/// Of an aware time; a zone that is no datetime.timezone counts as UTC.
std::optional<std::int64_t> OffsetOf(Value instance) {
  const std::optional<Value> zone = python::FindAttribute(instance, "tzinfo");
  if (!zone || zone->IsNone()) return std::nullopt;
  if (!zone->Is(Kind::kInstance)) return 0;
  const std::optional<Value> offset = python::FindAttribute(*zone, "_offset");
  if (!offset || !offset->Is(Kind::kInstance)) return 0;
  return std::clamp(Number(*offset, "_total"), -kMicrosPerDay, kMicrosPerDay);
}

/// An instance of a class of the standard library.
std::optional<Scalar> ReadLibraryInstance(Value value, const SchemaContext& context) {
  const std::string name = python::DottedName(value);
  if (name == "datetime.datetime" || name == "datetime.date") {
    const bool has_time = name == "datetime.datetime";
    Scalar date = Make(has_time ? Scalar::Kind::kDateTime : Scalar::Kind::kDate, value);
    date.days = DaysFromCivil(Number(value, "year"), Number(value, "month"), Number(value, "day"));
    if (has_time) date.micros = MicrosOfDay(value);
    if (has_time) date.offset = OffsetOf(value);
    return date;
  }
  if (name == "datetime.time") {
    Scalar time = Make(Scalar::Kind::kTime, value);
    time.micros = MicrosOfDay(value);
    time.offset = OffsetOf(value);
    return time;
  }
  if (name == "datetime.timedelta") {
    Scalar duration = Make(Scalar::Kind::kDuration, value);
    duration.micros = Number(value, "_total");
    return duration;
  }
  const bool is_decimal = name == "decimal.Decimal";
  if ((!is_decimal && name != "uuid.UUID") || !context.python) return std::nullopt;
  Scalar scalar = Make(is_decimal ? Scalar::Kind::kDecimal : Scalar::Kind::kUuid, value);
  if (is_decimal) {
    const std::optional<Value> show = context.python->GetAttribute(value, "__str__");
    if (show) scalar.text = python::Str(context.python->Call(*show));
  } else {
    const std::optional<Value> hex = context.python->GetAttribute(value, "hex");
    if (hex) scalar.text = python::Str(*hex);
  }
  return scalar;
}

std::string RandomUuid(const SchemaContext& context) {
  if (!context.uuid.empty()) return context.uuid;
  std::random_device device;
  std::string hex;
  for (int i = 0; i < 32; ++i) hex += "0123456789abcdef"[device() % 16];
  hex[12] = '4';
  hex[16] = "89ab"[device() % 4];
  return hex;
}

Scalar Moment(Scalar::Kind kind, std::int64_t micros, Value value) {
  Scalar scalar = Make(kind, value);
  scalar.days = FloorDiv(micros, kMicrosPerDay);
  scalar.micros = micros - scalar.days * kMicrosPerDay;
  return scalar;
}

/// What a name of the standard library gives when it is called without arguments.
std::optional<Scalar> CallByName(std::string_view name, Value value, const SchemaContext& context) {
  const std::int64_t now = NowMicros(context);
  const auto local = [&] { return now + ZoneOffset(context, now, false); };
  if (name == "django.utils.timezone.now") {
    Scalar moment = Moment(Scalar::Kind::kDateTime, context.use_tz ? now : local(), value);
    if (context.use_tz) moment.offset = 0;
    return moment;
  }
  if (name == "datetime.datetime.now" || name == "datetime.datetime.today") {
    return Moment(Scalar::Kind::kDateTime, local(), value);
  }
  if (name == "datetime.datetime.utcnow") return Moment(Scalar::Kind::kDateTime, now, value);
  if (name == "datetime.date.today") {
    Scalar date = Moment(Scalar::Kind::kDate, local(), value);
    date.micros = 0;
    return date;
  }
  if (name == "uuid.uuid4" || name == "uuid.uuid1") {
    Scalar id = Make(Scalar::Kind::kUuid, value);
    id.text = RandomUuid(context);
    return id;
  }
  return std::nullopt;
}

/// A member of an enumeration stands for its value.
std::optional<Value> EnumValue(Value value) {
  std::optional<Value> member = python::FindAttribute(value, "_value_");
  if (!member) member = python::FindAttribute(value, "value");
  return member && !member->Is(Kind::kDescriptor) ? member : std::nullopt;
}

}  // namespace

std::int64_t NowMicros(const SchemaContext& context) {
  if (context.now) return *context.now;
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::int64_t ZoneOffset(const SchemaContext& context, std::int64_t micros, bool local) {
  return context.zone_offset ? context.zone_offset(micros, local) : 0;
}

bool IsCallable(Value value) {
  switch (value.kind()) {
    case Kind::kFunction:
    case Kind::kBuiltin:
    case Kind::kBoundMethod:
    case Kind::kClass:
    case Kind::kSymbol:
      return true;
    case Kind::kInstance:
      return python::FindAttribute(value, "__call__").has_value();
    default:
      return false;
  }
}

Scalar CallDefault(Value value, const SchemaContext& context) {
  if (value.Is(Kind::kSymbol)) {
    return CallByName(python::DottedName(value), value, context)
        .value_or(Make(Scalar::Kind::kUnknown, value));
  }
  if (!context.python) return Make(Scalar::Kind::kUnknown, value);
  return ReadScalar(context.python->Call(value), context);
}

Scalar ReadScalar(Value value, const SchemaContext& context) {
  for (int i = 0; i < kDeepest && value.Is(Kind::kInstance); ++i) {
    if (auto scalar = ReadLibraryInstance(value, context)) return *scalar;
    const std::optional<Value> inner = EnumValue(value);
    if (!inner) return Make(Scalar::Kind::kUnknown, value);
    value = *inner;
  }
  if (value.Is(Kind::kCall)) {
    return CallByName(python::DottedName(value), value, context)
        .value_or(Make(Scalar::Kind::kUnknown, value));
  }
  return Make(value.Is(Kind::kSymbol) ? Scalar::Kind::kUnknown : Scalar::Kind::kPlain, value);
}

std::string DateText(std::int64_t given) {
  using namespace std::chrono;
  // 0001-01-01 to 9999-12-31.
  const std::int64_t days = std::clamp<std::int64_t>(given, -719'162, 2'932'896);
  const year_month_day date{sys_days(std::chrono::days(days))};
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text.data();
}

std::string TimeText(std::int64_t micros) {
  const std::int64_t seconds = micros / kMicrosPerSecond;
  const std::int64_t rest = micros % kMicrosPerSecond;
  std::array<char, 64> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "%02d:%02d:%02d", static_cast<int>(seconds / 3600),
                    static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  std::string result(text.data(), static_cast<std::size_t>(length));
  if (rest == 0) return result;
  std::snprintf(text.data(), text.size(), ".%06d", static_cast<int>(rest));
  return result + text.data();
}

namespace {

/// Reads digits and the characters between them.
class TextReader {
 public:
  explicit TextReader(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  bool Take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::optional<std::int64_t> Number(std::size_t least, std::size_t most) {
    std::size_t count = 0;
    std::int64_t number = 0;
    while (count < most && count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9') {
      number = number * 10 + (rest_[count++] - '0');
    }
    if (count < least) return std::nullopt;
    rest_.remove_prefix(count);
    digits_ = count;
    return number;
  }
  std::size_t digits() const { return digits_; }

 private:
  std::string_view rest_;
  std::size_t digits_ = 0;
};

std::optional<std::int64_t> TakeDate(TextReader& reader) {
  const auto year = reader.Number(4, 4);
  if (!year || !reader.Take('-')) return std::nullopt;
  const auto month = reader.Number(1, 2);
  if (!month || !reader.Take('-')) return std::nullopt;
  const auto day = reader.Number(1, 2);
  if (!day || !IsDate(*year, *month, *day)) return std::nullopt;
  return DaysFromCivil(*year, *month, *day);
}

std::optional<std::int64_t> TakeTime(TextReader& reader) {
  const auto hour = reader.Number(1, 2);
  if (!hour || *hour > 23 || !reader.Take(':')) return std::nullopt;
  const auto minute = reader.Number(1, 2);
  if (!minute || *minute > 59) return std::nullopt;
  std::int64_t micros = (*hour * 3600 + *minute * 60) * kMicrosPerSecond;
  if (!reader.Take(':')) return micros;
  const auto second = reader.Number(1, 2);
  if (!second || *second > 59) return std::nullopt;
  micros += *second * kMicrosPerSecond;
  if (!reader.Take('.') && !reader.Take(',')) return micros;
  const auto fraction = reader.Number(1, 6);
  if (!fraction) return std::nullopt;
  std::int64_t scaled = *fraction;
  for (std::size_t i = reader.digits(); i < 6; ++i) scaled *= 10;
  return micros + scaled;
}

/// False for a broken one.
bool TakeOffset(TextReader& reader, std::optional<std::int64_t>& offset) {
  if (reader.done()) return true;
  if (reader.Take('Z')) {
    offset = 0;
    return reader.done();
  }
  const bool negative = reader.Take('-');
  if (!negative && !reader.Take('+')) return false;
  const auto hours = reader.Number(2, 2);
  if (!hours) return false;
  reader.Take(':');
  const auto minutes = reader.Number(2, 2);
  const std::int64_t seconds = *hours * 3600 + minutes.value_or(0) * 60;
  offset = (negative ? -seconds : seconds) * kMicrosPerSecond;
  return reader.done();
}

}  // namespace

std::optional<Scalar> ParseDate(std::string_view text) {
  TextReader reader(text);
  const auto days = TakeDate(reader);
  if (!days || !reader.done()) return std::nullopt;
  Scalar date = Make(Scalar::Kind::kDate, {});
  date.days = *days;
  return date;
}

std::optional<Scalar> ParseTime(std::string_view text) {
  TextReader reader(text);
  const auto micros = TakeTime(reader);
  if (!micros || !reader.done()) return std::nullopt;
  Scalar time = Make(Scalar::Kind::kTime, {});
  time.micros = *micros;
  return time;
}

std::optional<Scalar> ParseDateTime(std::string_view text) {
  TextReader reader(text);
  const auto days = TakeDate(reader);
  if (!days || !(reader.Take('T') || reader.Take(' '))) return std::nullopt;
  const auto micros = TakeTime(reader);
  if (!micros) return std::nullopt;
  Scalar moment = Make(Scalar::Kind::kDateTime, {});
  moment.days = *days;
  moment.micros = *micros;
  if (!TakeOffset(reader, moment.offset)) return std::nullopt;
  return moment;
}

}  // namespace migext::schema
