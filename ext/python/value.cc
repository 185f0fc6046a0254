#include "python/value.h"

#include <algorithm>

#include "python/ast.h"
#include "python/code.h"
#include "python/collections.h"
#include "python/runtime.h"

namespace migext::python {
namespace {

std::string Joined(const StrObject* module, const StrObject* name) {
  if (module == nullptr || module->size == 0) return std::string(name->view());
  return std::string(module->view()) + "." + std::string(name->view());
}

}  // namespace

std::string_view Value::AsStr() const { return static_cast<const StrObject*>(object_)->view(); }
std::string_view Value::AsBytes() const { return static_cast<const StrObject*>(object_)->view(); }

std::span<const Value> Value::Items() const {
  if (kind_ == Kind::kSet || kind_ == Kind::kFrozenSet) {
    return static_cast<const SetObject*>(object_)->view();
  }
  return static_cast<const SequenceObject*>(object_)->view();
}

const DictObject& Value::AsDict() const { return *static_cast<const DictObject*>(object_); }
const FunctionObject& Value::AsFunction() const {
  return *static_cast<const FunctionObject*>(object_);
}
const ClassObject& Value::AsClass() const { return *static_cast<const ClassObject*>(object_); }
const InstanceObject& Value::AsInstance() const {
  return *static_cast<const InstanceObject*>(object_);
}
const ModuleObject& Value::AsModule() const { return *static_cast<const ModuleObject*>(object_); }
const SymbolObject& Value::AsSymbol() const { return *static_cast<const SymbolObject*>(object_); }
const CallObject& Value::AsCall() const { return *static_cast<const CallObject*>(object_); }

std::span<const Entry> Entries(const DictObject& dict) { return dict.view(); }

std::optional<Value> Find(const DictObject& dict, std::string_view key) {
  for (const Entry& entry : dict.view()) {
    if (entry.key.IsStr() && entry.key.AsStr() == key) return entry.value;
  }
  return std::nullopt;
}

std::optional<Value> FindAttribute(Value owner, std::string_view name) {
  const ClassObject* type = nullptr;
  if (owner.Is(Kind::kModule)) return Find(*owner.AsModule().globals, name);
  if (owner.Is(Kind::kInstance)) {
    const InstanceObject& instance = owner.AsInstance();
    if (instance.attributes != nullptr) {
      if (const auto own = Find(*instance.attributes, name)) return own;
    }
    type = instance.type;
  }
  if (owner.Is(Kind::kClass)) type = &owner.AsClass();
  if (type == nullptr) return std::nullopt;
  for (const Value& one : type->mro) {
    if (!one.Is(Kind::kClass)) continue;
    if (const auto found = Find(*one.AsClass().dict, name)) return found;
  }
  return std::nullopt;
}

std::string DottedName(Value value) {
  switch (value.kind()) {
    case Kind::kSymbol:
      return std::string(value.AsSymbol().dotted->view());
    case Kind::kCall:
      return DottedName(value.AsCall().callee);
    case Kind::kClass:
      return Joined(value.AsClass().module, value.AsClass().qualname);
    case Kind::kFunction:
      return Joined(value.AsFunction().module->name, value.AsFunction().qualname);
    case Kind::kInstance:
      return DottedName(Value::Of(Kind::kClass, value.AsInstance().type));
    case Kind::kModule:
      return std::string(value.AsModule().name->view());
    case Kind::kBoundMethod:
      return DottedName(As<BoundMethodObject>(value).function);
    case Kind::kBuiltin:
      return std::string(As<BuiltinObject>(value).name->view());
    default:
      return "";
  }
}

Position PositionOf(Value value) {
  switch (value.kind()) {
    case Kind::kFunction:
      return View(value.AsFunction()).position;
    case Kind::kClass:
      return value.AsClass().position;
    case Kind::kCall:
      return value.AsCall().position;
    case Kind::kInstance:
      return value.AsInstance().position;
    case Kind::kBoundMethod:
      return PositionOf(As<BoundMethodObject>(value).function);
    default:
      return {};
  }
}

CallView View(const CallObject& call) {
  return {call.callee, call.args, call.keywords, call.position};
}

SymbolView View(const SymbolObject& symbol) {
  return {symbol.dotted->view(), symbol.name->view(), symbol.owner};
}

namespace {

bool IsConstant(const ast::Expression* expression) {
  return expression == nullptr || expression->kind == ast::ExpressionKind::kConstant;
}

bool IsEmptyBody(const ast::FunctionDef& function) {
  return function.decorators.empty() && !function.is_generator &&
         std::all_of(function.body.begin(), function.body.end(),
                     [](const ast::Statement* statement) {
                       switch (statement->kind) {
                         case ast::StatementKind::kPass:
                           return true;
                         case ast::StatementKind::kReturn:
                           return IsConstant(statement->As<ast::Return>().value);
                         case ast::StatementKind::kExpr:
                           return IsConstant(statement->As<ast::Expr>().value);
                         default:
                           return false;
                       }
                     });
}

}  // namespace

ParameterNames ParametersOf(const FunctionObject& function) {
  const Signature& signature = function.code->signature;
  ParameterNames names;
  for (std::uint32_t i = 0; i < signature.positional + signature.keyword_only; ++i) {
    auto& list = i < signature.positional ? names.positional : names.keyword_only;
    list.push_back(signature.names[i]->view());
  }
  return names;
}

FunctionView View(const FunctionObject& function) {
  const Code& code = *function.code;
  FunctionView view;
  view.name = function.name->view();
  view.qualname = function.qualname->view();
  view.module = function.module->name->view();
  view.position.source = &code.module->source;
  const std::string_view text = code.module->source.text();
  if (code.function != nullptr) {
    view.docstring = code.function->docstring;
    view.is_empty = IsEmptyBody(*code.function);
    view.position.offset = code.function->begin;
    view.source =
        text.substr(code.function->source_begin, code.function->end - code.function->source_begin);
  } else if (code.lambda != nullptr) {
    view.position.offset = code.lambda->begin;
    view.is_empty = IsConstant(code.lambda->body);
    view.source = text.substr(code.lambda->begin, code.lambda->end - code.lambda->begin);
  }
  return view;
}

ClassView View(const ClassObject& type) {
  return {type.name->view(), type.qualname->view(), type.module->view(), type.bases,
          type.mro,          type.position};
}

InstanceView View(const InstanceObject& instance) {
  static const DictObject kNoAttributes;
  const DictObject& attributes =
      instance.attributes == nullptr ? kNoAttributes : *instance.attributes;
  return {Value::Of(Kind::kClass, instance.type),
          attributes,
          instance.args,
          instance.keywords,
          instance.call_args,
          instance.call_keywords,
          instance.position};
}

ModuleView View(const ModuleObject& module) {
  return {module.name->view(), module.file->view(), *module.globals};
}

std::string_view KindName(Value value) {
  switch (value.kind()) {
    case Kind::kNone:
      return "NoneType";
    case Kind::kNotImplemented:
      return "NotImplementedType";
    case Kind::kEllipsis:
      return "ellipsis";
    case Kind::kBool:
      return "bool";
    case Kind::kInt:
    case Kind::kBigInt:
      return "int";
    case Kind::kFloat:
      return "float";
    case Kind::kComplex:
      return "complex";
    case Kind::kStr:
      return "str";
    case Kind::kBytes:
      return "bytes";
    case Kind::kList:
      return "list";
    case Kind::kTuple:
      return "tuple";
    case Kind::kDict:
      return "dict";
    case Kind::kSet:
      return "set";
    case Kind::kFrozenSet:
      return "frozenset";
    case Kind::kRange:
      return "range";
    case Kind::kSlice:
      return "slice";
    case Kind::kIterator:
      return As<IteratorObject>(value).TypeName();
    case Kind::kFunction:
      return "function";
    case Kind::kBuiltin:
      return "builtin_function_or_method";
    case Kind::kBoundMethod:
      return "method";
    case Kind::kClass:
      return value.AsClass().metaclass.Is(Kind::kClass)
                 ? value.AsClass().metaclass.AsClass().name->view()
                 : std::string_view("type");
    case Kind::kInstance:
      return value.AsInstance().type->name->view();
    case Kind::kModule:
      return "module";
    case Kind::kDescriptor:
      switch (As<DescriptorObject>(value).type) {
        case DescriptorObject::Type::kProperty:
          return "property";
        case DescriptorObject::Type::kClassMethod:
          return "classmethod";
        case DescriptorObject::Type::kStaticMethod:
          return "staticmethod";
      }
      return "property";
    case Kind::kSymbol:
      return value.AsSymbol().name->view();
    case Kind::kCall:
      return KindName(value.AsCall().callee);
  }
  return "object";
}

}  // namespace migext::python
