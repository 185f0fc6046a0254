// Operators on any values: numbers, texts, containers, instances with dunder methods, and symbols.
#include <algorithm>
#include <cmath>
#include <string>

#include "python/bigint.h"
#include "python/runtime.h"
#include "python/strings.h"

namespace migext::python {
namespace {

using Sign = ast::BinaryOperator;
using Cmp = ast::CompareOperator;

struct OperatorNames {
  const char* sign;
  const char* method;
  const char* function;  // of module operator
};

constexpr OperatorNames kBinary[] = {
    {"+", "add", "add"},
    {"-", "sub", "sub"},
    {"*", "mul", "mul"},
    {"@", "matmul", "matmul"},
    {"/", "truediv", "truediv"},
    {"%", "mod", "mod"},
    {"** or pow()", "pow", "pow"},
    {"<<", "lshift", "lshift"},
    {">>", "rshift", "rshift"},
    {"|", "or", "or_"},
    {"^", "xor", "xor"},
    {"&", "and", "and_"},
    {"//", "floordiv", "floordiv"},
};

constexpr const char* kCompareSigns[] = {"==", "!=", "<",      "<=", ">",
                                         ">=", "is", "is not", "in", "not in"};
constexpr const char* kCompareMethods[] = {"eq", "ne", "lt", "le", "gt", "ge"};

const OperatorNames& NamesOf(Sign op) { return kBinary[static_cast<std::size_t>(op)]; }

bool IsUnknown(Value value) { return value.Is(Kind::kSymbol) || value.Is(Kind::kCall); }

bool IsNumeric(Value value) {
  return value.Is(Kind::kInt) || value.Is(Kind::kBool) || value.Is(Kind::kBigInt) ||
         value.Is(Kind::kFloat);
}

int CompareNumbers(Value a, Value b, bool& unordered) {
  if (a.Is(Kind::kInt) && b.Is(Kind::kInt)) {
    return a.AsInt() < b.AsInt() ? -1 : a.AsInt() > b.AsInt() ? 1 : 0;
  }
  if (a.Is(Kind::kFloat) || b.Is(Kind::kFloat)) {
    const bool first = a.Is(Kind::kFloat);
    const double number = first ? a.AsFloat() : b.AsFloat();
    const Value other = first ? b : a;
    int order = 0;
    if (std::isnan(number) || (other.Is(Kind::kFloat) && std::isnan(other.AsFloat()))) {
      unordered = true;
      return 1;
    }
    if (other.Is(Kind::kFloat)) {
      order = number < other.AsFloat() ? -1 : number > other.AsFloat() ? 1 : 0;
    } else if (std::isinf(number)) {
      order = number < 0 ? -1 : 1;
    } else {
      order = python::Compare(FromDouble(std::floor(number)), ToBig(other));
      if (order == 0 && std::floor(number) != number) order = 1;
    }
    return first ? order : -order;
  }
  return python::Compare(ToBig(a), ToBig(b));
}

bool EqualItems(std::span<const Value> a, std::span<const Value> b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](Value x, Value y) {
           return Identical(x, y) || ValuesEqual(x, y);
         });
}

bool EqualDicts(const DictObject& a, const DictObject& b) {
  if (a.size != b.size) return false;
  for (const Entry& entry : a.view()) {
    const Value* other = FindValue(b, entry.key);
    if (other == nullptr) return false;
    if (!Identical(entry.value, *other) && !ValuesEqual(entry.value, *other)) return false;
  }
  return true;
}

bool EqualSets(const SetObject& a, const SetObject& b) {
  if (a.size != b.size) return false;
  const auto items = a.view();
  return std::all_of(items.begin(), items.end(), [&](Value item) { return Contains(b, item); });
}

bool EqualCalls(const CallObject& a, const CallObject& b) {
  if (!Equal(a.callee, b.callee) || !EqualItems(a.args, b.args)) return false;
  if (a.keywords.size() != b.keywords.size()) return false;
  for (const Keyword& one : a.keywords) {
    const auto found = std::find_if(b.keywords.begin(), b.keywords.end(),
                                    [&](const Keyword& other) { return other.name == one.name; });
    if (found == b.keywords.end() || !ValuesEqual(one.value, found->value)) return false;
  }
  return true;
}

bool EqualSymbols(const SymbolObject& a, const SymbolObject& b) {
  if (a.dotted->size != 0 || b.dotted->size != 0) return a.dotted->view() == b.dotted->view();
  return a.name == b.name && ValuesEqual(a.owner, b.owner);
}

