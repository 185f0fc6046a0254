// Whole numbers of any size, as Python's int.
//
//   Value big = MakeInt(heap, Multiply(ToBig(a), ToBig(b)));  // a kInt again where it fits
//
// Sizes are bounded by kMostDigits: results beyond throw OutOfMemory before they are computed.
#ifndef MIGEXT_PYTHON_BIGINT_H_
#define MIGEXT_PYTHON_BIGINT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "python/heap.h"
#include "python/value.h"

namespace migext::python {

struct Big {
  bool negative = false;
  std::vector<std::uint32_t> digits;  // base 2^32, lowest first, no leading zero

  bool IsZero() const { return digits.empty(); }
};

Big ToBig(std::int64_t value);
Big ToBig(Value value);  ///< kInt, kBigInt or kBool.
Value MakeInt(Heap& heap, const Big& value);

Big Add(const Big& a, const Big& b);
Big Negate(Big value);
Big Multiply(const Big& a, const Big& b);
/// Floor division, as Python's // and %.  REQUIRES: b is not zero.
Big DivideFloor(const Big& a, const Big& b, Big& remainder);
Big Power(const Big& base, std::uint64_t exponent);
Big ShiftLeft(const Big& value, std::uint64_t bits);
Big ShiftRight(const Big& value, std::uint64_t bits);
enum class BitOperation : std::uint8_t { kAnd, kOr, kXor };
Big Bitwise(BitOperation operation, const Big& a, const Big& b);

int Compare(const Big& a, const Big& b);
double ToDouble(const Big& value);  ///< Infinite when out of range.
/// REQUIRES: `value` is finite.
Big FromDouble(double value);
std::string ToText(const Big& value, unsigned base = 10);
std::size_t BitLength(const Big& value);

/// The digits in `base`, with an optional sign; no blanks, no underscores.
bool ParseBig(std::string_view digits, unsigned base, Big& out);
/// A literal: 0x…, 0o…, 0b… or decimal.
Value ParseInt(Heap& heap, std::string_view literal);

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_BIGINT_H_
