// The machine that runs compiled code, and Python's object model: calls, attributes, classes,
// operators, iteration, exceptions, imports.  Interpreter (interpreter.h) is its public face.
//
// A Python exception travels as the C++ exception Raised.  Running out of a budget throws Error,
// which no Python code can catch.
#ifndef MIGEXT_PYTHON_RUNTIME_H_
#define MIGEXT_PYTHON_RUNTIME_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "python/ast.h"
#include "python/code.h"
#include "python/collections.h"
#include "python/heap.h"
#include "python/interpreter.h"
#include "python/objects.h"

namespace migext::python {

/// Counts how deep this thread's native stack is in recursion of ours; too deep raises
/// RecursionError.  The limit keeps the whole within the 512 KB that some hosts give a thread.
class DeepGuard {
 public:
  DeepGuard();
  ~DeepGuard();
  DeepGuard(const DeepGuard&) = delete;
  DeepGuard& operator=(const DeepGuard&) = delete;
};

/// A DeepGuard of repr(), hash() and ==, which also end when a value has too many parts: the same
/// few objects, each shared by two, make a value that is endless to walk.
class WalkGuard {
 public:
  WalkGuard();
  ~WalkGuard();
  WalkGuard(const WalkGuard&) = delete;
  WalkGuard& operator=(const WalkGuard&) = delete;

 private:
  DeepGuard deep_;
};

/// a == b as Python sees it, __eq__ of instances included.
bool ValuesEqual(Value a, Value b);
std::uint64_t HashInstance(Value instance);

/// One activation of a module, class body or function.
struct Frame {
  struct Block {
    std::uint32_t target = 0;
    std::uint32_t depth = 0;
  };
  static constexpr std::uint32_t kMostBlocks = 20;

  const Code* code = nullptr;
  ModuleObject* module = nullptr;
  Scope* scope = nullptr;
  Value* locals = nullptr;
  DictObject* names = nullptr;  ///< The namespace of a module or class body.
  Value mapping;                ///< What a metaclass's __prepare__ gave instead of a dict.
  Value* base = nullptr;
  Value* top = nullptr;
  Frame* caller = nullptr;
  std::uint32_t next = 0;
  std::uint32_t block_count = 0;
  bool is_suspended = false;
  Value result;  ///< Saved by `return` while finally blocks run.
  Block blocks[kMostBlocks];

  void Push(Value value) { *top++ = value; }
  Value Pop() { return *--top; }
  Value& Top(int below = 0) { return top[-1 - below]; }
};

struct GeneratorObject final : IteratorObject {
  Frame* frame = nullptr;
  Value* saved = nullptr;  ///< Its part of the stack while it is suspended.
  std::uint32_t saved_size = 0;
  std::uint32_t saved_capacity = 0;
  bool is_started = false;
  bool is_running = false;
  bool is_done = false;
  bool is_coroutine = false;
  StrObject* name = nullptr;
  Value returned;

  bool Next(Runtime& runtime, Value& out) override;
  const char* TypeName() const override { return is_coroutine ? "coroutine" : "generator"; }
};

/// Names the machine itself looks up.
struct WellKnownNames {
  explicit WellKnownNames(Heap& heap);
  StrObject *init, *new_, *call, *name, *qualname, *module, *doc, *dict, *class_, *getattr,
      *setattr, *delattr, *getattribute, *get, *set, *set_name, *init_subclass, *prepare, *str,
      *repr, *format, *eq, *ne, *hash, *bool_, *len, *iter, *next, *getitem, *setitem, *delitem,
      *contains, *missing, *enter, *exit, *args, *annotations, *all, *file, *package, *path, *int_,
      *float_, *index, *value, *cause, *context, *match_args, *class_getitem, *instancecheck, *mro,
      *bases, *reversed, *abs, *neg, *pos, *invert;
};

class Runtime {
 public:
  Runtime(Interpreter& owner, ModuleFinder& finder, Budget budget);
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  Heap heap;
  const WellKnownNames names;
  Interpreter& owner;

  // ---- Calls (calls.cc)
  Value Call(Value callee, std::span<const Value> args, std::span<const Keyword> keywords = {});
  Value CallOne(Value callee, Value argument) { return Call(callee, {&argument, 1}); }
  /// owner.name(args); raises AttributeError.
  Value CallMethod(Value owner, const StrObject* name, std::span<const Value> args = {});
  /// type(owner).name(owner, args), for dunder methods; false when the class has none.
  bool CallSpecial(Value owner, const StrObject* name, std::span<const Value> args, Value& out);

