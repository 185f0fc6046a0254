// Values of Python's standard library that a migration writes and a column stores: dates, times,
// decimals, ids.  Also what can only be known at the time of a run: timezone.now, uuid.uuid4.
//
//   ReadScalar(value of `datetime.date(2020, 1, 2)`, context).days  // 18263
#ifndef MIGEXT_SCHEMA_PYTHON_SCALAR_H_
#define MIGEXT_SCHEMA_PYTHON_SCALAR_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "python/value.h"
#include "schema/table.h"

namespace migext::schema {

struct Scalar {
  enum class Kind : std::uint8_t {
    kPlain,  // value itself
    kDecimal,
    kDate,
    kTime,
    kDateTime,
    kDuration,
    kUuid,
    kUnknown,  // no one can tell without running third-party code
  };

  Kind kind = Kind::kPlain;
  python::Value value;                 ///< As it was written.
  std::string text;                    ///< str() of a decimal; 32 hex digits of an id.
  std::int64_t days = 0;               ///< Since 1970-01-01: kDate, kDateTime.
  std::int64_t micros = 0;             ///< Of the day: kTime, kDateTime; of a duration, all of it.
  std::optional<std::int64_t> offset;  ///< Of an aware time, in microseconds east of UTC.
};

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;

/// Calls what can be called, without arguments: a default that is a function.
Scalar CallDefault(python::Value value, const SchemaContext& context);
bool IsCallable(python::Value value);

Scalar ReadScalar(python::Value value, const SchemaContext& context);

/// "2021-03-04", "05:06:07.000089": as Python's str() shows them.
std::string DateText(std::int64_t days);
std::string TimeText(std::int64_t micros);

/// parse_date(), parse_time(), parse_datetime(); nothing for what is no such text.
std::optional<Scalar> ParseDate(std::string_view text);
std::optional<Scalar> ParseTime(std::string_view text);
std::optional<Scalar> ParseDateTime(std::string_view text);

/// The moment of now(), in microseconds since 1970 UTC.
std::int64_t NowMicros(const SchemaContext& context);

/// Offset of the project's time zone at a moment; `local` says what the moment counts.
std::int64_t ZoneOffset(const SchemaContext& context, std::int64_t micros, bool local);

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_PYTHON_SCALAR_H_
