// Calls: who is called, and how arguments find their parameters.
#include <algorithm>
#include <string>

#include "python/compiler.h"
#include "python/runtime.h"

namespace migext::python {
namespace {

std::string Quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

// 'a', 'b', and 'c' as CPython lists missing arguments.
std::string ListOf(const std::vector<std::string>& parts) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += parts.size() == 2 ? " and " : i + 1 == parts.size() ? ", and " : ", ";
    text += parts[i];
  }
  return text;
}

std::string CallName(const FunctionObject& function) {
  return std::string(function.qualname->view()) + "()";
}

const Code& CodeOf(const FunctionObject& function) { return *function.code; }

[[noreturn]] void RaiseMissing(const FunctionObject& function, std::vector<std::string> missing,
                               const char* what) {
  const std::size_t count = missing.size();
  Raise("TypeError", CallName(function) + " missing " + std::to_string(count) + " required " +
                         what + " argument" + (count == 1 ? "" : "s") + ": " + ListOf(missing));
}

}  // namespace

Value Runtime::Call(Value callee, std::span<const Value> args, std::span<const Keyword> keywords) {
  switch (callee.kind()) {
    case Kind::kFunction:
      return CallFunction(As<FunctionObject>(callee), args, keywords);
    case Kind::kBuiltin: {
      const DeepGuard guard;
      const auto& builtin = As<BuiltinObject>(callee);
      if (builtin.custom != nullptr) {
        return (*static_cast<const NativeFunction*>(builtin.custom))(
            {owner, args, keywords, Here()});
      }
      return builtin.native(*this, {args, keywords});
    }
    case Kind::kBoundMethod: {
      const auto& method = As<BoundMethodObject>(callee);
      std::vector<Value> all;
      all.reserve(args.size() + 1);
      all.push_back(method.self);
      all.insert(all.end(), args.begin(), args.end());
      return Call(method.function, all, keywords);
    }
    case Kind::kClass: {
      const auto& type = As<ClassObject>(callee);
      Value call;
      if (type.metaclass.Is(Kind::kClass) &&
          FindOwn(As<ClassObject>(type.metaclass), names.call, call)) {
        return Call(Bind(call, callee, As<ClassObject>(type.metaclass)), args, keywords);
      }
      const DeepGuard guard;
      return Instantiate(type, args, keywords);
    }
    case Kind::kSymbol:
    case Kind::kCall:
      return MakeCall(callee, args, keywords, ProjectPosition());
    case Kind::kDescriptor:
      if (As<DescriptorObject>(callee).type == DescriptorObject::Type::kStaticMethod) {
        return Call(As<DescriptorObject>(callee).get, args, keywords);
      }
      [[fallthrough]];
    default: {
      Value call;
      const ClassObject& type = TypeOf(callee);
      if (FindInClass(type, names.call, call)) {
        const DeepGuard guard;
        return Call(Bind(call, callee, type), args, keywords);
      }
      if (type.has_symbol_base) return MakeCall(callee, args, keywords, ProjectPosition());
      Raise("TypeError", Quoted(KindName(callee)) + " object is not callable");
    }
  }
}

Value Runtime::CallMethod(Value receiver, const StrObject* name, std::span<const Value> args) {
  return Call(GetAttribute(receiver, name), args);
}

bool Runtime::CallSpecial(Value receiver, const StrObject* name, std::span<const Value> args,
                          Value& out) {
  Value found;
  const ClassObject& type = TypeOf(receiver);
  if (!FindInClass(type, name, found)) return false;
  out = Call(Bind(found, receiver, type), args);
  return true;
}

void Runtime::PrepareSlots(Frame& frame, const Code& code, Scope* closure) {
  frame.code = &code;
  frame.scope = closure;
  const std::size_t count = code.slot_count;
  if (code.needs_scope || code.is_generator || code.is_coroutine) {
    frame.locals = heap.NewArray<Value>(count);
    if (code.needs_scope) {
      frame.scope = heap.New<Scope>();
      frame.scope->parent = closure;
      frame.scope->slots = frame.locals;
    }
    frame.base = stack_top();
  } else {
    frame.locals = stack_top();
    frame.base = frame.locals + count;
  }
  if (frame.base + count + 8 > stack_end_) {
    Raise("RecursionError", "maximum recursion depth exceeded");
  }
  std::fill(frame.locals, frame.locals + count, Unbound());
  frame.top = frame.base;
}

Value Runtime::CallFunction(const FunctionObject& function, std::span<const Value> args,
                            std::span<const Keyword> keywords) {
  const Code& code = CodeOf(function);
  EnsureCompiled(code);
  Frame frame;
  PrepareSlots(frame, code, function.closure);
  frame.module = function.module;
  const Signature& signature = code.signature;
  const bool is_plain = keywords.empty() && args.size() == signature.positional &&
                        args.size() == signature.names.size();
  if (is_plain) {
    std::copy(args.begin(), args.end(), frame.locals);
  } else {
    BindArguments(function, args, keywords, frame.locals);
  }
  if (code.is_generator || code.is_coroutine) return MakeGenerator(frame);
  return Run(frame);
}

