#include "python/bigint.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "python/objects.h"

namespace migext::python {
namespace {

using Digits = std::vector<std::uint32_t>;

// 2^65536 has 19,729 digits: more than any program that is not an attack asks for, and small
// enough for schoolbook arithmetic.
constexpr std::size_t kMostDigits = 2048;

void Trim(Digits& digits) {
  while (!digits.empty() && digits.back() == 0) digits.pop_back();
}

Big Made(bool negative, Digits digits) {
  Trim(digits);
  const bool is_zero = digits.empty();
  return {negative && !is_zero, std::move(digits)};
}

int CompareDigits(const Digits& a, const Digits& b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  for (std::size_t i = a.size(); i-- > 0;) {
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  }
  return 0;
}

Digits AddDigits(const Digits& a, const Digits& b) {
  Digits sum(std::max(a.size(), b.size()) + 1);
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < sum.size(); ++i) {
    if (i < a.size()) carry += a[i];
    if (i < b.size()) carry += b[i];
    sum[i] = static_cast<std::uint32_t>(carry);
    carry >>= 32U;
  }
  return sum;
}

// REQUIRES: a >= b.
Digits SubtractDigits(const Digits& a, const Digits& b) {
  Digits difference(a.size());
  std::int64_t borrow = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::int64_t digit = std::int64_t{a[i]} - borrow;
    if (i < b.size()) digit -= b[i];
    borrow = digit < 0 ? 1 : 0;
    difference[i] = static_cast<std::uint32_t>(digit);
  }
  return difference;
}

std::uint32_t DivideSmall(Digits& digits, std::uint32_t divisor) {
  std::uint64_t rest = 0;
  for (std::size_t i = digits.size(); i-- > 0;) {
    rest = rest << 32U | digits[i];
    digits[i] = static_cast<std::uint32_t>(rest / divisor);
    rest %= divisor;
  }
  Trim(digits);
  return static_cast<std::uint32_t>(rest);
}

void MultiplySmall(Digits& digits, std::uint32_t factor, std::uint32_t addend) {
  std::uint64_t carry = addend;
  for (std::uint32_t& digit : digits) {
    carry += std::uint64_t{digit} * factor;
    digit = static_cast<std::uint32_t>(carry);
    carry >>= 32U;
  }
  if (carry != 0) digits.push_back(static_cast<std::uint32_t>(carry));
}

Digits ShiftDigitsLeft(const Digits& digits, std::uint64_t bits) {
  if (digits.empty()) return {};
  if (bits / 32 + digits.size() > kMostDigits) throw OutOfMemory{};
  const std::size_t whole = bits / 32;
  const unsigned part = bits % 32;
  Digits shifted(digits.size() + whole + 1);
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const std::uint64_t moved = std::uint64_t{digits[i]} << part;
    shifted[i + whole] |= static_cast<std::uint32_t>(moved);
    shifted[i + whole + 1] = static_cast<std::uint32_t>(moved >> 32U);
  }
  Trim(shifted);
  return shifted;
}

Digits ShiftDigitsRight(const Digits& digits, std::uint64_t bits) {
  const std::uint64_t whole = bits / 32;
  if (whole >= digits.size()) return {};
  const unsigned part = bits % 32;
  Digits shifted(digits.begin() + static_cast<std::ptrdiff_t>(whole), digits.end());
  for (std::size_t i = 0; part != 0 && i < shifted.size(); ++i) {
    const std::uint32_t above = i + 1 < shifted.size() ? shifted[i + 1] : 0;
    shifted[i] = shifted[i] >> part | above << (32 - part);
  }
  Trim(shifted);
  return shifted;
}

// Knuth's algorithm D on operands whose divisor has its top bit set.
Digits DivideDigits(const Digits& a, const Digits& b, Digits& remainder) {
  if (CompareDigits(a, b) < 0) {
    remainder = a;
    return {};
  }
  if (b.size() == 1) {
    Digits quotient = a;
    remainder = {DivideSmall(quotient, b[0])};
    Trim(remainder);
    return quotient;
  }
  const auto shift = static_cast<unsigned>(std::countl_zero(b.back()));
  Digits rest = ShiftDigitsLeft(a, shift);
  const Digits divisor = ShiftDigitsLeft(b, shift);
  rest.resize(a.size() + 1);
  Digits quotient(a.size() - b.size() + 1);
  const std::uint64_t top = divisor.back();
  for (std::size_t j = quotient.size(); j-- > 0;) {
    const std::uint64_t head =
        std::uint64_t{rest[j + divisor.size()]} << 32U | rest[j + divisor.size() - 1];
    std::uint64_t guess = std::min<std::uint64_t>(head / top, 0xFFFFFFFFU);
    while (true) {
      std::uint64_t carry = 0;
      std::int64_t borrow = 0;
      for (std::size_t i = 0; i <= divisor.size(); ++i) {
        carry += i < divisor.size() ? guess * divisor[i] : 0;
        const std::int64_t digit =
            std::int64_t{rest[i + j]} - static_cast<std::int64_t>(carry & 0xFFFFFFFFU) - borrow;
        rest[i + j] = static_cast<std::uint32_t>(digit);
        borrow = digit < 0 ? 1 : 0;
        carry >>= 32U;
      }
      if (borrow == 0) break;
      // Too much was taken: give it back and take one less.
      std::uint64_t back = 0;
      carry = 0;
      for (std::size_t i = 0; i <= divisor.size(); ++i) {
        carry += i < divisor.size() ? guess * divisor[i] : 0;
        back += std::uint64_t{rest[i + j]} + (carry & 0xFFFFFFFFU);
        rest[i + j] = static_cast<std::uint32_t>(back);
        back >>= 32U;
        carry >>= 32U;
      }
      --guess;
    }
    quotient[j] = static_cast<std::uint32_t>(guess);
  }
  Trim(rest);
  remainder = ShiftDigitsRight(rest, shift);
  Trim(quotient);
  return quotient;
}

