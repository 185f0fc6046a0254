// The methods of object, of numbers, and the builtin exceptions.
#include <cmath>
#include <numeric>
#include <string>

#include "python/bigint.h"
#include "python/native.h"
#include "python/strings.h"

namespace migext::python {
namespace {

Value ObjectNew(Runtime& python, const Arguments& call) {
  if (call.args.empty() || !call.args[0].Is(Kind::kClass)) {
    Raise("TypeError", "object.__new__(X): X is not a type object");
  }
  const auto& type = SelfClass(call);
  // What reaches object.__new__ is meant for __init__, except where the value needs it.
  const bool needs =
      type.value_kind != Kind::kInstance || type.construct != python.object_type().construct;
  return type.construct(python, {needs ? call.args : call.args.subspan(0, 1),
                                 needs ? call.keywords : std::span<const Keyword>()});
}

Value ObjectInit(Runtime&, const Arguments&) { return {}; }
Value ObjectInitSubclass(Runtime&, const Arguments& call) {
  if (!call.keywords.empty()) {
    Raise("TypeError", "__init_subclass__() takes no keyword arguments");
  }
  return {};
}

Value ObjectSetAttribute(Runtime& python, const Arguments& call) {
  RequireArguments(call, 3, 3, "__setattr__");
  const StrObject* name = python.heap.Intern(RequireText(call.args[1], "__setattr__()"));
  const Value self = call.args[0];
  if (!self.Is(Kind::kInstance)) {
    python.SetAttribute(self, name, call.args[2]);
    return {};
  }
  auto& instance = As<InstanceObject>(self);
  if (instance.attributes == nullptr) instance.attributes = NewDict(python.heap);
  Put(python.heap, *instance.attributes, name, call.args[2]);
  return {};
}

Value ObjectDeleteAttribute(Runtime& python, const Arguments& call) {
  RequireArguments(call, 2, 2, "__delattr__");
  const InstanceObject& instance = SelfInstance(call);
  if (instance.attributes == nullptr || !Erase(*instance.attributes, call.args[1])) {
    Raise("AttributeError", python.Str(call.args[1]));
  }
  return {};
}

Value ObjectGetAttribute(Runtime& python, const Arguments& call) {
  RequireArguments(call, 2, 2, "__getattribute__");
  const StrObject* name = python.heap.Intern(RequireText(call.args[1], "__getattribute__()"));
  const Value self = call.args[0];
  if (self.Is(Kind::kInstance)) {
    const auto& instance = As<InstanceObject>(self);
    if (instance.attributes != nullptr) {
      if (const Value* own = FindValue(*instance.attributes, name)) return *own;
    }
    Value found;
    if (Runtime::FindInClass(*instance.type, name, found)) {
      return python.Bind(found, self, *instance.type);
    }
  }
  Raise("AttributeError", "'" + std::string(KindName(self)) + "' object has no attribute '" +
                              std::string(name->view()) + "'");
}

Value TypeMro(Runtime& python, const Arguments& call) {
  return python.MakeList(SelfClass(call).mro);
}

Value TypeSubclasses(Runtime& python, const Arguments&) { return python.MakeList({}); }

Value TypeCall(Runtime& python, const Arguments& call) {
  return python.Instantiate(SelfClass(call), call.args.subspan(1), call.keywords);
}

Value TypeNew(Runtime& python, const Arguments& call) {
  return python.type_type().construct(python, call);
}

// ---- numbers

Value SelfNumber(const Arguments& call) { return Runtime::Plain(call.args[0]); }

Value IntBitLength(Runtime&, const Arguments& call) {
  return Value::Int(static_cast<std::int64_t>(BitLength(ToBig(SelfNumber(call)))));
}

Value FloatIsInteger(Runtime&, const Arguments& call) {
  const Value self = SelfNumber(call);
  if (!self.Is(Kind::kFloat)) return Value::Bool(true);
  return Value::Bool(std::isfinite(self.AsFloat()) && std::trunc(self.AsFloat()) == self.AsFloat());
}

Value NumberSelf(Runtime&, const Arguments& call) { return SelfNumber(call); }
Value NumberZero(Runtime&, const Arguments&) { return Value::Int(0); }
Value NumberOne(Runtime&, const Arguments&) { return Value::Int(1); }

constexpr Method kNumberParts[] = {{"real", NumberSelf},
                                   {"imag", NumberZero},
                                   {"numerator", NumberSelf},
                                   {"denominator", NumberOne}};

Value FloatAsIntegerRatio(Runtime& python, const Arguments& call) {
  const Value self = SelfNumber(call);
  if (!self.Is(Kind::kFloat)) {
    const Value pair[2] = {self, Value::Int(1)};
    return python.MakeTuple(pair);
  }
  int exponent = 0;
  const double fraction = std::frexp(self.AsFloat(), &exponent);
  Big top = FromDouble(std::ldexp(fraction, 53));
  exponent -= 53;
  Big bottom = ToBig(1);
  while (exponent < 0 && !top.digits.empty() && (top.digits[0] & 1U) == 0) {
    top = ShiftRight(top, 1);
    ++exponent;
  }
  if (exponent > 0) top = ShiftLeft(top, static_cast<std::uint64_t>(exponent));
  if (exponent < 0) bottom = ShiftLeft(bottom, static_cast<std::uint64_t>(-exponent));
  const Value pair[2] = {MakeInt(python.heap, top), MakeInt(python.heap, bottom)};
  return python.MakeTuple(pair);
}

Value IntToBytes(Runtime& python, const Arguments& call) {
  std::int64_t length = python.Index(Argument(call, 1, "length", Value::Int(1)));
  const Value order = Argument(call, 2, "byteorder");
  if (length < 0 || length > (1 << 20)) throw OutOfMemory{};
  std::string bytes;
  const Big number = ToBig(SelfNumber(call));
  for (std::int64_t i = 0; i < length; ++i) {
    const auto digit = static_cast<std::size_t>(i / 4);
    const std::uint32_t word = digit < number.digits.size() ? number.digits[digit] : 0;
    bytes += static_cast<char>(word >> (8U * static_cast<unsigned>(i % 4)));
  }
  const bool little = order.IsStr() && order.AsStr() == "little";
  if (!little) bytes.assign(bytes.rbegin(), bytes.rend());
  return python.owner.MakeBytes(bytes);
}

Value IntFromBytes(Runtime& python, const Arguments& call) {
  const std::string_view bytes = SelfText(call).view();
  const Value order = Argument(call, 1, "byteorder");
  const bool little = order.IsStr() && order.AsStr() == "little";
  Big number;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[little ? bytes.size() - 1 - i : i]);
    number = Add(ShiftLeft(number, 8), ToBig(std::int64_t{byte}));
  }
  return MakeInt(python.heap, number);
}

