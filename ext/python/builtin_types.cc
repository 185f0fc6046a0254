// The builtin classes: object, type, int, str, list … and how calling them makes values.
#include <charconv>
#include <cmath>
#include <string>

#include "base/text.h"
#include "python/bigint.h"
#include "python/native.h"
#include "python/strings.h"

namespace migext::python {
namespace {

// str(…) gives a str; Sub(…) of a class Sub(str) an instance with a str inside.
Value Wrapped(Runtime& python, Value type_value, Value made) {
  if (!type_value.Is(Kind::kClass)) Raise("TypeError", "this method needs a class");
  const auto& type = As<ClassObject>(type_value);
  if (type.is_builtin) return made;
  InstanceObject* instance = python.NewInstance(type);
  instance->payload = made;
  instance->has_payload = true;
  return Value::Of(Kind::kInstance, instance);
}

Value MakeObject(Runtime& python, const Arguments& call) {
  return Value::Of(Kind::kInstance, python.NewInstance(SelfClass(call)));
}

Value MakeStrValue(Runtime& python, const Arguments& call) {
  RequireArguments(call, 1, 4, "str");
  if (call.args.size() == 1) return Wrapped(python, call.args[0], python.MakeStr(""));
  const Value value = call.args[1];
  if (value.Is(Kind::kBytes) && call.args.size() > 2) {
    return Wrapped(python, call.args[0], python.MakeStr(value.AsBytes()));
  }
  return Wrapped(python, call.args[0], value.IsStr() ? value : python.MakeStr(python.Str(value)));
}

std::string WithoutUnderscores(std::string_view text) {
  std::string out;
  for (const char c : Trim(text)) {
    if (c != '_') out += c;
  }
  return out;
}

Value IntOfText(Runtime& python, Value value, std::int64_t base) {
  std::string digits = WithoutUnderscores(value.AsStr());
  if (base < 0 || base > 36 || base == 1) {
    Raise("ValueError", "int() base must be >= 2 and <= 36, or 0");
  }
  const std::size_t sign = !digits.empty() && (digits[0] == '-' || digits[0] == '+') ? 1 : 0;
  if (digits.size() > sign + 2 && digits[sign] == '0') {
    const char mark = static_cast<char>(digits[sign + 1] | 0x20);
    const std::int64_t marked = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 0;
    if (marked != 0 && (base == 0 || base == marked)) {
      digits.erase(sign, 2);
      base = marked;
    }
  }
  Big number;
  if (!ParseBig(digits, base == 0 ? 10 : static_cast<unsigned>(base), number)) {
    Raise("ValueError", "invalid literal for int() with base " + std::to_string(base) + ": " +
                            QuoteText(value.AsStr()));
  }
  return MakeInt(python.heap, number);
}

Value MakeIntValue(Runtime& python, const Arguments& call) {
  RequireArguments(call, 1, 3, "int");
  Value made = Value::Int(0);
  if (call.args.size() > 1) {
    Value value = call.args[1];
    Value out;
    const Value plain = Runtime::Plain(value);
    if (plain.IsStr() || plain.Is(Kind::kBytes)) {
      made = IntOfText(python, plain, python.Index(Argument(call, 2, "base", Value::Int(10))));
    } else if (plain.Is(Kind::kFloat)) {
      if (std::isnan(plain.AsFloat())) Raise("ValueError", "cannot convert float NaN to integer");
      if (std::isinf(plain.AsFloat())) {
        Raise("OverflowError", "cannot convert float infinity to integer");
      }
      made = MakeInt(python.heap, FromDouble(plain.AsFloat()));
    } else if (plain.Is(Kind::kInt) || plain.Is(Kind::kBool) || plain.Is(Kind::kBigInt)) {
      made = MakeInt(python.heap, ToBig(plain));
    } else if (value.Is(Kind::kSymbol) || value.Is(Kind::kCall)) {
      return python.MakeCall(python.SymbolFor("builtins.int"), call.args.subspan(1), {},
                             python.ProjectPosition());
    } else if (python.CallSpecial(value, python.names.int_, {}, out) ||
               python.CallSpecial(value, python.names.index, {}, out)) {
      made = out;
    } else {
      Raise("TypeError",
            "int() argument must be a string, a bytes-like object or a real number, not '" +
                std::string(KindName(value)) + "'");
    }
  }
  return Wrapped(python, call.args[0], made);
}

Value MakeBool(Runtime& python, const Arguments& call) {
  RequireArguments(call, 1, 2, "bool");
  return Value::Bool(call.args.size() > 1 && python.Truth(call.args[1]));
}

double FloatOfText(Value value) {
  const std::string text = Lower(WithoutUnderscores(value.AsStr()));
  std::string_view digits = text;
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.remove_prefix(1);
  double number = 0;
  if (digits == "inf" || digits == "infinity") {
    number = HUGE_VAL;
  } else if (digits == "nan") {
    number = std::nan("");
  } else {
    const bool starts =
        !digits.empty() && (digits[0] == '.' || (digits[0] >= '0' && digits[0] <= '9'));
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (read.ec == std::errc::result_out_of_range) {
      number = digits.find("e-") != std::string_view::npos ? 0 : HUGE_VAL;
    } else if (!starts || read.ec != std::errc() || read.ptr != digits.data() + digits.size()) {
      Raise("ValueError", "could not convert string to float: " + QuoteText(value.AsStr()));
    }
  }
  return negative ? -number : number;
}

Value MakeFloat(Runtime& python, const Arguments& call) {
  RequireArguments(call, 1, 2, "float");
  double made = 0;
  if (call.args.size() > 1) {
    const Value value = call.args[1];
    const Value plain = Runtime::Plain(value);
    Value out;
    if (plain.IsStr()) {
      made = FloatOfText(plain);
    } else if (plain.Is(Kind::kFloat)) {
      made = plain.AsFloat();
    } else if (plain.Is(Kind::kInt) || plain.Is(Kind::kBool) || plain.Is(Kind::kBigInt)) {
      made = ToDouble(ToBig(plain));
      if (std::isinf(made)) Raise("OverflowError", "int too large to convert to float");
    } else if (python.CallSpecial(value, python.names.float_, {}, out) && out.Is(Kind::kFloat)) {
      made = out.AsFloat();
    } else {
      Raise("TypeError", "float() argument must be a string or a real number, not '" +
                             std::string(KindName(value)) + "'");
    }
  }
  return Wrapped(python, call.args[0], Value::Float(made));
}

Value MakeComplex(Runtime& python, const Arguments& call) {
  auto* complex = python.heap.New<ComplexObject>();
  const auto number = [&](std::size_t at) {
    if (call.args.size() <= at) return 0.0;
    const Value value = call.args[at];
    return value.Is(Kind::kFloat) ? value.AsFloat() : static_cast<double>(python.Index(value));
  };
  complex->real = number(1);
  complex->imaginary = number(2);
  return Value::Of(Kind::kComplex, complex);
}

Value MakeBytesValue(Runtime& python, const Arguments& call) {
  RequireArguments(call, 1, 4, "bytes");
  std::string bytes;
  if (call.args.size() > 1) {
    const Value value = Runtime::Plain(call.args[1]);
    if (value.IsStr()) {
      if (call.args.size() < 3 && call.keywords.empty()) {
        Raise("TypeError", "string argument without an encoding");
      }
      bytes = value.AsStr();
    } else if (value.Is(Kind::kBytes)) {
      bytes = value.AsBytes();
    } else if (value.Is(Kind::kInt)) {
      if (value.AsInt() < 0) Raise("ValueError", "negative count");
      return Wrapped(python, call.args[0],
                     python.Binary(ast::BinaryOperator::kMult,
                                   python.owner.MakeBytes(std::string_view("\0", 1)), value));
    } else {
      python.ForEach(value, [&](Value item) {
        const std::int64_t byte = python.Index(item);
        if (byte < 0 || byte > 255) Raise("ValueError", "bytes must be in range(0, 256)");
        bytes += static_cast<char>(byte);
      });
    }
  }
  return Wrapped(python, call.args[0], python.owner.MakeBytes(bytes));
}

Value MakeListValue(Runtime& python, const Arguments& call) {
  RequireArguments(call, 1, 2, "list");
  const std::vector<Value> items =
      call.args.size() > 1 ? python.ToVector(call.args[1]) : std::vector<Value>();
  return Wrapped(python, call.args[0], python.MakeList(items));
}

Value MakeTupleValue(Runtime& python, const Arguments& call) {
  RequireArguments(call, 1, 2, "tuple");
  const std::vector<Value> items =
      call.args.size() > 1 ? python.ToVector(call.args[1]) : std::vector<Value>();
  return Wrapped(python, call.args[0], python.MakeTuple(items));
}

// Subclasses may take other arguments: the dict itself is filled by dict.__init__.
Value MakeDictValue(Runtime& python, const Arguments& call) {
  DictObject* dict = NewDict(python.heap);
  const Value made = Wrapped(python, call.args[0], Value::Of(Kind::kDict, dict));
  Value init;
  if (!Runtime::FindOwn(SelfClass(call), python.names.init, init)) {
    Value update;
    Runtime::FindInClass(python.TypeOfKind(Kind::kDict), python.heap.Intern("update"), update);
    std::vector<Value> args{Value::Of(Kind::kDict, dict)};
    args.insert(args.end(), call.args.begin() + 1, call.args.end());
    python.Call(update, args, call.keywords);
  }
  return made;
}

Value MakeSetValue(Runtime& python, const Arguments& call) {
  RequireArguments(call, 1, 2, "set");
  SetObject* set = NewSet(python.heap);
  if (call.args.size() > 1) {
    python.ForEach(call.args[1], [&](Value item) { Insert(python.heap, *set, item); });
  }
  const Kind kind = SelfClass(call).value_kind;
  return Wrapped(python, call.args[0], Value::Of(kind, set));
}

Value MakeRange(Runtime& python, const Arguments& call) {
  RequireArguments(call, 2, 4, "range");
  auto* range = python.heap.New<RangeObject>();
  if (call.args.size() == 2) {
    range->stop = python.Index(call.args[1]);
  } else {
    range->start = python.Index(call.args[1]);
    range->stop = python.Index(call.args[2]);
    if (call.args.size() > 3) range->step = python.Index(call.args[3]);
    if (range->step == 0) Raise("ValueError", "range() arg 3 must not be zero");
  }
  return Value::Of(Kind::kRange, range);
}

Value MakeSlice(Runtime& python, const Arguments& call) {
  RequireArguments(call, 2, 4, "slice");
  auto* slice = python.heap.New<SliceObject>();
  if (call.args.size() == 2) {
    slice->stop = call.args[1];
  } else {
    slice->start = call.args[1];
    slice->stop = call.args[2];
    if (call.args.size() > 3) slice->step = call.args[3];
  }
  return Value::Of(Kind::kSlice, slice);
}

// type(value), or type(name, bases, dict), also as super().__new__ of a metaclass.
Value MakeType(Runtime& python, const Arguments& call) {
  if (call.args.size() == 2) return python.TypeValue(call.args[1]);
  RequireArguments(call, 4, 4, "type");
  const Value dict = Runtime::Plain(call.args[3]);
  if (!call.args[1].IsStr() || !call.args[2].IsSequence() || !dict.Is(Kind::kDict)) {
    Raise("TypeError", "type() takes a name, a tuple of bases and a dict");
  }
  const bool is_type = call.args[0].object() == &python.type_type();
  Value metaclass = is_type ? Value() : call.args[0];
  for (const Value& base : call.args[2].Items()) {
    if (metaclass.IsNone() && base.Is(Kind::kClass)) metaclass = As<ClassObject>(base).metaclass;
  }
  return python.NewClass(python.heap.Intern(call.args[1].AsStr()), call.args[2].Items(),
                         CopyDict(python.heap, dict.AsDict()), metaclass, call.keywords,
                         python.ProjectPosition());
}

Value MakeSuper(Runtime& python, const Arguments& call) {
  if (call.args.size() != 3 || !call.args[1].Is(Kind::kClass)) {
    Raise("RuntimeError", "super(): no arguments");
  }
  auto* super = python.heap.New<SuperObject>();
  super->type = &python.super_type();
  super->behind = &As<ClassObject>(call.args[1]);
  super->self = call.args[2];
  const bool of_class =
      super->self.Is(Kind::kClass) && Runtime::HasInMro(As<ClassObject>(super->self), call.args[1]);
  super->start = of_class ? &As<ClassObject>(super->self) : &python.TypeOf(super->self);
  if (!of_class && !Runtime::HasInMro(*super->start, call.args[1])) {
    Raise("TypeError", "super(type, obj): obj must be an instance or subtype of type");
  }
  return Value::Of(Kind::kInstance, static_cast<InstanceObject*>(super));
}

Value MakeDescriptor(Runtime& python, const Arguments& call, DescriptorObject::Type type) {
  auto* descriptor = python.heap.New<DescriptorObject>();
  descriptor->type = type;
  descriptor->get = Argument(call, 1, "fget");
  descriptor->set = Argument(call, 2, "fset");
  descriptor->del = Argument(call, 3, "fdel");
  return Value::Of(Kind::kDescriptor, descriptor);
}

Value MakeProperty(Runtime& python, const Arguments& call) {
  return MakeDescriptor(python, call, DescriptorObject::Type::kProperty);
}

Value MakeClassMethod(Runtime& python, const Arguments& call) {
  return MakeDescriptor(python, call, DescriptorObject::Type::kClassMethod);
}

Value MakeStaticMethod(Runtime& python, const Arguments& call) {
  return MakeDescriptor(python, call, DescriptorObject::Type::kStaticMethod);
}

Value ReplaceAccessor(Runtime& python, const Arguments& call, Value DescriptorObject::*accessor) {
  RequireArguments(call, 2, 2, "accessor");
  auto* copy = python.heap.New<DescriptorObject>(SelfDescriptor(call));
  copy->*accessor = call.args[1];
  return Value::Of(Kind::kDescriptor, copy);
}

Value PropertyGetter(Runtime& python, const Arguments& call) {
  return ReplaceAccessor(python, call, &DescriptorObject::get);
}
Value PropertySetter(Runtime& python, const Arguments& call) {
  return ReplaceAccessor(python, call, &DescriptorObject::set);
}
Value PropertyDeleter(Runtime& python, const Arguments& call) {
  return ReplaceAccessor(python, call, &DescriptorObject::del);
}

Value DescriptorGet(Runtime& python, const Arguments& call) {
  RequireArguments(call, 2, 3, "__get__");
  const Value type = call.args.size() > 2 ? call.args[2] : python.TypeValue(call.args[1]);
  if (!type.Is(Kind::kClass)) return call.args[0];
  const bool is_property = SelfDescriptor(call).type == DescriptorObject::Type::kProperty;
  if (is_property && call.args[1].IsNone()) return call.args[0];
  return python.Bind(call.args[0], call.args[1], As<ClassObject>(type));
}

Value Uncallable(Runtime&, const Arguments& call) {
  Raise("TypeError", "cannot create '" + std::string(SelfClass(call).name->view()) + "' instances");
}

}  // namespace

/// Builds the type objects of a new runtime.
class BuiltinTypes {
 public:
  explicit BuiltinTypes(Runtime& python) : python_(python) {}

