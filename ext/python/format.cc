// format(), str.format() and the % operator.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "base/text.h"
#include "python/bigint.h"
#include "python/runtime.h"
#include "python/strings.h"

namespace migext::python {
namespace {

// Wider than any real column; a larger one is an attack on the memory.
constexpr int kWidest = 1 << 20;

struct Spec {
  std::string fill = " ";
  char align = 0;
  char sign = '-';
  bool alternate = false;
  int width = 0;
  char grouping = 0;
  int precision = -1;
  char type = 0;
};

bool IsAlign(char c) { return c == '<' || c == '>' || c == '^' || c == '='; }

int ReadNumber(std::string_view text, std::size_t& at) {
  int number = 0;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
    number = number * 10 + (text[at++] - '0');
    if (number > kWidest) throw OutOfMemory{};
  }
  return number;
}

Spec ReadSpec(std::string_view text, std::string_view type_name) {
  Spec spec;
  std::size_t at = 0;
  std::size_t after_fill = 0;
  if (!text.empty()) NextUtf8(text, after_fill);
  if (after_fill < text.size() && IsAlign(text[after_fill])) {
    spec.fill = text.substr(0, after_fill);
    spec.align = text[after_fill];
    at = after_fill + 1;
  } else if (!text.empty() && IsAlign(text[0])) {
    spec.align = text[at++];
  }
  const auto take = [&](std::string_view set, char& into) {
    if (at < text.size() && set.find(text[at]) != std::string_view::npos) into = text[at++];
  };
  take("+- ", spec.sign);
  char ignored = 0;
  take("z", ignored);
  char mark = 0;
  take("#", mark);
  spec.alternate = mark != 0;
  if (at < text.size() && text[at] == '0') {
    ++at;
    if (spec.align == 0) {
      spec.align = '=';
      spec.fill = "0";
    }
  }
  spec.width = ReadNumber(text, at);
  take(",_", spec.grouping);
  if (at < text.size() && text[at] == '.') {
    const std::size_t begin = ++at;
    spec.precision = ReadNumber(text, at);
    if (at == begin) Raise("ValueError", "Format specifier missing precision");
  }
  if (at < text.size()) spec.type = text[at++];
  if (at != text.size()) {
    Raise("ValueError", "Invalid format specifier '" + std::string(text) +
                            "' for object of type '" + std::string(type_name) + "'");
  }
  return spec;
}

std::string Repeat(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

std::string Pad(const Spec& spec, const std::string& text, char otherwise, std::size_t prefix = 0) {
  const std::size_t length = CountCodePoints(text);
  if (static_cast<int>(length) >= spec.width) return text;
  const std::size_t missing = static_cast<std::size_t>(spec.width) - length;
  const char align = spec.align == 0 ? otherwise : spec.align;
  if (align == '<') return text + Repeat(spec.fill, missing);
  if (align == '>') return Repeat(spec.fill, missing) + text;
  if (align == '=') {
    return text.substr(0, prefix) + Repeat(spec.fill, missing) + text.substr(prefix);
  }
  return Repeat(spec.fill, missing / 2) + text + Repeat(spec.fill, missing - missing / 2);
}

// Thousands separators from the right, every `every` digits of the whole part.
std::string Group(const std::string& digits, char separator, std::size_t every) {
  const std::size_t end = std::min(digits.find_first_of(".e%"), digits.size());
  std::string out;
  for (std::size_t i = 0; i < end; ++i) {
    if (i > 0 && (end - i) % every == 0) out += separator;
    out += digits[i];
  }
  return out + digits.substr(end);
}

std::string Signed(const Spec& spec, bool negative, const std::string& prefix, std::string digits) {
  std::string sign = negative ? "-" : spec.sign == '-' ? "" : std::string(1, spec.sign);
  const std::size_t head = sign.size() + prefix.size();
  const bool by_four = spec.type == 'x' || spec.type == 'X' || spec.type == 'b' || spec.type == 'o';
  const std::size_t every = by_four ? 4 : 3;
  if (spec.grouping != 0) {
    // Zero padding takes part in the grouping.
    if (spec.fill == "0" && spec.align == '=') {
      const std::size_t whole = std::min(digits.find_first_of(".e%"), digits.size());
      std::size_t zeros = 0;
      while (static_cast<int>(
                 head + Group(std::string(zeros, '0') + digits, spec.grouping, every).size()) <
                 spec.width &&
             zeros + whole < kWidest) {
        ++zeros;
      }
      digits = std::string(zeros, '0') + digits;
    }
    digits = Group(digits, spec.grouping, every);
  }
  return Pad(spec, sign + prefix + digits, '>', head);
}

std::string Printed(const char* format, int precision, double number) {
  const int size = std::snprintf(nullptr, 0, format, precision, number);
  std::string out(static_cast<std::size_t>(size) + 1, '\0');
  std::snprintf(out.data(), out.size(), format, precision, number);
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::string FormatFloat(const Spec& spec, double number) {
  const bool negative = std::signbit(number) && !std::isnan(number);
  const double size = std::fabs(number);
  std::string digits;
  if (std::isnan(number) || std::isinf(number)) {
    digits = std::isnan(number) ? "nan" : "inf";
    if (spec.type == 'F' || spec.type == 'E' || spec.type == 'G') {
      digits = std::isnan(number) ? "NAN" : "INF";
    }
    if (spec.type == '%') digits += "%";
    return Signed(spec, negative, "", digits);
  }
  const int precision = spec.precision < 0 ? 6 : spec.precision;
  switch (spec.type) {
    case 'f':
    case 'F':
      digits = Printed("%.*f", precision, size);
      break;
    case '%':
      digits = Printed("%.*f", precision, size * 100) + "%";
      break;
    case 'e':
      digits = Printed("%.*e", precision, size);
      break;
    case 'E':
      digits = Printed("%.*E", precision, size);
      break;
    case 'g':
      digits = Printed(spec.alternate ? "%#.*g" : "%.*g", precision, size);
      break;
    case 'G':
      digits = Printed("%.*G", precision, size);
      break;
    default:
      if (spec.precision < 0) {
        digits = FloatText(size);
      } else {
        digits = Printed("%.*g", std::max(spec.precision, 1), size);
        const bool is_whole = digits.find_first_of(".e") == std::string::npos;
        if (is_whole && spec.type == 0) digits += ".0";
      }
  }
  return Signed(spec, negative, "", digits);
}

std::string FormatInteger(const Spec& spec, const Big& number) {
  Big size = number;
  size.negative = false;
  switch (spec.type) {
    case 'b':
      return Signed(spec, number.negative, spec.alternate ? "0b" : "", ToText(size, 2));
    case 'o':
      return Signed(spec, number.negative, spec.alternate ? "0o" : "", ToText(size, 8));
    case 'x':
      return Signed(spec, number.negative, spec.alternate ? "0x" : "", ToText(size, 16));
    case 'X': {
      std::string digits = ToText(size, 16);
      for (char& c : digits) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
      return Signed(spec, number.negative, spec.alternate ? "0X" : "", digits);
    }
    default:
      return Signed(spec, number.negative, "", ToText(size));
  }
}

std::string FormatCharacter(const Spec& spec, const Big& number) {
  const double code = ToDouble(number);
  if (code < 0 || code > 0x10FFFF) Raise("OverflowError", "%c arg not in range(0x110000)");
  std::string text;
  AppendUtf8(text, static_cast<char32_t>(code));
  return Pad(spec, text, '<');
}

std::string Truncated(std::string_view text, int precision) {
  if (precision < 0) return std::string(text);
  std::size_t at = 0;
  for (int i = 0; i < precision && at < text.size(); ++i) NextUtf8(text, at);
  return std::string(text.substr(0, at));
}

[[noreturn]] void RaiseUnknownCode(char type, Value value) {
  Raise("ValueError", "Unknown format code '" + std::string(1, type) + "' for object of type '" +
                          std::string(KindName(value)) + "'");
}

double ToDoubleValue(Value value) {
  if (value.Is(Kind::kFloat)) return value.AsFloat();
  return ToDouble(ToBig(value));
}

}  // namespace

std::string FormatPlain(Runtime& python, Value value, std::string_view text) {
  if (text.empty()) return python.Str(value);
  if (value.Is(Kind::kBool)) {
    if (text.find_first_of("bcdoxXneEfFgG%,_") == std::string_view::npos) {
      value = python.MakeStr(python.Str(value));
    } else {
      value = Value::Int(value.AsBool() ? 1 : 0);
    }
  }
  const Spec spec = ReadSpec(text, KindName(value));
  if (value.IsStr()) {
    if (spec.type != 0 && spec.type != 's') RaiseUnknownCode(spec.type, value);
    if (spec.align == '=' && spec.fill != "0") {
      Raise("ValueError", "'=' alignment not allowed in string format specifier");
    }
    Spec padded = spec;
    if (padded.align == '=') padded.align = '<';
    return Pad(padded, Truncated(value.AsStr(), spec.precision), '<');
  }
  const std::string_view floats = "eEfFgG%";
  const bool is_float_type = spec.type != 0 && floats.find(spec.type) != std::string_view::npos;
  if (value.Is(Kind::kFloat)) {
    if (spec.type != 0 && spec.type != 'n' && !is_float_type) RaiseUnknownCode(spec.type, value);
    return FormatFloat(spec, value.AsFloat());
  }
  if (value.Is(Kind::kInt) || value.Is(Kind::kBigInt)) {
    if (is_float_type) return FormatFloat(spec, ToDoubleValue(value));
    if (spec.type == 'c') return FormatCharacter(spec, ToBig(value));
    const bool known =
        spec.type == 0 || std::string_view("bdoxXn").find(spec.type) != std::string_view::npos;
    if (!known) RaiseUnknownCode(spec.type, value);
    if (spec.precision >= 0) {
      Raise("ValueError", "Precision not allowed in integer format specifier");
    }
    return FormatInteger(spec, ToBig(value));
  }
  Raise("TypeError",
        "unsupported format string passed to " + std::string(KindName(value)) + ".__format__");
}

std::string Runtime::Format(Value value, std::string_view spec) {
  if (value.Is(Kind::kInstance)) {
    Value out;
    const Value text = MakeStr(spec);
    if (CallSpecial(value, names.format, {&text, 1}, out) && out.IsStr()) {
      return std::string(out.AsStr());
    }
    if (spec.empty()) return Str(value);
    Value own;
    const bool has_str = FindOwn(TypeOf(value), names.str, own);
    const Value plain = Plain(value);
    if (!has_str && !plain.Is(Kind::kInstance)) return Format(plain, spec);
    if (has_str && plain.IsStr()) return FormatPlain(*this, MakeStr(Str(value)), spec);
    if (!plain.Is(Kind::kInstance)) return Format(plain, spec);
  }
  if (spec.empty()) return Str(value);
  if (value.Is(Kind::kSymbol) || value.Is(Kind::kCall)) {
    return FormatPlain(*this, MakeStr(Str(value)), spec);
  }
  return FormatPlain(*this, value, spec);
}

namespace {

// str.format: fields are numbered by themselves or by the text, not both.
class BraceFormatter {
 public:
  BraceFormatter(Runtime& python, const Arguments& call) : python_(python), call_(call) {}

  std::string Run(std::string_view text, int depth);

 private:
  Value Field(std::string_view name);
  Value Start(std::string_view first);
  std::string Replacement(std::string_view field, int depth);

  Runtime& python_;
  const Arguments& call_;
  std::int64_t next_ = 0;
};

std::string BraceFormatter::Run(std::string_view text, int depth) {
  if (depth > 2) Raise("ValueError", "Max string recursion exceeded");
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at++];
    if (c != '{' && c != '}') {
      out += c;
      continue;
    }
    if (at < text.size() && text[at] == c) {
      out += c;
      ++at;
      continue;
    }
    if (c == '}') Raise("ValueError", "Single '}' encountered in format string");
    const std::size_t begin = at;
    int nested = 1;
    while (at < text.size() && nested > 0) {
      nested += text[at] == '{' ? 1 : text[at] == '}' ? -1 : 0;
      ++at;
    }
    if (nested != 0) {
      Raise("ValueError", begin == text.size() ? "Single '{' encountered in format string"
                                               : "expected '}' before end of string");
    }
    out += Replacement(text.substr(begin, at - 1 - begin), depth);
  }
  return out;
}

std::string BraceFormatter::Replacement(std::string_view field, int depth) {
  std::size_t end = 0;
  int brackets = 0;
  for (; end < field.size(); ++end) {
    if (field[end] == '[') ++brackets;
    if (field[end] == ']') --brackets;
    if (brackets == 0 && (field[end] == '!' || field[end] == ':')) break;
  }
  Value value = Field(field.substr(0, end));
  std::string_view rest = field.substr(end);
  if (rest.starts_with('!')) {
    const char conversion = rest.size() > 1 ? rest[1] : '\0';
    if (conversion == 'r' || conversion == 'a') {
      value = python_.MakeStr(python_.Repr(value));
    } else if (conversion == 's') {
      value = python_.MakeStr(python_.Str(value));
    } else {
      Raise("ValueError", "Unknown conversion specifier");
    }
    rest.remove_prefix(2);
  }
  if (!rest.empty()) rest.remove_prefix(1);
  const std::string spec = Run(rest, depth + 1);
  return python_.Format(value, spec);
}

Value BraceFormatter::Start(std::string_view first) {
  const bool is_number = first.empty() || (first[0] >= '0' && first[0] <= '9');
  if (!is_number) {
    for (const Keyword& keyword : call_.keywords) {
      if (keyword.name == first) return keyword.value;
    }
    Raised raised;
    raised.type = "KeyError";
    raised.has_detail = true;
    raised.detail = python_.MakeStr(first);
    throw raised;
  }
  std::size_t at = 0;
  if (!first.empty() && next_ > 0) {
    Raise("ValueError",
          "cannot switch from automatic field numbering to manual field specification");
  }
  const std::int64_t position = first.empty() ? next_++ : ReadNumber(first, at);
  if (position + 1 >= static_cast<std::int64_t>(call_.args.size())) {
    Raise("IndexError", "Replacement index " + std::to_string(position) +
                            " out of range for positional args tuple");
  }
  return call_.args[static_cast<std::size_t>(position) + 1];
}

Value BraceFormatter::Field(std::string_view name) {
  std::size_t at = std::min(name.find_first_of(".["), name.size());
  Value value = Start(name.substr(0, at));
  while (at < name.size()) {
    if (name[at] == '.') {
      const std::size_t end = std::min(name.find_first_of(".[", at + 1), name.size());
      value = python_.GetAttribute(value, python_.heap.Intern(name.substr(at + 1, end - at - 1)));
      at = end;
      continue;
    }
    const std::size_t end = name.find(']', at);
    if (name[at] != '[' || end == std::string_view::npos) {
      Raise("ValueError", "Missing ']' in format string");
    }
    const std::string_view key = name.substr(at + 1, end - at - 1);
    std::size_t digits = 0;
    const bool is_number =
        !key.empty() && key.find_first_not_of("0123456789") == std::string_view::npos;
    value = python_.Subscript(
        value, is_number ? Value::Int(ReadNumber(key, digits)) : python_.MakeStr(key));
    at = end + 1;
  }
  return value;
}

// text % values
class PercentFormatter {
 public:
  PercentFormatter(Runtime& python, Value values)
      : python_(python), values_(values), is_tuple_(values.Is(Kind::kTuple)) {}