// ---- exceptions

Value MakeExceptionValue(Runtime& python, const Arguments& call) {
  InstanceObject* exception = python.NewInstance(SelfClass(call));
  exception->attributes = NewDict(python.heap);
  Put(python.heap, *exception->attributes, python.names.args,
      python.MakeTuple(call.args.subspan(1)));
  for (const Keyword& keyword : call.keywords) {
    Put(python.heap, *exception->attributes, python.heap.Intern(keyword.name), keyword.value);
  }
  return Value::Of(Kind::kInstance, exception);
}

Value ExceptionInit(Runtime& python, const Arguments& call) {
  InstanceObject& exception = SelfInstance(call);
  if (exception.attributes == nullptr) exception.attributes = NewDict(python.heap);
  Put(python.heap, *exception.attributes, python.names.args,
      python.MakeTuple(call.args.subspan(1)));
  return {};
}

Value ArgsOf(Runtime& python, Value exception) {
  Value args;
  if (!python.FindAttribute(exception, python.names.args, args) || !args.IsSequence()) {
    return python.MakeTuple({});
  }
  return args;
}

Value ExceptionStr(Runtime& python, const Arguments& call) {
  const Value args = ArgsOf(python, call.args[0]);
  if (args.Items().empty()) return python.MakeStr("");
  if (args.Items().size() > 1) return python.MakeStr(python.Repr(args));
  const bool is_key_error =
      Runtime::HasInMro(python.TypeOf(call.args[0]), python.Builtin("KeyError"));
  const Value only = args.Items()[0];
  return python.MakeStr(is_key_error ? python.Repr(only) : python.Str(only));
}

