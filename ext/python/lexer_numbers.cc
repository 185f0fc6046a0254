#include <string>

#include "python/lexer_internal.h"

namespace migext::python {
namespace {

bool IsDigitOf(int radix, char c) {
  switch (radix) {
    case 2:
      return c == '0' || c == '1';
    case 8:
      return c >= '0' && c <= '7';
    default:
      return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }
}

std::string InvalidLiteral(std::string_view name) {
  return "SyntaxError: invalid " + std::string(name) + " literal";
}

}  // namespace

void Lexer::LexNumber() {
  const std::size_t begin = at_;
  const char second = Peek(1);
  if (Peek() == '0' && (second == 'x' || second == 'X')) {
    LexRadix(16, "hexadecimal");
  } else if (Peek() == '0' && (second == 'o' || second == 'O')) {
    LexRadix(8, "octal");
  } else if (Peek() == '0' && (second == 'b' || second == 'B')) {
    LexRadix(2, "binary");
  } else {
    LexFraction();
  }
  Emit(TokenKind::kNumber, begin);
}

void Lexer::LexRadix(int radix, std::string_view name) {
  at_ += 2;
  do {
    if (Peek() == '_') ++at_;
    if (!IsDigitOf(radix, Peek())) {
      if (!IsDigit(Peek())) Fail(at_, InvalidLiteral(name));
      break;
    }
    while (IsDigitOf(radix, Peek())) ++at_;
  } while (Peek() == '_');
  if (IsDigit(Peek())) {
    Fail(at_, "SyntaxError: invalid digit '" + std::string(1, Peek()) + "' in " +
                  std::string(name) + " literal");
  }
  CheckEndOfNumber(name);
}

// False when no digit stands here.
bool Lexer::SkipDigits(std::string_view name) {
  if (!IsDigit(Peek())) return false;
  while (true) {
    while (IsDigit(Peek())) ++at_;
    if (Peek() != '_') return true;
    ++at_;
    if (!IsDigit(Peek())) Fail(at_ - 1, InvalidLiteral(name));
  }
}

void Lexer::LexFraction() {
  const std::size_t begin = at_;
  SkipDigits("decimal");
  const std::string_view digits = text_.substr(begin, at_ - begin);
  bool is_float = false;
  if (Peek() == '.') {
    is_float = true;
    ++at_;
    SkipDigits("decimal");
  }
  is_float = LexExponent() || is_float;
  if (Peek() == 'j' || Peek() == 'J') {
    ++at_;
    return CheckEndOfNumber("imaginary");
  }
  if (!is_float && digits[0] == '0' && digits.find_first_not_of("0_") != std::string_view::npos) {
    Fail(begin,
         "SyntaxError: leading zeros in decimal integer literals are not permitted; use an 0o "
         "prefix for octal integers");
  }
  CheckEndOfNumber("decimal");
}

bool Lexer::LexExponent() {
  if (Peek() != 'e' && Peek() != 'E') return false;
  const std::size_t sign = Peek(1) == '+' || Peek(1) == '-' ? 1 : 0;
  if (!IsDigit(Peek(1 + sign))) return false;  // `1else` is still legal
  at_ += 1 + sign;
  SkipDigits("decimal");
  return true;
}

// A keyword may touch the number, as in `1if x else 2`; no other name may.
void Lexer::CheckEndOfNumber(std::string_view name) {
  if (!IsNameStart(Peek())) return;
  for (const std::string_view keyword : {"and", "else", "for", "if", "in", "is", "not", "or"}) {
    if (text_.substr(at_).starts_with(keyword)) return;
  }
  Fail(at_ - 1, InvalidLiteral(name));
}

}  // namespace migext::python