  // ---- Attributes (attributes.cc)
  Value GetAttribute(Value owner, const StrObject* name);
  bool FindAttribute(Value owner, const StrObject* name, Value& out);
  void SetAttribute(Value owner, const StrObject* name, Value value);
  void DeleteAttribute(Value owner, const StrObject* name);
  /// Along the MRO; symbols in it are passed over.
  static bool FindInClass(const ClassObject& type, const StrObject* name, Value& out);
  /// As FindInClass, but without the classes that every object has or C++ made.
  static bool FindOwn(const ClassObject& type, const StrObject* name, Value& out);
  /// What `found` in a class becomes when reached through `owner` of that class.
  Value Bind(Value found, Value owner, const ClassObject& type);
  std::vector<Value> AttributeNames(Value owner);

  // ---- Classes (classes.cc)
  const ClassObject& TypeOf(Value value);
  Value TypeValue(Value value);
  Value NewClass(StrObject* name, std::span<const Value> bases, DictObject* dict, Value metaclass,
                 std::span<const Keyword> keywords, Position position);
  Value BuildClass(Frame& frame, const Code& code, const SequenceObject& bases,
                   const DictObject& keywords);
  Value Instantiate(const ClassObject& type, std::span<const Value> args,
                    std::span<const Keyword> keywords);
  InstanceObject* NewInstance(const ClassObject& type);
  bool IsInstance(Value value, Value type);
  bool IsSubclass(Value derived, Value base);
  static bool HasInMro(const ClassObject& type, Value base);
  /// The native value inside an instance of a subclass of str, int, …; else the value itself.
  static Value Plain(Value value);

  // ---- Operators (operators.cc, arithmetic.cc)
  Value Binary(ast::BinaryOperator op, Value a, Value b);
  Value Inplace(ast::BinaryOperator op, Value a, Value b);
  Value Unary(ast::UnaryOperator op, Value operand);
  Value Compare(ast::CompareOperator op, Value a, Value b);
  bool Less(Value a, Value b);
  bool Contains(Value container, Value item);
  bool Truth(Value value);
  /// The number for arithmetic on plain numbers; false when the operands are not both numbers.
  bool Arithmetic(ast::BinaryOperator op, Value a, Value b, Value& out);

  // ---- Items (items.cc)
  Value Subscript(Value owner, Value index);
  void StoreSubscript(Value owner, Value index, Value value);
  void DeleteSubscript(Value owner, Value index);
  std::int64_t Length(Value value);
  /// An int, or an object with __index__; raises TypeError with `what` in front otherwise.
  std::int64_t Index(Value value, const char* refusal = nullptr);

  // ---- Iteration (iterators.cc)
  Value Iterate(Value iterable);
  bool Next(Value iterator, Value& out);
  std::vector<Value> ToVector(Value iterable);
  template <typename Body>
  void ForEach(Value iterable, Body body);

  // ---- Text (repr.cc, format.cc)
  std::string Str(Value value);
  std::string Repr(Value value);
  std::string Format(Value value, std::string_view spec);

  // ---- Exceptions (exceptions.cc)
  /// The exception object of what was raised.
  Value ExceptionOf(Raised& raised);
  Value MakeException(const char* type, std::string_view message);
  [[noreturn]] void RaiseValue(Value exception, Value cause, bool has_cause);
  bool Matches(Value exception, Value type);
  std::string Describe(Value exception);
  [[noreturn]] void ThrowError(Raised& raised, const Position& fallback);
  Error ErrorOf(Raised& raised, const Position& fallback = {});
  Value Handled() const { return handled_; }
  static bool IsException(const char* type, Raised& raised, Runtime& runtime);