  void Build() {
    python_.object_type_ = Add("object", Kind::kInstance, MakeObject, nullptr);
    python_.types_[static_cast<std::size_t>(Kind::kInstance)] = python_.object_type_;
    python_.type_type_ = Add("type", Kind::kClass, MakeType);
    python_.super_type_ = Add("super", Kind::kInstance, MakeSuper);
    python_.types_[static_cast<std::size_t>(Kind::kInstance)] = python_.object_type_;
    ClassObject* whole = Add("int", Kind::kInt, MakeIntValue);
    python_.types_[static_cast<std::size_t>(Kind::kBigInt)] = whole;
    Add("bool", Kind::kBool, MakeBool, whole);
    Add("float", Kind::kFloat, MakeFloat);
    Add("complex", Kind::kComplex, MakeComplex);
    Add("str", Kind::kStr, MakeStrValue);
    Add("bytes", Kind::kBytes, MakeBytesValue);
    Add("list", Kind::kList, MakeListValue);
    Add("tuple", Kind::kTuple, MakeTupleValue);
    Add("dict", Kind::kDict, MakeDictValue);
    Add("set", Kind::kSet, MakeSetValue);
    Add("frozenset", Kind::kFrozenSet, MakeSetValue);
    Add("range", Kind::kRange, MakeRange);
    Add("slice", Kind::kSlice, MakeSlice);
    AddDescriptors();
    for (const auto& [name, kind] :
         {std::pair("NoneType", Kind::kNone),
          std::pair("NotImplementedType", Kind::kNotImplemented),
          std::pair("ellipsis", Kind::kEllipsis), std::pair("generator", Kind::kIterator),
          std::pair("function", Kind::kFunction),
          std::pair("builtin_function_or_method", Kind::kBuiltin),
          std::pair("method", Kind::kBoundMethod), std::pair("module", Kind::kModule),
          std::pair("symbol", Kind::kSymbol), std::pair("call", Kind::kCall)}) {
      Hidden(name, kind);
    }
  }

