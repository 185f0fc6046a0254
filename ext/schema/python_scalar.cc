#include "schema/python_scalar.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <random>
#include <span>

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

/// The arguments of a call by place and by name.
struct Arguments {
  std::span<const Value> args;
  std::span<const python::Keyword> keywords;

  std::optional<Value> Get(std::size_t place, std::string_view name) const {
    if (place < args.size()) return args[place];
    for (const python::Keyword& keyword : keywords) {
      if (keyword.name == name) return keyword.value;
    }
    return std::nullopt;
  }
  std::int64_t Int(std::size_t place, std::string_view name) const {
    const std::optional<Value> value = Get(place, name);
    if (!value) return 0;
    if (value->Is(Kind::kInt)) return value->AsInt();
    return value->Is(Kind::kBool) && value->AsBool() ? 1 : 0;
  }
  double Number(std::size_t place, std::string_view name) const {
    const std::optional<Value> value = Get(place, name);
    if (value && value->Is(Kind::kFloat)) return value->AsFloat();
    return static_cast<double>(Int(place, name));
  }
};

Scalar Make(Scalar::Kind kind, Value value) {
  Scalar scalar;
  scalar.kind = kind;
  scalar.value = value;
  return scalar;
}

std::int64_t DurationMicros(const Arguments& call) {
  struct Unit {
    std::size_t place;
    std::string_view name;
    std::int64_t micros;
  };
  static constexpr Unit kUnits[] = {
      {0, "days", kMicrosPerDay},     {1, "seconds", kMicrosPerSecond},
      {2, "microseconds", 1},         {3, "milliseconds", 1000},
      {4, "minutes", 60'000'000},     {5, "hours", 3'600'000'000},
      {6, "weeks", 7 * kMicrosPerDay}};
  std::int64_t micros = 0;
  for (const Unit& unit : kUnits) {
    const std::optional<Value> value = call.Get(unit.place, unit.name);
    if (!value) continue;
    if (value->Is(Kind::kFloat)) {
      micros += static_cast<std::int64_t>(call.Number(unit.place, unit.name) *
                                          static_cast<double>(unit.micros));
    } else {
      micros += call.Int(unit.place, unit.name) * unit.micros;
    }
  }
  return micros;
}

std::int64_t MicrosOfDay(const Arguments& call, std::size_t first) {
  return (call.Int(first, "hour") * 3600 + call.Int(first + 1, "minute") * 60 +
          call.Int(first + 2, "second")) *
             kMicrosPerSecond +
         call.Int(first + 3, "microsecond");
}

std::string HexDigits(std::string_view text) {
  std::string hex;
  for (const char c : text) {
    const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    if ((lower >= '0' && lower <= '9') || (lower >= 'a' && lower <= 'f')) hex += lower;
  }
  return hex;
}

std::string UuidOfText(std::string_view text) {
  for (const std::string_view prefix : {"urn:", "uuid:"}) {
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  }
  return HexDigits(text);
}

std::string UuidOfInt(std::uint64_t number) {
  std::array<char, 33> text{};
  std::snprintf(text.data(), text.size(), "%016d%016llx", 0,
                static_cast<unsigned long long>(number));
  return text.data();
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

/// Decimal's constructor, in as far as str() of the result can be told from its argument.
std::string DecimalText(Value value) {
  if (value.IsStr()) {
    std::string text(value.AsStr());
    std::erase_if(text, [](char c) { return c == '_' || c == ' '; });
    for (char& c : text) c = c == 'e' ? 'E' : c;
    const std::size_t e = text.find('E');
    if (e != std::string::npos && e + 1 < text.size() && text[e + 1] != '-' &&
        text[e + 1] != '+') {
      text.insert(e + 1, "+");
    }
    return text;
  }
  if (value.Is(Kind::kTuple) && value.Items().size() == 3) {
    std::string digits;
    for (const Value digit : value.Items()[1].Items()) digits += python::Str(digit);
    const std::int64_t exponent = value.Items()[2].Is(Kind::kInt) ? value.Items()[2].AsInt() : 0;
    const bool negative = python::Truth(value.Items()[0]).value_or(false);
    if (exponent < 0) {
      const auto places = static_cast<std::size_t>(-exponent);
      if (digits.size() <= places) digits.insert(0, places - digits.size() + 1, '0');
      digits.insert(digits.size() - places, ".");
    } else if (exponent > 0) {
      digits += "E+" + std::to_string(exponent);
    }
    return (negative ? "-" : "") + digits;
  }
  return python::Str(value);
}

std::optional<std::int64_t> OffsetOf(const std::optional<Value>& tzinfo,
                                     const SchemaContext& context) {
  if (!tzinfo || tzinfo->IsNone()) return std::nullopt;
  if (tzinfo->Is(Kind::kCall)) {
    const python::CallView call = python::View(tzinfo->AsCall());
    if (python::DottedName(call.callee) == "datetime.timezone" && !call.args.empty()) {
      return ReadScalar(call.args[0], context).micros;
    }
  }
  return 0;
}

Scalar Moment(Scalar::Kind kind, std::int64_t micros, Value value) {
  Scalar scalar = Make(kind, value);
  scalar.days = FloorDiv(micros, kMicrosPerDay);
  scalar.micros = micros - scalar.days * kMicrosPerDay;
  return scalar;
}

/// What a name of the standard library gives when it is called without arguments.
std::optional<Scalar> CallByName(std::string_view name, Value value,
                                 const SchemaContext& context) {
  const std::int64_t now = NowMicros(context);
  const std::int64_t local = now + ZoneOffset(context, now, false);
  if (name == "django.utils.timezone.now") {
    Scalar moment = Moment(Scalar::Kind::kDateTime, context.use_tz ? now : local, value);
    if (context.use_tz) moment.offset = 0;
    return moment;
  }
  if (name == "datetime.datetime.now" || name == "datetime.datetime.today") {
    return Moment(Scalar::Kind::kDateTime, local, value);
  }
  if (name == "datetime.datetime.utcnow") return Moment(Scalar::Kind::kDateTime, now, value);
  if (name == "datetime.date.today") {
    Scalar date = Moment(Scalar::Kind::kDate, local, value);
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

std::optional<Scalar> ReadUuid(const Arguments& call, Value value) {
  Scalar id = Make(Scalar::Kind::kUuid, value);
  const std::optional<Value> number = call.Get(99, "int");
  const std::optional<Value> hex = call.Get(0, "hex");
  if (number && number->Is(Kind::kInt)) {
    id.text = UuidOfInt(static_cast<std::uint64_t>(number->AsInt()));
  } else if (hex && hex->IsStr()) {
    id.text = UuidOfText(hex->AsStr());
  }
  return id.text.size() == 32 ? std::optional(id) : std::nullopt;
}

std::optional<Scalar> ReadDateTimeCall(std::string_view name, const Arguments& call, Value value,
                                       const SchemaContext& context) {
  if (name == "datetime.date" || name == "datetime.datetime") {
    const bool has_time = name == "datetime.datetime";
    const std::int64_t year = call.Int(0, "year");
    const std::int64_t month = call.Int(1, "month");
    const std::int64_t day = call.Int(2, "day");
    if (!IsDate(year, month, day)) return std::nullopt;
    Scalar date = Make(has_time ? Scalar::Kind::kDateTime : Scalar::Kind::kDate, value);
    date.days = DaysFromCivil(year, month, day);
    if (has_time) date.micros = MicrosOfDay(call, 3);
    if (has_time) date.offset = OffsetOf(call.Get(7, "tzinfo"), context);
    return date;
  }
  if (name == "datetime.time") {
    Scalar time = Make(Scalar::Kind::kTime, value);
    time.micros = MicrosOfDay(call, 0);
    time.offset = OffsetOf(call.Get(4, "tzinfo"), context);
    return time;
  }
  if (name == "datetime.timedelta") {
    Scalar duration = Make(Scalar::Kind::kDuration, value);
    duration.micros = DurationMicros(call);
    return duration;
  }
  return std::nullopt;
}

/// Constants: datetime.date.max.
std::optional<Scalar> ReadConstant(std::string_view name, Value value) {
  const auto at = [&](Scalar::Kind kind, std::int64_t days, std::int64_t micros) {
    Scalar scalar = Make(kind, value);
    scalar.days = days;
    scalar.micros = micros;
    return scalar;
  };
  constexpr std::int64_t kLast = kMicrosPerDay - 1;
  const std::int64_t first_day = DaysFromCivil(1, 1, 1);
  const std::int64_t last_day = DaysFromCivil(9999, 12, 31);
  if (name == "datetime.date.max") return at(Scalar::Kind::kDate, last_day, 0);
  if (name == "datetime.date.min") return at(Scalar::Kind::kDate, first_day, 0);
  if (name == "datetime.datetime.max") return at(Scalar::Kind::kDateTime, last_day, kLast);
  if (name == "datetime.datetime.min") return at(Scalar::Kind::kDateTime, first_day, 0);
  if (name == "datetime.time.max") return at(Scalar::Kind::kTime, 0, kLast);
  if (name == "datetime.time.min") return at(Scalar::Kind::kTime, 0, 0);
  return std::nullopt;
}

std::optional<Scalar> ReadCall(Value value, const SchemaContext& context) {
  const python::CallView view = python::View(value.AsCall());
  const Arguments call = {view.args, view.keywords};
  const std::string name = python::DottedName(view.callee);
  if (name == "decimal.Decimal") {
    Scalar decimal = Make(Scalar::Kind::kDecimal, value);
    decimal.text = view.args.empty() ? "0" : DecimalText(view.args[0]);
    return decimal;
  }
  if (name == "uuid.UUID") return ReadUuid(call, value);
  if (auto scalar = ReadDateTimeCall(name, call, value, context)) return scalar;
  if (name == "datetime.datetime.fromisoformat" && !view.args.empty() && view.args[0].IsStr()) {
    return ParseDateTime(view.args[0].AsStr());
  }
  if (name == "datetime.date.fromisoformat" && !view.args.empty() && view.args[0].IsStr()) {
    return ParseDate(view.args[0].AsStr());
  }
  return CallByName(name, value, context);
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
      return true;
    case Kind::kSymbol:
      return !ReadConstant(python::DottedName(value), value);
    case Kind::kCall:
      return python::DottedName(value) == "functools.partial";
    default:
      return false;
  }
}

Scalar CallDefault(Value value, const SchemaContext& context) {
  if (value.Is(Kind::kSymbol)) {
    if (auto scalar = CallByName(python::DottedName(value), value, context)) return *scalar;
    return Make(Scalar::Kind::kUnknown, value);
  }
  if (!context.python) return Make(Scalar::Kind::kUnknown, value);
  if (value.Is(Kind::kCall)) {
    const python::CallView partial = python::View(value.AsCall());
    if (partial.args.empty()) return Make(Scalar::Kind::kUnknown, value);
    return ReadScalar(context.python->Call(partial.args[0], partial.args.subspan(1),
                                           partial.keywords),
                      context);
  }
  return ReadScalar(context.python->Call(value), context);
}

Scalar ReadScalar(Value value, const SchemaContext& context) {
  for (int i = 0; i < kDeepest && value.Is(Kind::kInstance); ++i) {
    const std::optional<Value> inner = EnumValue(value);
    if (!inner) return Make(Scalar::Kind::kUnknown, value);
    value = *inner;
  }
  if (value.Is(Kind::kSymbol)) {
    return ReadConstant(python::DottedName(value), value)
        .value_or(Make(Scalar::Kind::kUnknown, value));
  }
  if (value.Is(Kind::kCall)) {
    return ReadCall(value, context).value_or(Make(Scalar::Kind::kUnknown, value));
  }
  return Make(Scalar::Kind::kPlain, value);
}

std::string DateText(std::int64_t days) {
  using namespace std::chrono;
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
  const int length = std::snprintf(text.data(), text.size(), "%02d:%02d:%02d",
                                   static_cast<int>(seconds / 3600),
                                   static_cast<int>(seconds / 60 % 60),
                                   static_cast<int>(seconds % 60));
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
