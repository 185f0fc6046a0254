// owner.name: reading, writing and deleting attributes of every kind of value.
#include <algorithm>
#include <string>

#include "python/compiler.h"
#include "python/runtime.h"

namespace migext::python {

bool Runtime::FindInClass(const ClassObject& type, const StrObject* name, Value& out) {
  for (const Value& one : type.mro) {
    if (!one.Is(Kind::kClass)) continue;
    if (const Value* found = FindValue(*As<ClassObject>(one).dict, name)) {
      out = *found;
      return true;
    }
  }
  return false;
}

bool Runtime::FindOwn(const ClassObject& type, const StrObject* name, Value& out) {
  for (const Value& one : type.mro) {
    if (!one.Is(Kind::kClass) || As<ClassObject>(one).is_builtin) continue;
    if (const Value* found = FindValue(*As<ClassObject>(one).dict, name)) {
      out = *found;
      return true;
    }
  }
  return false;
}

Value Runtime::GetAttribute(Value owner_value, const StrObject* name) {
  Value out;
  if (!FindAttribute(owner_value, name, out)) RaiseNoAttribute(owner_value, name);
  return out;
}

bool Runtime::FindAttribute(Value owner_value, const StrObject* name, Value& out) {
  switch (owner_value.kind()) {
    case Kind::kInstance:
      return FindOfInstance(owner_value, name, out);
    case Kind::kClass:
      return FindOfClass(owner_value, name, out);
    case Kind::kModule:
      return FindOfModule(owner_value, name, out);
    case Kind::kFunction:
    case Kind::kBuiltin:
    case Kind::kBoundMethod:
      return FindOfFunction(owner_value, name, out);
    case Kind::kDescriptor:
      return FindOfDescriptor(owner_value, name, out);
    case Kind::kSymbol:
    case Kind::kCall:
      if (IsMissing(owner_value, name)) return false;
      out = SymbolAttribute(owner_value, name);
      return true;
    default:
      return FindOfPlain(owner_value, name, out);
  }
}

Value Runtime::Bind(Value found, Value receiver, const ClassObject& type) {
  switch (found.kind()) {
    case Kind::kFunction:
      return MakeBound(receiver, found);
    case Kind::kBuiltin:
      return As<BuiltinObject>(found).is_method ? MakeBound(receiver, found) : found;
    case Kind::kDescriptor: {
      const auto& descriptor = As<DescriptorObject>(found);
      if (descriptor.type == DescriptorObject::Type::kStaticMethod) return descriptor.get;
      if (descriptor.type == DescriptorObject::Type::kClassMethod) {
        return MakeBound(Value::Of(Kind::kClass, &type), descriptor.get);
      }
      if (descriptor.get.IsNone()) Raise("AttributeError", "property has no getter");
      return CallOne(descriptor.get, receiver);
    }
    case Kind::kInstance: {
      Value get;
      if (!FindInClass(*As<InstanceObject>(found).type, names.get, get)) return found;
      const Value args[3] = {found, receiver, Value::Of(Kind::kClass, &type)};
      return Call(get, args);
    }
    default:
      return found;
  }
}

bool Runtime::FindOfInstance(Value owner_value, const StrObject* name, Value& out) {
  const auto& instance = As<InstanceObject>(owner_value);
  const ClassObject& type = *instance.type;
  if (&type == super_type_) return FindOfSuper(owner_value, name, out);
  Value found;
  if (type.has_get_attribute && FindOwn(type, names.getattribute, found)) {
    const Value args[2] = {owner_value, ToValue(name)};
    out = Call(found, args);
    return true;
  }
  const bool in_class = FindInClass(type, name, found);
  const bool is_data =
      in_class && (found.Is(Kind::kDescriptor) || (found.Is(Kind::kInstance) && [&] {
                     Value set;
                     return FindInClass(*As<InstanceObject>(found).type, names.set, set);
                   }()));
  if (!is_data && instance.attributes != nullptr) {
    if (const Value* own = FindValue(*instance.attributes, name)) {
      out = *own;
      return true;
    }
  }
  if (in_class) {
    out = Bind(found, owner_value, type);
    return true;
  }
  if (name == names.class_) {
    out = TypeValue(owner_value);
    return true;
  }
  if (name == names.dict) {
    auto& mutable_instance = As<InstanceObject>(owner_value);
    if (mutable_instance.attributes == nullptr) mutable_instance.attributes = NewDict(heap);
    out = Value::Of(Kind::kDict, mutable_instance.attributes);
    return true;
  }
  if (FindInClass(type, names.getattr, found)) {
    const Value args[2] = {owner_value, ToValue(name)};
    try {
      out = Call(found, args);
      return true;
    } catch (Raised& raised) {
      if (IsException("AttributeError", raised, *this) && type.has_symbol_base) {
        out = SymbolAttribute(owner_value, name);
        return true;
      }
      throw;
    }
  }
  if (!type.has_symbol_base) return false;
  out = SymbolAttribute(owner_value, name);
  return true;
}

bool Runtime::FindOfClass(Value owner_value, const StrObject* name, Value& out) {
  const auto& type = As<ClassObject>(owner_value);
  const ClassObject& meta =
      type.metaclass.Is(Kind::kClass) ? As<ClassObject>(type.metaclass) : *type_type_;
  Value found;
  const bool in_meta = FindInClass(meta, name, found);
  if (in_meta && found.Is(Kind::kDescriptor) &&
      As<DescriptorObject>(found).type == DescriptorObject::Type::kProperty) {
    out = Bind(found, owner_value, meta);
    return true;
  }
  Value own;
  if (FindInClass(type, name, own)) {
    const bool method = own.Is(Kind::kDescriptor) &&
                        As<DescriptorObject>(own).type != DescriptorObject::Type::kProperty;
    out = method || own.Is(Kind::kInstance) ? Bind(own, Value(), type) : own;
    return true;
  }
  if (in_meta) {
    out = Bind(found, owner_value, meta);
    return true;
  }
  const auto give = [&](Value value) {
    out = value;
    return true;
  };
  if (name == names.name) return give(ToValue(type.name));
  if (name == names.qualname) return give(ToValue(type.qualname));
  if (name == names.module) return give(ToValue(type.module));
  if (name == names.class_) return give(TypeValue(owner_value));
  if (name == names.mro) return give(MakeTuple(type.mro));
  if (name == names.bases) return give(MakeTuple(type.bases));
  if (name == names.dict) return give(Value::Of(Kind::kDict, CopyDict(heap, *type.dict)));
  if (name == names.doc) return give(Value());
  if (name == names.annotations) return give(Value::Of(Kind::kDict, NewDict(heap)));
  if (meta.dict != nullptr && FindOwn(meta, names.getattr, found)) {
    const Value args[2] = {owner_value, ToValue(name)};
    return give(Call(found, args));
  }
  if (!type.has_symbol_base) return false;
  return give(SymbolAttribute(owner_value, name));
}

bool Runtime::FindOfModule(Value owner_value, const StrObject* name, Value& out, bool or_symbol) {
  const auto& module = As<ModuleObject>(owner_value);
  if (const Value* found = FindValue(*module.globals, name)) {
    out = *found;
    return true;
  }
  if (name == names.dict) {
    out = Value::Of(Kind::kDict, module.globals);
    return true;
  }
  if (name == names.class_) {
    out = TypeValue(owner_value);
    return true;
  }
  if (const Value* fallback = FindValue(*module.globals, names.getattr)) {
    out = CallOne(*fallback, ToValue(name));
    return true;
  }
  if (!or_symbol || (!module.is_library && !module.is_forgiving)) return false;
  // The library here is smaller than Python's own: what it lacks is a symbol.
  if (IsMissing(module.name->view(), name->view())) return false;
  out = SymbolFor(std::string(module.name->view()) + "." + std::string(name->view()));
  return true;
}

bool Runtime::FindOfFunction(Value owner_value, const StrObject* name, Value& out) {
  if (owner_value.Is(Kind::kBoundMethod)) {
    const auto& method = As<BoundMethodObject>(owner_value);
    if (name->view() == "__self__") {
      out = method.self;
    } else if (name->view() == "__func__") {
      out = method.function;
    } else {
      return FindAttribute(method.function, name, out);
    }
    return true;
  }
  if (owner_value.Is(Kind::kBuiltin)) {
    const bool is_name = name == names.name || name == names.qualname;
    if (is_name) out = ToValue(As<BuiltinObject>(owner_value).name);
    return is_name || FindOfPlain(owner_value, name, out);
  }
  const auto& function = As<FunctionObject>(owner_value);
  if (function.attributes != nullptr) {
    if (const Value* found = FindValue(*function.attributes, name)) {
      out = *found;
      return true;
    }
  }
  const auto give = [&](Value value) {
    out = value;
    return true;
  };
  if (name == names.name) return give(ToValue(function.name));
  if (name == names.qualname) return give(ToValue(function.qualname));
  if (name == names.module) return give(ToValue(function.module->name));
  if (name == names.doc) {
    const auto docstring = View(function).docstring;
    return give(docstring.has_value() ? MakeStr(*docstring) : Value());
  }
  if (name->view() == "__defaults__") {
    return give(function.defaults.empty() ? Value() : MakeTuple(function.defaults));
  }
  if (name == names.annotations) return give(Value::Of(Kind::kDict, NewDict(heap)));
  if (name == names.dict) {
    auto& changed = As<FunctionObject>(owner_value);
    if (changed.attributes == nullptr) changed.attributes = NewDict(heap);
    return give(Value::Of(Kind::kDict, changed.attributes));
  }
  if (name == names.get) {
    return give(
        MakeBound(owner_value, MakeBuiltin("__get__", [](Runtime& python, const Arguments& call) {
                    const Value self = call.args.size() > 1 ? call.args[1] : Value();
                    return self.IsNone() ? call.args[0] : python.MakeBound(self, call.args[0]);
                  })));
  }
  return FindOfPlain(owner_value, name, out);
}

bool Runtime::FindOfDescriptor(Value owner_value, const StrObject* name, Value& out) {
  const auto& descriptor = As<DescriptorObject>(owner_value);
  const std::string_view text = name->view();
  if (text == "fget" || text == "__func__" || text == "__wrapped__") {
    out = descriptor.get;
  } else if (text == "fset") {
    out = descriptor.set;
  } else if (text == "fdel") {
    out = descriptor.del;
  } else if (FindOfPlain(owner_value, name, out)) {
    return true;
  } else {
    return descriptor.get.Is(Kind::kFunction) && FindAttribute(descriptor.get, name, out);
  }
  return true;
}

namespace {

// start, stop and step of a slice or range.
bool FindBound(Value owner, std::string_view name, Value& out) {
  if (owner.Is(Kind::kRange)) {
    const auto& range = As<RangeObject>(owner);
    if (name == "start") out = Value::Int(range.start);
    if (name == "stop") out = Value::Int(range.stop);
    if (name == "step") out = Value::Int(range.step);
  } else if (owner.Is(Kind::kSlice)) {
    const auto& slice = As<SliceObject>(owner);
    if (name == "start") out = slice.start;
    if (name == "stop") out = slice.stop;
    if (name == "step") out = slice.step;
  } else {
    return false;
  }
  return name == "start" || name == "stop" || name == "step";
}

}  // namespace

// A value of a builtin type: its class's methods, bound.
bool Runtime::FindOfPlain(Value owner_value, const StrObject* name, Value& out) {
  if (FindBound(owner_value, name->view(), out)) return true;
  const ClassObject& type = TypeOf(owner_value);
  Value found;
  if (FindInClass(type, name, found)) {
    out = Bind(found, owner_value, type);
    return true;
  }
  if (name == names.class_) {
    out = TypeValue(owner_value);
    return true;
  }
  return name == names.doc;
}

void Runtime::RaiseNoAttribute(Value owner_value, const StrObject* name) {
  const std::string quoted = "'" + std::string(name->view()) + "'";
  if (owner_value.Is(Kind::kModule) || owner_value.Is(Kind::kSymbol)) {
    const std::string_view module = owner_value.Is(Kind::kModule)
                                        ? As<ModuleObject>(owner_value).name->view()
                                        : As<SymbolObject>(owner_value).dotted->view();
    Raise("AttributeError", "module '" + std::string(module) + "' has no attribute " + quoted);
  }
  if (owner_value.Is(Kind::kClass)) {
    Raise("AttributeError", "type object '" +
                                std::string(As<ClassObject>(owner_value).name->view()) +
                                "' has no attribute " + quoted);
  }
  Raise("AttributeError",
        "'" + std::string(KindName(owner_value)) + "' object has no attribute " + quoted);
}

void Runtime::SetAttribute(Value owner_value, const StrObject* name, Value value) {
  switch (owner_value.kind()) {
    case Kind::kInstance: {
      auto& instance = As<InstanceObject>(owner_value);
      Value found;
      const Value pair[2] = {ToValue(name), value};
      if (FindOwn(*instance.type, names.setattr, found)) {
        Call(Bind(found, owner_value, *instance.type), pair);
        return;
      }
      if (FindInClass(*instance.type, name, found)) {
        if (found.Is(Kind::kDescriptor)) {
          const auto& descriptor = As<DescriptorObject>(found);
          if (descriptor.type == DescriptorObject::Type::kProperty) {
            if (descriptor.set.IsNone()) {
              Raise("AttributeError", "property '" + std::string(name->view()) + "' of '" +
                                          std::string(instance.type->name->view()) +
                                          "' object has no setter");
            }
            const Value args[2] = {owner_value, value};
            Call(descriptor.set, args);
            return;
          }
        } else if (Value set; found.Is(Kind::kInstance) &&
                              FindInClass(*As<InstanceObject>(found).type, names.set, set)) {
          const Value args[3] = {found, owner_value, value};
          Call(set, args);
          return;
        }
      }
      if (name == names.class_ && value.Is(Kind::kClass)) {
        instance.type = &As<ClassObject>(value);
        return;
      }
      if (instance.attributes == nullptr) instance.attributes = NewDict(heap);
      return Put(heap, *instance.attributes, name, value);
    }
    case Kind::kClass: {
      auto& type = As<ClassObject>(owner_value);
      if (type.is_builtin) {
        Raise("TypeError", "cannot set '" + std::string(name->view()) +
                               "' attribute of immutable type '" + std::string(type.name->view()) +
                               "'");
      }
      Value set;
      if (type.metaclass.Is(Kind::kClass) &&
          FindOwn(As<ClassObject>(type.metaclass), names.setattr, set)) {
        const Value args[3] = {owner_value, ToValue(name), value};
        Call(set, args);
        return;
      }
      if (name == names.name && value.IsStr()) type.name = &As<StrObject>(value);
      if (name == names.qualname && value.IsStr()) type.qualname = &As<StrObject>(value);
      if (name == names.module && value.IsStr()) type.module = &As<StrObject>(value);
      return Put(heap, *type.dict, name, value);
    }
    case Kind::kModule:
      return Put(heap, *As<ModuleObject>(owner_value).globals, name, value);
    case Kind::kFunction: {
      auto& function = As<FunctionObject>(owner_value);
      if (name == names.name && value.IsStr()) {
        function.name = &As<StrObject>(value);
        return;
      }
      if (name == names.qualname && value.IsStr()) {
        function.qualname = &As<StrObject>(value);
        return;
      }
      if (function.attributes == nullptr) function.attributes = NewDict(heap);
      return Put(heap, *function.attributes, name, value);
    }
    case Kind::kSymbol:
    case Kind::kCall:
    case Kind::kBuiltin:
    case Kind::kDescriptor:
      return;  // what lies outside the project is not changed
    default:
      Raise("AttributeError", "'" + std::string(KindName(owner_value)) +
                                  "' object has no attribute '" + std::string(name->view()) + "'");
  }
}

void Runtime::DeleteAttribute(Value owner_value, const StrObject* name) {
  DictObject* attributes = nullptr;
  if (owner_value.Is(Kind::kInstance)) {
    const auto& instance = As<InstanceObject>(owner_value);
    Value found;
    if (FindOwn(*instance.type, names.delattr, found)) {
      const Value args[2] = {owner_value, ToValue(name)};
      Call(found, args);
      return;
    }
    if (FindInClass(*instance.type, name, found) && found.Is(Kind::kDescriptor) &&
        !As<DescriptorObject>(found).del.IsNone()) {
      CallOne(As<DescriptorObject>(found).del, owner_value);
      return;
    }
    attributes = instance.attributes;
  }
  if (owner_value.Is(Kind::kClass)) attributes = As<ClassObject>(owner_value).dict;
  if (owner_value.Is(Kind::kModule)) attributes = As<ModuleObject>(owner_value).globals;
  if (owner_value.Is(Kind::kFunction)) attributes = As<FunctionObject>(owner_value).attributes;
  if (owner_value.Is(Kind::kSymbol) || owner_value.Is(Kind::kCall)) return;
  if (attributes == nullptr || !Erase(*attributes, ToValue(name))) {
    RaiseNoAttribute(owner_value, name);
  }
}

std::vector<Value> Runtime::AttributeNames(Value owner_value) {
  SetObject* found = NewSet(heap);
  const auto add = [&](const DictObject* dict) {
    if (dict == nullptr) return;
    for (const Entry& entry : dict->view()) {
      if (entry.key.IsStr()) Insert(heap, *found, entry.key);
    }
  };
  if (owner_value.Is(Kind::kInstance)) add(As<InstanceObject>(owner_value).attributes);
  if (owner_value.Is(Kind::kModule)) add(As<ModuleObject>(owner_value).globals);
  const ClassObject& type =
      owner_value.Is(Kind::kClass) ? As<ClassObject>(owner_value) : TypeOf(owner_value);
  if (!owner_value.Is(Kind::kModule)) {
    for (const Value& one : type.mro) {
      if (one.Is(Kind::kClass)) add(As<ClassObject>(one).dict);
    }
  }
  std::vector<Value> sorted(found->view().begin(), found->view().end());
  std::sort(sorted.begin(), sorted.end(), [](Value a, Value b) { return a.AsStr() < b.AsStr(); });
  return sorted;
}

}  // namespace migext::python
