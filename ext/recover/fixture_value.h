// One value of a row as it stands in a fixture: what Django's backend makes of the cell, the field
// of that, and the JSON encoder of that again.
//
//   const ValueWriter writer(*field.field, ValueUse::kField, select.DeclaredType(0), format);
//   writer.Append(row, 0, 1, out)   // "2024-02-03T04:05:06.789Z"
//
// What a cell holds decides as much as what the field is: a text in an integer column is a text in
// the fixture too.  Mirrors Serializer._value_from_field(), the converters of
// django/db/backends/sqlite3 and DjangoJSONEncoder.
#ifndef MIGEXT_RECOVER_FIXTURE_VALUE_H_
#define MIGEXT_RECOVER_FIXTURE_VALUE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time_zone.h"
#include "django/dialect.h"
#include "django/field.h"
#include "recover/json_layout.h"
#include "recover/python_moment.h"
#include "sqlite/statement.h"

namespace migext::recover {

/// What the values of a dump have in common.
struct ValueFormat {
  JsonLayout layout = {};
  bool use_tz = true;
  /// DATABASES['default']['TIME_ZONE'], in which SQLite's times are then; nothing: UTC.
  std::optional<TimeZone> stored_zone = {};
  django::Dialect dialect = {};
};

/// What a value is asked for: it decides how what JSON has no type for becomes a text.
enum class ValueUse : std::uint8_t {
  kField,       ///< By the field's own value_to_string().
  kKey,         ///< By str(): foreign keys, and generated columns.
  kNaturalKey,  ///< By the JSON encoder.
};

class ValueWriter {
 public:
  /// `field`: for a key FixtureField::ValueField().  `declared_type`: of the column as it is in
  /// the database, which sqlite3's converters go by.  `format` must outlive this.
  ValueWriter(const django::Field& field, ValueUse use, std::string_view declared_type,
              const ValueFormat& format);

  /// Appends JSON.  `depth`: how many containers are around it.  False for a date or time in no
  /// form that Django knows: it takes it for NULL, and so does the fixture.  Throws Error (with the
  /// reason alone) for what stops Django.
  bool Append(const sqlite::Row& row, int column, int depth, std::string& out) const;

 private:
  /// What has a way of its own from the cell to the text.
  enum class Kind : std::uint8_t {
    kPlain,
    kBoolean,
    kDate,
    kTime,
    kDateTime,
    kDecimal,
    kDuration,
    kUuid,
    kBinary,
    kJson,
    kFile,
  };

  static Kind KindOf(const django::Field& field);

  void AppendPlain(const sqlite::Row& row, int column, std::string& out) const;
  void AppendBoolean(const sqlite::Row& row, int column, std::string& out) const;
  bool AppendMoment(const sqlite::Row& row, int column, std::string& out) const;
  void AppendDecimal(const sqlite::Row& row, int column, std::string& out) const;
  void AppendDuration(const sqlite::Row& row, int column, std::string& out) const;
  void AppendUuid(const sqlite::Row& row, int column, std::string& out) const;
  void AppendJsonField(const sqlite::Row& row, int column, int depth, std::string& out) const;
  void MakeAware(Moment& moment) const;

  Kind kind_;
  ValueUse use_;
  /// A converter of sqlite3's stands in front: it reads any cell as text.
  bool is_converted_ = false;
  std::int64_t max_digits_ = 0;
  std::optional<std::int64_t> decimal_places_;
  const ValueFormat& format_;
};

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_FIXTURE_VALUE_H_