// Two's complement of `size` digits, in which Python's bit operations are defined.
Digits TwosComplement(const Big& value, std::size_t size) {
  Digits digits = value.digits;
  digits.resize(size);
  if (!value.negative) return digits;
  std::uint64_t carry = 1;
  for (std::uint32_t& digit : digits) {
    carry += static_cast<std::uint32_t>(~digit);
    digit = static_cast<std::uint32_t>(carry);
    carry >>= 32U;
  }
  return digits;
}

}  // namespace

Big ToBig(std::int64_t value) {
  std::uint64_t magnitude = static_cast<std::uint64_t>(value);
  if (value < 0) magnitude = 0 - magnitude;
  return Made(value < 0, {static_cast<std::uint32_t>(magnitude),
                          static_cast<std::uint32_t>(magnitude >> 32U)});
}

Big ToBig(Value value) {
  if (value.Is(Kind::kBool)) return ToBig(std::int64_t{value.AsBool()});
  if (value.Is(Kind::kInt)) return ToBig(value.AsInt());
  const auto& object = As<BigIntObject>(value);
  return {object.negative, Digits(object.digits.begin(), object.digits.end())};
}

Value MakeInt(Heap& heap, const Big& value) {
  if (value.digits.size() > kMostDigits) throw OutOfMemory{};
  if (value.digits.size() <= 2) {
    std::uint64_t magnitude = 0;
    for (std::size_t i = value.digits.size(); i-- > 0;) {
      magnitude = magnitude << 32U | value.digits[i];
    }
    const std::uint64_t limit = std::uint64_t{1} << 63U;
    if (magnitude < limit || (value.negative && magnitude == limit)) {
      return Value::Int(static_cast<std::int64_t>(value.negative ? 0 - magnitude : magnitude));
    }
  }
  auto* object = heap.New<BigIntObject>();
  object->negative = value.negative;
  object->digits = heap.Copy(std::span<const std::uint32_t>(value.digits));
  return Value::Of(Kind::kBigInt, object);
}

Big Negate(Big value) {
  if (!value.IsZero()) value.negative = !value.negative;
  return value;
}

Big Add(const Big& a, const Big& b) {
  if (a.negative == b.negative) return Made(a.negative, AddDigits(a.digits, b.digits));
  if (CompareDigits(a.digits, b.digits) >= 0) {
    return Made(a.negative, SubtractDigits(a.digits, b.digits));
  }
  return Made(b.negative, SubtractDigits(b.digits, a.digits));
}

Big Multiply(const Big& a, const Big& b) {
  if (a.digits.size() + b.digits.size() > kMostDigits) throw OutOfMemory{};
  Digits product(a.digits.size() + b.digits.size());
  for (std::size_t i = 0; i < a.digits.size(); ++i) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < b.digits.size(); ++j) {
      carry += std::uint64_t{a.digits[i]} * b.digits[j] + product[i + j];
      product[i + j] = static_cast<std::uint32_t>(carry);
      carry >>= 32U;
    }
    product[i + b.digits.size()] = static_cast<std::uint32_t>(carry);
  }
  return Made(a.negative != b.negative, std::move(product));
}

Big DivideFloor(const Big& a, const Big& b, Big& remainder) {
  Digits rest;
  Big quotient = Made(a.negative != b.negative, DivideDigits(a.digits, b.digits, rest));
  remainder = Made(a.negative, std::move(rest));
  if (!remainder.IsZero() && a.negative != b.negative) {
    quotient = Add(quotient, ToBig(-1));
    remainder = Add(remainder, b);
  }
  return quotient;
}

Big Power(const Big& base, std::uint64_t exponent) {
  Big result = ToBig(1);
  Big square = base;
  while (exponent != 0) {
    if ((exponent & 1U) != 0) result = Multiply(result, square);
    exponent >>= 1U;
    const bool is_one = square.digits.size() == 1 && square.digits[0] == 1;
    if (exponent == 0) break;
    if (square.IsZero()) return square;
    if (is_one) {
      square.negative = false;
      continue;
    }
    square = Multiply(square, square);
  }
  return result;
}

Big ShiftLeft(const Big& value, std::uint64_t bits) {
  return Made(value.negative, ShiftDigitsLeft(value.digits, bits));
}