void Runtime::BindArguments(const FunctionObject& function, std::span<const Value> args,
                            std::span<const Keyword> keywords, Value* slots) {
  const Signature& signature = CodeOf(function).signature;
  const std::size_t named = signature.positional + signature.keyword_only;
  const std::size_t given = std::min<std::size_t>(args.size(), signature.positional);
  std::copy(args.begin(), args.begin() + static_cast<std::ptrdiff_t>(given), slots);
  DictObject* rest = nullptr;
  if (signature.has_keywords) {
    rest = NewDict(heap);
    slots[named + (signature.has_rest ? 1 : 0)] = Value::Of(Kind::kDict, rest);
  }
  BindKeywords(function, keywords, slots, rest);
  if (signature.has_rest) {
    slots[named] = MakeTuple(args.subspan(given));
  } else if (args.size() > given) {
    RaiseTooMany(function, args.size(), slots);
  }
  FillDefaults(function, given, slots);
}

void Runtime::BindKeywords(const FunctionObject& function, std::span<const Keyword> keywords,
                           Value* slots, DictObject* rest) {
  const Signature& signature = CodeOf(function).signature;
  const std::size_t named = signature.positional + signature.keyword_only;
  std::string positional_only;
  for (const Keyword& keyword : keywords) {
    std::size_t slot = signature.positional_only;
    while (slot < named && signature.names[slot]->view() != keyword.name) ++slot;
    if (slot < named) {
      if (!IsUnbound(slots[slot])) {
        Raise("TypeError",
              CallName(function) + " got multiple values for argument " + Quoted(keyword.name));
      }
      slots[slot] = keyword.value;
    } else if (rest != nullptr) {
      Put(heap, *rest, heap.Intern(keyword.name), keyword.value);
    } else {
      for (std::size_t i = 0; i < signature.positional_only; ++i) {
        if (signature.names[i]->view() != keyword.name) continue;
        Raise("TypeError", CallName(function) +
                               " got some positional-only arguments passed as keyword arguments: " +
                               Quoted(keyword.name));
      }
      Raise("TypeError",
            CallName(function) + " got an unexpected keyword argument " + Quoted(keyword.name));
    }
  }
}

void Runtime::FillDefaults(const FunctionObject& function, std::size_t given, Value* slots) {
  const Signature& signature = CodeOf(function).signature;
  std::vector<std::string> missing;
  const std::size_t first_default = signature.positional - function.defaults.size();
  for (std::size_t i = given; i < signature.positional; ++i) {
    if (!IsUnbound(slots[i])) continue;
    if (i >= first_default) {
      slots[i] = function.defaults[i - first_default];
    } else {
      missing.push_back(Quoted(signature.names[i]->view()));
    }
  }
  if (!missing.empty()) RaiseMissing(function, missing, "positional");
  for (std::size_t i = signature.positional; i < signature.positional + signature.keyword_only;
       ++i) {
    if (!IsUnbound(slots[i])) continue;
    const auto found =
        std::find_if(function.keyword_defaults.begin(), function.keyword_defaults.end(),
                     [&](const Keyword& one) { return one.name == signature.names[i]->view(); });
    if (found == function.keyword_defaults.end()) {
      missing.push_back(Quoted(signature.names[i]->view()));
    } else {
      slots[i] = found->value;
    }
  }
  if (!missing.empty()) RaiseMissing(function, missing, "keyword-only");
}

void Runtime::RaiseTooMany(const FunctionObject& function, std::size_t given, Value* slots) {
  const Signature& signature = CodeOf(function).signature;
  std::size_t keyword_only = 0;
  for (std::size_t i = signature.positional; i < signature.positional + signature.keyword_only;
       ++i) {
    if (!IsUnbound(slots[i])) ++keyword_only;
  }
  const std::size_t most = signature.positional;
  const std::size_t least = most - function.defaults.size();
  const bool one = most == 1 && function.defaults.empty();
  const std::string takes = function.defaults.empty()
                                ? std::to_string(most)
                                : "from " + std::to_string(least) + " to " + std::to_string(most);
  std::string text = CallName(function) + " takes " + takes + " positional argument" +
                     (one ? "" : "s") + " but " + std::to_string(given);
  if (keyword_only != 0) {
    text += " positional argument" + std::string(given == 1 ? "" : "s") + " (and " +
            std::to_string(keyword_only) + " keyword-only argument" +
            (keyword_only == 1 ? "" : "s") + ")";
  }
  Raise("TypeError", text + (given == 1 && keyword_only == 0 ? " was given" : " were given"));
}

}  // namespace migext::python
