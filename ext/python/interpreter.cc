#include "python/interpreter.h"

#include <string>

#include "base/error.h"
#include "python/native.h"
#include "python/runtime.h"

namespace migext::python {

void BuildBuiltins(Runtime& python);

namespace {

// 32,768 values of stack for all frames together.
constexpr std::size_t kStackValues = std::size_t{1} << 15U;

}  // namespace

WellKnownNames::WellKnownNames(Heap& heap)
    : init(heap.Intern("__init__")),
      new_(heap.Intern("__new__")),
      call(heap.Intern("__call__")),
      name(heap.Intern("__name__")),
      qualname(heap.Intern("__qualname__")),
      module(heap.Intern("__module__")),
      doc(heap.Intern("__doc__")),
      dict(heap.Intern("__dict__")),
      class_(heap.Intern("__class__")),
      getattr(heap.Intern("__getattr__")),
      setattr(heap.Intern("__setattr__")),
      delattr(heap.Intern("__delattr__")),
      getattribute(heap.Intern("__getattribute__")),
      get(heap.Intern("__get__")),
      set(heap.Intern("__set__")),
      set_name(heap.Intern("__set_name__")),
      init_subclass(heap.Intern("__init_subclass__")),
      prepare(heap.Intern("__prepare__")),
      str(heap.Intern("__str__")),
      repr(heap.Intern("__repr__")),
      format(heap.Intern("__format__")),
      eq(heap.Intern("__eq__")),
      ne(heap.Intern("__ne__")),
      hash(heap.Intern("__hash__")),
      bool_(heap.Intern("__bool__")),
      len(heap.Intern("__len__")),
      iter(heap.Intern("__iter__")),
      next(heap.Intern("__next__")),
      getitem(heap.Intern("__getitem__")),
      setitem(heap.Intern("__setitem__")),
      delitem(heap.Intern("__delitem__")),
      contains(heap.Intern("__contains__")),
      missing(heap.Intern("__missing__")),
      enter(heap.Intern("__enter__")),
      exit(heap.Intern("__exit__")),
      args(heap.Intern("args")),
      annotations(heap.Intern("__annotations__")),
      all(heap.Intern("__all__")),
      file(heap.Intern("__file__")),
      package(heap.Intern("__package__")),
      path(heap.Intern("__path__")),
      int_(heap.Intern("__int__")),
      float_(heap.Intern("__float__")),
      index(heap.Intern("__index__")),
      value(heap.Intern("value")),
      cause(heap.Intern("__cause__")),
      context(heap.Intern("__context__")),
      match_args(heap.Intern("__match_args__")),
      class_getitem(heap.Intern("__class_getitem__")),
      instancecheck(heap.Intern("__instancecheck__")),
      mro(heap.Intern("__mro__")),
      bases(heap.Intern("__bases__")),
      reversed(heap.Intern("__reversed__")),
      abs(heap.Intern("__abs__")),
      neg(heap.Intern("__neg__")),
      pos(heap.Intern("__pos__")),
      invert(heap.Intern("__invert__")) {}

Runtime::Runtime(Interpreter& owner_in, ModuleFinder& finder, Budget budget)
    : heap(budget.bytes),
      names(heap),
      owner(owner_in),
      finder_(finder),
      budget_(budget),
      steps_left_(budget.steps),
      stack_(new std::byte[kStackValues * sizeof(Value)]),
      stack_begin_(reinterpret_cast<Value*>(stack_.get())),
      stack_end_(stack_begin_ + kStackValues),
      builtins_(NewDict(heap)) {}

Runtime::~Runtime() = default;

Value Runtime::MakeList(std::span<const Value> items) {
  return Value::Of(Kind::kList, NewSequence(heap, items));
}

Value Runtime::MakeTuple(std::span<const Value> items) {
  return Value::Of(Kind::kTuple, NewSequence(heap, items));
}

Value Runtime::MakeCall(Value callee, std::span<const Value> args,
                        std::span<const Keyword> keywords, Position position) {
  auto* call = heap.New<CallObject>();
  call->callee = callee;
  call->args = heap.Copy(args);
  call->keywords = heap.Copy(keywords);
  call->position = position;
  return Value::Of(Kind::kCall, call);
}

Value Runtime::MakeBuiltin(std::string_view name, NativePointer native, bool is_method) {
  auto* builtin = heap.New<BuiltinObject>();
  builtin->name = heap.Intern(name);
  builtin->native = native;
  builtin->is_method = is_method;
  return Value::Of(Kind::kBuiltin, builtin);
}

Value Runtime::MakeBound(Value self, Value function) {
  auto* method = heap.New<BoundMethodObject>();
  method->self = self;
  method->function = function;
  return Value::Of(Kind::kBoundMethod, method);
}

struct Interpreter::Impl : Runtime {
  using Runtime::Runtime;