Value ExceptionRepr(Runtime& python, const Arguments& call) {
  const Value args = ArgsOf(python, call.args[0]);
  std::string text(KindName(call.args[0]));
  if (args.Items().size() == 1)
    return python.MakeStr(text + "(" + python.Repr(args.Items()[0]) + ")");
  return python.MakeStr(text + python.Repr(args));
}

Value StopIterationValue(Runtime& python, const Arguments& call) {
  const Value args = ArgsOf(python, call.args[0]);
  return args.Items().empty() ? Value() : args.Items()[0];
}

Value ExceptionWithTraceback(Runtime&, const Arguments& call) { return call.args[0]; }

Value ExceptionAddNote(Runtime&, const Arguments&) { return {}; }

struct ExceptionType {
  const char* name;
  const char* base;
};

// https://docs.python.org/3/library/exceptions.html#exception-hierarchy
constexpr ExceptionType kExceptions[] = {
    {"BaseException", "object"},
    {"Exception", "BaseException"},
    {"BaseExceptionGroup", "BaseException"},
    {"ExceptionGroup", "Exception"},
    {"GeneratorExit", "BaseException"},
    {"KeyboardInterrupt", "BaseException"},
    {"SystemExit", "BaseException"},
    {"ArithmeticError", "Exception"},
    {"FloatingPointError", "ArithmeticError"},
    {"OverflowError", "ArithmeticError"},
    {"ZeroDivisionError", "ArithmeticError"},
    {"AssertionError", "Exception"},
    {"AttributeError", "Exception"},
    {"BufferError", "Exception"},
    {"EOFError", "Exception"},
    {"ImportError", "Exception"},
    {"ModuleNotFoundError", "ImportError"},
    {"LookupError", "Exception"},
    {"IndexError", "LookupError"},
    {"KeyError", "LookupError"},
    {"MemoryError", "Exception"},
    {"NameError", "Exception"},
    {"UnboundLocalError", "NameError"},
    {"OSError", "Exception"},
    {"BlockingIOError", "OSError"},
    {"ChildProcessError", "OSError"},
    {"ConnectionError", "OSError"},
    {"BrokenPipeError", "ConnectionError"},
    {"ConnectionAbortedError", "ConnectionError"},
    {"ConnectionRefusedError", "ConnectionError"},
    {"ConnectionResetError", "ConnectionError"},
    {"FileExistsError", "OSError"},
    {"FileNotFoundError", "OSError"},
    {"InterruptedError", "OSError"},
    {"IsADirectoryError", "OSError"},
    {"NotADirectoryError", "OSError"},
    {"PermissionError", "OSError"},
    {"ProcessLookupError", "OSError"},
    {"TimeoutError", "OSError"},
    {"ReferenceError", "Exception"},
    {"RuntimeError", "Exception"},
    {"NotImplementedError", "RuntimeError"},
    {"RecursionError", "RuntimeError"},
    {"StopAsyncIteration", "Exception"},
    {"StopIteration", "Exception"},
    {"SyntaxError", "Exception"},
    {"IndentationError", "SyntaxError"},
    {"TabError", "IndentationError"},
    {"SystemError", "Exception"},
    {"TypeError", "Exception"},
    {"ValueError", "Exception"},
    {"UnicodeError", "ValueError"},
    {"UnicodeDecodeError", "UnicodeError"},
    {"UnicodeEncodeError", "UnicodeError"},
    {"UnicodeTranslateError", "UnicodeError"},
    {"Warning", "Exception"},
    {"BytesWarning", "Warning"},
    {"DeprecationWarning", "Warning"},
    {"EncodingWarning", "Warning"},
    {"FutureWarning", "Warning"},
    {"ImportWarning", "Warning"},
    {"PendingDeprecationWarning", "Warning"},
    {"ResourceWarning", "Warning"},
    {"RuntimeWarning", "Warning"},
    {"SyntaxWarning", "Warning"},
    {"UnicodeWarning", "Warning"},
    {"UserWarning", "Warning"},
};

Value ObjectEq(Runtime&, const Arguments& call) {
  RequireArguments(call, 2, 2, "__eq__");
  if (call.args[0].object() == call.args[1].object()) return Value::Bool(true);
  return Value::Of(Kind::kNotImplemented, nullptr);
}