  // ---- Modules (imports.cc)
  Value Import(std::string_view dotted);
  Value ImportRelative(const ModuleObject& from, const ImportName& name);
  Value ImportTop(const ModuleObject& from, const ImportName& name);
  Value ImportFrom(Value module, const StrObject* name);
  void ImportStar(Value module, ModuleObject& importer, DictObject& into);
  Value RunModule(std::string_view dotted, FoundModule found, bool is_library);
  Value SymbolFor(std::string_view dotted);
  Value SymbolAttribute(Value owner, const StrObject* name);
  void Define(std::string dotted, Value value);
  void DefineLibrary(std::string dotted, std::string_view source);
  void DefineAlias(std::string dotted, std::string target);
  void OnUnknown(std::function<std::optional<Value>(std::string_view)> resolver);
  void OnMissing(std::function<bool(std::string_view, std::string_view)> is_missing);
  /// True if what the symbol stands for is known to lack the name.
  bool IsMissing(Value symbol, const StrObject* name) const;
  bool IsMissing(std::string_view module, std::string_view name) const;
  std::vector<Error> TakeForgiven() { return std::exchange(forgiven_, {}); }

  // ---- Running (machine.cc)
  Value Run(Frame& frame);
  Value CallFunction(const FunctionObject& function, std::span<const Value> args,
                     std::span<const Keyword> keywords);
  void EnsureCompiled(const Code& code);
  bool Resume(GeneratorObject& generator, Value sent, Value& out, Raised* thrown = nullptr);
  Position Here() const;
  /// The position in project code, the library's own frames left out.
  Position ProjectPosition() const;
  Frame* frame() const { return frame_; }
  void Charge(std::uint64_t steps);
  void BeginRun();
  Value* stack_top() const { return frame_ == nullptr ? stack_begin_ : frame_->top; }
  int& call_depth() { return call_depth_; }
  const Budget& budget() const { return budget_; }

  // ---- Making values
  Value MakeStr(std::string_view text) { return ToValue(heap.NewStr(text)); }
  Value MakeList(std::span<const Value> items);
  Value MakeTuple(std::span<const Value> items);
  Value MakeCall(Value callee, std::span<const Value> args, std::span<const Keyword> keywords,
                 Position position);
  /// "operator.add" and so on, called with the operands.
  Value OperatorCall(std::string_view name, std::span<const Value> operands);
  Value MakeBuiltin(std::string_view name, NativePointer native, bool is_method = false);
  Value MakeBound(Value self, Value function);
  [[noreturn]] void RaiseUnknown(Value value);

  // ---- Builtin types (builtin_types.cc)
  ClassObject* NewBuiltinType(std::string_view name, ClassObject* base, Kind value_kind,
                              NativePointer construct);
  ClassObject& TypeOfKind(Kind kind) { return *types_[static_cast<std::size_t>(kind)]; }
  ClassObject& object_type() { return *object_type_; }
  ClassObject& type_type() { return *type_type_; }
  ClassObject& super_type() { return *super_type_; }
  DictObject& builtins() { return *builtins_; }
  Value Builtin(std::string_view name);
  void AddMethod(ClassObject& type, std::string_view name, NativePointer native);

 private:
  struct ModuleRecord {
    Value module;
    bool is_loading = false;
    bool has_failed = false;
    Raised failure;
    std::optional<Error> error;
  };

  friend class BuiltinTypes;

  // machine.cc
  Value Execute(Frame& frame);
  void ExecuteRare(Frame& frame, Instruction instruction);
  void ExecuteBlock(Frame& frame, Instruction instruction);
  void ExecuteMatch(Frame& frame, Instruction instruction);
  bool Handle(Frame& frame, Raised& raised);
  bool PassOver(Frame& frame, const Error& error);
  void LoadName(Frame& frame, StrObject* name);
  Value MissingName(const Frame& frame, const StrObject* name);
  void LoadMethod(Frame& frame, StrObject* name);
  void CallSpread(Frame& frame, bool is_method);
  void CallKeywords(Frame& frame, std::size_t argument);
  void MakeFunction(Frame& frame, const Code& code);
  void Unpack(Frame& frame, std::size_t count);
  void UnpackStar(Frame& frame, std::size_t before, std::size_t after);
  void WithEnter(Frame& frame);
  bool WithException(Frame& frame);
  Value MatchItem(Frame& frame, bool is_star);
  Value MatchPositional(Value subject, Value type, std::size_t position);
  Value MatchRest(Value subject, Value keys);
  void BuildSet(Frame& frame, std::size_t count);
  void BuildDict(Frame& frame, std::size_t count);
  void BuildString(Frame& frame, std::size_t count);
  void FormatTop(Frame& frame, std::uint32_t argument);
  void StoreName(Frame& frame, const StrObject* name, Value value);
  void StoreAnnotation(Frame& frame, const StrObject* name, Value text);
  void DictUpdate(DictObject& into, Value source, bool is_call);
  Value* Outer(Frame& frame, std::uint32_t argument);
  [[noreturn]] void RaiseUnbound(const Frame& frame, std::uint32_t slot);
  bool YieldFrom(Frame& frame);
  void PrepareSlots(Frame& frame, const Code& code, Scope* closure);
  void BindArguments(const FunctionObject& function, std::span<const Value> args,
                     std::span<const Keyword> keywords, Value* slots);
  void BindKeywords(const FunctionObject& function, std::span<const Keyword> keywords, Value* slots,
                    DictObject* rest);
  void FillDefaults(const FunctionObject& function, std::size_t given, Value* slots);
  [[noreturn]] void RaiseTooMany(const FunctionObject& function, std::size_t given, Value* slots);
  Value MakeGenerator(const Frame& frame);