Big ShiftRight(const Big& value, std::uint64_t bits) {
  Big shifted = Made(value.negative, ShiftDigitsRight(value.digits, bits));
  if (!value.negative) return shifted;
  // Towards minus infinity: one lower if a bit was lost.
  bool lost = bits / 32 >= value.digits.size();
  if (!lost) lost = CompareDigits(ShiftDigitsLeft(shifted.digits, bits), value.digits) != 0;
  return lost ? Add(shifted, ToBig(-1)) : shifted;
}

Big Bitwise(BitOperation operation, const Big& a, const Big& b) {
  const std::size_t size = std::max(a.digits.size(), b.digits.size()) + 1;
  Digits left = TwosComplement(a, size);
  const Digits right = TwosComplement(b, size);
  for (std::size_t i = 0; i < size; ++i) {
    if (operation == BitOperation::kAnd) left[i] &= right[i];
    if (operation == BitOperation::kOr) left[i] |= right[i];
    if (operation == BitOperation::kXor) left[i] ^= right[i];
  }
  const bool negative = (left.back() >> 31U) != 0;
  if (!negative) return Made(false, std::move(left));
  return Made(true, TwosComplement({true, std::move(left)}, size));
}

int Compare(const Big& a, const Big& b) {
  if (a.negative != b.negative) return a.negative ? -1 : 1;
  const int magnitude = CompareDigits(a.digits, b.digits);
  return a.negative ? -magnitude : magnitude;
}

double ToDouble(const Big& value) {
  double result = 0;
  const std::size_t size = value.digits.size();
  // The top 64 bits with a sticky bit for the rest are rounded once, as IEEE 754 wants.
  const std::size_t bits = BitLength(value);
  if (bits <= 64) {
    std::uint64_t whole = 0;
    for (std::size_t i = size; i-- > 0;) whole = whole << 32U | value.digits[i];
    result = static_cast<double>(whole);
  } else {
    const Digits top = ShiftDigitsRight(value.digits, bits - 64);
    std::uint64_t whole = std::uint64_t{top[1]} << 32U | top[0];
    if (CompareDigits(ShiftDigitsLeft(top, bits - 64), value.digits) != 0) whole |= 1U;
    result = std::ldexp(static_cast<double>(whole), static_cast<int>(bits - 64));
  }
  return value.negative ? -result : result;
}

Big FromDouble(double value) {
  int exponent = 0;
  const double fraction = std::frexp(std::trunc(std::fabs(value)), &exponent);
  const auto mantissa = static_cast<std::int64_t>(std::ldexp(fraction, 53));
  Big result = ToBig(mantissa);
  result = exponent >= 53 ? ShiftLeft(result, static_cast<std::uint64_t>(exponent - 53))
                          : ShiftRight(result, static_cast<std::uint64_t>(53 - exponent));
  return value < 0 ? Negate(std::move(result)) : result;
}

std::string ToText(const Big& value, unsigned base) {
  if (value.IsZero()) return "0";
  std::string text;
  Digits rest = value.digits;
  // As many digits at a time as fit in 32 bits.
  std::uint32_t step = base;
  int width = 1;
  while (std::uint64_t{step} * base <= 0xFFFFFFFFU) {
    step *= base;
    ++width;
  }
  while (!rest.empty()) {
    std::uint32_t part = DivideSmall(rest, step);
    for (int i = 0; i < width && (part != 0 || !rest.empty()); ++i) {
      text += "0123456789abcdefghijklmnopqrstuvwxyz"[part % base];
      part /= base;
    }
  }
  if (value.negative) text += '-';
  std::reverse(text.begin(), text.end());
  return text;
}

std::size_t BitLength(const Big& value) {
  if (value.IsZero()) return 0;
  return value.digits.size() * 32 - static_cast<std::size_t>(std::countl_zero(value.digits.back()));
}

bool ParseBig(std::string_view digits, unsigned base, Big& out) {
  bool negative = false;
  if (!digits.empty() && (digits[0] == '-' || digits[0] == '+')) {
    negative = digits[0] == '-';
    digits.remove_prefix(1);
  }
  if (digits.empty()) return false;
  if (digits.size() > kMostDigits * 32) throw OutOfMemory{};
  Digits result;
  for (const char c : digits) {
    unsigned digit = 99;
    if (c >= '0' && c <= '9') digit = static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'z') digit = static_cast<unsigned>(c - 'a') + 10;
    if (c >= 'A' && c <= 'Z') digit = static_cast<unsigned>(c - 'A') + 10;
    if (digit >= base) return false;
    MultiplySmall(result, base, digit);
    if (result.size() > kMostDigits) throw OutOfMemory{};
  }
  out = Made(negative, std::move(result));
  return true;
}

Value ParseInt(Heap& heap, std::string_view literal) {
  unsigned base = 10;
  if (literal.size() > 2 && literal[0] == '0') {
    const char mark = static_cast<char>(literal[1] | 0x20);
    base = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
    if (base != 10) literal.remove_prefix(2);
  }
  Big result;
  ParseBig(literal, base, result);
  return MakeInt(heap, result);
}

}  // namespace migext::python
