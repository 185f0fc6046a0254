// Python values, as the evaluator makes them and the layers above read them.
//
// A Value is a small handle (16 bytes, trivially copyable).  What it points at belongs to a Heap
// and lives exactly as long as that heap: nothing is freed before, so cycles need no collector and
// a handle never dangles while its heap is alive.  The heap counts what it hands out against a
// budget.
//
// What cannot be known without running third-party code is not an error: an import from outside the
// project is a kSymbol with its dotted name, and calling a symbol gives a kCall that remembers
// callee, arguments and place:
//
//   models.CharField(max_length=80)   ->  Call{Symbol "django.db.models.CharField", max_length=80}
//   Q(a=1) | Q(b=2)                   ->  Call{Symbol "operator.or_", [Call Q, Call Q]}
//   gettext_lazy("x").title           ->  Symbol{owner: Call gettext_lazy("x"), name: "title"}
#ifndef MIGEXT_PYTHON_VALUE_H_
#define MIGEXT_PYTHON_VALUE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace migext::python {

class Source;  // python/source.h

enum class Kind : std::uint8_t {
  kNone,
  kNotImplemented,
  kEllipsis,
  kBool,
  kInt,     // fits std::int64_t
  kBigInt,  // does not
  kFloat,
  kComplex,
  kStr,
  kBytes,
  kList,
  kTuple,
  kDict,
  kSet,
  kFrozenSet,
  kRange,
  kSlice,
  kIterator,  // generators included
  kFunction,  // def and lambda
  kBuiltin,   // a function written in C++
  kBoundMethod,
  kClass,
  kInstance,
  kModule,
  kDescriptor,  // property, classmethod, staticmethod
  kSymbol,
  kCall,
};

struct Object;
struct BigIntObject;
struct StrObject;
struct SequenceObject;
struct DictObject;
struct SetObject;
struct FunctionObject;
struct BuiltinObject;
struct ClassObject;
struct InstanceObject;
struct ModuleObject;
struct SymbolObject;
struct CallObject;

class Value {
 public:
  constexpr Value() = default;  // None
  static constexpr Value Bool(bool value) { return {Kind::kBool, value ? 1 : 0}; }
  static constexpr Value Int(std::int64_t value) { return {Kind::kInt, value}; }
  static constexpr Value Float(double value) { return Value(value); }
  static constexpr Value Of(Kind kind, const Object* object) { return {kind, object}; }

  constexpr Kind kind() const { return kind_; }
  constexpr bool Is(Kind kind) const { return kind_ == kind; }
  constexpr bool IsNone() const { return kind_ == Kind::kNone; }
  constexpr bool IsStr() const { return kind_ == Kind::kStr; }
  constexpr bool IsSequence() const { return kind_ == Kind::kList || kind_ == Kind::kTuple; }

  // Each REQUIRES the kind it names.
  constexpr bool AsBool() const { return int_ != 0; }
  constexpr std::int64_t AsInt() const { return int_; }
  constexpr double AsFloat() const { return float_; }
  std::string_view AsStr() const;    ///< UTF-8; a lone surrogate in three bytes.  kStr.
  std::string_view AsBytes() const;  ///< kBytes.
  std::span<const Value> Items()
      const;  ///< kList, kTuple, kSet, kFrozenSet (in the order of insertion).
  const DictObject& AsDict() const;
  const FunctionObject& AsFunction() const;
  const ClassObject& AsClass() const;
  const InstanceObject& AsInstance() const;
  const ModuleObject& AsModule() const;
  const SymbolObject& AsSymbol() const;
  const CallObject& AsCall() const;
  constexpr const Object* object() const { return object_; }

 private:
  constexpr Value(Kind kind, std::int64_t value) : kind_(kind), int_(value) {}
  constexpr Value(Kind kind, const Object* object) : kind_(kind), object_(object) {}
  constexpr explicit Value(double value) : kind_(Kind::kFloat), float_(value) {}

