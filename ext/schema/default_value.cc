#include "schema/default_value.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <span>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "python/interpreter.h"
#include "schema/decimal_text.h"
#include "schema/python_scalar.h"

namespace migext::schema {
namespace {

using django::Field;
using django::FieldType;
using python::Kind;
using python::Value;

constexpr int kLongestChain = 50;

std::string BytesLiteral(std::string_view bytes) {
  std::string out = "X'";
  for (const char c : bytes) {
    std::array<char, 3> digits{};
    std::snprintf(digits.data(), digits.size(), "%02x",
                  static_cast<unsigned>(static_cast<unsigned char>(c)));
    out += digits.data();
  }
  return out + "'";
}

[[noreturn]] void Fail(const std::string& message) { throw Error(message); }

[[noreturn]] void FailUnknown(Value value) {
  throw Error("what " + python::Repr(value).substr(0, 200) +
              " gives cannot be told without running code from outside the project");
}

bool IsNumber(Value value) {
  return value.Is(Kind::kInt) || value.Is(Kind::kBigInt) || value.Is(Kind::kFloat) ||
         value.Is(Kind::kBool);
}

/// int(text), or nothing.
std::optional<std::string> IntText(std::string_view text) {
  text = Trim(text);
  std::string digits;
  for (const char c : text) {
    if (c == '_' && !digits.empty()) continue;
    const bool is_sign = (c == '-' || c == '+') && digits.empty();
    if (!is_sign && (c < '0' || c > '9')) return std::nullopt;
    if (c != '+') digits += c;
  }
  if (digits.empty() || digits == "-") return std::nullopt;
  const bool negative = digits.front() == '-';
  std::size_t first = digits.find_first_not_of('0', negative ? 1 : 0);
  if (first == std::string::npos) return "0";
  return (negative ? "-" : "") + digits.substr(first);
}

std::string IntegerLiteral(const Scalar& scalar, const std::string& field) {
  const Value value = scalar.value;
  if (scalar.kind == Scalar::Kind::kPlain) {
    if (value.Is(Kind::kBool)) return value.AsBool() ? "1" : "0";
    if (value.Is(Kind::kInt) || value.Is(Kind::kBigInt)) return python::Str(value);
    if (value.Is(Kind::kFloat) && std::isfinite(value.AsFloat())) {
      std::array<char, 400> text{};
      std::snprintf(text.data(), text.size(), "%.0f", std::trunc(value.AsFloat()));
      return text.data() == std::string_view("-0") ? "0" : text.data();
    }
    if (value.IsStr()) {
      if (auto text = IntText(value.AsStr())) return *text;
    }
  }
  if (scalar.kind == Scalar::Kind::kDecimal) {
    return scalar.text.substr(0, scalar.text.find('.'));
  }
  Fail("ValueError: Field '" + field + "' expected a number but got " + python::Repr(value) + ".");
}

std::string FloatLiteral(const Scalar& scalar, const std::string& field) {
  const Value value = scalar.value;
  std::string text = scalar.text;
  if (scalar.kind == Scalar::Kind::kPlain) {
    if (value.Is(Kind::kFloat)) return python::Repr(value);
    if (value.Is(Kind::kInt)) {
      return python::Repr(Value::Float(static_cast<double>(value.AsInt())));
    }
    if (value.Is(Kind::kBool)) return value.AsBool() ? "1.0" : "0.0";
    if (value.IsStr()) text = Trim(value.AsStr());
    if (value.Is(Kind::kBigInt)) text = python::Str(value);
  }
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (!text.empty() && error == std::errc() && end == text.data() + text.size()) {
    return python::Repr(Value::Float(number));
  }
  Fail("ValueError: Field '" + field + "' expected a number but got " + python::Repr(value) + ".");
}

std::string DecimalLiteral(const Scalar& scalar, const Field& field, bool is_saved,
                           const SchemaContext& context) {
  std::string text = scalar.kind == Scalar::Kind::kDecimal ? scalar.text : std::string();
  if (scalar.kind == Scalar::Kind::kPlain) {
    text = scalar.value.Is(Kind::kFloat)
               ? DecimalOfFloat(scalar.value.AsFloat(), field.max_digits.value_or(28))
           : scalar.value.Is(Kind::kBool) ? (scalar.value.AsBool() ? "1" : "0")
                                          : python::Str(scalar.value);
  }
  if (!IsDecimal(text)) {
    Fail("django.core.exceptions.ValidationError: ['\u201c" + text +
         "\u201d value must be a decimal number.']");
  }
  if (!is_saved || !context.dialect->quantizes_decimals) return SqlLiteral(text);
  return SqlLiteral(QuantizedDecimal(text, field.max_digits, field.decimal_places));
}

std::string BooleanLiteral(const Scalar& scalar, bool null) {
  const Value value = scalar.value;
  if (value.Is(Kind::kBool)) return value.AsBool() ? "1" : "0";
  if (value.Is(Kind::kInt) && (value.AsInt() == 0 || value.AsInt() == 1)) {
    return std::to_string(value.AsInt());
  }
  if (value.IsStr()) {
    const std::string_view text = value.AsStr();
    if (null && text.empty()) return "NULL";
    if (text == "t" || text == "True" || text == "1") return "1";
    if (text == "f" || text == "False" || text == "0") return "0";
  }
  Fail("django.core.exceptions.ValidationError: ['\u201c" + python::Str(value) +
       "\u201d value must be either True" + (null ? ", False, or None.']" : " or False.']"));
}

std::string TextOf(const Scalar& scalar) {
  switch (scalar.kind) {
    case Scalar::Kind::kDecimal:
      return scalar.text;
    case Scalar::Kind::kDate:
      return DateText(scalar.days);
    case Scalar::Kind::kTime:
      return TimeText(scalar.micros);
    case Scalar::Kind::kDateTime:
      return DateText(scalar.days) + " " + TimeText(scalar.micros);
    case Scalar::Kind::kUuid: {
      const std::string& hex = scalar.text;
      return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
             hex.substr(16, 4) + "-" + hex.substr(20);
    }
    default:
      return python::Str(scalar.value);
  }
}

// ---- Dates and times

[[noreturn]] void FailText(Value value, std::string_view rest) {
  Fail("django.core.exceptions.ValidationError: ['\u201c" + python::Str(value) + "\u201d " +
       std::string(rest) + "']");
}

Scalar ParsedText(const Scalar& scalar, FieldType type) {
  const std::string_view text = scalar.value.AsStr();
  if (type == FieldType::kTime) {
    if (auto time = ParseTime(text)) return *time;
    FailText(scalar.value,
             "value has an invalid format. It must be in HH:MM[:ss[.uuuuuu]] format.");
  }
  if (type == FieldType::kDateTime) {
    if (auto moment = ParseDateTime(text)) return *moment;
  }
  if (auto date = ParseDate(text)) return *date;
  if (type == FieldType::kDateTime) {
    FailText(scalar.value,
             "value has an invalid format. It must be in YYYY-MM-DD HH:MM[:ss[.uuuuuu]][TZ] "
             "format.");
  }
  const bool looks_right = text.size() == 10 && text[4] == '-' && text[7] == '-';
  FailText(scalar.value,
           looks_right ? "value has the correct format (YYYY-MM-DD) but it is an invalid date."
                       : "value has an invalid date format. It must be in YYYY-MM-DD format.");
}

std::int64_t MomentOf(const Scalar& scalar) { return scalar.days * kMicrosPerDay + scalar.micros; }

std::string MomentText(std::int64_t micros) {
  std::int64_t days = micros / kMicrosPerDay;
  if (micros % kMicrosPerDay < 0) --days;
  return DateText(days) + " " + TimeText(micros - days * kMicrosPerDay);
}

/// adapt_datetimefield_value(): stored in UTC where time zones are in use.
std::string DateTimeLiteral(const Scalar& scalar, const SchemaContext& context) {
  std::int64_t micros = MomentOf(scalar);
  if (!context.use_tz) {
    if (scalar.offset) {
      Fail(
          "ValueError: SQLite backend does not support timezone-aware datetimes when USE_TZ is "
          "False.");
    }
    return SqlLiteral(MomentText(micros));
  }
  micros -= scalar.offset ? *scalar.offset : ZoneOffset(context, micros, true);
  return SqlLiteral(MomentText(micros));
}

std::string DateLiteral(const Scalar& scalar, const SchemaContext& context) {
  if (scalar.kind != Scalar::Kind::kDateTime || !scalar.offset || !context.use_tz) {
    return SqlLiteral(DateText(scalar.days));
  }
  const std::int64_t utc = MomentOf(scalar) - *scalar.offset;
  return SqlLiteral(MomentText(utc + ZoneOffset(context, utc, false)).substr(0, 10));
}

std::string TemporalLiteral(const Scalar& given, FieldType type, const SchemaContext& context) {
  Scalar scalar = given;
  if (given.kind == Scalar::Kind::kPlain) {
    if (!given.value.IsStr()) {
      Fail("TypeError: expected string or bytes-like object, got '" +
           std::string(python::KindName(given.value)) + "'");
    }
    scalar = ParsedText(given, type);
  }
  if (type == FieldType::kDateTime) return DateTimeLiteral(scalar, context);
  if (type == FieldType::kDate) return DateLiteral(scalar, context);
  return SqlLiteral(TimeText(scalar.micros));
}

std::string UuidLiteral(const Scalar& scalar) {
  if (scalar.kind == Scalar::Kind::kUuid) return SqlLiteral(scalar.text);
  std::string hex;
  if (scalar.value.IsStr()) {
    for (const char c : scalar.value.AsStr()) {
      if (c != '-' && c != '{' && c != '}') hex += c;
    }
    if (hex.starts_with("urn:uuid:")) hex.erase(0, 9);
  }
  if (hex.size() != 32) FailText(scalar.value, "is not a valid UUID.");
  return SqlLiteral(Lower(hex));
}

// ---- JSON

void AppendJsonText(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t i = 0; i < text.size();) {
    const char32_t c = NextUtf8(text, i);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c >= 0x20 && c < 0x7F) {
      out += static_cast<char>(c);
    } else {
      std::array<char, 16> escape{};
      const char32_t rest = c - 0x10000;
      if (c < 0x10000) {
        std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
      } else {
        std::snprintf(escape.data(), escape.size(), "\\u%04x\\u%04x",
                      static_cast<unsigned>(0xD800 + (rest >> 10U)),
                      static_cast<unsigned>(0xDC00 + (rest & 0x3FFU)));
      }
      out += escape.data();
    }
  }
  out += '"';
}

