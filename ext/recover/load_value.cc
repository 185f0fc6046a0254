#include "recover/load_value.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/json_dump.h"
#include "base/text.h"
#include "python/strings.h"
#include "recover/fixture_bytes.h"
#include "recover/fixture_reader.h"
#include "recover/ipv6_text.h"
#include "recover/parse_duration.h"
#include "recover/python_moment.h"
#include "recover/python_text.h"
#include "schema/column.h"
#include "schema/decimal_text.h"
#include "schema/python_scalar.h"

namespace migext::recover {
namespace {

using django::Field;
using django::FieldType;
using schema::kMicrosPerDay;
using schema::kMicrosPerSecond;
using schema::SchemaContext;
using sqlite::Cell;
using Kind = JsonNode::Kind;

constexpr std::size_t kLongestShown = 200;

/// str(ValidationError) with one message about the value.
[[noreturn]] void Invalid(const JsonNode& node, std::string_view rest) {
  std::string value = PythonText(node);
  if (value.size() > kLongestShown) value = value.substr(0, kLongestShown) + "…";
  throw Error("[" + python::QuoteText("\u201c" + value + "\u201d " + std::string(rest)) + "]");
}

[[noreturn]] void TooLarge() { throw Error("Python int too large to convert to SQLite INTEGER"); }

double RealOf(const JsonNode& node) { return std::strtod(node.text.c_str(), nullptr); }

/// int(text) without blanks, signs that mean nothing and the underscores between digits.
std::optional<std::string> IntegerDigits(std::string_view text) {
  text = Trim(text);
  std::string digits;
  if (text.starts_with('-')) digits = "-";
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  bool after_digit = false;
  for (const char c : text) {
    if (c == '_' && std::exchange(after_digit, false)) continue;
    if (c < '0' || c > '9') return std::nullopt;
    digits += c;
    after_digit = true;
  }
  if (!after_digit) return std::nullopt;
  return digits;
}

Cell IntegerOfDigits(std::string_view digits) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) TooLarge();
  return number;
}

Cell Integer(const JsonNode& node) {
  constexpr std::string_view kMessage = "value must be an integer.";
  if (node.IsBool()) return node.Is(Kind::kTrue) ? 1 : 0;
  if (node.Is(Kind::kInteger)) return IntegerOfDigits(node.text);
  if (node.Is(Kind::kReal)) {
    const double number = RealOf(node);
    if (std::isnan(number)) Invalid(node, kMessage);
    if (std::isinf(number)) throw Error("cannot convert float infinity to integer");
    if (std::abs(number) >= 9.2e18) TooLarge();
    return static_cast<std::int64_t>(number);
  }
  const auto digits = node.Is(Kind::kText) ? IntegerDigits(node.text) : std::nullopt;
  if (!digits) Invalid(node, kMessage);
  return IntegerOfDigits(*digits);
}

/// float(text); nothing for what is none.
std::optional<double> RealOfText(std::string_view text) {
  std::string plain;
  bool after_digit = false;
  for (const char c : Trim(text)) {
    const bool is_digit = c >= '0' && c <= '9';
    if (c == '_' && std::exchange(after_digit, false)) continue;
    const std::string_view allowed = "+-.eEinfatyINFATY";
    if (!is_digit && allowed.find(c) == std::string_view::npos) return std::nullopt;
    plain += c;
    after_digit = is_digit;
  }
  char* end = nullptr;
  const double number = std::strtod(plain.c_str(), &end);
  if (plain.empty() || end != plain.c_str() + plain.size()) return std::nullopt;
  return number;
}

Cell Real(const JsonNode& node) {
  if (node.IsBool()) return node.Is(Kind::kTrue) ? 1.0 : 0.0;
  if (!node.IsNumber() && !node.Is(Kind::kText)) Invalid(node, "value must be a float.");
  const std::optional<double> number = RealOfText(node.text);
  if (!number) Invalid(node, "value must be a float.");
  if (node.Is(Kind::kInteger) && std::isinf(*number)) {
    throw Error("int too large to convert to float");
  }
  // SQLite has no NaN and stores NULL.
  return std::isnan(*number) ? Cell() : Cell(*number);
}

