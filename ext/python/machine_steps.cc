// What single instructions do, where it takes more than a line.
#include <algorithm>
#include <string>

#include "python/compiler.h"
#include "python/runtime.h"

namespace migext::python {

void Runtime::LoadName(Frame& frame, StrObject* name) {
  const Value* found = FindValue(*frame.names, name);
  if (found == nullptr && frame.names != frame.module->globals) {
    found = FindValue(*frame.module->globals, name);
  }
  if (found == nullptr) found = FindValue(*builtins_, name);
  frame.Push(found != nullptr ? *found : MissingName(frame, name));
}

Value Runtime::MissingName(const Frame& frame, const StrObject* name) {
  if (!frame.module->star.IsNone()) return SymbolAttribute(frame.module->star, name);
  Raise("NameError", "name '" + std::string(name->view()) + "' is not defined");
}

void Runtime::StoreName(Frame& frame, const StrObject* name, Value value) {
  if (!frame.mapping.IsNone()) return StoreSubscript(frame.mapping, ToValue(name), value);
  Put(heap, *frame.names, name, value);
}

void Runtime::StoreAnnotation(Frame& frame, const StrObject* name, Value text) {
  Value* annotations = FindValue(*frame.names, names.annotations);
  if (annotations == nullptr) {
    Put(heap, *frame.names, names.annotations, Value::Of(Kind::kDict, NewDict(heap)));
    annotations = FindValue(*frame.names, names.annotations);
  }
  if (annotations->Is(Kind::kDict)) Put(heap, As<DictObject>(*annotations), name, text);
}

Value* Runtime::Outer(Frame& frame, std::uint32_t argument) {
  Scope* scope = frame.scope;
  // A frame whose slots nobody else sees has no scope of its own: its closure stands there.
  std::uint32_t up = argument >> 16U;
  if (frame.code->needs_scope) scope = scope->parent;
  for (; up > 1; --up) scope = scope->parent;
  return &scope->slots[argument & 0xFFFFU];
}

void Runtime::RaiseUnbound(const Frame& frame, std::uint32_t slot) {
  std::string name;
  if (slot < frame.code->slot_names.size()) name = frame.code->slot_names[slot]->view();
  Raise("UnboundLocalError",
        "cannot access local variable '" + name + "' where it is not associated with a value");
}

// Puts the function and, for a plain method, its self on the stack: no bound method is made.
void Runtime::LoadMethod(Frame& frame, StrObject* name) {
  const Value receiver = frame.Top();
  Value found;
  if (receiver.Is(Kind::kInstance)) {
    const auto& instance = As<InstanceObject>(receiver);
    const bool own =
        instance.attributes != nullptr && FindValue(*instance.attributes, name) != nullptr;
    if (!own && !instance.type->has_get_attribute && FindInClass(*instance.type, name, found) &&
        found.Is(Kind::kFunction)) {
      frame.Top() = found;
      return frame.Push(receiver);
    }
  } else if (receiver.IsStr() || receiver.Is(Kind::kList) || receiver.Is(Kind::kDict)) {
    if (FindInClass(TypeOf(receiver), name, found) && found.Is(Kind::kBuiltin) &&
        As<BuiltinObject>(found).is_method) {
      frame.Top() = found;
      return frame.Push(receiver);
    }
  }
  frame.Top() = GetAttribute(receiver, name);
  frame.Push(Unbound());
}

// Stack: function [self] arguments… keyword values… names.
void Runtime::CallKeywords(Frame& frame, std::size_t argument) {
  const std::span<const Value> key_names = frame.Pop().Items();
  const std::size_t count = argument & 0xFFFFU;
  const bool is_method = argument >> 16U != 0;
  Value* args = frame.top - count;
  const std::size_t positional = count - key_names.size();
  // The keywords live on the heap: a symbol's call keeps them as they are.
  const std::span<Keyword> keywords{heap.NewArray<Keyword>(key_names.size()), key_names.size()};
  for (std::size_t i = 0; i < keywords.size(); ++i) {
    keywords[i] = {key_names[i].AsStr(), args[positional + i]};
  }
  const bool has_self = is_method && !IsUnbound(args[-1]);
  const Value callee = is_method ? args[-2] : args[-1];
  const Value result = Call(callee, {has_self ? args - 1 : args, positional + has_self}, keywords);
  frame.top = args - (is_method ? 2 : 1);
  frame.Push(result);
}

// Stack: function [self] list dict.
void Runtime::CallSpread(Frame& frame, bool is_method) {
  const auto& dict = As<DictObject>(frame.Top());
  auto& list = As<SequenceObject>(frame.Top(1));
  const std::span<Keyword> keywords{heap.NewArray<Keyword>(dict.size), dict.size};
  for (std::size_t i = 0; i < keywords.size(); ++i) {
    keywords[i] = {dict.entries[i].key.AsStr(), dict.entries[i].value};
  }
  Value callee = frame.Top(2);
  if (is_method) {
    callee = frame.Top(3);
    if (!IsUnbound(frame.Top(2))) Splice(heap, list, 0, 0, {&frame.Top(2), 1});
  }
  const Value result = Call(callee, list.view(), keywords);
  frame.top -= is_method ? 4 : 3;
  frame.Push(result);
}

// Stack: a tuple of defaults, a dict of keyword-only defaults.
void Runtime::MakeFunction(Frame& frame, const Code& code) {
  auto* function = heap.New<FunctionObject>();
  function->code = &code;
  function->closure = frame.scope;
  function->module = frame.module;
  function->name = code.name;
  function->qualname = code.qualname;
  function->defaults = frame.Top(1).Items();
  const auto& dict = As<DictObject>(frame.Top());
  const std::span<Keyword> keywords{heap.NewArray<Keyword>(dict.size), dict.size};
  for (std::size_t i = 0; i < keywords.size(); ++i) {
    keywords[i] = {dict.entries[i].key.AsStr(), dict.entries[i].value};
  }
  function->keyword_defaults = keywords;
  frame.Pop();
  frame.Top() = Value::Of(Kind::kFunction, function);
}

void Runtime::BuildSet(Frame& frame, std::size_t count) {
  SetObject* set = NewSet(heap);
  for (const Value* item = frame.top - count; item != frame.top; ++item) Insert(heap, *set, *item);
  frame.top -= count;
  frame.Push(Value::Of(Kind::kSet, set));
}

void Runtime::BuildDict(Frame& frame, std::size_t count) {
  DictObject* dict = NewDict(heap);
  for (const Value* item = frame.top - count * 2; item != frame.top; item += 2) {
    Put(heap, *dict, item[0], item[1]);
  }
  frame.top -= count * 2;
  frame.Push(Value::Of(Kind::kDict, dict));
}

void Runtime::BuildString(Frame& frame, std::size_t count) {
  std::string text;
  for (const Value* part = frame.top - count; part != frame.top; ++part) {
    text += part->IsStr() ? std::string(part->AsStr()) : Str(*part);
  }
  frame.top -= count;
  frame.Push(MakeStr(text));
}

void Runtime::FormatTop(Frame& frame, std::uint32_t argument) {
  std::string spec;
  if ((argument & 256U) != 0) spec = frame.Pop().AsStr();
  const char conversion = static_cast<char>(argument & 255U);
  Value value = frame.Top();
  if (conversion == 's') value = MakeStr(Str(value));
  if (conversion == 'r' || conversion == 'a') value = MakeStr(Repr(value));
  frame.Top() = value.IsStr() && spec.empty() ? value : MakeStr(Format(value, spec));
}

void Runtime::DictUpdate(DictObject& into, Value source, bool is_call) {
  const Value plain = Plain(source);
  const auto put = [&](Value key, Value value) {
    if (is_call && !key.IsStr()) Raise("TypeError", "keywords must be strings");
    if (is_call && FindValue(into, key) != nullptr) {
      Raise("TypeError",
            "got multiple values for keyword argument '" + std::string(key.AsStr()) + "'");
    }
    Put(heap, into, key, value);
  };
  if (plain.Is(Kind::kDict)) {
    for (const Entry& entry : As<DictObject>(plain).view()) put(entry.key, entry.value);
    return;
  }
  Value keys;
  if (plain.Is(Kind::kSymbol) || plain.Is(Kind::kCall)) RaiseUnknown(plain);
  if (!FindAttribute(source, heap.Intern("keys"), keys)) {
    Raise("TypeError", "'" + std::string(KindName(source)) + "' object is not a mapping");
  }
  ForEach(Call(keys, {}), [&](Value key) { put(key, Subscript(source, key)); });
}

void Runtime::Unpack(Frame& frame, std::size_t count) {
  const Value iterable = frame.Pop();
  const auto too_few = [&](std::size_t got) {
    Raise("ValueError", "not enough values to unpack (expected " + std::to_string(count) +
                            ", got " + std::to_string(got) + ")");
  };
  const auto too_many = [&] {
    Raise("ValueError", "too many values to unpack (expected " + std::to_string(count) + ")");
  };
  if (frame.top + count + 4 > stack_end_) {
    Raise("RecursionError", "maximum recursion depth exceeded");
  }
  if (iterable.IsSequence()) {
    const std::span<const Value> items = iterable.Items();
    if (items.size() < count) too_few(items.size());
    if (items.size() > count) too_many();
    for (std::size_t i = count; i-- > 0;) frame.Push(items[i]);
    return;
  }
  const Value plain = Plain(iterable);
  const bool is_simple =
      plain.Is(Kind::kInt) || plain.Is(Kind::kBool) || plain.IsNone() || plain.Is(Kind::kFloat);
  if (is_simple) {
    Raise("TypeError", "cannot unpack non-iterable " + std::string(KindName(iterable)) + " object");
  }
  const Value iterator = Iterate(iterable);
  std::vector<Value> items;
  Value item;
  while (items.size() <= count && Next(iterator, item)) items.push_back(item);
  if (items.size() < count) too_few(items.size());
  if (items.size() > count) too_many();
  for (std::size_t i = count; i-- > 0;) frame.Push(items[i]);
}

void Runtime::UnpackStar(Frame& frame, std::size_t before, std::size_t after) {
  const std::vector<Value> items = ToVector(frame.Pop());
  if (items.size() < before + after) {
    Raise("ValueError", "not enough values to unpack (expected at least " +
                            std::to_string(before + after) + ", got " +
                            std::to_string(items.size()) + ")");
  }
  if (frame.top + before + after + 4 > stack_end_) {
    Raise("RecursionError", "maximum recursion depth exceeded");
  }
  const std::span<const Value> all(items);
  for (std::size_t i = 0; i < after; ++i) frame.Push(all[all.size() - 1 - i]);
  frame.Push(MakeList(all.subspan(before, all.size() - before - after)));
  for (std::size_t i = before; i-- > 0;) frame.Push(all[i]);
}

// Stack: manager -> exit entered.  A manager from outside the project just runs its block.
void Runtime::WithEnter(Frame& frame) {
  const Value manager = frame.Top();
  if (manager.Is(Kind::kSymbol) || manager.Is(Kind::kCall)) {
    frame.Top() = Unbound();
    return frame.Push(SymbolAttribute(manager, names.enter));
  }
  Value exit;
  Value enter;
  const ClassObject& type = TypeOf(manager);
  if (!FindInClass(type, names.enter, enter) || !FindInClass(type, names.exit, exit)) {
    if (type.has_symbol_base) {
      frame.Top() = Unbound();
      return frame.Push(manager);
    }
    Raise("TypeError", "'" + std::string(KindName(manager)) +
                           "' object does not support the context manager protocol");
  }
  frame.Top() = Bind(exit, manager, type);
  frame.Push(Call(Bind(enter, manager, type), {}));
}

// Stack: exit previous exception.  True if __exit__ swallows the exception.
bool Runtime::WithException(Frame& frame) {
  const Value exit = frame.Top(2);
  if (IsUnbound(exit)) return false;
  const Value args[3] = {TypeValue(frame.Top()), frame.Top(), Value()};
  return Truth(Call(exit, args));
}

// Stack: subject index, or subject before after.
Value Runtime::MatchItem(Frame& frame, bool is_star) {
  if (!is_star) {
    const Value subject = Plain(frame.Top(1));
    const std::int64_t index = frame.Top().AsInt();
    return Subscript(subject, Value::Int(index < 0 ? index + Length(subject) : index));
  }
  const std::vector<Value> items = ToVector(Plain(frame.Top(2)));
  const auto before = static_cast<std::size_t>(frame.Top(1).AsInt());
  const auto after = static_cast<std::size_t>(frame.Top().AsInt());
  return MakeList(std::span(items).subspan(before, items.size() - before - after));
}

Value Runtime::MatchPositional(Value subject, Value type, std::size_t position) {
  Value fields;
  if (!type.Is(Kind::kClass)) return Unbound();
  if (!FindAttribute(type, names.match_args, fields)) {
    // str(x), int(x) and so on match the subject itself.
    return position == 0 && Plain(subject).kind() != Kind::kInstance ? subject : Unbound();
  }
  if (!fields.Is(Kind::kTuple)) {
    Raise("TypeError", std::string(As<ClassObject>(type).name->view()) +
                           ".__match_args__ must be a tuple (got " + std::string(KindName(fields)) +
                           ")");
  }
  if (position >= fields.Items().size()) {
    Raise("TypeError", std::string(As<ClassObject>(type).name->view()) + "() accepts " +
                           std::to_string(fields.Items().size()) + " positional sub-patterns (" +
                           std::to_string(position + 1) + " given)");
  }
  Value part;
  const Value name = fields.Items()[position];
  const bool found = name.IsStr() && FindAttribute(subject, heap.Intern(name.AsStr()), part);
  return found ? part : Unbound();
}

Value Runtime::MatchRest(Value subject, Value keys) {
  DictObject* rest = CopyDict(heap, As<DictObject>(Plain(subject)));
  for (const Value& key : keys.Items()) Erase(*rest, key);
  return Value::Of(Kind::kDict, rest);
}

}  // namespace migext::python