/// json.dumps().
void AppendJson(std::string& out, Value value, int depth) {
  constexpr int kDeepest = 200;
  if (depth > kDeepest) Fail("RecursionError: maximum recursion depth exceeded");
  if (value.IsNone()) {
    out += "null";
  } else if (value.Is(Kind::kBool)) {
    out += value.AsBool() ? "true" : "false";
  } else if (value.IsStr()) {
    AppendJsonText(out, value.AsStr());
  } else if (IsNumber(value)) {
    out += python::Repr(value);
  } else if (value.IsSequence()) {
    out += '[';
    for (std::size_t i = 0; i < value.Items().size(); ++i) {
      if (i > 0) out += ", ";
      AppendJson(out, value.Items()[i], depth + 1);
    }
    out += ']';
  } else if (value.Is(Kind::kDict)) {
    out += '{';
    bool first = true;
    for (const python::Entry& entry : python::Entries(value.AsDict())) {
      if (!std::exchange(first, false)) out += ", ";
      if (entry.key.IsStr()) {
        AppendJsonText(out, entry.key.AsStr());
      } else {
        std::string key;
        AppendJson(key, entry.key, depth + 1);
        AppendJsonText(out, key);
      }
      out += ": ";
      AppendJson(out, entry.value, depth + 1);
    }
    out += '}';
  } else {
    Fail("TypeError: Object of type " + std::string(python::KindName(value)) +
         " is not JSON serializable");
  }
}