Cell Decimal(const JsonNode& node, const Field& field, const SchemaContext& context) {
  constexpr std::string_view kMessage = "value must be a decimal number.";
  std::string text;
  if (node.IsBool()) {
    text = node.Is(Kind::kTrue) ? "1" : "0";
  } else if (node.Is(Kind::kReal)) {
    const double number = RealOf(node);
    if (!std::isfinite(number)) Invalid(node, kMessage);
    text = schema::DecimalOfFloat(number, field.max_digits.value_or(28));
  } else if (node.Is(Kind::kInteger) || node.Is(Kind::kText)) {
    for (const char c : Trim(node.text)) {
      if (c != '_') text += c;
    }
  }
  const std::size_t first = text.find_first_of("0123456789");
  if (first == std::string::npos || !schema::IsDecimal(text)) Invalid(node, kMessage);
  if (!context.dialect->quantizes_decimals) return text;
  try {
    return schema::QuantizedDecimal(text, field.max_digits, field.decimal_places);
  } catch (const Error&) {
    throw Error("[<class 'decimal.InvalidOperation'>]");
  }
}

bool IsEmptyValue(const JsonNode& node) {
  return (node.Is(Kind::kText) && node.text.empty()) ||
         (node.Is(Kind::kArray) && node.items.empty()) ||
         (node.Is(Kind::kObject) && node.members.empty());
}

Cell Boolean(const JsonNode& node, bool null) {
  if (null && IsEmptyValue(node)) return {};
  if (node.IsBool()) return node.Is(Kind::kTrue) ? 1 : 0;
  if (node.IsNumber()) {
    const double number = RealOf(node);
    if (number == 1) return 1;
    if (number == 0) return 0;
  }
  if (node.Is(Kind::kText)) {
    if (node.text == "t" || node.text == "True" || node.text == "1") return 1;
    if (node.text == "f" || node.text == "False" || node.text == "0") return 0;
  }
  Invalid(node, null ? "value must be either True, False, or None."
                     : "value must be either True or False.");
}

Cell Text(const JsonNode& node) {
  if (!node.Is(Kind::kText)) return PythonText(node);
  // Only a lone surrogate is no UTF-8 here; all of them begin with this byte.
  if (node.text.find('\xED') != std::string::npos && !IsUtf8(node.text)) {
    throw Error("'utf-8' codec can't encode characters: surrogates not allowed");
  }
  return node.text;
}

// ---- Dates and times

constexpr std::string_view kWrongDate =
    "value has the correct format (YYYY-MM-DD) but it is an invalid date.";

/// Calls `parse`, whose Error stands for a ValueError: the right form without meaning.
template <typename Parse>
std::optional<Moment> Parsed(const JsonNode& node, const SchemaContext& context, Parse parse,
                             std::string_view wrong) {
  if (!node.Is(Kind::kText)) throw Error("fromisoformat: argument must be str");
  try {
    return parse(node.text, context.dialect->reads_iso_formats);
  } catch (const Error&) {
    Invalid(node, wrong);
  }
}

std::string DateText(const Moment& moment) {
  std::string text;
  AppendPadded(moment.year, 4, text);
  text += '-';
  AppendPadded(moment.month, 2, text);
  text += '-';
  AppendPadded(moment.day, 2, text);
  return text;
}