// Instances: __eq__ of either side; nothing said is identity.
bool EqualInstances(Value a, Value b) {
  const Value first = a.Is(Kind::kInstance) ? a : b;
  Runtime& python = *As<InstanceObject>(first).type->runtime;
  Value out;
  for (const auto& [left, right] : {std::pair(a, b), std::pair(b, a)}) {
    if (!left.Is(Kind::kInstance)) continue;
    if (python.CallSpecial(left, python.names.eq, {&right, 1}, out) &&
        !out.Is(Kind::kNotImplemented)) {
      return python.Truth(out);
    }
  }
  const Value left = Runtime::Plain(a);
  const Value right = Runtime::Plain(b);
  if (left.Is(Kind::kInstance) || right.Is(Kind::kInstance)) return a.object() == b.object();
  return ValuesEqual(left, right);
}

bool EqualRanges(const RangeObject& a, const RangeObject& b) {
  const std::int64_t length = a.Length();
  if (length != b.Length()) return false;
  return length == 0 || (a.start == b.start && (length == 1 || a.step == b.step));
}

bool EqualObjects(Value a, Value b) {
  if (a.object() == b.object()) return true;
  switch (a.kind()) {
    case Kind::kList:
    case Kind::kTuple:
      return EqualItems(a.Items(), b.Items());
    case Kind::kDict:
      return EqualDicts(a.AsDict(), b.AsDict());
    case Kind::kSet:
    case Kind::kFrozenSet:
      return EqualSets(As<SetObject>(a), As<SetObject>(b));
    case Kind::kRange:
      return EqualRanges(As<RangeObject>(a), As<RangeObject>(b));
    case Kind::kComplex:
      return As<ComplexObject>(a).real == As<ComplexObject>(b).real &&
             As<ComplexObject>(a).imaginary == As<ComplexObject>(b).imaginary;
    case Kind::kSymbol:
      return EqualSymbols(As<SymbolObject>(a), As<SymbolObject>(b));
    case Kind::kCall:
      return EqualCalls(As<CallObject>(a), As<CallObject>(b));
    case Kind::kBoundMethod:
      return As<BoundMethodObject>(a).function.object() ==
                 As<BoundMethodObject>(b).function.object() &&
             Identical(As<BoundMethodObject>(a).self, As<BoundMethodObject>(b).self);
    default:
      return false;
  }
}

}  // namespace

bool ValuesEqual(Value a, Value b) {
  if (IsNumeric(a) && IsNumeric(b)) {
    bool unordered = false;
    return CompareNumbers(a, b, unordered) == 0 && !unordered;
  }
  if (a.IsStr() && b.IsStr()) return a.AsStr() == b.AsStr();
  if (a.Is(Kind::kInstance) || b.Is(Kind::kInstance)) {
    const WalkGuard guard;
    return EqualInstances(a, b);
  }
  const bool both_sets =
      (a.Is(Kind::kSet) || a.Is(Kind::kFrozenSet)) && (b.Is(Kind::kSet) || b.Is(Kind::kFrozenSet));
  if (both_sets) return EqualSets(As<SetObject>(a), As<SetObject>(b));
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::kNone:
    case Kind::kNotImplemented:
    case Kind::kEllipsis:
      return true;
    case Kind::kBytes:
      return a.AsBytes() == b.AsBytes();
    case Kind::kBigInt:
      return python::Compare(ToBig(a), ToBig(b)) == 0;
    default: {
      const WalkGuard guard;
      return EqualObjects(a, b);
    }
  }
}

Value Runtime::OperatorCall(std::string_view name, std::span<const Value> operands) {
  // SymbolFor() would give the function of the library, which is not what keeps the operands.
  auto* symbol = heap.New<SymbolObject>();
  symbol->dotted = heap.Intern("operator." + std::string(name));
  symbol->name = heap.Intern(name);
  return MakeCall(Value::Of(Kind::kSymbol, symbol), operands, {}, ProjectPosition());
}

