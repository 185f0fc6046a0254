#include "recover/fixture_value.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "base/error.h"
#include "base/text.h"
#include "python/strings.h"
#include "recover/duration_text.h"
#include "recover/python_decimal.h"
#include "recover/python_text.h"

namespace migext::recover {
namespace {

using django::FieldType;
using sqlite::CellType;
using sqlite::Row;

constexpr std::int64_t kMostExactInteger = 1'000'000'000'000'000;

/// sqlite3 looks for a converter by the first word of the declared type.
std::string ConverterName(std::string_view declared_type) {
  return Lower(declared_type.substr(0, declared_type.find_first_of(" (")));
}

std::string_view CellName(CellType type) {
  switch (type) {
    case CellType::kInteger:
      return "an integer";
    case CellType::kReal:
      return "a real";
    case CellType::kText:
      return "a text";
    default:
      return "a blob";
  }
}

/// A text in quotes.  Python cannot read one that is not UTF-8.
void AppendText(std::string_view text, std::string& out) {
  if (!AppendJsonText(text, out)) throw Error("it is not UTF-8");
}

/// Deeper than the reader of JSON, or Python's, goes.
bool IsTooDeep(std::string_view json) {
  constexpr int kDeepest = 900;
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_text && c == '\\') {
      ++i;
    } else if (c == '"') {
      in_text = !in_text;
    } else if (!in_text) {
      if ((c == '[' || c == '{') && ++depth > kDeepest) return true;
      if (c == ']' || c == '}') --depth;
    }
  }
  return false;
}

/// json.loads(); nothing for what is no JSON.
std::optional<JsonNode> ReadJson(std::string_view text) {
  std::size_t at = 0;
  JsonReader reader("", [&](char* buffer, std::size_t size) {
    const std::size_t count = std::min(size, text.size() - at);
    std::memcpy(buffer, text.data() + at, count);
    at += count;
    return count;
  });
  try {
    JsonNode node = reader.ReadValue();
    reader.RequireEnd();
    return node;
  } catch (const Error&) {
    if (IsTooDeep(text)) throw Error("its JSON is nested too deeply for Python");
    return std::nullopt;
  }
}

}  // namespace

ValueWriter::Kind ValueWriter::KindOf(const django::Field& field) {
  switch (field.type) {
    case FieldType::kBoolean:
    case FieldType::kNullBoolean:
      return Kind::kBoolean;
    case FieldType::kDate:
      return Kind::kDate;
    case FieldType::kTime:
      return Kind::kTime;
    case FieldType::kDateTime:
      return Kind::kDateTime;
    case FieldType::kDecimal:
      return Kind::kDecimal;
    case FieldType::kDuration:
      return Kind::kDuration;
    case FieldType::kUuid:
      return Kind::kUuid;
    case FieldType::kBinary:
      return Kind::kBinary;
    case FieldType::kJson:
      return Kind::kJson;
    case FieldType::kFile:
    case FieldType::kImage:
      return Kind::kFile;
    default:
      return Kind::kPlain;
  }
}

ValueWriter::ValueWriter(const django::Field& field, ValueUse use, std::string_view declared_type,
                         const ValueFormat& format)
    : kind_(KindOf(field)), use_(use), format_(format) {
  const django::Field* value_field = &field;
  if (field.type == FieldType::kGenerated && field.output_field) {
    value_field = field.output_field.get();
    kind_ = KindOf(*value_field);
    // Only the file's own descriptor makes a file of a name.
    if (kind_ == Kind::kFile) kind_ = Kind::kPlain;
    if (use_ == ValueUse::kField) use_ = ValueUse::kKey;
  }
  max_digits_ = value_field->max_digits.value_or(0);
  decimal_places_ = value_field->decimal_places;
  const std::string converter = ConverterName(declared_type);
  const bool is_moment = converter == "datetime" || converter == "timestamp";
  is_converted_ = is_moment || converter == "bool" || converter == "date" || converter == "time";
  if (!is_converted_) return;
  kind_ = is_moment             ? Kind::kDateTime
          : converter == "bool" ? Kind::kBoolean
          : converter == "date" ? Kind::kDate
                                : Kind::kTime;
}

