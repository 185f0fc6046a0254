#include "surface/django_functions.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/md5.h"
#include "base/sha.h"
#include "base/text.h"
#include "python/regex.h"
#include "python/value.h"
#include "schema/sql_moments.h"
#include "surface/registry.h"

namespace migext::surface {
namespace {

using schema::SqlMoments;
using sqlite::Arguments;
using sqlite::Cell;
using sqlite::Function;
using sqlite::Safety;

/// What LPAD, RPAD and REPEAT make is held to what SQLite can store.
constexpr std::int64_t kLongest = 1'000'000'000;

std::string_view Text(const Arguments& given, int index) {
  if (!given.IsText(index)) {
    throw Error("TypeError: expected text, not " + given.Get(index).ToSql());
  }
  return given.TextView(index);
}

std::int64_t Integer(const Arguments& given, int index) {
  if (!given.IsInteger(index)) {
    throw Error("TypeError: expected an integer, not " + given.Get(index).ToSql());
  }
  return given.Int(index);
}

// ---- Text, counted in characters as Python does

std::u32string Characters(std::string_view text) {
  std::u32string characters;
  for (std::size_t i = 0; i < text.size();) characters += NextUtf8(text, i);
  return characters;
}

std::string Utf8(std::u32string_view characters) {
  std::string text;
  for (const char32_t c : characters) AppendUtf8(text, c);
  return text;
}

/// text[:length]; a negative length counts from the end.
std::u32string Head(std::u32string text, std::int64_t length) {
  const auto size = static_cast<std::int64_t>(text.size());
  const std::int64_t kept = length < 0 ? std::max<std::int64_t>(size + length, 0) : length;
  text.resize(static_cast<std::size_t>(std::min(kept, size)));
  return text;
}

/// The first `length` characters of the fill, repeated without end.
std::u32string Filling(const std::u32string& fill, std::int64_t length) {
  if (length > kLongest) throw Error("string or blob too big");
  std::u32string text;
  if (fill.empty() || length <= 0) return text;
  while (static_cast<std::int64_t>(text.size()) < length) text += fill;
  return Head(std::move(text), length);
}

Cell LeftPad(const Arguments& given) {
  std::u32string text = Characters(Text(given, 0));
  const std::int64_t length = Integer(given, 1);
  const std::int64_t missing = length - static_cast<std::int64_t>(text.size());
  if (missing <= 0) return Utf8(Head(std::move(text), length));
  return Utf8(Filling(Characters(Text(given, 2)), missing) + text);
}

Cell RightPad(const Arguments& given) {
  std::u32string text = Characters(Text(given, 0));
  const std::int64_t length = Integer(given, 1);
  const std::int64_t missing = length - static_cast<std::int64_t>(text.size());
  text += Filling(Characters(Text(given, 2)), missing);
  return Utf8(Head(std::move(text), length));
}

Cell Repeat(const Arguments& given) {
  const std::string_view text = Text(given, 0);
  const std::int64_t count = std::max<std::int64_t>(Integer(given, 1), 0);
  if (!text.empty() && count > kLongest / static_cast<std::int64_t>(text.size())) {
    throw Error("string or blob too big");
  }
  std::string repeated;
  if (text.empty()) return repeated;
  repeated.reserve(text.size() * static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) repeated += text;
  return repeated;
}

Cell Reverse(const Arguments& given) {
  std::u32string text = Characters(Text(given, 0));
  std::reverse(text.begin(), text.end());
  return Utf8(text);
}

Cell Md5(const Arguments& given) { return Md5Hex(Text(given, 0)); }
Cell Sha1(const Arguments& given) { return Sha1Hex(Text(given, 0)); }
Cell Sha224(const Arguments& given) { return Sha224Hex(Text(given, 0)); }
Cell Sha256(const Arguments& given) { return Sha256Hex(Text(given, 0)); }
Cell Sha384(const Arguments& given) { return Sha384Hex(Text(given, 0)); }
Cell Sha512(const Arguments& given) { return Sha512Hex(Text(given, 0)); }

Cell BitXor(const Arguments& given) { return Integer(given, 0) ^ Integer(given, 1); }

// ---- Chance

Cell Random(const Arguments&) {
  constexpr double kStep = 1.0 / 9'007'199'254'740'992.0;  // 2 ** -53
  std::random_device device;
  const std::uint64_t bits = (std::uint64_t{device()} << 32U) | device();
  return static_cast<double>(bits >> 11U) * kStep;
}

std::string RandomUuid(unsigned version, std::optional<std::uint64_t> milliseconds) {
  std::random_device device;
  std::array<unsigned, 16> bytes{};
  for (unsigned& byte : bytes) byte = device() & 0xFFU;
  if (milliseconds) {
    for (std::size_t i = 0; i < 6; ++i) bytes[i] = (*milliseconds >> (40U - 8U * i)) & 0xFFU;
  }
  bytes[6] = (bytes[6] & 0x0FU) | (version << 4U);
  bytes[8] = (bytes[8] & 0x3FU) | 0x80U;
  std::string hex;
  for (const unsigned byte : bytes) {
    hex += "0123456789abcdef"[byte >> 4U];
    hex += "0123456789abcdef"[byte & 0x0FU];
  }
  return hex;
}

Cell Uuid4(const Arguments&) { return RandomUuid(4, std::nullopt); }

Cell Uuid7(const Arguments&) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  return RandomUuid(7, static_cast<std::uint64_t>(milliseconds));
}

Function RandomFunction(const char* name, Cell (*body)(const Arguments&)) {
  return {name, 0, 0, Safety::kRandom, body};
}

// ---- Patterns

/// str() of a value that is no text.
std::string TextOf(const Cell& cell) {
  if (const auto* real = cell.Real()) return python::Repr(python::Value::Float(*real));
  if (cell.AsBlob()) throw Error("TypeError: regexp() searches text, not a blob");
  return cell.ToString();
}

/// Mostly one pattern is searched in many rows.
class Searcher {
 public:
  Cell Search(const Arguments& given) {
    if (!given.Has(0) || !given.Has(1)) return {};
    const std::string_view pattern = Text(given, 0);
    if (!regex_ || pattern != pattern_) {
      regex_ = python::Regex::Compile(pattern);
      pattern_ = pattern;
    }
    if (given.IsText(1)) return regex_->Search(given.TextView(1)).has_value();
    return regex_->Search(TextOf(given.Get(1))).has_value();
  }