Value Runtime::Binary(ast::BinaryOperator op, Value a, Value b) {
  Value out;
  if (Arithmetic(op, a, b, out)) return out;
  if (a.Is(Kind::kInstance) || b.Is(Kind::kInstance)) {
    const DeepGuard guard;
    return BinaryInstance(op, a, b);
  }
  if (op == Sign::kMod && (a.IsStr() || a.Is(Kind::kBytes))) {
    const std::string text = FormatPercent(*this, a.AsStr(), b);
    return a.IsStr() ? MakeStr(text) : Value::Of(Kind::kBytes, heap.NewStr(text));
  }
  if (IsUnknown(a) || IsUnknown(b)) {
    const Value operands[2] = {a, b};
    return OperatorCall(NamesOf(op).function, operands);
  }
  if (SequenceBinary(op, a, b, out) || SetBinary(op, a, b, out)) return out;
  const bool is_type = (a.Is(Kind::kClass) || a.IsNone()) && (b.Is(Kind::kClass) || b.IsNone());
  if (op == Sign::kBitOr && is_type) {
    // int | None, a union of types.
    const Value operands[2] = {a, b};
    return OperatorCall("or_", operands);
  }
  if (op == Sign::kAdd && a.IsStr()) {
    Raise("TypeError",
          "can only concatenate str (not \"" + std::string(KindName(b)) + "\") to str");
  }
  if (op == Sign::kAdd && a.IsSequence()) {
    const std::string name(KindName(a));
    Raise("TypeError", "can only concatenate " + name + " (not \"" + std::string(KindName(b)) +
                           "\") to " + name);
  }
  Raise("TypeError", "unsupported operand type(s) for " + std::string(NamesOf(op).sign) + ": '" +
                         std::string(KindName(a)) + "' and '" + std::string(KindName(b)) + "'");
}

bool Runtime::TryBinaryMethod(ast::BinaryOperator op, Value a, Value b, bool reversed, Value& out) {
  const std::string method = std::string(reversed ? "__r" : "__") + NamesOf(op).method + "__";
  const Value self = reversed ? b : a;
  const Value other = reversed ? a : b;
  if (!self.Is(Kind::kInstance)) return false;
  return CallSpecial(self, heap.Intern(method), {&other, 1}, out) && !out.Is(Kind::kNotImplemented);
}

Value Runtime::BinaryInstance(ast::BinaryOperator op, Value a, Value b) {
  Value out;
  if (TryBinaryMethod(op, a, b, false, out) || TryBinaryMethod(op, a, b, true, out)) return out;
  const Value left = Plain(a);
  const Value right = Plain(b);
  if (!left.Is(Kind::kInstance) && !right.Is(Kind::kInstance)) return Binary(op, left, right);
  const bool formats = op == Sign::kMod && (left.IsStr() || left.Is(Kind::kBytes));
  if (formats) return MakeStr(FormatPercent(*this, left.AsStr(), b));
  const bool unknown =
      IsUnknown(a) || IsUnknown(b) || TypeOf(a).has_symbol_base || TypeOf(b).has_symbol_base;
  if (unknown) {
    const Value operands[2] = {a, b};
    return OperatorCall(NamesOf(op).function, operands);
  }
  Raise("TypeError", "unsupported operand type(s) for " + std::string(NamesOf(op).sign) + ": '" +
                         std::string(KindName(a)) + "' and '" + std::string(KindName(b)) + "'");
}