  /// Runs `body` so that only Error leaves it.  Called by a C++ function that Python code called,
  /// it lets a Python exception through to that code.
  template <typename Body>
  auto Enter(Body body) {
    if (frame() != nullptr) return body();
    BeginRun();
    try {
      return body();
    } catch (Raised& raised) {
      ThrowError(raised, {});
    } catch (const OutOfMemory&) {
      throw Error("this code needs too much memory: more than " +
                  std::to_string(budget().bytes >> 20U) + " MiB");
    }
  }
};

Interpreter::Interpreter(ModuleFinder& finder, Budget budget)
    : impl_(std::make_unique<Impl>(*this, finder, budget)) {
  BuildBuiltins(*impl_);
}

Interpreter::~Interpreter() = default;

void Interpreter::Define(std::string dotted_name, Value value) {
  impl_->Define(std::move(dotted_name), value);
}

void Interpreter::DefineFunction(std::string dotted_name, NativeFunction function) {
  const NativeFunction& kept = impl_->custom_.emplace_back(std::move(function));
  const Value value = impl_->MakeBuiltin(dotted_name, nullptr);
  As<BuiltinObject>(value).custom = &kept;
  impl_->Define(std::move(dotted_name), value);
}

void Interpreter::DefineLibrary(std::string dotted_name, std::string_view source) {
  impl_->DefineLibrary(std::move(dotted_name), source);
}

void Interpreter::DefineAlias(std::string dotted_name, std::string target) {
  impl_->DefineAlias(std::move(dotted_name), std::move(target));
}

void Interpreter::OnUnknown(
    std::function<std::optional<Value>(std::string_view dotted_name)> resolver) {
  impl_->OnUnknown(std::move(resolver));
}

void Interpreter::OnMissing(
    std::function<bool(std::string_view module, std::string_view name)> is_missing) {
  impl_->OnMissing(std::move(is_missing));
}

std::vector<Error> Interpreter::TakeForgiven() { return impl_->TakeForgiven(); }

Value Interpreter::Import(const std::string& dotted_name) {
  return impl_->Enter([&] { return impl_->Runtime::Import(dotted_name); });
}

Value Interpreter::Run(const std::string& dotted_name, FoundModule module) {
  return impl_->Enter([&] { return impl_->RunModule(dotted_name, std::move(module), false); });
}

Value Interpreter::Call(Value callee, std::span<const Value> args,
                        std::span<const Keyword> keywords) {
  return impl_->Enter([&] { return impl_->Runtime::Call(callee, args, keywords); });
}

std::optional<Value> Interpreter::GetAttribute(Value value, std::string_view name) {
  return impl_->Enter([&]() -> std::optional<Value> {
    Value out;
    if (!impl_->FindAttribute(value, impl_->heap.Intern(name), out)) return std::nullopt;
    return out;
  });
}

Value Interpreter::MakeStr(std::string_view text) { return impl_->MakeStr(text); }

Value Interpreter::MakeBytes(std::string_view bytes) {
  return Value::Of(Kind::kBytes, impl_->heap.NewStr(bytes));
}

Value Interpreter::MakeList(std::span<const Value> items) { return impl_->MakeList(items); }
Value Interpreter::MakeTuple(std::span<const Value> items) { return impl_->MakeTuple(items); }

Value Interpreter::MakeDict(std::span<const Entry> entries) {
  DictObject* dict = NewDict(impl_->heap);
  for (const Entry& entry : entries) Put(impl_->heap, *dict, entry.key, entry.value);
  return Value::Of(Kind::kDict, dict);
}

Value Interpreter::MakeSet(std::span<const Value> items) {
  SetObject* set = NewSet(impl_->heap);
  for (const Value& item : items) Insert(impl_->heap, *set, item);
  return Value::Of(Kind::kSet, set);
}

Value Interpreter::MakeSymbol(std::string_view dotted_name) {
  return impl_->SymbolFor(dotted_name);
}

Value Interpreter::MakeCall(Value callee, std::span<const Value> args,
                            std::span<const Keyword> keywords, Position position) {
  return impl_->MakeCall(callee, args, keywords, position);
}

}  // namespace migext::python