std::string JsonLiteral(Value value) {
  if (value.Is(Kind::kCall) && python::DottedName(value).ends_with("JSONNull")) return "'null'";
  std::string out;
  AppendJson(out, value, 0);
  return SqlLiteral(out);
}

std::string ScalarLiteral(const Scalar& scalar, const EditedField& field, bool is_saved,
                          const SchemaContext& context);

/// A key is written as the field that it points at.
std::string KeyLiteral(const Scalar& scalar, const EditedField& field, bool is_saved,
                       const SchemaContext& context) {
  EditedField target = field;
  for (int i = 0; i < kLongestChain && target.field().IsForeignKey(); ++i) {
    const std::optional<Target> found = TargetOf(target.state, target.field(), context);
    if (!found) break;
    target.named = found->field;
  }
  if (target.field().IsForeignKey()) return PlainLiteral(scalar.value, context);
  return ScalarLiteral(scalar, target, is_saved, context);
}

/// `is_saved`: get_db_prep_save(), otherwise get_db_prep_value().
std::string ScalarLiteral(const Scalar& scalar, const EditedField& field, bool is_saved,
                          const SchemaContext& context) {
  if (scalar.kind == Scalar::Kind::kUnknown && field.field().type != FieldType::kJson) {
    FailUnknown(scalar.value);
  }
  if (scalar.kind == Scalar::Kind::kPlain && scalar.value.IsNone()) return "NULL";
  if (IsIntegerType(field.field().type)) return IntegerLiteral(scalar, field.name());
  switch (field.field().type) {
    case FieldType::kFloat:
      return FloatLiteral(scalar, field.name());
    case FieldType::kDecimal:
      return DecimalLiteral(scalar, field.field(), is_saved, context);
    case FieldType::kBoolean:
    case FieldType::kNullBoolean:
      return BooleanLiteral(scalar, field.field().null);
    case FieldType::kDate:
    case FieldType::kDateTime:
    case FieldType::kTime:
      return TemporalLiteral(scalar, field.field().type, context);
    case FieldType::kDuration:
      if (scalar.kind != Scalar::Kind::kDuration) break;
      return std::to_string(scalar.micros);
    case FieldType::kUuid:
      return UuidLiteral(scalar);
    case FieldType::kJson:
      return JsonLiteral(scalar.value);
    case FieldType::kForeignKey:
    case FieldType::kOneToOne:
      return KeyLiteral(scalar, field, is_saved, context);
    case FieldType::kBinary:
    case FieldType::kUnknown:
      return PlainLiteral(scalar.value, context);
    default:
      return SqlLiteral(TextOf(scalar));
  }
  return PlainLiteral(scalar.value, context);
}