// object.__str__, __repr__ and __hash__, asked for by name or through super().
Value ObjectHash(Runtime&, const Arguments& call) {
  const Value plain = Runtime::Plain(call.args[0]);
  if (!plain.Is(Kind::kInstance)) {
    return Value::Int(static_cast<std::int64_t>(Hash(plain) >> 2U));
  }
  return Value::Int(
      static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(plain.object()) >> 4U));
}

}  // namespace

void AddObjectMethods(Runtime& python) {
  ClassObject& object = python.object_type();
  Put(python.heap, *object.dict, python.names.new_, python.MakeBuiltin("__new__", ObjectNew));
  python.AddMethod(object, "__init__", ObjectInit);
  python.AddMethod(object, "__setattr__", ObjectSetAttribute);
  python.AddMethod(object, "__delattr__", ObjectDeleteAttribute);
  python.AddMethod(object, "__getattribute__", ObjectGetAttribute);
  python.AddMethod(object, "__eq__", ObjectEq);
  python.AddMethod(object, "__hash__", ObjectHash);
  Put(python.heap, *object.dict, python.names.init_subclass,
      python.MakeBuiltin("__init_subclass__", ObjectInitSubclass));
  ClassObject& type = python.type_type();
  python.AddMethod(type, "mro", TypeMro);
  python.AddMethod(type, "__subclasses__", TypeSubclasses);
  python.AddMethod(type, "__call__", TypeCall);
  Put(python.heap, *type.dict, python.names.new_, python.MakeBuiltin("__new__", TypeNew));
}

void AddNumberMethods(Runtime& python) {
  ClassObject& whole = python.TypeOfKind(Kind::kInt);
  ClassObject& real = python.TypeOfKind(Kind::kFloat);
  python.AddMethod(whole, "bit_length", IntBitLength);
  python.AddMethod(whole, "to_bytes", IntToBytes);
  Put(python.heap, *whole.dict, python.heap.Intern("from_bytes"),
      python.MakeBuiltin("from_bytes", IntFromBytes));
  for (ClassObject* type : {&whole, &real}) {
    python.AddMethod(*type, "is_integer", FloatIsInteger);
    python.AddMethod(*type, "as_integer_ratio", FloatAsIntegerRatio);
    python.AddMethod(*type, "conjugate", NumberSelf);
    for (const Method& part : kNumberParts) {
      auto* property = python.heap.New<DescriptorObject>();
      property->get = python.MakeBuiltin(part.name, part.native);
      Put(python.heap, *type->dict, python.heap.Intern(part.name),
          Value::Of(Kind::kDescriptor, property));
    }
  }
}

void AddExceptions(Runtime& python) {
  for (const ExceptionType& one : kExceptions) {
    auto& base = As<ClassObject>(python.Builtin(one.base));
    ClassObject* type = python.NewBuiltinType(one.name, &base, Kind::kInstance, MakeExceptionValue);
    Put(python.heap, python.builtins(), type->name, Value::Of(Kind::kClass, type));
  }
  auto& base = As<ClassObject>(python.Builtin("BaseException"));
  python.AddMethod(base, "__init__", ExceptionInit);
  python.AddMethod(base, "__str__", ExceptionStr);
  python.AddMethod(base, "__repr__", ExceptionRepr);
  python.AddMethod(base, "with_traceback", ExceptionWithTraceback);
  python.AddMethod(base, "add_note", ExceptionAddNote);
  for (const StrObject* name : {python.names.cause, python.names.context}) {
    Put(python.heap, *base.dict, name, Value());
  }
  Put(python.heap, *base.dict, python.heap.Intern("__traceback__"), Value());
  auto* property = python.heap.New<DescriptorObject>();
  property->get = python.MakeBuiltin("value", StopIterationValue);
  Put(python.heap, *As<ClassObject>(python.Builtin("StopIteration")).dict, python.names.value,
      Value::Of(Kind::kDescriptor, property));
  for (const char* alias : {"IOError", "EnvironmentError"}) {
    Put(python.heap, python.builtins(), python.heap.Intern(alias), python.Builtin("OSError"));
  }
}

}  // namespace migext::python