bool Runtime::SequenceBinary(ast::BinaryOperator op, Value a, Value b, Value& out) {
  const auto is_text = [](Value v) { return v.IsStr() || v.Is(Kind::kBytes); };
  if (op == Sign::kAdd && a.kind() == b.kind() && is_text(a)) {
    StrObject* joined = heap.NewUninitialisedStr(a.AsStr().size() + b.AsStr().size());
    std::copy(a.AsStr().begin(), a.AsStr().end(), joined->data());
    std::copy(b.AsStr().begin(), b.AsStr().end(), joined->data() + a.AsStr().size());
    out = Value::Of(a.kind(), joined);
    return true;
  }
  if (op == Sign::kAdd && a.kind() == b.kind() && a.IsSequence()) {
    SequenceObject* joined = NewSequence(heap, a.Items());
    Splice(heap, *joined, joined->size, 0, b.Items());
    out = Value::Of(a.kind(), joined);
    return true;
  }
  if (op != Sign::kMult) return false;
  const Value sequence = is_text(a) || a.IsSequence() ? a : b;
  const Value factor = sequence.object() == a.object() && sequence.kind() == a.kind() ? b : a;
  if (!(is_text(sequence) || sequence.IsSequence())) return false;
  if (factor.Is(Kind::kBigInt)) {
    if (ToBig(factor).negative) {
      out = is_text(sequence) ? MakeStr("") : Value::Of(sequence.kind(), NewSequence(heap, {}));
      return true;
    }
    throw OutOfMemory{};
  }
  if (!factor.Is(Kind::kInt) && !factor.Is(Kind::kBool)) return false;
  const std::int64_t wanted = factor.Is(Kind::kInt) ? factor.AsInt() : factor.AsBool() ? 1 : 0;
  const auto times = static_cast<std::size_t>(std::max<std::int64_t>(wanted, 0));
  const std::size_t size = is_text(sequence) ? sequence.AsStr().size() : sequence.Items().size();
  if (size != 0 && times > budget_.bytes / size) throw OutOfMemory{};
  Charge(size * times / 64);
  if (is_text(sequence)) {
    StrObject* text = heap.NewUninitialisedStr(size * times);
    for (std::size_t i = 0; i < times && size != 0; ++i) {
      std::copy(sequence.AsStr().begin(), sequence.AsStr().end(), text->data() + i * size);
    }
    out = Value::Of(sequence.kind(), text);
    return true;
  }
  auto* repeated = heap.New<SequenceObject>();
  Reserve(heap, *repeated, size * times);
  for (std::size_t i = 0; i < times && size != 0; ++i) {
    for (const Value& item : sequence.Items()) repeated->items[repeated->size++] = item;
  }
  out = Value::Of(sequence.kind(), repeated);
  return true;
}

bool Runtime::SetBinary(ast::BinaryOperator op, Value a, Value b, Value& out) {
  if (op == Sign::kBitOr && a.Is(Kind::kDict) && b.Is(Kind::kDict)) {
    DictObject* merged = CopyDict(heap, a.AsDict());
    for (const Entry& entry : b.AsDict().view()) Put(heap, *merged, entry.key, entry.value);
    out = Value::Of(Kind::kDict, merged);
    return true;
  }
  const auto is_set = [](Value v) { return v.Is(Kind::kSet) || v.Is(Kind::kFrozenSet); };
  if (!is_set(a) || !is_set(b)) return false;
  const auto& left = As<SetObject>(a);
  const auto& right = As<SetObject>(b);
  SetObject* result = NewSet(heap);
  switch (op) {
    case Sign::kBitOr:
      for (const Value& item : left.view()) Insert(heap, *result, item);
      for (const Value& item : right.view()) Insert(heap, *result, item);
      break;
    case Sign::kBitAnd:
    case Sign::kSub:
      for (const Value& item : left.view()) {
        if (python::Contains(right, item) == (op == Sign::kBitAnd)) Insert(heap, *result, item);
      }
      break;
    case Sign::kBitXor:
      for (const Value& item : left.view()) {
        if (!python::Contains(right, item)) Insert(heap, *result, item);
      }
      for (const Value& item : right.view()) {
        if (!python::Contains(left, item)) Insert(heap, *result, item);
      }
      break;
    default:
      return false;
  }
  out = Value::Of(a.kind(), result);
  return true;
}

// a += b changes a list, set or dict in place.
Value Runtime::Inplace(ast::BinaryOperator op, Value a, Value b) {
  if (a.Is(Kind::kList) && op == Sign::kAdd && !IsUnknown(b)) {
    auto& list = As<SequenceObject>(a);
    if (b.IsSequence()) {
      Splice(heap, list, list.size, 0, b.Items());
    } else {
      ForEach(b, [&](Value item) { Append(heap, list, item); });
    }
    return a;
  }
  if (a.Is(Kind::kSet) && op == Sign::kBitOr && (b.Is(Kind::kSet) || b.Is(Kind::kFrozenSet))) {
    for (const Value& item : As<SetObject>(b).view()) Insert(heap, As<SetObject>(a), item);
    return a;
  }
  if (a.Is(Kind::kDict) && op == Sign::kBitOr && Plain(b).Is(Kind::kDict)) {
    DictUpdate(As<DictObject>(a), b, false);
    return a;
  }
  if (a.Is(Kind::kInstance)) {
    Value out;
    const std::string method = "__i" + std::string(NamesOf(op).method) + "__";
    if (CallSpecial(a, heap.Intern(method), {&b, 1}, out) && !out.Is(Kind::kNotImplemented)) {
      return out;
    }
  }
  return Binary(op, a, b);
}