  Kind kind_ = Kind::kNone;
  union {
    std::int64_t int_ = 0;
    double float_;
    const Object* object_;
  };
};

struct Entry {
  Value key;
  Value value;
};

struct Keyword {
  std::string_view name;
  Value value;
};

/// Where a value was made: cheap to keep, turned into a Place only for a message.
struct Position {
  const Source* source = nullptr;
  std::uint32_t offset = 0;

  bool known() const { return source != nullptr; }
  Place ToPlace() const;
};

// ---- Reading
// --------------------------------------------------------------------------------------

/// The entries of a dict in the order of insertion.
std::span<const Entry> Entries(const DictObject& dict);
/// The value under a string key.
std::optional<Value> Find(const DictObject& dict, std::string_view key);

/// The attribute of a class, looked up along its method resolution order, of an instance (its own
/// first, then its class's, not bound), or of a module.  Runs no code.
std::optional<Value> FindAttribute(Value owner, std::string_view name);

/// "django.db.models.CharField" for a symbol, "blog.fields.PathField" for a class or function of
/// the project, the callee's for a call, the class's for an instance; "" for everything else.
std::string DottedName(Value value);

/// Where a function, class, call or instance was written or made.
Position PositionOf(Value value);

/// repr(value) and str(value) as CPython 3.12 prints them.  Symbols show as their dotted name,
/// calls as `name(arguments)`.
std::string Repr(Value value);
std::string Str(Value value);

/// a == b; symbols and calls are equal when name and arguments are.
bool Equal(Value a, Value b);

/// bool(value) where it can be told; empty for symbols and calls.
std::optional<bool> Truth(Value value);

std::string_view KindName(Value value);  ///< type(value).__name__

struct CallView {
  Value callee;
  std::span<const Value> args;
  std::span<const Keyword> keywords;  ///< In the order written; ** has been spread out.
  Position position;
};
CallView View(const CallObject& call);

struct SymbolView {
  std::string_view dotted;  ///< The whole name; "" if it hangs on a value that has none.
  std::string_view name;    ///< The last part.
  Value owner;              ///< What it is an attribute of, None for an imported module.
};
SymbolView View(const SymbolObject& symbol);

struct FunctionView {
  std::string_view name;  ///< "<lambda>" for a lambda.
  std::string_view qualname;
  std::string_view module;  ///< Dotted name of the module that defines it.
  std::optional<std::string_view> docstring;
  std::string_view source;  ///< Its text, decorators included.
  Position position;
  /// Its body holds nothing but pass, constants and a return of one; it is not decorated.
  bool is_empty = false;
};
FunctionView View(const FunctionObject& function);

/// The parameters of a function, without *args and **kwargs.
struct ParameterNames {
  std::vector<std::string_view> positional;  ///< Those that may also be given by name included.
  std::vector<std::string_view> keyword_only;
};
ParameterNames ParametersOf(const FunctionObject& function);

struct ClassView {
  std::string_view name;
  std::string_view qualname;
  std::string_view module;
  std::span<const Value> bases;  ///< As written: kClass or kSymbol.
  std::span<const Value> mro;    ///< Itself first; symbols stand where their classes would.
  Position position;
};
ClassView View(const ClassObject& type);

struct InstanceView {
  Value type;  ///< kClass.
  const DictObject& attributes;
  /// What reached the first base outside the project (`super().__init__(...)` of a field's class),
  /// or the arguments of the call itself when no class of the project has an __init__.
  std::span<const Value> args;
  std::span<const Keyword> keywords;
  /// The arguments of the call that made it, whatever its __init__ did with them.
  std::span<const Value> call_args;
  std::span<const Keyword> call_keywords;
  Position position;
};
InstanceView View(const InstanceObject& instance);

struct ModuleView {
  std::string_view name;  ///< Dotted.
  std::string_view file;
  const DictObject& globals;
};
ModuleView View(const ModuleObject& module);

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_VALUE_H_