 private:
  ClassObject* Add(std::string_view name, Kind kind, NativePointer construct) {
    return Add(name, kind, construct, python_.object_type_);
  }

  ClassObject* Add(std::string_view name, Kind kind, NativePointer construct, ClassObject* base) {
    ClassObject* type = python_.NewBuiltinType(name, base, kind, construct);
    python_.types_[static_cast<std::size_t>(kind)] = type;
    Put(python_.heap, *python_.builtins_, type->name, Value::Of(Kind::kClass, type));
    return type;
  }

  void Hidden(std::string_view name, Kind kind) {
    python_.types_[static_cast<std::size_t>(kind)] =
        python_.NewBuiltinType(name, python_.object_type_, kind, Uncallable);
  }

  void AddDescriptors() {
    Add("classmethod", Kind::kDescriptor, MakeClassMethod);
    Add("staticmethod", Kind::kDescriptor, MakeStaticMethod);
    ClassObject* property = Add("property", Kind::kDescriptor, MakeProperty);
    python_.AddMethod(*property, "getter", PropertyGetter);
    python_.AddMethod(*property, "setter", PropertySetter);
    python_.AddMethod(*property, "deleter", PropertyDeleter);
    python_.AddMethod(*property, "__get__", DescriptorGet);
  }

  Runtime& python_;
};

void BuildBuiltins(Runtime& python) {
  BuiltinTypes(python).Build();
  AddObjectMethods(python);
  AddTextMethods(python, python.TypeOfKind(Kind::kStr));
  AddBytesMethods(python, python.TypeOfKind(Kind::kBytes));
  AddListMethods(python, python.TypeOfKind(Kind::kList), python.TypeOfKind(Kind::kTuple));
  AddDictMethods(python, python.TypeOfKind(Kind::kDict));
  AddSetMethods(python, python.TypeOfKind(Kind::kSet), python.TypeOfKind(Kind::kFrozenSet));
  AddNumberMethods(python);
  AddIteratorMethods(python, python.TypeOfKind(Kind::kIterator));
  AddExceptions(python);
  AddBuiltinFunctions(python);
  AddLibrary(python);
}

ClassObject* Runtime::NewBuiltinType(std::string_view name, ClassObject* base, Kind value_kind,
                                     NativePointer construct) {
  auto* type = heap.New<ClassObject>();
  type->name = type->qualname = heap.Intern(name);
  type->module = heap.Intern("builtins");
  type->dict = NewDict(heap);
  type->runtime = this;
  type->construct = construct;
  type->value_kind = value_kind;
  type->is_builtin = true;
  std::vector<Value> mro{Value::Of(Kind::kClass, type)};
  if (base != nullptr) {
    const Value base_value = Value::Of(Kind::kClass, base);
    type->bases = heap.Copy(std::span<const Value>(&base_value, 1));
    mro.insert(mro.end(), base->mro.begin(), base->mro.end());
  }
  type->mro = heap.Copy(std::span<const Value>(mro));
  return type;
}

void Runtime::AddMethod(ClassObject& type, std::string_view name, NativePointer native) {
  Put(heap, *type.dict, heap.Intern(name), MakeBuiltin(name, native, true));
}

Value Runtime::Builtin(std::string_view name) {
  const Value* found = FindValue(*builtins_, heap.Intern(name));
  return found == nullptr ? Value() : *found;
}

}  // namespace migext::python