Value Runtime::Unary(ast::UnaryOperator op, Value operand) {
  const char* sign = op == ast::UnaryOperator::kMinus  ? "-"
                     : op == ast::UnaryOperator::kPlus ? "+"
                                                       : "~";
  if (operand.Is(Kind::kInstance)) {
    Value out;
    const StrObject* method = op == ast::UnaryOperator::kMinus  ? names.neg
                              : op == ast::UnaryOperator::kPlus ? names.pos
                                                                : names.invert;
    if (CallSpecial(operand, method, {}, out)) return out;
    operand = Plain(operand);
  }
  if (IsUnknown(operand) || TypeOf(operand).has_symbol_base) {
    return OperatorCall(op == ast::UnaryOperator::kMinus  ? "neg"
                        : op == ast::UnaryOperator::kPlus ? "pos"
                                                          : "invert",
                        {&operand, 1});
  }
  const bool is_integer =
      operand.Is(Kind::kInt) || operand.Is(Kind::kBool) || operand.Is(Kind::kBigInt);
  if (op == ast::UnaryOperator::kInvert && is_integer) {
    return MakeInt(heap, Add(Negate(ToBig(operand)), ToBig(-1)));
  }
  if (op != ast::UnaryOperator::kInvert) {
    if (operand.Is(Kind::kFloat)) {
      return Value::Float(op == ast::UnaryOperator::kMinus ? -operand.AsFloat()
                                                           : operand.AsFloat());
    }
    if (is_integer || operand.Is(Kind::kComplex)) {
      Value out;
      Arithmetic(op == ast::UnaryOperator::kMinus ? Sign::kSub : Sign::kAdd, Value::Int(0), operand,
                 out);
      return out;
    }
  }
  Raise("TypeError", "bad operand type for unary " + std::string(sign) + ": '" +
                         std::string(KindName(operand)) + "'");
}

Value Runtime::Compare(ast::CompareOperator op, Value a, Value b) {
  switch (op) {
    case Cmp::kIs:
      return Value::Bool(Identical(a, b));
    case Cmp::kIsNot:
      return Value::Bool(!Identical(a, b));
    case Cmp::kIn:
      return Value::Bool(Contains(b, a));
    case Cmp::kNotIn:
      return Value::Bool(!Contains(b, a));
    case Cmp::kEq:
    case Cmp::kNotEq: {
      // An instance may answer with anything; a symbol's comparison is a call if it may matter.
      Value out;
      const StrObject* method = op == Cmp::kEq ? names.eq : names.ne;
      if (a.Is(Kind::kInstance) && CallSpecial(a, method, {&b, 1}, out) &&
          !out.Is(Kind::kNotImplemented)) {
        return out;
      }
      return Value::Bool(ValuesEqual(a, b) == (op == Cmp::kEq));
    }
    default: {
      const DeepGuard guard;
      return CompareOrder(op, a, b);
    }
  }
}

bool Runtime::Less(Value a, Value b) { return Truth(Compare(Cmp::kLt, a, b)); }

