// The mathematical functions of django/db/backends/sqlite3/_functions.py.
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <string>

#include "base/error.h"
#include "surface/django_functions.h"

namespace migext::surface {
namespace {

using sqlite::Arguments;
using sqlite::Cell;

/// Where C gives no number Python raises.
Cell Checked(double result) {
  if (std::isnan(result)) throw Error("ValueError: math domain error");
  if (std::isinf(result)) throw Error("OverflowError: math range error");
  return result;
}

/// math.floor() and math.ceil() give integers.
Cell Whole(double result) {
  constexpr double kLimit = 9'223'372'036'854'775'808.0;
  if (!(result >= -kLimit && result < kLimit)) {
    throw Error("OverflowError: Python int too large to convert to SQLite INTEGER");
  }
  return static_cast<std::int64_t>(result);
}

/// base ** exponent of integers; throws Error beyond 64 bits.
std::int64_t IntegerPower(std::int64_t base, std::int64_t exponent) {
  if (base == 0 || base == 1) return exponent == 0 ? 1 : base;
  if (base == -1) return exponent % 2 == 0 ? 1 : -1;
  std::int64_t result = 1;
  for (std::int64_t i = 0; i < exponent; ++i) {
    const bool is_too_large = result > std::numeric_limits<std::int64_t>::max() / std::abs(base) ||
                              result < std::numeric_limits<std::int64_t>::min() / std::abs(base);
    if (is_too_large)
      throw Error("OverflowError: Python int too large to convert to SQLite INTEGER");
    result *= base;
  }
  return result;
}

}  // namespace

double Number(const Arguments& given, int index) {
  const Cell cell = given.Get(index);
  if (const auto* integer = cell.Integer()) return static_cast<double>(*integer);
  if (const auto* real = cell.Real()) return *real;
  throw Error("TypeError: must be real number, not " + cell.ToSql());
}

Cell Cotangent(const Arguments& given) {
  const double tangent = std::tan(Number(given, 0));
  if (tangent == 0) throw Error("ZeroDivisionError: float division by zero");
  return 1 / tangent;
}
Cell Sign(const Arguments& given) {
  const double number = Number(given, 0);
  return (number > 0 ? 1 : 0) - (number < 0 ? 1 : 0);
}
Cell ArcCosine(const Arguments& given) { return Checked(std::acos(Number(given, 0))); }
Cell ArcSine(const Arguments& given) { return Checked(std::asin(Number(given, 0))); }
Cell ArcTangent(const Arguments& given) { return std::atan(Number(given, 0)); }
Cell ArcTangentOfTwo(const Arguments& given) {
  return std::atan2(Number(given, 0), Number(given, 1));
}
Cell Ceiling(const Arguments& given) { return Whole(std::ceil(Number(given, 0))); }
Cell Cosine(const Arguments& given) { return Checked(std::cos(Number(given, 0))); }
Cell Degrees(const Arguments& given) { return Number(given, 0) * 180 / std::numbers::pi; }
Cell Exponential(const Arguments& given) { return Checked(std::exp(Number(given, 0))); }
Cell Floor(const Arguments& given) { return Whole(std::floor(Number(given, 0))); }
Cell NaturalLogarithm(const Arguments& given) { return Checked(std::log(Number(given, 0))); }
Cell Logarithm(const Arguments& given) {
  return Checked(std::log(Number(given, 1)) / std::log(Number(given, 0)));
}
Cell Modulo(const Arguments& given) {
  return Checked(std::fmod(Number(given, 0), Number(given, 1)));
}
Cell Pi(const Arguments&) { return std::numbers::pi; }
Cell Power(const Arguments& given) {
  if (given.IsInteger(0) && given.IsInteger(1) && given.Int(1) >= 0) {
    return IntegerPower(given.Int(0), given.Int(1));
  }
  return Checked(std::pow(Number(given, 0), Number(given, 1)));
}
Cell Radians(const Arguments& given) { return Number(given, 0) * std::numbers::pi / 180; }
Cell Sine(const Arguments& given) { return Checked(std::sin(Number(given, 0))); }
Cell SquareRoot(const Arguments& given) { return Checked(std::sqrt(Number(given, 0))); }
Cell Tangent(const Arguments& given) { return Checked(std::tan(Number(given, 0))); }

}  // namespace migext::surface