bool ValueWriter::Append(const Row& row, int column, int depth, std::string& out) const {
  const CellType type = row.Type(column);
  if (type == CellType::kNull) {
    // A file that has no name is a file all the same: str() of it is empty.
    out += kind_ == Kind::kFile && use_ == ValueUse::kField ? "\"\"" : "null";
    return true;
  }
  switch (kind_) {
    case Kind::kBoolean:
      AppendBoolean(row, column, out);
      return true;
    case Kind::kDate:
    case Kind::kTime:
    case Kind::kDateTime:
      return AppendMoment(row, column, out);
    case Kind::kDecimal:
      AppendDecimal(row, column, out);
      return true;
    case Kind::kDuration:
      AppendDuration(row, column, out);
      return true;
    case Kind::kUuid:
      AppendUuid(row, column, out);
      return true;
    case Kind::kJson:
      AppendJsonField(row, column, depth, out);
      return true;
    case Kind::kBinary:
      if (use_ != ValueUse::kField || type == CellType::kInteger || type == CellType::kReal) break;
      if (type == CellType::kText) throw Error("a BinaryField cannot hold a text");
      out += '"';
      AppendBase64(row.BlobView(column), out);
      out += '"';
      return true;
    case Kind::kFile:
      if (use_ == ValueUse::kNaturalKey) throw Error("a file cannot stand in a natural key");
      break;
    case Kind::kPlain:
      break;
  }
  AppendPlain(row, column, out);
  return true;
}

void ValueWriter::AppendPlain(const Row& row, int column, std::string& out) const {
  switch (row.Type(column)) {
    case CellType::kInteger:
      return AppendInteger(row.Int(column), out);
    case CellType::kReal:
      return AppendFloat(row.Real(column), out);
    case CellType::kText:
      return AppendText(row.TextView(column), out);
    default:
      if (use_ == ValueUse::kNaturalKey) throw Error("a blob cannot stand in a natural key");
      AppendText(python::QuoteBytes(row.BlobView(column)), out);
  }
}

void ValueWriter::AppendBoolean(const Row& row, int column, std::string& out) const {
  if (is_converted_) {
    // The converter asks whether the text is "1".
    out += row.TextView(column) == "1" ? "true" : "false";
    return;
  }
  const CellType type = row.Type(column);
  const bool is_number = type == CellType::kInteger || type == CellType::kReal;
  const double number = is_number ? row.Real(column) : 2;
  if (number == 0 || number == 1) {
    out += number == 1 ? "true" : "false";
  } else {
    AppendPlain(row, column, out);
  }
}

void ValueWriter::MakeAware(Moment& moment) const {
  if (!format_.use_tz || moment.offset) return;
  moment.offset = format_.stored_zone
                      ? static_cast<int>(format_.stored_zone->OffsetAtLocal(LocalSeconds(moment)))
                      : 0;
}

bool ValueWriter::AppendMoment(const Row& row, int column, std::string& out) const {
  const CellType type = row.Type(column);
  if (!is_converted_ && type != CellType::kText) {
    throw Error(std::string(CellName(type)) + " is no date and no time");
  }
  const bool iso_formats = format_.dialect.reads_iso_formats;
  const std::string_view text = row.TextView(column);
  std::optional<Moment> moment = kind_ == Kind::kDate   ? ParseDate(text, iso_formats)
                                 : kind_ == Kind::kTime ? ParseTime(text, iso_formats)
                                                        : ParseDateTime(text, iso_formats);
  if (!moment) {
    // Versions before those that read ISO forms leave dates to a converter of sqlite3's, which
    // fails.
    const bool is_null = kind_ != Kind::kDate || format_.dialect.reads_iso_formats;
    if (!is_null) throw Error("it is no date");
    if (!IsUtf8(text)) throw Error("it is not UTF-8");
    out += "null";
    return false;
  }
  out += '"';
  if (kind_ == Kind::kDate) {
    AppendDate(*moment, out);
  } else if (kind_ == Kind::kTime) {
    AppendTime(*moment, out);
  } else {
    MakeAware(*moment);
    AppendDateTime(*moment, out);
  }
  out += '"';
  return true;
}

