// The builtin functions: len(), sorted(), isinstance() …
#include <algorithm>
#include <cmath>
#include <string>

#include "base/text.h"
#include "python/bigint.h"
#include "python/compiler.h"
#include "python/iterators.h"
#include "python/native.h"
#include "python/strings.h"

namespace migext::python {
namespace {

bool IsUnknown(Value value) { return value.Is(Kind::kSymbol) || value.Is(Kind::kCall); }

const StrObject* NameArgument(Runtime& python, const Arguments& call, const char* function) {
  const Value name = Runtime::Plain(call.args[1]);
  if (!name.IsStr()) {
    Raise("TypeError", std::string(function) + "(): attribute name must be string");
  }
  return python.heap.Intern(name.AsStr());
}

void Need(const Arguments& call, std::size_t least, std::size_t most, const char* function) {
  const std::size_t given = call.args.size();
  if (given >= least && given <= most) return;
  const std::size_t bound = given < least ? least : most;
  const std::string how = least == most ? "exactly" : given < least ? "at least" : "at most";
  const std::string count = bound == 1 && least == most ? "one" : std::to_string(bound);
  Raise("TypeError", std::string(function) + "() takes " + how + " " + count + " argument" +
                         (bound == 1 ? "" : "s") + " (" + std::to_string(given) + " given)");
}

Value Len(Runtime& python, const Arguments& call) {
  Need(call, 1, 1, "len");
  return Value::Int(python.Length(call.args[0]));
}

Value IsInstanceFunction(Runtime& python, const Arguments& call) {
  Need(call, 2, 2, "isinstance");
  return Value::Bool(python.IsInstance(call.args[0], call.args[1]));
}

Value IsSubclassFunction(Runtime& python, const Arguments& call) {
  Need(call, 2, 2, "issubclass");
  return Value::Bool(python.IsSubclass(call.args[0], call.args[1]));
}

Value GetAttr(Runtime& python, const Arguments& call) {
  Need(call, 2, 3, "getattr");
  const StrObject* name = NameArgument(python, call, "getattr");
  if (call.args.size() == 2) return python.GetAttribute(call.args[0], name);
  Value out;
  try {
    if (python.FindAttribute(call.args[0], name, out)) return out;
  } catch (Raised& raised) {
    if (!Runtime::IsException("AttributeError", raised, python)) throw;
  }
  return call.args[2];
}

Value HasAttr(Runtime& python, const Arguments& call) {
  Need(call, 2, 2, "hasattr");
  Value out;
  try {
    return Value::Bool(
        python.FindAttribute(call.args[0], NameArgument(python, call, "hasattr"), out));
  } catch (Raised& raised) {
    if (!Runtime::IsException("AttributeError", raised, python)) throw;
    return Value::Bool(false);
  }
}

Value SetAttr(Runtime& python, const Arguments& call) {
  Need(call, 3, 3, "setattr");
  python.SetAttribute(call.args[0], NameArgument(python, call, "setattr"), call.args[2]);
  return {};
}

Value DelAttr(Runtime& python, const Arguments& call) {
  Need(call, 2, 2, "delattr");
  python.DeleteAttribute(call.args[0], NameArgument(python, call, "delattr"));
  return {};
}

Value ReprFunction(Runtime& python, const Arguments& call) {
  Need(call, 1, 1, "repr");
  return python.MakeStr(python.Repr(call.args[0]));
}

Value FormatFunction(Runtime& python, const Arguments& call) {
  Need(call, 1, 2, "format");
  const Value spec = call.args.size() > 1 ? call.args[1] : python.MakeStr("");
  return python.MakeStr(python.Format(call.args[0], RequireText(spec, "format()")));
}

Value HashFunction(Runtime&, const Arguments& call) {
  Need(call, 1, 1, "hash");
  const Value plain = call.args[0];
  if (plain.Is(Kind::kInt) && plain.AsInt() != -1) return plain;
  return Value::Int(static_cast<std::int64_t>(Hash(plain) >> 2U));
}

Value IdFunction(Runtime&, const Arguments& call) {
  Need(call, 1, 1, "id");
  return Value::Int(
      static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(call.args[0].object())));
}

Value Callable(Runtime& python, const Arguments& call) {
  Need(call, 1, 1, "callable");
  Value found;
  switch (call.args[0].kind()) {
    case Kind::kFunction:
    case Kind::kBuiltin:
    case Kind::kBoundMethod:
    case Kind::kClass:
    case Kind::kSymbol:
      return Value::Bool(true);
    case Kind::kInstance:
      return Value::Bool(
          Runtime::FindInClass(python.TypeOf(call.args[0]), python.names.call, found));
    default:
      return Value::Bool(false);
  }
}

Value Print(Runtime&, const Arguments&) { return {}; }

Value Iter(Runtime& python, const Arguments& call) {
  Need(call, 1, 2, "iter");
  if (call.args.size() == 2) return MakeCallIterator(python.heap, call.args[0], call.args[1]);
  return python.Iterate(call.args[0]);
}

Value NextFunction(Runtime& python, const Arguments& call) {
  Need(call, 1, 2, "next");
  Value out;
  if (call.args[0].Is(Kind::kIterator) || IsUnknown(call.args[0])) {
    if (python.Next(call.args[0], out)) return out;
  } else {
    Value next;
    const ClassObject& type = python.TypeOf(call.args[0]);
    if (!Runtime::FindInClass(type, python.names.next, next)) {
      Raise("TypeError", "'" + std::string(KindName(call.args[0])) + "' object is not an iterator");
    }
    if (call.args.size() == 1) return python.Call(python.Bind(next, call.args[0], type), {});
    if (python.Next(call.args[0], out)) return out;
  }
  if (call.args.size() > 1) return call.args[1];
  Raise("StopIteration", "");
}

std::vector<Value> Iterators(Runtime& python, std::span<const Value> iterables) {
  std::vector<Value> iterators;
  for (const Value& iterable : iterables) iterators.push_back(python.Iterate(iterable));
  return iterators;
}

Value Map(Runtime& python, const Arguments& call) {
  if (call.args.size() < 2) Raise("TypeError", "map() must have at least two arguments.");
  return MakeMap(python.heap, call.args[0], Iterators(python, call.args.subspan(1)));
}

Value Filter(Runtime& python, const Arguments& call) {
  Need(call, 2, 2, "filter");
  return MakeFilter(python.heap, call.args[0], python.Iterate(call.args[1]));
}

Value Zip(Runtime& python, const Arguments& call) {
  const Value strict = Argument(call, call.args.size(), "strict", Value::Bool(false));
  return MakeZip(python.heap, Iterators(python, call.args), python.Truth(strict));
}

Value Enumerate(Runtime& python, const Arguments& call) {
  const Value start = Argument(call, 1, "start", Value::Int(0));
  return MakeEnumerate(python.heap, python.Iterate(Argument(call, 0, "iterable")),
                       python.Index(start));
}

Value Reversed(Runtime& python, const Arguments& call) {
  Need(call, 1, 1, "reversed");
  Value out;
  if (python.CallSpecial(call.args[0], python.names.reversed, {}, out)) return out;
  const Value plain = Runtime::Plain(call.args[0]);
  if (plain.IsSequence()) return IterateSequence(python.heap, As<SequenceObject>(plain), true);
  if (plain.Is(Kind::kDict)) return IterateDict(python.heap, plain.AsDict(), DictPart::kKeys, true);
  const bool has_order = plain.IsStr() || plain.Is(Kind::kRange) || plain.Is(Kind::kBytes) ||
                         plain.Is(Kind::kFrozenSet);
  if (!has_order) {
    Raise("TypeError", "'" + std::string(KindName(plain)) + "' object is not reversible");
  }
  const std::vector<Value> items = python.ToVector(plain);
  return IterateSequence(python.heap, *NewSequence(python.heap, items), true);
}

// A stable sort by merging, since a comparison may be Python code that raises or contradicts
// itself.
void MergeSort(Runtime& python, std::vector<std::pair<Value, Value>>& items, bool reverse) {
  std::vector<std::pair<Value, Value>> other(items.size());
  for (std::size_t width = 1; width < items.size(); width *= 2) {
    for (std::size_t begin = 0; begin < items.size(); begin += 2 * width) {
      const std::size_t middle = std::min(begin + width, items.size());
      const std::size_t end = std::min(begin + 2 * width, items.size());
      std::size_t left = begin;
      std::size_t right = middle;
      for (std::size_t at = begin; at < end; ++at) {
        python.Charge(1);
        bool take_right = left >= middle;
        if (!take_right && right < end) {
          take_right = reverse ? python.Less(items[left].first, items[right].first)
                               : python.Less(items[right].first, items[left].first);
        }
        other[at] = take_right ? items[right++] : items[left++];
      }
    }
    items.swap(other);
  }
}

Value Sorted(Runtime& python, const Arguments& call) {
  Need(call, 1, 1, "sorted");
  const Value key = Argument(call, 1, "key");
  const bool reverse = python.Truth(Argument(call, 2, "reverse", Value::Bool(false)));
  std::vector<std::pair<Value, Value>> items;
  for (const Value& item : python.ToVector(call.args[0])) {
    items.emplace_back(key.IsNone() ? item : python.CallOne(key, item), item);
  }
  MergeSort(python, items, reverse);
  std::vector<Value> sorted;
  sorted.reserve(items.size());
  for (const auto& item : items) sorted.push_back(item.second);
  return python.MakeList(sorted);
}

Value Extreme(Runtime& python, const Arguments& call, bool largest) {
  const char* name = largest ? "max" : "min";
  if (call.args.empty()) {
    Raise("TypeError", std::string(name) + " expected at least 1 argument, got 0");
  }
  const Value key = Argument(call, call.args.size(), "key");
  const std::vector<Value> items = call.args.size() == 1
                                       ? python.ToVector(call.args[0])
                                       : std::vector<Value>(call.args.begin(), call.args.end());
  if (items.empty()) {
    if (HasArgument(call, call.args.size(), "default")) {
      return Argument(call, call.args.size(), "default");
    }
    Raise("ValueError", std::string(name) + "() iterable argument is empty");
  }
  Value best = items[0];
  Value best_key = key.IsNone() ? best : python.CallOne(key, best);
  for (std::size_t i = 1; i < items.size(); ++i) {
    const Value item_key = key.IsNone() ? items[i] : python.CallOne(key, items[i]);
    const bool better = largest ? python.Less(best_key, item_key) : python.Less(item_key, best_key);
    if (!better) continue;
    best = items[i];
    best_key = item_key;
  }
  return best;
}

Value Max(Runtime& python, const Arguments& call) { return Extreme(python, call, true); }
Value Min(Runtime& python, const Arguments& call) { return Extreme(python, call, false); }

Value Sum(Runtime& python, const Arguments& call) {
  Need(call, 1, 2, "sum");
  Value total = Argument(call, 1, "start", Value::Int(0));
  for (const Value& item : python.ToVector(call.args[0])) {
    total = python.Binary(ast::BinaryOperator::kAdd, total, item);
  }
  return total;
}

Value AnyOrAll(Runtime& python, const Arguments& call, bool wanted) {
  Need(call, 1, 1, wanted ? "any" : "all");
  const Value iterator = python.Iterate(call.args[0]);
  Value item;
  while (python.Next(iterator, item)) {
    if (python.Truth(item) == wanted) return Value::Bool(wanted);
  }
  return Value::Bool(!wanted);
}

Value Any(Runtime& python, const Arguments& call) { return AnyOrAll(python, call, true); }
Value All(Runtime& python, const Arguments& call) { return AnyOrAll(python, call, false); }

Value Abs(Runtime& python, const Arguments& call) {
  Need(call, 1, 1, "abs");
  Value out;
  if (call.args[0].Is(Kind::kInstance) &&
      python.CallSpecial(call.args[0], python.names.abs, {}, out)) {
    return out;
  }
  const Value plain = Runtime::Plain(call.args[0]);
  if (plain.Is(Kind::kFloat)) return Value::Float(std::fabs(plain.AsFloat()));
  if (plain.Is(Kind::kInt) && plain.AsInt() >= 0) return plain;
  if (plain.Is(Kind::kInt) || plain.Is(Kind::kBool) || plain.Is(Kind::kBigInt)) {
    Big number = ToBig(plain);
    number.negative = false;
    return MakeInt(python.heap, number);
  }
  if (IsUnknown(plain)) return python.OperatorCall("abs", call.args);
  Raise("TypeError", "bad operand type for abs(): '" + std::string(KindName(plain)) + "'");
}

Value Round(Runtime& python, const Arguments& call) {
  const Value number = Runtime::Plain(Argument(call, 0, "number"));
  const Value digits = Argument(call, 1, "ndigits");
  Value out;
  if (number.Is(Kind::kInstance) &&
      python.CallSpecial(number, python.heap.Intern("__round__"), call.args.subspan(1), out)) {
    return out;
  }
  if (!number.Is(Kind::kFloat)) {
    if (!number.Is(Kind::kBigInt)) return Value::Int(python.Index(number));
    return number;
  }
  if (digits.IsNone()) {
    if (!std::isfinite(number.AsFloat())) {
      Raise("ValueError", "cannot convert float NaN to integer");
    }
    return MakeInt(python.heap, FromDouble(std::nearbyint(number.AsFloat())));
  }
  // The digits of the decimal text are rounded right, as CPython's own round does.
  const std::int64_t places = std::clamp<std::int64_t>(python.Index(digits), -308, 308);
  if (places < 0) {
    const double scale = std::pow(10.0, static_cast<double>(-places));
    return Value::Float(std::nearbyint(number.AsFloat() / scale) * scale);
  }
  const Value text =
      python.MakeStr(FormatPlain(python, number, "." + std::to_string(places) + "f"));
  return python.CallOne(python.Builtin("float"), text);
}

Value DivMod(Runtime& python, const Arguments& call) {
  Need(call, 2, 2, "divmod");
  const Value pair[2] = {python.Binary(ast::BinaryOperator::kFloorDiv, call.args[0], call.args[1]),
                         python.Binary(ast::BinaryOperator::kMod, call.args[0], call.args[1])};
  return python.MakeTuple(pair);
}

Value Pow(Runtime& python, const Arguments& call) {
  Need(call, 2, 3, "pow");
  if (call.args.size() == 2) {
    return python.Binary(ast::BinaryOperator::kPow, call.args[0], call.args[1]);
  }
  const auto whole = [&](std::size_t at) {
    const Value plain = Runtime::Plain(call.args[at]);
    return plain.Is(Kind::kBigInt) ? ToBig(plain) : ToBig(python.Index(plain));
  };
  Big exponent = whole(1);
  const Big modulus = whole(2);
  if (modulus.IsZero()) Raise("ValueError", "pow() 3rd argument cannot be 0");
  Big result = ToBig(1);
  Big base;
  DivideFloor(whole(0), modulus, base);
  if (exponent.negative) {
    Raise("ValueError", "pow() with a negative exponent and a modulus is not computed here");
  }
  while (!exponent.IsZero()) {
    if ((exponent.digits[0] & 1U) != 0) DivideFloor(Multiply(result, base), modulus, result);
    DivideFloor(Multiply(base, base), modulus, base);
    exponent = ShiftRight(exponent, 1);
    python.Charge(modulus.digits.size() * modulus.digits.size() + 1);
  }
  return MakeInt(python.heap, result);
}

Value InBase(const Arguments& call, Runtime& python, unsigned base, const char* prefix) {
  Need(call, 1, 1, base == 16 ? "hex" : base == 8 ? "oct" : "bin");
  Big number = ToBig(Value::Int(0));
  const Value plain = Runtime::Plain(call.args[0]);
  number = plain.Is(Kind::kBigInt) ? ToBig(plain) : ToBig(python.Index(plain));
  const bool negative = number.negative;
  number.negative = false;
  return python.MakeStr((negative ? "-" : "") + std::string(prefix) + ToText(number, base));
}

Value Hex(Runtime& python, const Arguments& call) { return InBase(call, python, 16, "0x"); }
Value Oct(Runtime& python, const Arguments& call) { return InBase(call, python, 8, "0o"); }
Value Bin(Runtime& python, const Arguments& call) { return InBase(call, python, 2, "0b"); }

Value Chr(Runtime& python, const Arguments& call) {
  Need(call, 1, 1, "chr");
  const std::int64_t code = python.Index(call.args[0]);
  if (code < 0 || code > 0x10FFFF) Raise("ValueError", "chr() arg not in range(0x110000)");
  std::string text;
  AppendUtf8(text, static_cast<char32_t>(code));
  return python.MakeStr(text);
}

Value Ord(Runtime&, const Arguments& call) {
  Need(call, 1, 1, "ord");
  const StrObject& text = SelfText(call);
  if (CodePoints(text) != 1) {
    Raise("TypeError", "ord() expected a character, but string of length " +
                           std::to_string(CodePoints(text)) + " found");
  }
  std::size_t at = 0;
  return Value::Int(static_cast<std::int64_t>(NextUtf8(text.view(), at)));
}

Value Vars(Runtime& python, const Arguments& call) {
  if (call.args.empty()) {
    const Frame* frame = python.frame();
    DictObject* names = frame == nullptr ? NewDict(python.heap) : frame->names;
    if (names == nullptr) {
      names = NewDict(python.heap);
      for (std::size_t i = 0; i < frame->code->slot_count; ++i) {
        const StrObject* name = frame->code->slot_names[i];
        if (!IsUnbound(frame->locals[i]) && name->size != 0) {
          Put(python.heap, *names, name, frame->locals[i]);
        }
      }
    }
    return Value::Of(Kind::kDict, names);
  }
  return python.GetAttribute(call.args[0], python.names.dict);
}

Value Globals(Runtime& python, const Arguments&) {
  const Frame* frame = python.frame();
  return Value::Of(Kind::kDict, frame == nullptr ? NewDict(python.heap) : frame->module->globals);
}

Value Dir(Runtime& python, const Arguments& call) {
  if (call.args.empty()) {
    const Value scope = Vars(python, call);
    return python.Call(python.Builtin("sorted"), {&scope, 1});
  }
  return python.MakeList(python.AttributeNames(call.args[0]));
}

Value ImportFunction(Runtime& python, const Arguments& call) {
  Need(call, 1, 5, "__import__");
  const std::string name(RequireText(call.args[0], "__import__()"));
  const Value module = python.Import(name);
  const Value from = Argument(call, 3, "fromlist");
  if (!from.IsNone() && python.Truth(from)) return module;
  return python.Import(name.substr(0, name.find('.')));
}

// Files do not exist here.
Value Open(Runtime& python, const Arguments& call) {
  const std::string name = call.args.empty() ? "" : python.Repr(call.args[0]);
  Raise("FileNotFoundError", "[Errno 2] No such file or directory: " + name);
}

Value Unavailable(Runtime&, const Arguments&) {
  Raise("RuntimeError", "code made at run time is not run here");
}

constexpr Method kFunctions[] = {
    {"len", Len},
    {"isinstance", IsInstanceFunction},
    {"issubclass", IsSubclassFunction},
    {"getattr", GetAttr},
    {"hasattr", HasAttr},
    {"setattr", SetAttr},
    {"delattr", DelAttr},
    {"repr", ReprFunction},
    {"ascii", ReprFunction},
    {"format", FormatFunction},
    {"hash", HashFunction},
    {"id", IdFunction},
    {"callable", Callable},
    {"print", Print},
    {"iter", Iter},
    {"next", NextFunction},
    {"map", Map},
    {"filter", Filter},
    {"zip", Zip},
    {"enumerate", Enumerate},
    {"reversed", Reversed},
    {"sorted", Sorted},
    {"max", Max},
    {"min", Min},
    {"sum", Sum},
    {"any", Any},
    {"all", All},
    {"abs", Abs},
    {"round", Round},
    {"divmod", DivMod},
    {"pow", Pow},
    {"hex", Hex},
    {"oct", Oct},
    {"bin", Bin},
    {"chr", Chr},
    {"ord", Ord},
    {"vars", Vars},
    {"locals", Vars},
    {"globals", Globals},
    {"dir", Dir},
    {"__import__", ImportFunction},
    {"open", Open},
    {"eval", Unavailable},
    {"exec", Unavailable},
    {"compile", Unavailable},
    {"input", Unavailable},
};

}  // namespace

void AddBuiltinFunctions(Runtime& python) {
  DictObject& builtins = python.builtins();
  for (const Method& function : kFunctions) {
    Put(python.heap, builtins, python.heap.Intern(function.name),
        python.MakeBuiltin(function.name, function.native));
  }
  const auto put = [&](const char* name, Value value) {
    Put(python.heap, builtins, python.heap.Intern(name), value);
  };
  put("NotImplemented", Value::Of(Kind::kNotImplemented, nullptr));
  put("Ellipsis", Value::Of(Kind::kEllipsis, nullptr));
  put("__debug__", Value::Bool(true));
  put("bytearray", python.Builtin("bytes"));
}

}  // namespace migext::python
