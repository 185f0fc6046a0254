// repr(), str(), bool(), hash() and == for any value, as value.h promises them.
#include <charconv>
#include <cmath>
#include <string>

#include "base/error.h"
#include "base/text.h"
#include "python/bigint.h"
#include "python/runtime.h"
#include "python/strings.h"

namespace migext::python {
namespace {

// Deep enough for real data, shallow enough for a 512 KB stack.
constexpr int kDeepest = 220;
thread_local int depth = 0;

// Values that share parts hold more than memory does: ((x, x), (x, x)), forty times over, is never
// walked to its end.
constexpr int kMostSteps = 4'000'000;
thread_local int walks = 0;
thread_local int steps = 0;

// A text longer than this helps nobody and would only fill the memory.
constexpr std::size_t kLongestText = std::size_t{16} << 20U;

// Containers being shown, so that one that holds itself ends as [...].
thread_local std::vector<const Object*> showing;

struct Shown {
  explicit Shown(const Object* object) { showing.push_back(object); }
  ~Shown() { showing.pop_back(); }
};

bool IsShowing(const Object* object) {
  for (const Object* one : showing) {
    if (one == object) return true;
  }
  return false;
}

class Writer {
 public:
  std::string Take() { return std::move(out_); }
  void Write(Value value);

 private:
  void Items(std::span<const Value> items, std::string_view open, std::string_view close);
  void Dict(const DictObject& dict);
  void Call(const CallObject& call);
  void Instance(Value value);
  void Other(Value value);
  void Container(Value value);