void ValueWriter::AppendDecimal(const Row& row, int column, std::string& out) const {
  const CellType type = row.Type(column);
  const bool takes_text = format_.dialect.reads_stored_decimals_exactly;
  if (type == CellType::kBlob || (type == CellType::kText && !takes_text)) {
    throw Error(std::string(CellName(type)) + " is no decimal");
  }
  std::string digits;
  const std::int64_t integer = row.Int(column);
  const bool is_exact = takes_text || std::abs(integer) < kMostExactInteger;
  if (type == CellType::kText) {
    digits = Trim(row.TextView(column));
  } else if (type == CellType::kInteger && is_exact) {
    digits = std::to_string(integer);
  } else {
    digits = DecimalOfReal(row.Real(column));
  }
  if (!decimal_places_) throw Error("the field has no decimal_places");
  const std::optional<std::string> text = QuantizedStr(digits, max_digits_, *decimal_places_);
  if (!text) {
    throw Error("it does not fit into max_digits=" + std::to_string(max_digits_) +
                ", decimal_places=" + std::to_string(*decimal_places_));
  }
  out += '"' + *text + '"';
}

void ValueWriter::AppendDuration(const Row& row, int column, std::string& out) const {
  const CellType type = row.Type(column);
  if (type == CellType::kText || type == CellType::kBlob) {
    throw Error(std::string(CellName(type)) + " is no number of microseconds");
  }
  // timedelta() rounds half to even.
  const double real = std::nearbyint(row.Real(column));
  const bool is_huge = std::fabs(real) >= 9.2e18;
  const std::int64_t micros = type == CellType::kInteger ? row.Int(column)
                              : is_huge                  ? 0
                                                         : static_cast<std::int64_t>(real);
  if (is_huge && type == CellType::kReal) throw Error("it is longer than 999999999 days");
  out += '"';
  if (use_ == ValueUse::kField) {
    AppendDurationString(micros, out);
  } else if (use_ == ValueUse::kKey) {
    AppendTimedeltaStr(micros, out);
  } else {
    AppendIsoDuration(micros, out);
  }
  out += '"';
}

void ValueWriter::AppendUuid(const Row& row, int column, std::string& out) const {
  const std::optional<std::string> digits =
      row.Type(column) == CellType::kText ? UuidDigits(row.TextView(column)) : std::nullopt;
  if (!digits) throw Error("it is no UUID");
  out += '"';
  for (std::size_t i = 0; i < digits->size(); ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) out += '-';
    out += (*digits)[i];
  }
  out += '"';
}

void ValueWriter::AppendJsonField(const Row& row, int column, int depth, std::string& out) const {
  const CellType type = row.Type(column);
  if (type == CellType::kInteger || type == CellType::kReal) {
    throw Error(std::string(CellName(type)) + " is no JSON text");
  }
  const std::string_view text =
      type == CellType::kText ? row.TextView(column) : row.BlobView(column);
  if (!IsUtf8(text)) throw Error("it is not UTF-8");
  const std::optional<JsonNode> node = ReadJson(text);
  if (!node) {
    if (type == CellType::kText) return AppendText(text, out);
    return AppendPlain(row, column, out);
  }
  const bool is_structure =
      node->kind == JsonNode::Kind::kArray || node->kind == JsonNode::Kind::kObject;
  if (use_ == ValueUse::kKey && is_structure) return AppendText(PythonStr(*node), out);
  if (!AppendJson(*node, format_.layout, depth, out)) {
    throw Error("its JSON holds half of a surrogate pair, which no file can hold");
  }
}

}  // namespace migext::recover