Value Runtime::CompareOrder(ast::CompareOperator op, Value a, Value b) {
  const auto answer = [op](int order) {
    switch (op) {
      case Cmp::kLt:
        return Value::Bool(order < 0);
      case Cmp::kLtE:
        return Value::Bool(order <= 0);
      case Cmp::kGt:
        return Value::Bool(order > 0);
      default:
        return Value::Bool(order >= 0);
    }
  };
  const auto index = static_cast<std::size_t>(op);
  if (a.Is(Kind::kInstance) || b.Is(Kind::kInstance)) {
    constexpr const char* kMirrored[] = {"eq", "ne", "gt", "ge", "lt", "le"};
    Value out;
    const std::string method = "__" + std::string(kCompareMethods[index]) + "__";
    const std::string mirrored = "__" + std::string(kMirrored[index]) + "__";
    if (a.Is(Kind::kInstance) && CallSpecial(a, heap.Intern(method), {&b, 1}, out) &&
        !out.Is(Kind::kNotImplemented)) {
      return out;
    }
    if (b.Is(Kind::kInstance) && CallSpecial(b, heap.Intern(mirrored), {&a, 1}, out) &&
        !out.Is(Kind::kNotImplemented)) {
      return out;
    }
  }
  const Value left = Plain(a);
  const Value right = Plain(b);
  if (IsUnknown(left) || IsUnknown(right)) {
    const Value operands[2] = {a, b};
    return OperatorCall(kCompareMethods[index], operands);
  }
  if (IsNumeric(left) && IsNumeric(right)) {
    bool unordered = false;
    const int order = CompareNumbers(left, right, unordered);
    return unordered ? Value::Bool(false) : answer(order);
  }
  if (left.kind() == right.kind() && (left.IsStr() || left.Is(Kind::kBytes))) {
    return answer(left.AsStr().compare(right.AsStr()));
  }
  if (left.kind() == right.kind() && left.IsSequence()) {
    const auto x = left.Items();
    const auto y = right.Items();
    for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
      if (!Identical(x[i], y[i]) && !ValuesEqual(x[i], y[i])) return Compare(op, x[i], y[i]);
    }
    return answer(x.size() < y.size() ? -1 : x.size() > y.size() ? 1 : 0);
  }
  const auto is_set = [](Value v) { return v.Is(Kind::kSet) || v.Is(Kind::kFrozenSet); };
  if (is_set(left) && is_set(right)) {
    const bool turned = op == Cmp::kGt || op == Cmp::kGtE;
    const auto& small = As<SetObject>(turned ? right : left);
    const auto& large = As<SetObject>(turned ? left : right);
    const auto items = small.view();
    const bool inside = std::all_of(items.begin(), items.end(),
                                    [&](Value v) { return python::Contains(large, v); });
    const bool strict = op == Cmp::kLt || op == Cmp::kGt;
    return Value::Bool(inside && (!strict || small.size < large.size));
  }
  Raise("TypeError", "'" + std::string(kCompareSigns[index]) +
                         "' not supported between instances of '" + std::string(KindName(a)) +
                         "' and '" + std::string(KindName(b)) + "'");
}

bool Runtime::Contains(Value container, Value item) {
  Value out;
  if (container.Is(Kind::kInstance) || container.Is(Kind::kClass)) {
    if (CallSpecial(container, names.contains, {&item, 1}, out)) return Truth(out);
  }
  const Value plain = Plain(container);
  const Value plain_item = plain.IsStr() || plain.Is(Kind::kBytes) ? Plain(item) : item;
  switch (plain.kind()) {
    case Kind::kDict:
      return FindValue(plain.AsDict(), item) != nullptr;
    case Kind::kSet:
    case Kind::kFrozenSet:
      return python::Contains(As<SetObject>(plain), item);
    case Kind::kStr:
      if (!plain_item.IsStr()) {
        Raise("TypeError",
              "'in <string>' requires string as left operand, not " + std::string(KindName(item)));
      }
      return plain.AsStr().find(plain_item.AsStr()) != std::string_view::npos;
    case Kind::kBytes:
      if (plain_item.Is(Kind::kInt)) {
        return plain.AsBytes().find(static_cast<char>(plain_item.AsInt())) !=
               std::string_view::npos;
      }
      return plain_item.Is(Kind::kBytes) &&
             plain.AsBytes().find(plain_item.AsBytes()) != std::string_view::npos;
    case Kind::kSymbol:
    case Kind::kCall:
      RaiseUnknown(plain);
    default:
      break;
  }
  bool found = false;
  if (plain.IsSequence()) {
    for (const Value& one : plain.Items()) {
      if (Identical(one, item) || ValuesEqual(one, item)) return true;
    }
    return false;
  }
  if (!plain.Is(Kind::kRange) && !plain.Is(Kind::kIterator) && !plain.Is(Kind::kInstance) &&
      !plain.Is(Kind::kClass)) {
    Raise("TypeError",
          "argument of type '" + std::string(KindName(container)) + "' is not iterable");
  }
  if (plain.Is(Kind::kRange) && (item.Is(Kind::kInt) || item.Is(Kind::kBool))) {
    const auto& range = As<RangeObject>(plain);
    const Big distance = Add(ToBig(item), Negate(ToBig(range.start)));
    Big rest;
    const Big position = DivideFloor(distance, ToBig(range.step), rest);
    return rest.IsZero() && !position.negative &&
           python::Compare(position, ToBig(range.Length())) < 0;
  }
  const Value iterator = Iterate(container);
  Value one;
  while (!found && Next(iterator, one)) found = Identical(one, item) || ValuesEqual(one, item);
  return found;
}

bool Runtime::Truth(Value value) {
  if (value.Is(Kind::kBool)) return value.AsBool();
  if (const std::optional<bool> known = python::Truth(value)) return *known;
  RaiseUnknown(value);
}

}  // namespace migext::python
