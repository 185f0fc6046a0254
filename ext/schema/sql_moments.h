// What the functions on dates and times give that Django registers on its SQLite connections, since
// constraints, generated columns and indexes call them.
//
//   SqlMoments moments;
//   moments.Part("year", "2020-01-02 03:04:05", {"America/New_York", "UTC"})  // 2020
//   moments.TruncateDate("month", "2020-01-17", {})                           // "2020-01-01"
//
// Nothing means NULL.  Mirrors django/db/backends/sqlite3/_functions.py: what raises there is an
// Error here.  An instance remembers the time zones that it has read.
#ifndef MIGEXT_SCHEMA_SQL_MOMENTS_H_
#define MIGEXT_SCHEMA_SQL_MOMENTS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/time_zone.h"

namespace migext::schema {

class SqlMoments {
 public:
  struct Zones {
    std::optional<std::string> wanted;
    std::optional<std::string> stored;  ///< That the text is in.
  };

  std::optional<std::int64_t> Part(std::string_view part, std::string_view text,
                                   const Zones& zones);
  std::optional<std::string> TruncateDate(std::string_view part, std::string_view text,
                                          const Zones& zones);
  std::optional<std::string> TruncateMoment(std::string_view part, std::string_view text,
                                            const Zones& zones);
  std::optional<std::string> TruncateTime(std::string_view part, std::string_view text,
                                          const Zones& zones);
  std::optional<std::string> DateOf(std::string_view text, const Zones& zones);
  std::optional<std::string> TimeOf(std::string_view text, const Zones& zones);

  static std::optional<std::int64_t> PartOfTime(std::string_view part, std::string_view text);
  /// In microseconds.
  static std::int64_t TimeDifference(std::string_view left, std::string_view right);
  static std::int64_t MomentDifference(std::string_view left, std::string_view right);

  /// A duration in microseconds, or the text of a moment.
  using Operand = std::variant<std::int64_t, std::string_view>;
  /// The sum, or the difference, as text.
  static std::optional<std::string> Combine(bool subtract, const Operand& left,
                                            const Operand& right);

 private:
  /// A datetime, or a date when it has no time.
  struct Moment {
    std::int64_t days = 0;    ///< Since 1970-01-01.
    std::int64_t micros = 0;  ///< Of the day.
    bool has_time = false;
  };

  static std::optional<Moment> ReadMoment(std::string_view text);
  static Moment Shifted(const Moment& moment, std::int64_t micros);
  std::optional<Moment> Read(std::string_view text, const Zones& zones);
  Moment InZone(const Moment& moment, const std::string& wanted, const std::string& stored);
  const TimeZone& Zone(const std::string& name);

  std::map<std::string, TimeZone> zones_;
};

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_SQL_MOMENTS_H_