  std::string Run(std::string_view text);

 private:
  Value Take();
  std::string Convert(std::string_view text, std::size_t& at);
  std::string Number(Spec spec, char type, Value value);

  Runtime& python_;
  Value values_;
  bool is_tuple_;
  std::size_t taken_ = 0;
  bool used_mapping_ = false;
};

Value PercentFormatter::Take() {
  if (!is_tuple_) {
    if (taken_++ > 0) Raise("TypeError", "not enough arguments for format string");
    return values_;
  }
  if (taken_ >= values_.Items().size()) {
    Raise("TypeError", "not enough arguments for format string");
  }
  return values_.Items()[taken_++];
}

std::string PercentFormatter::Number(Spec spec, char type, Value value) {
  const Value plain = Runtime::Plain(value);
  const bool is_number = plain.Is(Kind::kInt) || plain.Is(Kind::kBool) || plain.Is(Kind::kBigInt) ||
                         plain.Is(Kind::kFloat);
  if (plain.Is(Kind::kSymbol) || plain.Is(Kind::kCall)) return python_.Str(plain);
  const bool whole = std::string_view("diuxXo").find(type) != std::string_view::npos;
  if (!is_number) {
    Raise("TypeError", whole ? "%" + std::string(1, type) +
                                   " format: a real number is required, not " +
                                   std::string(KindName(value))
                             : "must be real number, not " + std::string(KindName(value)));
  }
  if (!whole) {
    spec.type = type;
    return FormatFloat(spec, ToDoubleValue(plain));
  }
  if (plain.Is(Kind::kFloat) && (std::isnan(plain.AsFloat()) || std::isinf(plain.AsFloat()))) {
    Raise("ValueError", "cannot convert float NaN or infinity to integer");
  }
  const Big number = plain.Is(Kind::kFloat) ? FromDouble(plain.AsFloat()) : ToBig(plain);
  spec.type = type == 'x' || type == 'X' || type == 'o' ? type : 'd';
  if (spec.precision > 0) {
    const std::string digits = ToText(number.negative ? Negate(number) : number);
    const auto wanted = static_cast<std::size_t>(spec.precision);
    if (digits.size() < wanted) {
      const std::string zeros(wanted - digits.size(), '0');
      return Pad(spec, (number.negative ? "-" : "") + zeros + digits, '>');
    }
  }
  spec.precision = -1;
  return FormatInteger(spec, number);
}

std::string PercentFormatter::Convert(std::string_view text, std::size_t& at) {
  Value value;
  bool has_value = false;
  if (at < text.size() && text[at] == '(') {
    const std::size_t end = text.find(')', at);
    if (end == std::string_view::npos) Raise("ValueError", "incomplete format key");
    if (!Runtime::Plain(values_).Is(Kind::kDict) && !values_.Is(Kind::kInstance)) {
      Raise("TypeError", "format requires a mapping");
    }
    value = python_.Subscript(values_, python_.MakeStr(text.substr(at + 1, end - at - 1)));
    has_value = used_mapping_ = true;
    at = end + 1;
  }
  Spec spec;
  spec.align = '>';
  for (; at < text.size() && std::string_view("-+ #0").find(text[at]) != std::string_view::npos;
       ++at) {
    if (text[at] == '-') spec.align = '<';
    if (text[at] == '+' || (text[at] == ' ' && spec.sign != '+')) spec.sign = text[at];
    if (text[at] == '#') spec.alternate = true;
    if (text[at] == '0') spec.fill = "0";
  }
  const auto number = [&] {
    if (at >= text.size() || text[at] != '*') return ReadNumber(text, at);
    ++at;
    return static_cast<int>(std::clamp<std::int64_t>(python_.Index(Take()), -kWidest, kWidest));
  };
  spec.width = number();
  if (spec.width < 0) {
    spec.width = -spec.width;
    spec.align = '<';
  }
  if (at < text.size() && text[at] == '.') {
    ++at;
    spec.precision = std::max(number(), 0);
  }
  while (at < text.size() && (text[at] == 'l' || text[at] == 'h' || text[at] == 'L')) ++at;
  if (at >= text.size()) Raise("ValueError", "incomplete format");
  const char type = text[at++];
  if (type == '%') return "%";
  if (!has_value) value = Take();
  if (spec.fill == "0") spec.align = spec.align == '<' ? '<' : '=';
  if (spec.align == '<') spec.fill = " ";
  Spec plain_spec = spec;
  plain_spec.fill = " ";
  if (plain_spec.align == '=') plain_spec.align = '>';
  switch (type) {
    case 's':
      return Pad(plain_spec, Truncated(python_.Str(value), spec.precision), '>');
    case 'r':
    case 'a':
      return Pad(plain_spec, Truncated(python_.Repr(value), spec.precision), '>');
    case 'c':
      if (value.IsStr()) return Pad(plain_spec, std::string(value.AsStr()), '>');
      return FormatCharacter(plain_spec, ToBig(Value::Int(python_.Index(value))));
    default:
      break;
  }
  if (std::string_view("diuxXoeEfFgG").find(type) == std::string_view::npos) {
    Raise("ValueError", "unsupported format character '" + std::string(1, type) + "' (0x" +
                            ToText(ToBig(std::int64_t{static_cast<unsigned char>(type)}), 16) +
                            ") at index " + std::to_string(at - 1));
  }
  return Number(spec, type, value);
}

std::string PercentFormatter::Run(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '%') {
      out += text[at++];
      continue;
    }
    ++at;
    out += Convert(text, at);
  }
  const bool is_mapping = Runtime::Plain(values_).Is(Kind::kDict) || used_mapping_ ||
                          values_.Is(Kind::kList) || values_.Is(Kind::kSymbol) ||
                          values_.Is(Kind::kCall);
  const bool left_over = is_tuple_ ? taken_ < values_.Items().size() : taken_ == 0 && !is_mapping;
  if (left_over) Raise("TypeError", "not all arguments converted during string formatting");
  return out;
}

}  // namespace

std::string FormatBraces(Runtime& python, std::string_view text, const Arguments& call) {
  return BraceFormatter(python, call).Run(text, 0);
}

std::string FormatPercent(Runtime& python, std::string_view text, Value values) {
  return PercentFormatter(python, values).Run(text);
}

}  // namespace migext::python
