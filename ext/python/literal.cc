#include "python/literal.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/text.h"

namespace migext::python {
namespace {

// sys.int_info.default_max_str_digits
constexpr std::size_t kMaxDecimalDigits = 4300;

// Of all names in Unicode, rounded up.
constexpr std::size_t kLongestName = 100;

bool IsOctalDigit(char c) { return c >= '0' && c <= '7'; }

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

int RadixOf(std::string_view text) {
  if (text.size() < 2 || text[0] != '0') return 10;
  switch (text[1]) {
    case 'x':
    case 'X':
      return 16;
    case 'o':
    case 'O':
      return 8;
    case 'b':
    case 'B':
      return 2;
    default:
      return 10;
  }
}

// from_chars leaves the value alone when the number is out of range: infinite, or as good as zero.
double OutOfRange(std::string_view text) {
  const std::size_t e = std::min(text.find_first_of("eE"), text.size());
  const std::size_t point = std::min(text.find('.'), e);
  const std::size_t first = std::min(text.find_first_of("123456789"), e);
  const bool negative = text.substr(e).find('-') != std::string_view::npos;
  const bool large = text.substr(e).empty() ? first < point : !negative;
  return large ? std::numeric_limits<double>::infinity() : 0.0;
}

double ReadReal(std::string_view text) {
  double real = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), real);
  return result.ec == std::errc::result_out_of_range ? OutOfRange(text) : real;
}

// ---- Escapes

// What a backslash and `c` alone stand for; 0 when that takes more, or is no escape.
char PlainEscape(char c) {
  constexpr std::string_view kLetters = "\\'\"abfnrtv";
  constexpr std::string_view kMeanings = "\\'\"\a\b\f\n\r\t\v";
  const std::size_t at = kLetters.find(c);
  return at == std::string_view::npos ? '\0' : kMeanings[at];
}

class EscapeDecoder {
 public:
  EscapeDecoder(std::string_view body, StringKind kind, std::string& out)
      : body_(body), is_bytes_(kind == StringKind::kBytes), out_(out) {}

  std::optional<LiteralError> Run() {
    while (!error_) {
      const std::size_t backslash = std::min(body_.find('\\', at_), body_.size());
      out_ += body_.substr(at_, backslash - at_);
      if (backslash + 1 >= body_.size()) break;
      at_ = backslash + 1;
      Escape(body_[at_++]);
    }
    return std::move(error_);
  }

 private:
  void Escape(char c) {
    if (c == '\n') return;
    if (const char plain = PlainEscape(c); plain != '\0') {
      out_ += plain;
    } else if (c == 'x') {
      Hex(2, 'x');
    } else if (IsOctalDigit(c)) {
      Octal();
    } else if (!is_bytes_ && c == 'u') {
      Hex(4, 'u');
    } else if (!is_bytes_ && c == 'U') {
      Hex(8, 'U');
    } else if (!is_bytes_ && c == 'N') {
      Named();
    } else {
      out_ += '\\';  // an unknown escape stands for itself
      out_ += c;
    }
  }

  void Append(char32_t code_point) {
    if (is_bytes_) {
      out_ += static_cast<char>(code_point & 0xFFU);
    } else {
      AppendUtf8(out_, code_point);
    }
  }

  void Octal() {
    --at_;
    char32_t value = 0;
    for (int i = 0; i < 3 && at_ < body_.size() && IsOctalDigit(body_[at_]); ++i) {
      value = value * 8 + static_cast<char32_t>(body_[at_++] - '0');
    }
    Append(value);
  }

  void Hex(int digits, char letter) {
    const std::size_t begin = at_ - 2;
    char32_t value = 0;
    for (int i = 0; i < digits; ++i, ++at_) {
      const int digit = at_ < body_.size() ? HexDigit(body_[at_]) : -1;
      if (digit < 0) return FailHex(begin, letter);
      value = value * 16 + static_cast<char32_t>(digit);
    }
    if (value > 0x10FFFF) return Fail(begin, at_ - 1, "illegal Unicode character");
    Append(value);
  }

  void FailHex(std::size_t begin, char letter) {
    if (is_bytes_) {
      error_ = LiteralError{begin, "SyntaxError: (value error) invalid \\x escape at position " +
                                       std::to_string(begin)};
      return;
    }
    const std::string shape(letter == 'x' ? 2U : letter == 'u' ? 4U : 8U, 'X');
    Fail(begin, at_ - 1, std::string("truncated \\") + letter + shape + " escape");
  }

  void Named() {
    const std::size_t begin = at_ - 2;
    const std::size_t close = body_.find('}', at_);
    if (at_ >= body_.size() || body_[at_] != '{' || close == std::string_view::npos ||
        close == at_ + 1) {
      return Fail(begin, at_ - 1, "malformed \\N character escape");
    }
    const std::string_view name = body_.substr(at_ + 1, close - at_ - 1);
    const char32_t code_point = CharacterNamed(name);
    if (code_point == 0 && name != "NULL") {
      if (name.size() > kLongestName) return Fail(begin, close, "unknown Unicode character name");
      error_ = LiteralError{begin, "SyntaxError: (unicode error) the character name '" +
                                       std::string(name) +
                                       "' is not in the built-in table; write the character "
                                       "itself in its place, or its code as in \\u2014"};
      return;
    }
    AppendUtf8(out_, code_point);
    at_ = close + 1;
  }

  void Fail(std::size_t begin, std::size_t last, const std::string& reason) {
    error_ = LiteralError{begin,
                          "SyntaxError: (unicode error) 'unicodeescape' codec can't decode bytes "
                          "in position " +
                              std::to_string(begin) + "-" + std::to_string(last) + ": " + reason};
  }

  std::string_view body_;
  bool is_bytes_;
  std::string& out_;
  std::size_t at_ = 0;
  std::optional<LiteralError> error_;
};

}  // namespace

std::optional<LiteralError> ReadNumber(std::string_view text, Arena& arena,
                                       ast::Constant& constant) {
  using Type = ast::Constant::Type;
  std::string without;
  if (text.find('_') != std::string_view::npos) {
    std::copy_if(text.begin(), text.end(), std::back_inserter(without),
                 [](char c) { return c != '_'; });
    text = without;
  }
  const int radix = RadixOf(text);
  const bool imaginary = radix == 10 && (text.back() == 'j' || text.back() == 'J');
  if (radix == 10 && text.find_first_of(".eEjJ") != std::string_view::npos) {
    constant.type = imaginary ? Type::kImaginary : Type::kFloat;
    constant.real = ReadReal(text.substr(0, text.size() - (imaginary ? 1 : 0)));
    return std::nullopt;
  }
  const std::string_view digits = text.substr(radix == 10 ? 0 : 2);
  if (radix == 10 && digits.size() > kMaxDecimalDigits) {
    return LiteralError{0,
                        "SyntaxError: Exceeds the limit (4300 digits) for integer string "
                        "conversion: value has " +
                            std::to_string(digits.size()) +
                            " digits; use sys.set_int_max_str_digits() to increase the limit "
                            "- Consider hexadecimal for huge integer literals to avoid decimal "
                            "conversion limits."};
  }
  const char* end = digits.data() + digits.size();
  if (std::from_chars(digits.data(), end, constant.integer, radix).ec == std::errc{}) {
    constant.type = Type::kInt;
  } else {
    constant.type = Type::kBigInt;
    constant.text = arena.CopyText(text);
  }
  return std::nullopt;
}

std::optional<LiteralError> DecodeEscapes(std::string_view body, StringKind kind,
                                          std::string& out) {
  return EscapeDecoder(body, kind, out).Run();
}

}  // namespace migext::python