 private:
  std::string pattern_;
  std::optional<python::Regex> regex_;
};

Function MakeRegexp(const SessionPtr&) {
  const auto searcher = std::make_shared<Searcher>();
  return {"regexp", 2, 2, Safety::kPure,
          [searcher](const Arguments& given) { return searcher->Search(given); }};
}

// ---- Moments

SqlMoments::Zones ZonesFrom(const Arguments& given, int index) {
  return {given.OptionalText(index), given.OptionalText(index + 1)};
}

using MomentBody = Cell (*)(SqlMoments&, const Arguments&);

/// `moment` is the argument that holds it: NULL, and what is no text, gives NULL.
Function MomentFunction(const char* name, int arguments, int moment, MomentBody body) {
  const auto moments = std::make_shared<SqlMoments>();
  return {name, arguments, arguments, Safety::kPure,
          [moments, moment, body](const Arguments& given) -> Cell {
            return given.IsText(moment) ? body(*moments, given) : Cell();
          }};
}

Cell DateExtract(SqlMoments& moments, const Arguments& given) {
  return moments.Part(given.TextView(0), given.TextView(1), {});
}
Cell DateTrunc(SqlMoments& moments, const Arguments& given) {
  return moments.TruncateDate(given.TextView(0), given.TextView(1), ZonesFrom(given, 2));
}
Cell DatetimeCastDate(SqlMoments& moments, const Arguments& given) {
  return moments.DateOf(given.TextView(0), ZonesFrom(given, 1));
}
Cell DatetimeCastTime(SqlMoments& moments, const Arguments& given) {
  return moments.TimeOf(given.TextView(0), ZonesFrom(given, 1));
}
Cell DatetimeExtract(SqlMoments& moments, const Arguments& given) {
  return moments.Part(given.TextView(0), given.TextView(1), ZonesFrom(given, 2));
}
Cell DatetimeTrunc(SqlMoments& moments, const Arguments& given) {
  return moments.TruncateMoment(given.TextView(0), given.TextView(1), ZonesFrom(given, 2));
}
Cell TimeTrunc(SqlMoments& moments, const Arguments& given) {
  return moments.TruncateTime(given.TextView(0), given.TextView(1), ZonesFrom(given, 2));
}

Cell TimeExtract(const Arguments& given) {
  return SqlMoments::PartOfTime(Text(given, 0), Text(given, 1));
}
Cell TimeDiff(const Arguments& given) {
  return SqlMoments::TimeDifference(Text(given, 0), Text(given, 1));
}
Cell TimestampDiff(const Arguments& given) {
  return SqlMoments::MomentDifference(Text(given, 0), Text(given, 1));
}

Cell FormatDelta(const Arguments& given) {
  const std::string_view connector = Trim(Text(given, 0));
  if (connector == "+" || connector == "-") {
    std::array<SqlMoments::Operand, 2> operands;
    for (int i = 0; i < 2; ++i) {
      auto& operand = operands[static_cast<std::size_t>(i)];
      if (given.IsInteger(i + 1)) {
        operand = given.Int(i + 1);
      } else if (given.IsText(i + 1)) {
        operand = given.TextView(i + 1);
      } else {
        return {};
      }
    }
    return SqlMoments::Combine(connector == "-", operands[0], operands[1]);
  }
  const double right = Number(given, 2);
  if (connector == "*") {
    if (!given.IsInteger(1) || !given.IsInteger(2)) return Number(given, 1) * right;
    return given.Int(1) * given.Int(2);
  }
  if (right == 0) throw Error("ZeroDivisionError: division by zero");
  return Number(given, 1) / right;
}

constexpr Entry Make(std::string_view signature, std::string_view summary, std::string_view example,
                     MakeFunction make) {
  return {"function", signature, summary, example, make};
}

// clang-format off
constexpr std::array kFunctions = {
    Make("regexp(pattern, text)", "re.search() of Python, also as text REGEXP pattern; takes the place of a regexp() that does not know its syntax", "SELECT 'AB-12' REGEXP '^(?i:ab)-\\d+$'", MakeRegexp),
    Make("django_date_extract(part, date)", "a part of a date, for Django's constraints", "SELECT django_date_extract('year', '2020-01-02')", [](const SessionPtr&) { return MomentFunction("django_date_extract", 2, 1, DateExtract); }),
    Make("django_date_trunc(part, date, zone, stored_zone)", "the first day of the year, quarter, month, week or day", "SELECT django_date_trunc('month', '2020-01-17', NULL, NULL)", [](const SessionPtr&) { return MomentFunction("django_date_trunc", 4, 1, DateTrunc); }),
    Make("django_datetime_cast_date(moment, zone, stored_zone)", "the date of a moment in a time zone", "SELECT django_datetime_cast_date('2020-01-02 03:04:05', 'UTC', 'UTC')", [](const SessionPtr&) { return MomentFunction("django_datetime_cast_date", 3, 0, DatetimeCastDate); }),
    Make("django_datetime_cast_time(moment, zone, stored_zone)", "the time of a moment in a time zone", "SELECT django_datetime_cast_time('2020-01-02 03:04:05', 'UTC', 'UTC')", [](const SessionPtr&) { return MomentFunction("django_datetime_cast_time", 3, 0, DatetimeCastTime); }),
    Make("django_datetime_extract(part, moment, zone, stored_zone)", "a part of a moment in a time zone", "SELECT django_datetime_extract('hour', '2020-01-02 03:04:05', 'UTC', 'UTC')", [](const SessionPtr&) { return MomentFunction("django_datetime_extract", 4, 1, DatetimeExtract); }),
    Make("django_datetime_trunc(part, moment, zone, stored_zone)", "the beginning of the year, …, or second that a moment lies in", "SELECT django_datetime_trunc('hour', '2020-01-02 03:04:05', 'UTC', 'UTC')", [](const SessionPtr&) { return MomentFunction("django_datetime_trunc", 4, 1, DatetimeTrunc); }),
    Make("django_time_extract(part, time)", "a part of a time", "SELECT django_time_extract('hour', '03:04:05')", [](const SessionPtr&) { return Strict("django_time_extract", 2, TimeExtract); }),
    Make("django_time_trunc(part, time, zone, stored_zone)", "the beginning of the hour, minute or second", "SELECT django_time_trunc('minute', '03:04:05', NULL, NULL)", [](const SessionPtr&) { return MomentFunction("django_time_trunc", 4, 1, TimeTrunc); }),
    Make("django_time_diff(a, b)", "a - b of two times, in microseconds", "SELECT django_time_diff('03:04:05', '03:00:00')", [](const SessionPtr&) { return Strict("django_time_diff", 2, TimeDiff); }),
    Make("django_timestamp_diff(a, b)", "a - b of two moments, in microseconds", "SELECT django_timestamp_diff('2020-01-02', '2020-01-01')", [](const SessionPtr&) { return Strict("django_timestamp_diff", 2, TimestampDiff); }),
    Make("django_format_dtdelta(operator, a, b)", "a + b or a - b of moments and durations in microseconds, as text", "SELECT django_format_dtdelta('+', '2020-01-02 03:04:05', 1000000)", [](const SessionPtr&) { return Strict("django_format_dtdelta", 3, FormatDelta); }),
    Make("bitxor(a, b)", "the bits in which two integers differ", "SELECT bitxor(5, 3)", [](const SessionPtr&) { return Strict("bitxor", 2, BitXor); }),
    Make("lpad(text, length, fill)", "the text filled up on the left, or cut, to so many characters", "SELECT lpad('7', 3, '0')", [](const SessionPtr&) { return Strict("lpad", 3, LeftPad); }),
    Make("rpad(text, length, fill)", "the text filled up on the right, or cut, to so many characters", "SELECT rpad('ab', 4, '.')", [](const SessionPtr&) { return Strict("rpad", 3, RightPad); }),
    Make("repeat(text, count)", "the text so many times", "SELECT repeat('ab', 3)", [](const SessionPtr&) { return Strict("repeat", 2, Repeat); }),
    Make("reverse(text)", "the characters in reverse order", "SELECT reverse('abc')", [](const SessionPtr&) { return Strict("reverse", 1, Reverse); }),
    Make("md5(text)", "the digest in hexadecimal digits", "SELECT md5('abc')", [](const SessionPtr&) { return Strict("md5", 1, Md5); }),
    Make("sha1(text)", "the digest in hexadecimal digits", "SELECT sha1('abc')", [](const SessionPtr&) { return Strict("sha1", 1, Sha1); }),
    Make("sha224(text)", "the digest in hexadecimal digits", "SELECT sha224('abc')", [](const SessionPtr&) { return Strict("sha224", 1, Sha224); }),
    Make("sha256(text)", "the digest in hexadecimal digits", "SELECT sha256('abc')", [](const SessionPtr&) { return Strict("sha256", 1, Sha256); }),
    Make("sha384(text)", "the digest in hexadecimal digits", "SELECT sha384('abc')", [](const SessionPtr&) { return Strict("sha384", 1, Sha384); }),
    Make("sha512(text)", "the digest in hexadecimal digits", "SELECT sha512('abc')", [](const SessionPtr&) { return Strict("sha512", 1, Sha512); }),
    Make("rand()", "a number from 0 up to 1, another one each time", "SELECT rand()", [](const SessionPtr&) { return RandomFunction("rand", Random); }),
    Make("uuidv4()", "a random UUID as Django stores it, in 32 digits", "SELECT uuidv4()", [](const SessionPtr&) { return RandomFunction("uuidv4", Uuid4); }),
    Make("uuidv7()", "a UUID that begins with the time, in 32 digits", "SELECT uuidv7()", [](const SessionPtr&) { return RandomFunction("uuidv7", Uuid7); }),
    Make("cot(x)", "the cotangent", "SELECT cot(1)", [](const SessionPtr&) { return Strict("cot", 1, Cotangent); }),
    Make("sign(x)", "-1, 0 or 1", "SELECT sign(-2.5)", [](const SessionPtr&) { return Strict("sign", 1, Sign); }),

    // SQLite has these itself if it was compiled with SQLITE_ENABLE_MATH_FUNCTIONS
    Make("acos(x)", "the arc cosine", "SELECT acos(1)", [](const SessionPtr&) { return Strict("acos", 1, ArcCosine); }),
    Make("asin(x)", "the arc sine", "SELECT asin(1)", [](const SessionPtr&) { return Strict("asin", 1, ArcSine); }),
    Make("atan(x)", "the arc tangent", "SELECT atan(1)", [](const SessionPtr&) { return Strict("atan", 1, ArcTangent); }),
    Make("atan2(y, x)", "the angle of a point", "SELECT atan2(1, 1)", [](const SessionPtr&) { return Strict("atan2", 2, ArcTangentOfTwo); }),
    Make("ceiling(x)", "the next integer up", "SELECT ceiling(1.5)", [](const SessionPtr&) { return Strict("ceiling", 1, Ceiling); }),
    Make("cos(x)", "the cosine", "SELECT cos(1)", [](const SessionPtr&) { return Strict("cos", 1, Cosine); }),
    Make("degrees(x)", "radians in degrees", "SELECT degrees(1)", [](const SessionPtr&) { return Strict("degrees", 1, Degrees); }),
    Make("exp(x)", "e to the power of x", "SELECT exp(1)", [](const SessionPtr&) { return Strict("exp", 1, Exponential); }),
    Make("floor(x)", "the next integer down", "SELECT floor(1.5)", [](const SessionPtr&) { return Strict("floor", 1, Floor); }),
    Make("ln(x)", "the natural logarithm", "SELECT ln(2)", [](const SessionPtr&) { return Strict("ln", 1, NaturalLogarithm); }),
    Make("log(base, x)", "the logarithm", "SELECT log(2, 8)", [](const SessionPtr&) { return Strict("log", 2, Logarithm); }),
    Make("mod(x, y)", "the remainder", "SELECT mod(7, 3)", [](const SessionPtr&) { return Strict("mod", 2, Modulo); }),
    Make("pi()", "3.14159…", "SELECT pi()", [](const SessionPtr&) { return Strict("pi", 0, Pi); }),
    Make("power(x, y)", "x to the power of y", "SELECT power(2, 3)", [](const SessionPtr&) { return Strict("power", 2, Power); }),
    Make("radians(x)", "degrees in radians", "SELECT radians(180)", [](const SessionPtr&) { return Strict("radians", 1, Radians); }),
    Make("sin(x)", "the sine", "SELECT sin(1)", [](const SessionPtr&) { return Strict("sin", 1, Sine); }),
    Make("sqrt(x)", "the square root", "SELECT sqrt(2)", [](const SessionPtr&) { return Strict("sqrt", 1, SquareRoot); }),
    Make("tan(x)", "the tangent", "SELECT tan(1)", [](const SessionPtr&) { return Strict("tan", 1, Tangent); }),
};
// clang-format on

}  // namespace

std::span<const Entry> DjangoFunctions() { return kFunctions; }

Function Strict(const char* name, int arguments, Cell (*body)(const Arguments&)) {
  return {name, arguments, arguments, Safety::kPure, [body](const Arguments& given) -> Cell {
            for (int i = 0; i < given.size(); ++i) {
              if (!given.Has(i)) return {};
            }
            return body(given);
          }};
}

bool SearchesAsPython(const sqlite::Connection& connection) {
  try {
    return connection.Value("SELECT regexp('(?i)^A(?=b)', 'ab')") == Cell(1);
  } catch (const sqlite::DatabaseError&) {
    return false;
  }
}

}  // namespace migext::surface
