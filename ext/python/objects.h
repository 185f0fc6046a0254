// What the handles of value.h point at.  Only the evaluator looks in here; the layers above use the
// views of value.h.
//
// Every object is memory of a Heap and is never destroyed, so members are plain: pointers, spans
// and numbers.  Containers grow by moving to a larger piece of the heap.
#ifndef MIGEXT_PYTHON_OBJECTS_H_
#define MIGEXT_PYTHON_OBJECTS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "python/value.h"

namespace migext::python {

class Runtime;
struct Code;
struct Arguments;
struct Frame;

inline constexpr std::size_t kLargestStr = std::size_t{1} << 30U;

struct Object {};

struct StrObject : Object {
  static constexpr std::uint32_t kUnknown = 0xFFFFFFFFU;

  std::uint32_t size = 0;
  mutable std::uint32_t code_points = kUnknown;  ///< Counted when first asked for.
  mutable std::uint64_t hash = 0;                ///< 0 until first asked for.

  char* data() { return reinterpret_cast<char*>(this + 1); }
  std::string_view view() const { return {reinterpret_cast<const char*>(this + 1), size}; }
};

struct BigIntObject : Object {
  bool negative = false;
  std::span<const std::uint32_t> digits;  ///< Base 2^32, lowest first, no leading zero.
};

struct ComplexObject : Object {
  double real = 0;
  double imaginary = 0;
};

struct SequenceObject : Object {
  Value* items = nullptr;
  std::uint32_t size = 0;
  std::uint32_t capacity = 0;

  std::span<const Value> view() const { return {items, size}; }
};

/// Open addressing over positions in an array of entries; used from a few entries on.
struct HashIndex {
  std::uint32_t* slots = nullptr;  ///< 0 is empty, else position + 1.
  std::uint32_t mask = 0;
  std::uint32_t erased = 0;  ///< Slots of entries that are gone.
};

struct DictObject : Object {
  Entry* entries = nullptr;
  std::uint32_t size = 0;
  std::uint32_t capacity = 0;
  HashIndex index;

  std::span<const Entry> view() const { return {entries, size}; }
};

struct SetObject : Object {
  Value* items = nullptr;
  std::uint32_t size = 0;
  std::uint32_t capacity = 0;
  HashIndex index;

  std::span<const Value> view() const { return {items, size}; }
};

struct RangeObject : Object {
  std::int64_t start = 0;
  std::int64_t stop = 0;
  std::int64_t step = 1;

  std::int64_t Length() const;
};

struct SliceObject : Object {
  Value start;
  Value stop;
  Value step;
};

/// Everything that next() works on; generators included.
struct IteratorObject : Object {
  /// False at the end.
  virtual bool Next(Runtime& runtime, Value& out) = 0;
  virtual const char* TypeName() const { return "iterator"; }
};

/// Local variables that outlive their frame because a nested function sees them.
struct Scope : Object {
  Scope* parent = nullptr;
  Value* slots = nullptr;
};

struct FunctionObject : Object {
  const Code* code = nullptr;
  Scope* closure = nullptr;
  ModuleObject* module = nullptr;
  std::span<const Value> defaults;            ///< Of the last positional parameters.
  std::span<const Keyword> keyword_defaults;  ///< Of keyword-only parameters.
  StrObject* name = nullptr;
  StrObject* qualname = nullptr;
  DictObject* attributes = nullptr;  ///< Made when first written to.
};

using NativePointer = Value (*)(Runtime& runtime, const Arguments& call);

struct BuiltinObject : Object {
  StrObject* name = nullptr;
  NativePointer native = nullptr;
  const void* custom = nullptr;  ///< A NativeFunction of Interpreter::DefineFunction.
  bool is_method = false;        ///< Binds to an instance, as a def in a class does.
};

struct BoundMethodObject : Object {
  Value self;
  Value function;
};

struct ClassObject : Object {
  StrObject* name = nullptr;
  StrObject* qualname = nullptr;
  StrObject* module = nullptr;
  DictObject* dict = nullptr;
  std::span<const Value> bases;
  std::span<const Value> mro;
  Value metaclass;  ///< None is `type`.
  Runtime* runtime = nullptr;
  NativePointer construct = nullptr;  ///< Of a builtin type: type(arguments), args[0] the class.
  Kind value_kind = Kind::kInstance;  ///< What its values are; inherited by subclasses.
  bool is_builtin = false;
  bool has_symbol_base = false;    ///< Anywhere in its MRO.
  bool has_get_attribute = false;  ///< Some class of the MRO defines __getattribute__.
  Position position;
};

struct InstanceObject : Object {
  const ClassObject* type = nullptr;
  DictObject* attributes = nullptr;
  Value payload;  ///< The native value inside an instance of a subclass of str, int, dict, …
  bool has_payload = false;
  std::span<const Value> args;
  std::span<const Keyword> keywords;
  std::span<const Value> call_args;
  std::span<const Keyword> call_keywords;
  Position position;
};

struct ModuleObject : Object {
  StrObject* name = nullptr;
  StrObject* file = nullptr;
  StrObject* package = nullptr;
  DictObject* globals = nullptr;
  /// What `from x import *` took from outside the project: any unknown name may come from there.
  Value star;
  bool is_package = false;
  bool is_library = false;    ///< Comes with the evaluator: its lines are not the project's.
  bool is_forgiving = false;  ///< FoundModule::is_forgiving.
};

struct DescriptorObject : Object {
  enum class Type : std::uint8_t { kProperty, kClassMethod, kStaticMethod };
  Type type = Type::kProperty;
  Value get;  ///< The function of a classmethod or staticmethod.
  Value set;
  Value del;
  Value doc;
};

struct SymbolObject : Object {
  StrObject* dotted = nullptr;
  StrObject* name = nullptr;
  Value owner;
};

struct CallObject : Object {
  Value callee;
  std::span<const Value> args;
  std::span<const Keyword> keywords;
  Position position;
};

/// super(): attributes of `self` from behind `type` in the MRO of `start`.
struct SuperObject : InstanceObject {
  const ClassObject* behind = nullptr;
  Value self;
  const ClassObject* start = nullptr;
};

template <typename T>
T& As(Value value) {
  return *static_cast<T*>(const_cast<Object*>(value.object()));
}

inline Value ToValue(const StrObject* text) { return Value::Of(Kind::kStr, text); }

/// Arguments of a call to a function written in C++; a method's self is args[0].
struct Arguments {
  std::span<const Value> args;
  std::span<const Keyword> keywords;
};

/// A Python exception on its way up.  `exception` is made from type and message when something
/// looks at it.
struct Raised {
  Value exception;
  const char* type = nullptr;
  std::string message;
  Value detail;  ///< The key of a KeyError, the value of a StopIteration.
  bool has_detail = false;
};

[[noreturn]] void Raise(const char* type, std::string message);

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_OBJECTS_H_
