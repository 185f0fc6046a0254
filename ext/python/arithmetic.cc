// + - * / and so on for numbers.
#include <cmath>
#include <limits>
#include <string>

#include "python/bigint.h"
#include "python/runtime.h"

namespace migext::python {
namespace {

using Sign = ast::BinaryOperator;

bool IsInteger(Value value) {
  return value.Is(Kind::kInt) || value.Is(Kind::kBool) || value.Is(Kind::kBigInt);
}

bool IsNumber(Value value) {
  return IsInteger(value) || value.Is(Kind::kFloat) || value.Is(Kind::kComplex);
}

double AsDouble(Value value) {
  switch (value.kind()) {
    case Kind::kFloat:
      return value.AsFloat();
    case Kind::kBool:
      return value.AsBool() ? 1 : 0;
    case Kind::kInt:
      return static_cast<double>(value.AsInt());
    default: {
      const double number = ToDouble(ToBig(value));
      if (std::isinf(number)) Raise("OverflowError", "int too large to convert to float");
      return number;
    }
  }
}

double FloorModulo(double a, double b) {
  double rest = std::fmod(a, b);
  if (rest != 0) {
    if ((b < 0) != (rest < 0)) rest += b;
  } else {
    rest = std::copysign(0.0, b);
  }
  return rest;
}

Value FloatArithmetic(Sign op, double a, double b) {
  switch (op) {
    case Sign::kAdd:
      return Value::Float(a + b);
    case Sign::kSub:
      return Value::Float(a - b);
    case Sign::kMult:
      return Value::Float(a * b);
    case Sign::kDiv:
      if (b == 0) Raise("ZeroDivisionError", "float division by zero");
      return Value::Float(a / b);
    case Sign::kFloorDiv:
      if (b == 0) Raise("ZeroDivisionError", "float floor division by zero");
      return Value::Float(std::floor((a - FloorModulo(a, b)) / b + 0.5));
    case Sign::kMod:
      if (b == 0) Raise("ZeroDivisionError", "float modulo");
      return Value::Float(FloorModulo(a, b));
    default:
      if (a == 0 && b < 0) {
        Raise("ZeroDivisionError", "0.0 cannot be raised to a negative power");
      }
      const double power = std::pow(a, b);
      if (std::isinf(power) && !std::isinf(a) && !std::isinf(b)) {
        Raise("OverflowError", "(34, 'Numerical result out of range')");
      }
      return Value::Float(power);
  }
}

std::uint64_t ShiftCount(const Big& count) {
  if (count.negative) Raise("ValueError", "negative shift count");
  if (count.digits.size() > 2) throw OutOfMemory{};
  std::uint64_t bits = 0;
  for (std::size_t i = count.digits.size(); i-- > 0;) bits = bits << 32U | count.digits[i];
  return bits;
}

Value BigArithmetic(Heap& heap, Sign op, const Big& a, const Big& b) {
  Big rest;
  switch (op) {
    case Sign::kAdd:
      return MakeInt(heap, Add(a, b));
    case Sign::kSub:
      return MakeInt(heap, Add(a, Negate(b)));
    case Sign::kMult:
      return MakeInt(heap, Multiply(a, b));
    case Sign::kFloorDiv:
      if (b.IsZero()) Raise("ZeroDivisionError", "integer division or modulo by zero");
      return MakeInt(heap, DivideFloor(a, b, rest));
    case Sign::kMod:
      if (b.IsZero()) Raise("ZeroDivisionError", "integer modulo by zero");
      DivideFloor(a, b, rest);
      return MakeInt(heap, rest);
    case Sign::kPow:
      return MakeInt(heap, Power(a, ShiftCount(b)));
    case Sign::kLShift:
      if (a.IsZero()) return Value::Int(0);
      return MakeInt(heap, ShiftLeft(a, ShiftCount(b)));
    case Sign::kRShift:
      return MakeInt(heap, ShiftRight(a, b.digits.size() > 2 && !b.negative
                                             ? std::numeric_limits<std::uint64_t>::max()
                                             : ShiftCount(b)));
    case Sign::kBitAnd:
      return MakeInt(heap, Bitwise(BitOperation::kAnd, a, b));
    case Sign::kBitOr:
      return MakeInt(heap, Bitwise(BitOperation::kOr, a, b));
    default:
      return MakeInt(heap, Bitwise(BitOperation::kXor, a, b));
  }
}

// The common cases without a big number; false on overflow and for the rest.
bool SmallArithmetic(Sign op, std::int64_t a, std::int64_t b, Value& out) {
  constexpr std::int64_t kSmall = std::int64_t{1} << 31U;
  constexpr std::int64_t kMedium = std::int64_t{1} << 62U;
  const bool small = a < kSmall && a > -kSmall && b < kSmall && b > -kSmall;
  const bool medium = a < kMedium && a > -kMedium && b < kMedium && b > -kMedium;
  switch (op) {
    case Sign::kAdd:
      out = medium ? Value::Int(a + b) : out;
      return medium;
    case Sign::kSub:
      out = medium ? Value::Int(a - b) : out;
      return medium;
    case Sign::kMult:
      out = small ? Value::Int(a * b) : out;
      return small;
    case Sign::kFloorDiv:
    case Sign::kMod: {
      if (!medium || b == 0) return false;
      std::int64_t quotient = a / b;
      std::int64_t rest = a % b;
      if (rest != 0 && (rest < 0) != (b < 0)) {
        --quotient;
        rest += b;
      }
      out = Value::Int(op == Sign::kMod ? rest : quotient);
      return true;
    }
    case Sign::kBitAnd:
      out = Value::Int(a & b);
      return true;
    case Sign::kBitOr:
      out = Value::Int(a | b);
      return true;
    case Sign::kBitXor:
      out = Value::Int(a ^ b);
      return true;
    default:
      return false;
  }
}

struct ComplexNumber {
  double real;
  double imaginary;
};

ComplexNumber AsComplex(Value value) {
  if (!value.Is(Kind::kComplex)) return {AsDouble(value), 0};
  const auto& complex = As<ComplexObject>(value);
  return {complex.real, complex.imaginary};
}

Value ComplexArithmetic(Heap& heap, Sign op, ComplexNumber a, ComplexNumber b) {
  auto* result = heap.New<ComplexObject>();
  switch (op) {
    case Sign::kAdd:
      result->real = a.real + b.real;
      result->imaginary = a.imaginary + b.imaginary;
      break;
    case Sign::kSub:
      result->real = a.real - b.real;
      result->imaginary = a.imaginary - b.imaginary;
      break;
    case Sign::kMult:
      result->real = a.real * b.real - a.imaginary * b.imaginary;
      result->imaginary = a.real * b.imaginary + a.imaginary * b.real;
      break;
    case Sign::kDiv: {
      const double size = b.real * b.real + b.imaginary * b.imaginary;
      if (size == 0) Raise("ZeroDivisionError", "complex division by zero");
      result->real = (a.real * b.real + a.imaginary * b.imaginary) / size;
      result->imaginary = (a.imaginary * b.real - a.real * b.imaginary) / size;
      break;
    }
    default:
      Raise("TypeError", "unsupported operation on complex numbers");
  }
  return Value::Of(Kind::kComplex, result);
}

bool IsBitOperation(Sign op) {
  return op == Sign::kLShift || op == Sign::kRShift || op == Sign::kBitAnd || op == Sign::kBitOr ||
         op == Sign::kBitXor;
}

}  // namespace

bool Runtime::Arithmetic(ast::BinaryOperator op, Value a, Value b, Value& out) {
  if (!IsNumber(a) || !IsNumber(b) || op == Sign::kMatMult) return false;
  if (a.Is(Kind::kInt) && b.Is(Kind::kInt) && SmallArithmetic(op, a.AsInt(), b.AsInt(), out)) {
    return true;
  }
  if (IsInteger(a) && IsInteger(b)) {
    if (a.Is(Kind::kBool) && b.Is(Kind::kBool) && op != Sign::kLShift && op != Sign::kRShift &&
        IsBitOperation(op)) {
      out = Value::Bool(op == Sign::kBitAnd  ? (a.AsBool() && b.AsBool())
                        : op == Sign::kBitOr ? (a.AsBool() || b.AsBool())
                                             : a.AsBool() != b.AsBool());
      return true;
    }
    const bool negative_power = op == Sign::kPow && ToBig(b).negative;
    if (op == Sign::kDiv && ToBig(b).IsZero()) Raise("ZeroDivisionError", "division by zero");
    if (op == Sign::kDiv || negative_power) {
      out = FloatArithmetic(op, AsDouble(a), AsDouble(b));
    } else {
      out = BigArithmetic(heap, op, ToBig(a), ToBig(b));
    }
    return true;
  }
  if (IsBitOperation(op)) return false;
  if (a.Is(Kind::kComplex) || b.Is(Kind::kComplex)) {
    out = ComplexArithmetic(heap, op, AsComplex(a), AsComplex(b));
  } else {
    out = FloatArithmetic(op, AsDouble(a), AsDouble(b));
  }
  return true;
}

}  // namespace migext::python