std::string MomentText(std::int64_t micros) {
  std::int64_t days = micros / kMicrosPerDay;
  if (micros % kMicrosPerDay < 0) --days;
  if (days < -719'162 || days > 2'932'896) throw Error("date value out of range");
  return schema::DateText(days) + " " + schema::TimeText(micros - days * kMicrosPerDay);
}

Cell DateTime(const JsonNode& node, const SchemaContext& context) {
  std::optional<Moment> parsed =
      Parsed(node, context, ParseDateTime,
             "value has the correct format (YYYY-MM-DD HH:MM[:ss[.uuuuuu]][TZ]) but it is an "
             "invalid date/time.");
  if (!parsed) {
    parsed = Parsed(node, context, ParseDate, kWrongDate);
    if (parsed) parsed->hour = parsed->minute = parsed->second = parsed->micros = 0;
  }
  if (!parsed) {
    Invalid(node,
            "value has an invalid format. It must be in YYYY-MM-DD HH:MM[:ss[.uuuuuu]][TZ] "
            "format.");
  }
  std::int64_t micros = LocalSeconds(*parsed) * kMicrosPerSecond + parsed->micros;
  if (!context.use_tz) {
    if (parsed->offset) {
      throw Error("SQLite backend does not support timezone-aware datetimes when USE_TZ is False.");
    }
    return MomentText(micros);
  }
  micros -= parsed->offset ? *parsed->offset * kMicrosPerSecond
                           : schema::ZoneOffset(context, micros, true);
  return MomentText(micros);
}

Cell Date(const JsonNode& node, const SchemaContext& context) {
  if (const auto parsed = Parsed(node, context, ParseDate, kWrongDate)) return DateText(*parsed);
  Invalid(node, "value has an invalid date format. It must be in YYYY-MM-DD format.");
}

Cell Time(const JsonNode& node, const SchemaContext& context) {
  const auto parsed =
      Parsed(node, context, ParseTime,
             "value has the correct format (HH:MM[:ss[.uuuuuu]]) but it is an invalid time.");
  if (!parsed) {
    Invalid(node, "value has an invalid format. It must be in HH:MM[:ss[.uuuuuu]] format.");
  }
  const std::int64_t seconds = parsed->hour * 3600 + parsed->minute * 60 + parsed->second;
  return schema::TimeText(seconds * kMicrosPerSecond + parsed->micros);
}

Cell Duration(const JsonNode& node) {
  if (!node.Is(Kind::kText)) throw Error("expected string or bytes-like object");
  const std::optional<std::int64_t> micros = ParseDuration(node.text);
  if (!micros) {
    Invalid(node, "value has an invalid format. It must be in [DD] [[HH:]MM:]ss[.uuuuuu] format.");
  }
  return *micros;
}

// ---- Ids, addresses, bytes

Cell Uuid(const JsonNode& node) {
  constexpr std::string_view kMessage = "is not a valid UUID.";
  if (node.IsBool()) return HexOfInteger(node.Is(Kind::kTrue) ? "1" : "0");
  if (node.Is(Kind::kInteger) && !node.text.starts_with('-')) {
    const std::string hex = HexOfInteger(node.text);
    if (!hex.empty()) return hex;
  }
  if (!node.Is(Kind::kText)) Invalid(node, kMessage);
  std::string text = ReplaceAll(ReplaceAll(node.text, "urn:", ""), "uuid:", "");
  const std::size_t first = text.find_first_not_of("{}");
  const std::size_t last = text.find_last_not_of("{}");
  text = first == std::string::npos ? "" : text.substr(first, last - first + 1);
  text = Lower(ReplaceAll(text, "-", ""));
  const bool is_hex = text.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (text.size() != 32 || !is_hex) Invalid(node, kMessage);
  return text;
}

Cell IpAddress(const JsonNode& node, const Field& field) {
  const std::string text(Trim(PythonText(node)));
  if (text.empty()) return {};
  if (text.find(':') == std::string::npos) return text;
  const std::optional<python::Value> unpack = field.Option("unpack_ipv4");
  const auto clean = CleanIpv6(text, unpack && python::Truth(*unpack).value_or(false));
  if (!clean) throw Error("['Enter a valid IPv4 or IPv6 address.']");
  return *clean;
}

Cell Bytes(const JsonNode& node) {
  if (!node.Is(Kind::kText)) {
    throw Error("memoryview: a bytes-like object is required, not '" + PythonText(node) + "'");
  }
  return sqlite::Blob{FixtureBytes(node.text)};
}

/// A field of a class that is not known: what Python's driver makes of the plain value.
Cell Plain(const JsonNode& node) {
  if (node.Is(Kind::kText)) return Text(node);
  if (node.IsBool()) return node.Is(Kind::kTrue) ? 1 : 0;
  if (node.Is(Kind::kInteger)) return IntegerOfDigits(node.text);
  if (node.Is(Kind::kReal)) return Real(node);
  throw Error(
      "the class of the field is not known here, and a list or an object has no plain form in "
      "SQLite; map it with migext_setting('field_types', …) or leave the field out");
}

}  // namespace

Cell StoredValue(const JsonNode& node, const Field& field, const SchemaContext& context) {
  // str() of a FieldFile without a name.
  const bool is_file = field.type == FieldType::kFile || field.type == FieldType::kImage;
  if (is_file && node.IsNull()) return "";
  // Django writes a JSON null of such a column as it writes None, and cannot load it again.
  if (field.type == FieldType::kJson && node.IsNull() && !field.null) return "null";
  if (node.IsNull() && (field.type != FieldType::kBoolean || field.null)) return {};
  if (schema::IsIntegerType(field.type)) return Integer(node);
  switch (field.type) {
    case FieldType::kFloat:
      return Real(node);
    case FieldType::kDecimal:
      return Decimal(node, field, context);
    case FieldType::kBoolean:
    case FieldType::kNullBoolean:
      return Boolean(node, field.null || field.type == FieldType::kNullBoolean);
    case FieldType::kDate:
      return Date(node, context);
    case FieldType::kDateTime:
      return DateTime(node, context);
    case FieldType::kTime:
      return Time(node, context);
    case FieldType::kDuration:
      return Duration(node);
    case FieldType::kUuid:
      return Uuid(node);
    case FieldType::kGenericIPAddress:
      return IpAddress(node, field);
    case FieldType::kBinary:
      return Bytes(node);
    case FieldType::kJson:
      return PythonJson(node, JsonLetters::kAscii);
    case FieldType::kUnknown:
      return Plain(node);
    default:
      return Text(node);
  }
}

}  // namespace migext::recover