  // attributes.cc
  bool FindOfInstance(Value owner, const StrObject* name, Value& out);
  bool FindOfClass(Value owner, const StrObject* name, Value& out);
  bool FindOfModule(Value owner, const StrObject* name, Value& out, bool or_symbol = true);
  bool FindOfFunction(Value owner, const StrObject* name, Value& out);
  bool FindOfSuper(Value owner, const StrObject* name, Value& out);
  bool FindOfPlain(Value owner, const StrObject* name, Value& out);
  bool FindOfDescriptor(Value owner, const StrObject* name, Value& out);
  [[noreturn]] void RaiseNoAttribute(Value owner, const StrObject* name);

  // classes.cc
  std::span<const Value> Linearise(const ClassObject& type);
  void AnnounceClass(const ClassObject& type, Value value, std::span<const Keyword> keywords);
  Value DefaultConstruct(const ClassObject& type, std::span<const Value> args,
                         std::span<const Keyword> keywords);

  // operators.cc
  Value BinaryInstance(ast::BinaryOperator op, Value a, Value b);
  bool TryBinaryMethod(ast::BinaryOperator op, Value a, Value b, bool reversed, Value& out);
  bool SequenceBinary(ast::BinaryOperator op, Value a, Value b, Value& out);
  bool SetBinary(ast::BinaryOperator op, Value a, Value b, Value& out);
  Value CompareOrder(ast::CompareOperator op, Value a, Value b);

  // imports.cc
  Value Load(const std::string& dotted);
  ModuleRecord* StartModule(const std::string& dotted);
  bool LoadProject(const std::string& dotted, Value& out);

  Value SymbolOrDefined(std::string_view dotted);

  ModuleFinder& finder_;
  Budget budget_;
  std::uint64_t steps_left_;
  int call_depth_ = 0;
  std::unique_ptr<std::byte[]> stack_;
  Value* stack_begin_ = nullptr;
  Value* stack_end_ = nullptr;
  Frame* frame_ = nullptr;
  Value handled_;

  DictObject* builtins_ = nullptr;
  ClassObject* types_[32] = {};
  ClassObject* object_type_ = nullptr;
  ClassObject* type_type_ = nullptr;
  ClassObject* super_type_ = nullptr;

  std::vector<std::unique_ptr<const ast::Module>> trees_;
  std::deque<Code> codes_;
  std::unordered_map<std::string, ModuleRecord> modules_;
  std::unordered_map<std::string, Value> defined_;
  std::unordered_map<std::string, std::string_view> libraries_;
  std::unordered_map<std::string, std::string> aliases_;
  std::unordered_map<std::string_view, Value> symbols_;
  std::function<std::optional<Value>(std::string_view)> on_unknown_;
  std::function<bool(std::string_view, std::string_view)> is_missing_;
  std::vector<Error> forgiven_;
  std::deque<NativeFunction> custom_;

  friend class Interpreter;
};

template <typename Body>
void Runtime::ForEach(Value iterable, Body body) {
  if (iterable.IsSequence()) {
    // By position, since the body may change a list.
    const auto& sequence = As<SequenceObject>(iterable);
    for (std::uint32_t i = 0; i < sequence.size; ++i) body(sequence.items[i]);
    return;
  }
  const Value iterator = Iterate(iterable);
  Value item;
  while (Next(iterator, item)) body(item);
}

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_RUNTIME_H_