  std::string out_;
};

void Writer::Items(std::span<const Value> items, std::string_view open, std::string_view close) {
  out_ += open;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out_ += ", ";
    Write(items[i]);
  }
  out_ += close;
}

void Writer::Dict(const DictObject& dict) {
  out_ += "{";
  for (std::size_t i = 0; i < dict.size; ++i) {
    if (i > 0) out_ += ", ";
    Write(dict.entries[i].key);
    out_ += ": ";
    Write(dict.entries[i].value);
  }
  out_ += "}";
}

void Writer::Call(const CallObject& call) {
  Write(call.callee);
  out_ += "(";
  bool first = true;
  for (const Value& argument : call.args) {
    if (!first) out_ += ", ";
    first = false;
    Write(argument);
  }
  for (const Keyword& keyword : call.keywords) {
    if (!first) out_ += ", ";
    first = false;
    out_ += keyword.name;
    out_ += "=";
    Write(keyword.value);
  }
  out_ += ")";
}

void Writer::Container(Value value) {
  const bool is_empty = value.Is(Kind::kDict) ? value.AsDict().size == 0 : value.Items().empty();
  if (IsShowing(value.object())) {
    out_ += value.Is(Kind::kDict) ? "{...}" : value.Is(Kind::kTuple) ? "(...)" : "[...]";
    return;
  }
  const Shown shown(value.object());
  switch (value.kind()) {
    case Kind::kList:
      return Items(value.Items(), "[", "]");
    case Kind::kTuple:
      return Items(value.Items(), "(", value.Items().size() == 1 ? ",)" : ")");
    case Kind::kDict:
      return Dict(value.AsDict());
    case Kind::kSet:
      if (is_empty) {
        out_ += "set()";
        return;
      }
      return Items(value.Items(), "{", "}");
    default:
      if (is_empty) {
        out_ += "frozenset()";
        return;
      }
      return Items(value.Items(), "frozenset({", "})");
  }
}

void Writer::Instance(Value value) {
  const ClassObject& type = *value.AsInstance().type;
  Runtime& python = *type.runtime;
  Value text;
  if (python.CallSpecial(value, python.names.repr, {}, text)) {
    if (!text.IsStr()) {
      Raise("TypeError", "__repr__ returned non-string (type " + std::string(KindName(text)) + ")");
    }
    out_ += text.AsStr();
    return;
  }
  const Value plain = Runtime::Plain(value);
  if (!plain.Is(Kind::kInstance)) return Write(plain);
  if (type.has_symbol_base) {
    out_ += DottedName(value) + "(";
    bool first = true;
    for (const Value& argument : value.AsInstance().args) {
      if (!first) out_ += ", ";
      first = false;
      Write(argument);
    }
    for (const Keyword& keyword : value.AsInstance().keywords) {
      if (!first) out_ += ", ";
      first = false;
      out_ += std::string(keyword.name) + "=";
      Write(keyword.value);
    }
    out_ += ")";
    return;
  }
  out_ += "<" + DottedName(value) + " object>";
}

void Writer::Other(Value value) {
  switch (value.kind()) {
    case Kind::kRange: {
      const auto& range = As<RangeObject>(value);
      out_ += "range(" + std::to_string(range.start) + ", " + std::to_string(range.stop);
      if (range.step != 1) out_ += ", " + std::to_string(range.step);
      out_ += ")";
      return;
    }
    case Kind::kSlice: {
      const auto& slice = As<SliceObject>(value);
      const Value parts[3] = {slice.start, slice.stop, slice.step};
      return Items(parts, "slice(", ")");
    }
    case Kind::kComplex: {
      const auto& complex = As<ComplexObject>(value);
      std::string imaginary = FloatText(complex.imaginary);
      if (imaginary.ends_with(".0")) imaginary.resize(imaginary.size() - 2);
      if (complex.real == 0 && !std::signbit(complex.real)) {
        out_ += imaginary + "j";
        return;
      }
      std::string real = FloatText(complex.real);
      if (real.ends_with(".0")) real.resize(real.size() - 2);
      out_ += "(" + real + (imaginary[0] == '-' ? "" : "+") + imaginary + "j)";
      return;
    }
    case Kind::kFunction:
      out_ += "<function " + std::string(value.AsFunction().qualname->view()) + ">";
      return;
    case Kind::kBuiltin:
      out_ += "<built-in function " + DottedName(value) + ">";
      return;
    case Kind::kBoundMethod:
      out_ += "<bound method " + DottedName(value) + ">";
      return;
    case Kind::kClass: {
      const ClassObject& type = value.AsClass();
      const std::string name = type.module->view() == "builtins"
                                   ? std::string(type.qualname->view())
                                   : DottedName(value);
      out_ += "<class '" + name + "'>";
      return;
    }
    case Kind::kModule:
      out_ += "<module '" + std::string(value.AsModule().name->view()) + "' from '" +
              std::string(value.AsModule().file->view()) + "'>";
      return;
    case Kind::kSymbol: {
      const SymbolObject& symbol = value.AsSymbol();
      if (symbol.dotted->size == 0 && !symbol.owner.IsNone()) {
        Write(symbol.owner);
        out_ += ".";
        out_ += symbol.name->view();
      } else {
        out_ += symbol.dotted->view();
      }
      return;
    }
    default:
      out_ += "<" + std::string(KindName(value)) + " object>";
  }
}

void Writer::Write(Value value) {
  if (out_.size() > kLongestText) throw OutOfMemory{};
  switch (value.kind()) {
    case Kind::kNone:
      out_ += "None";
      return;
    case Kind::kNotImplemented:
      out_ += "NotImplemented";
      return;
    case Kind::kEllipsis:
      out_ += "Ellipsis";
      return;
    case Kind::kBool:
      out_ += value.AsBool() ? "True" : "False";
      return;
    case Kind::kInt:
      out_ += std::to_string(value.AsInt());
      return;
    case Kind::kBigInt:
      out_ += ToText(ToBig(value));
      return;
    case Kind::kFloat:
      out_ += FloatText(value.AsFloat());
      return;
    case Kind::kStr:
      out_ += QuoteText(value.AsStr());
      return;
    case Kind::kBytes:
      out_ += QuoteBytes(value.AsBytes());
      return;
    default:
      break;
  }
  const WalkGuard guard;
  switch (value.kind()) {
    case Kind::kList:
    case Kind::kTuple:
    case Kind::kDict:
    case Kind::kSet:
    case Kind::kFrozenSet:
      return Container(value);
    case Kind::kCall:
      return Call(value.AsCall());
    case Kind::kInstance:
      return Instance(value);
    default:
      return Other(value);
  }
}

std::string ReprText(Value value) {
  Writer writer;
  writer.Write(value);
  return writer.Take();
}

std::string StrText(Value value) {
  if (value.IsStr()) return std::string(value.AsStr());
  if (value.Is(Kind::kInstance)) {
    Runtime& python = *value.AsInstance().type->runtime;
    const WalkGuard guard;
    Value text;
    if (python.CallSpecial(value, python.names.str, {}, text)) {
      if (!text.IsStr() && !Runtime::Plain(text).IsStr()) {
        Raise("TypeError",
              "__str__ returned non-string (type " + std::string(KindName(text)) + ")");
      }
      return std::string(Runtime::Plain(text).AsStr());
    }
    const bool has_repr = Runtime::FindOwn(*value.AsInstance().type, python.names.repr, text);
    const Value plain = Runtime::Plain(value);
    if (!plain.Is(Kind::kInstance) && !has_repr) return StrText(plain);
  }
  return ReprText(value);
}

// The layers above know only Error.
template <typename Body>
auto Guarded(Body body) {
  try {
    return body();
  } catch (Raised& raised) {
    std::string text = raised.type == nullptr ? "exception" : raised.type;
    if (!raised.message.empty()) text += ": " + raised.message;
    if (raised.type == nullptr && raised.exception.Is(Kind::kInstance)) {
      raised.exception.AsInstance().type->runtime->ThrowError(raised, {});
    }
    throw Error(text);
  } catch (const OutOfMemory&) {
    throw Error("a value is too large to be shown or compared");
  }
}

}  // namespace

