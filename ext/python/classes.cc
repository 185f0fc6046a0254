// Classes: building them, their method resolution order, and making instances.
#include <algorithm>
#include <string>

#include "python/compiler.h"
#include "python/runtime.h"

namespace migext::python {
namespace {

bool SameBase(Value a, Value b) {
  if (a.Is(Kind::kClass) || b.Is(Kind::kClass)) return a.object() == b.object();
  return Equal(a, b);
}

// C3: merges the lists, taking each time the first head that no other list holds further back.
bool Merge(std::vector<std::vector<Value>> lists, std::vector<Value>& out) {
  while (true) {
    std::erase_if(lists, [](const auto& list) { return list.empty(); });
    if (lists.empty()) return true;
    const auto is_free = [&](Value head) {
      for (const auto& list : lists) {
        for (std::size_t i = 1; i < list.size(); ++i) {
          if (SameBase(list[i], head)) return false;
        }
      }
      return true;
    };
    const auto found = std::find_if(lists.begin(), lists.end(),
                                    [&](const auto& list) { return is_free(list.front()); });
    if (found == lists.end()) return false;
    const Value head = found->front();
    out.push_back(head);
    for (auto& list : lists) {
      if (SameBase(list.front(), head)) list.erase(list.begin());
    }
  }
}

}  // namespace

const ClassObject& Runtime::TypeOf(Value value) {
  if (value.Is(Kind::kInstance)) return *As<InstanceObject>(value).type;
  if (value.Is(Kind::kClass) && As<ClassObject>(value).metaclass.Is(Kind::kClass)) {
    return As<ClassObject>(As<ClassObject>(value).metaclass);
  }
  return *types_[static_cast<std::size_t>(value.kind())];
}

Value Runtime::TypeValue(Value value) {
  if (value.Is(Kind::kSymbol) || value.Is(Kind::kCall)) {
    return value.Is(Kind::kCall) ? As<CallObject>(value).callee
                                 : SymbolAttribute(value, names.class_);
  }
  return Value::Of(Kind::kClass, &TypeOf(value));
}

std::span<const Value> Runtime::Linearise(const ClassObject& type) {
  if (type.bases.size() == 1 && type.bases[0].Is(Kind::kClass)) {
    const auto rest = As<ClassObject>(type.bases[0]).mro;
    Charge(rest.size());
    std::vector<Value> chain{Value::Of(Kind::kClass, &type)};
    chain.insert(chain.end(), rest.begin(), rest.end());
    return heap.Copy(std::span<const Value>(chain));
  }
  std::vector<std::vector<Value>> lists;
  for (const Value& base : type.bases) {
    if (base.Is(Kind::kClass)) {
      const auto mro = As<ClassObject>(base).mro;
      lists.emplace_back(mro.begin(), mro.end());
    } else {
      lists.push_back({base});
    }
  }
  lists.emplace_back(type.bases.begin(), type.bases.end());
  // Merging compares every class with every other.
  std::size_t entries = 0;
  for (const std::vector<Value>& list : lists) entries += list.size();
  Charge(entries * entries / 16);
  std::vector<Value> mro{Value::Of(Kind::kClass, &type)};
  if (!Merge(std::move(lists), mro)) {
    std::string base_names;
    for (const Value& base : type.bases) {
      if (!base_names.empty()) base_names += ", ";
      base_names += base.Is(Kind::kClass) ? std::string(As<ClassObject>(base).name->view())
                                          : python::Repr(base);
    }
    Raise("TypeError",
          "Cannot create a consistent method resolution order (MRO) for bases " + base_names);
  }
  const Value object = Value::Of(Kind::kClass, object_type_);
  if (mro.back().object() != object_type_) {
    std::erase_if(mro, [&](Value one) { return one.object() == object_type_; });
    mro.push_back(object);
  }
  return heap.Copy(std::span<const Value>(mro));
}

Value Runtime::NewClass(StrObject* name, std::span<const Value> bases, DictObject* dict,
                        Value metaclass, std::span<const Keyword> keywords, Position position) {
  auto* type = heap.New<ClassObject>();
  const Value value = Value::Of(Kind::kClass, type);
  type->name = type->qualname = name;
  type->module = frame_ != nullptr ? frame_->module->name : heap.Intern("builtins");
  type->dict = dict;
  type->bases = heap.Copy(bases);
  type->runtime = this;
  type->metaclass = metaclass;
  type->position = position;
  if (const Value* qualname = FindValue(*dict, names.qualname); qualname && qualname->IsStr()) {
    type->qualname = &As<StrObject>(*qualname);
  }
  if (const Value* module = FindValue(*dict, names.module); module && module->IsStr()) {
    type->module = &As<StrObject>(*module);
  }
  if (type->bases.empty()) {
    const Value object = Value::Of(Kind::kClass, object_type_);
    type->bases = heap.Copy(std::span<const Value>(&object, 1));
  }
  type->mro = Linearise(*type);
  for (const Value& one : type->mro) {
    if (one.Is(Kind::kSymbol) || one.Is(Kind::kCall)) type->has_symbol_base = true;
    if (!one.Is(Kind::kClass)) continue;
    const auto& base = As<ClassObject>(one);
    // What the values are made of is told by the first builtin base; object comes last.
    const bool says_more =
        type->value_kind == Kind::kInstance && base.value_kind != Kind::kInstance;
    if (base.is_builtin && (type->construct == nullptr || says_more)) {
      type->construct = base.construct;
      type->value_kind = base.value_kind;
    }
    if (!base.is_builtin && FindValue(*base.dict, names.getattribute) != nullptr) {
      type->has_get_attribute = true;
    }
  }
  AnnounceClass(*type, value, keywords);
  return value;
}

// __set_name__ of what the class holds, then __init_subclass__ of its bases.
void Runtime::AnnounceClass(const ClassObject& type, Value value,
                            std::span<const Keyword> keywords) {
  // As type.__new__ does: these two are class methods without being told so.
  for (const StrObject* special : {names.init_subclass, names.class_getitem}) {
    Value* found = FindValue(*type.dict, special);
    if (found == nullptr || !found->Is(Kind::kFunction)) continue;
    auto* descriptor = heap.New<DescriptorObject>();
    descriptor->type = DescriptorObject::Type::kClassMethod;
    descriptor->get = *found;
    *found = Value::Of(Kind::kDescriptor, descriptor);
  }
  const std::vector<Entry> entries(type.dict->view().begin(), type.dict->view().end());
  for (const Entry& entry : entries) {
    Value set_name;
    if (!entry.value.Is(Kind::kInstance) ||
        !FindInClass(*As<InstanceObject>(entry.value).type, names.set_name, set_name)) {
      continue;
    }
    const Value args[3] = {entry.value, value, entry.key};
    Call(set_name, args);
  }
  for (const Value& base : type.mro.subspan(1)) {
    if (!base.Is(Kind::kClass)) continue;
    const Value* found = FindValue(*As<ClassObject>(base).dict, names.init_subclass);
    if (found == nullptr) continue;
    if (As<ClassObject>(base).is_builtin && type.has_symbol_base) return;
    Call(Bind(*found, Value(), type), {}, keywords);
    return;
  }
}

// Stack of the caller: list of bases, dict of keywords.  Runs the body, then makes the class.
Value Runtime::BuildClass(Frame& frame, const Code& code, const SequenceObject& bases,
                          const DictObject& keywords) {
  EnsureCompiled(code);
  Value metaclass;
  std::vector<Keyword> rest;
  for (const Entry& entry : keywords.view()) {
    if (entry.key.AsStr() == "metaclass") {
      metaclass = entry.value;
    } else {
      rest.push_back({entry.key.AsStr(), entry.value});
    }
  }
  std::vector<Value> parents;
  for (const Value& base : bases.view()) {
    Value entries;
    if (base.Is(Kind::kInstance) &&
        CallSpecial(base, heap.Intern("__mro_entries__"), {&bases.items[0], 1}, entries)) {
      if (!entries.Is(Kind::kTuple)) Raise("TypeError", "__mro_entries__ must return a tuple");
      for (const Value& entry : entries.Items()) parents.push_back(entry);
      continue;
    }
    const bool can_be_base =
        base.Is(Kind::kClass) || base.Is(Kind::kSymbol) || base.Is(Kind::kCall);
    if (!can_be_base) {
      Raise("TypeError", "bases must be types, not " + std::string(KindName(base)));
    }
    if (base.Is(Kind::kClass) && metaclass.IsNone()) metaclass = As<ClassObject>(base).metaclass;
    parents.push_back(base);
  }
  if (metaclass.object() == type_type_) metaclass = Value();
  const Position position{&code.module->source, code.class_def->begin};
  Frame body;
  PrepareSlots(body, code, frame.scope);
  body.module = frame.module;
  body.names = NewDict(heap);
  const Value name = ToValue(code.name);
  const Value base_tuple = MakeTuple(parents);
  Value prepare;
  if (metaclass.Is(Kind::kClass) && FindOwn(As<ClassObject>(metaclass), names.prepare, prepare)) {
    const Value args[2] = {name, base_tuple};
    const Value made = Call(Bind(prepare, metaclass, As<ClassObject>(metaclass)), args, rest);
    const Value plain = Plain(made);
    if (plain.Is(Kind::kDict)) {
      body.names = &As<DictObject>(plain);
      if (made.Is(Kind::kInstance)) body.mapping = made;
    }
  }
  Put(heap, *body.names, names.module, ToValue(frame.module->name));
  Put(heap, *body.names, names.qualname, ToValue(code.qualname));
  Run(body);
  Value made;
  if (metaclass.Is(Kind::kClass) || metaclass.Is(Kind::kFunction)) {
    const Value given = body.mapping.IsNone() ? Value::Of(Kind::kDict, body.names) : body.mapping;
    const Value args[3] = {name, base_tuple, given};
    made = Call(metaclass, args, rest);
    if (made.Is(Kind::kClass)) As<ClassObject>(made).position = position;
  } else {
    made = NewClass(code.name, parents, body.names, metaclass, rest, position);
  }
  // What zero-argument super() and __class__ in methods refer to.
  if (body.scope != nullptr && code.needs_scope) body.scope->slots[0] = made;
  return made;
}

InstanceObject* Runtime::NewInstance(const ClassObject& type) {
  auto* instance = heap.New<InstanceObject>();
  instance->type = &type;
  instance->position = ProjectPosition();
  return instance;
}

Value Runtime::DefaultConstruct(const ClassObject& type, std::span<const Value> args,
                                std::span<const Keyword> keywords) {
  std::vector<Value> all{Value::Of(Kind::kClass, &type)};
  all.insert(all.end(), args.begin(), args.end());
  return type.construct(*this, {all, keywords});
}

Value Runtime::Instantiate(const ClassObject& type, std::span<const Value> args,
                           std::span<const Keyword> keywords) {
  if (type.is_builtin) return DefaultConstruct(type, args, keywords);
  Value make;
  Value init;
  const bool has_new = FindOwn(type, names.new_, make);
  const bool has_init = FindOwn(type, names.init, init);
  Value made;
  if (has_new) {
    std::vector<Value> all{Value::Of(Kind::kClass, &type)};
    all.insert(all.end(), args.begin(), args.end());
    if (make.Is(Kind::kDescriptor)) make = As<DescriptorObject>(make).get;
    made = Call(make, all, keywords);
    if (!made.Is(Kind::kInstance) ||
        !HasInMro(*As<InstanceObject>(made).type, Value::Of(Kind::kClass, &type))) {
      return made;
    }
  } else if (type.has_symbol_base || type.value_kind == Kind::kInstance) {
    if (!has_init && !type.has_symbol_base && (!args.empty() || !keywords.empty()) &&
        type.construct == object_type_->construct) {
      Raise("TypeError", std::string(type.name->view()) + "() takes no arguments");
    }
    made =
        DefaultConstruct(type, has_init && type.has_symbol_base ? std::span<const Value>() : args,
                         has_init ? std::span<const Keyword>() : keywords);
  } else {
    made = DefaultConstruct(type, args, keywords);
  }
  if (made.Is(Kind::kInstance)) {
    auto& instance = As<InstanceObject>(made);
    bool is_project = has_init;
    for (const Value& one : type.mro) {
      // A library class's own __init__ is not the project's: the call's arguments stay visible.
      if (!one.Is(Kind::kClass) || FindValue(*As<ClassObject>(one).dict, names.init) == nullptr)
        continue;
      is_project = As<ClassObject>(one).position.known() && !As<ClassObject>(one).is_builtin &&
                   type.has_symbol_base;
      break;
    }
    instance.call_args = heap.Copy(args);
    instance.call_keywords = heap.Copy(keywords);
    if (!is_project) {
      instance.args = instance.call_args;
      instance.keywords = instance.call_keywords;
    }
  }
  if (has_init) {
    std::vector<Value> all{made};
    all.insert(all.end(), args.begin(), args.end());
    Call(init, all, keywords);
  }
  return made;
}

bool Runtime::HasInMro(const ClassObject& type, Value base) {
  return std::any_of(type.mro.begin(), type.mro.end(),
                     [&](Value one) { return SameBase(one, base); });
}

bool Runtime::IsInstance(Value value, Value type) {
  if (type.Is(Kind::kTuple)) {
    const auto items = type.Items();
    return std::any_of(items.begin(), items.end(),
                       [&](Value one) { return IsInstance(value, one); });
  }
  if (type.Is(Kind::kClass)) {
    Value check;
    const auto& cls = As<ClassObject>(type);
    if (cls.metaclass.Is(Kind::kClass) &&
        FindOwn(As<ClassObject>(cls.metaclass), names.instancecheck, check)) {
      const Value args[2] = {type, value};
      return Truth(Call(check, args));
    }
    return HasInMro(TypeOf(value), type);
  }
  if (type.Is(Kind::kSymbol) || type.Is(Kind::kCall)) {
    if (value.Is(Kind::kCall)) return Equal(As<CallObject>(value).callee, type);
    return HasInMro(TypeOf(value), type);
  }
  Raise("TypeError", "isinstance() arg 2 must be a type, a tuple of types, or a union");
}

bool Runtime::IsSubclass(Value derived, Value base) {
  if (base.Is(Kind::kTuple)) {
    const auto items = base.Items();
    return std::any_of(items.begin(), items.end(),
                       [&](Value one) { return IsSubclass(derived, one); });
  }
  if (derived.Is(Kind::kSymbol)) return Equal(derived, base);
  if (!derived.Is(Kind::kClass)) Raise("TypeError", "issubclass() arg 1 must be a class");
  return HasInMro(As<ClassObject>(derived), base);
}

Value Runtime::Plain(Value value) {
  if (!value.Is(Kind::kInstance)) return value;
  const auto& instance = As<InstanceObject>(value);
  return instance.has_payload ? instance.payload : value;
}

bool Runtime::FindOfSuper(Value owner_value, const StrObject* name, Value& out) {
  const auto& super = As<SuperObject>(owner_value);
  const auto mro = super.start->mro;
  std::size_t at = 0;
  while (at < mro.size() && mro[at].object() != super.behind) ++at;
  const bool in_class = super.self.object() == super.start;
  for (++at; at < mro.size(); ++at) {
    if (!mro[at].Is(Kind::kClass)) {
      // The rest of the order is not known here: what the project's classes behind it say is
      // asked first, as Django's bases rarely shadow a mixin.
      if (name == names.init) {
        out = MakeBound(super.self,
                        MakeBuiltin("__init__", [](Runtime& python, const Arguments& call) {
                          if (!call.args.empty() && call.args[0].Is(Kind::kInstance)) {
                            auto& instance = As<InstanceObject>(call.args[0]);
                            instance.args = python.heap.Copy(call.args.subspan(1));
                            instance.keywords = python.heap.Copy(call.keywords);
                          }
                          return Value();
                        }));
        return true;
      }
      if (name == names.new_ || name == names.init_subclass) continue;
      if (name->view() == "__setattr__" || name->view() == "__delattr__") continue;
      out = SymbolAttribute(mro[at], name);
      return true;
    }
    const auto& type = As<ClassObject>(mro[at]);
    const Value* found = FindValue(*type.dict, name);
    if (found == nullptr) continue;
    if (name == names.new_) {
      out = found->Is(Kind::kDescriptor) ? As<DescriptorObject>(*found).get : *found;
    } else if (!in_class) {
      out = Bind(*found, super.self, *super.start);
    } else {
      out = found->Is(Kind::kDescriptor) ? Bind(*found, Value(), *super.start) : *found;
    }
    return true;
  }
  if (name == names.class_) {
    out = TypeValue(super.self);
    return true;
  }
  return false;
}

}  // namespace migext::python