/// get_prep_value() of a class of the project; one of Django's is known by the field's type.
Scalar Prepared(const Scalar& scalar, const Field& field, const SchemaContext& context) {
  if (!field.instance || !context.python) return scalar;
  const std::optional<Value> written = python::FindAttribute(*field.instance, "get_prep_value");
  if (!written || !written->Is(Kind::kFunction)) return scalar;
  const std::optional<Value> method =
      context.python->GetAttribute(*field.instance, "get_prep_value");
  if (!method) return scalar;
  const Value result = context.python->Call(*method, std::span(&scalar.value, 1));
  // What it leaves to Django's own method is done below.
  return result.Is(Kind::kCall) ? scalar : ReadScalar(result, context);
}

std::string CurrentTime(const Field& field, const SchemaContext& context) {
  const std::int64_t now = NowMicros(context);
  if (field.type == FieldType::kDateTime && context.use_tz) return SqlLiteral(MomentText(now));
  const std::string local = MomentText(now + ZoneOffset(context, now, false));
  if (field.type == FieldType::kDate) return SqlLiteral(local.substr(0, 10));
  return SqlLiteral(field.type == FieldType::kTime ? local.substr(11) : local);
}

}  // namespace

bool AllowsEmptyText(const Field& field) {
  switch (field.type) {
    case FieldType::kBinary:
    case FieldType::kChar:
    case FieldType::kCommaSeparatedInteger:
    case FieldType::kEmail:
    case FieldType::kFile:
    case FieldType::kFilePath:
    case FieldType::kImage:
    case FieldType::kSlug:
    case FieldType::kText:
    case FieldType::kUrl:
      return true;
    default:
      return false;
  }
}

std::optional<std::string> EffectiveDefault(const EditedField& field,
                                            const SchemaContext& context) {
  const Field& options = field.field();
  std::string literal;
  if (options.has_default) {
    const bool is_called = IsCallable(options.default_value);
    const Scalar scalar = is_called ? CallDefault(options.default_value, context)
                                    : ReadScalar(options.default_value, context);
    literal = ScalarLiteral(Prepared(scalar, options, context), field, true, context);
  } else if (!options.null && options.blank && AllowsEmptyText(options)) {
    literal = options.type == FieldType::kBinary ? "X''" : "''";
  } else if (options.auto_now || options.auto_now_add) {
    literal = CurrentTime(options, context);
  } else {
    return std::nullopt;
  }
  return literal == "NULL" ? std::nullopt : std::optional(literal);
}

std::string FieldLiteral(Value value, const EditedField& field, const SchemaContext& context) {
  return ScalarLiteral(ReadScalar(value, context), field, false, context);
}

std::string PlainLiteral(Value value, const SchemaContext& context) {
  const Scalar scalar = ReadScalar(value, context);
  if (scalar.kind == Scalar::Kind::kDuration) return std::to_string(scalar.micros);
  if (scalar.kind == Scalar::Kind::kUuid) return SqlLiteral(scalar.text);
  if (scalar.kind == Scalar::Kind::kUnknown) FailUnknown(value);
  if (scalar.kind != Scalar::Kind::kPlain) return SqlLiteral(TextOf(scalar));
  if (scalar.value.IsNone()) return "NULL";
  if (scalar.value.Is(Kind::kBool)) return scalar.value.AsBool() ? "1" : "0";
  if (IsNumber(scalar.value)) return python::Repr(scalar.value);
  if (scalar.value.IsStr()) return SqlLiteral(scalar.value.AsStr());
  if (scalar.value.Is(Kind::kBytes)) return BytesLiteral(scalar.value.AsBytes());
  Fail("ValueError: Cannot quote parameter value " + python::Repr(value) + " of type <class '" +
       std::string(python::KindName(value)) + "'>");
}

}  // namespace migext::schema