DeepGuard::DeepGuard() {
  if (depth >= kDeepest) Raise("RecursionError", "maximum recursion depth exceeded");
  ++depth;
}

DeepGuard::~DeepGuard() { --depth; }

WalkGuard::WalkGuard() {
  steps = walks == 0 ? 0 : steps + 1;
  if (steps > kMostSteps) throw OutOfMemory{};
  ++walks;
}

WalkGuard::~WalkGuard() { --walks; }

std::string Runtime::Repr(Value value) { return ReprText(value); }
std::string Runtime::Str(Value value) { return StrText(value); }

std::string Repr(Value value) {
  return Guarded([value] { return ReprText(value); });
}

std::string Str(Value value) {
  return Guarded([value] { return StrText(value); });
}

bool Equal(Value a, Value b) {
  return Guarded([a, b] { return ValuesEqual(a, b); });
}

std::optional<bool> Truth(Value value) {
  switch (value.kind()) {
    case Kind::kNone:
      return false;
    case Kind::kBool:
    case Kind::kInt:
      return value.AsInt() != 0;
    case Kind::kFloat:
      return value.AsFloat() != 0;
    case Kind::kComplex:
      return As<ComplexObject>(value).real != 0 || As<ComplexObject>(value).imaginary != 0;
    case Kind::kStr:
    case Kind::kBytes:
      return !value.AsStr().empty();
    case Kind::kList:
    case Kind::kTuple:
    case Kind::kSet:
    case Kind::kFrozenSet:
      return !value.Items().empty();
    case Kind::kDict:
      return value.AsDict().size != 0;
    case Kind::kRange:
      return As<RangeObject>(value).Length() != 0;
    case Kind::kSymbol:
    case Kind::kCall:
      return std::nullopt;
    case Kind::kInstance:
    case Kind::kClass:
      break;
    default:
      return true;
  }
  const ClassObject* type = value.Is(Kind::kInstance) ? value.AsInstance().type
                            : value.AsClass().metaclass.Is(Kind::kClass)
                                ? &value.AsClass().metaclass.AsClass()
                                : nullptr;
  if (type == nullptr) return true;
  Runtime& python = *type->runtime;
  Value out;
  if (python.CallSpecial(value, python.names.bool_, {}, out)) {
    if (out.Is(Kind::kSymbol) || out.Is(Kind::kCall)) return std::nullopt;
    if (!out.Is(Kind::kBool)) {
      Raise("TypeError", "__bool__ should return bool, returned " + std::string(KindName(out)));
    }
    return out.AsBool();
  }
  if (python.CallSpecial(value, python.names.len, {}, out)) {
    if (out.Is(Kind::kSymbol) || out.Is(Kind::kCall)) return std::nullopt;
    return python.Index(out) != 0;
  }
  const Value plain = Runtime::Plain(value);
  return plain.Is(Kind::kInstance) || plain.Is(Kind::kClass) ? true : Truth(plain);
}

std::uint64_t HashInstance(Value instance) {
  const ClassObject& type = *instance.AsInstance().type;
  Runtime& python = *type.runtime;
  Value out;
  for (const Value& one : type.mro) {
    if (!one.Is(Kind::kClass) || one.AsClass().is_builtin) continue;
    const DictObject& dict = *one.AsClass().dict;
    if (const Value* hash = FindValue(dict, python.names.hash)) {
      if (hash->IsNone()) break;
      out = python.Call(python.Bind(*hash, instance, type), {});
      return Hash(out);
    }
    // A class that says what is equal and not how it hashes cannot be hashed.
    if (FindValue(dict, python.names.eq) != nullptr) {
      Raise("TypeError", "unhashable type: '" + std::string(type.name->view()) + "'");
    }
  }
  const Value plain = Runtime::Plain(instance);
  if (!plain.Is(Kind::kInstance)) return Hash(plain);
  return reinterpret_cast<std::uintptr_t>(instance.object()) >> 4U;
}

}  // namespace migext::python
