#include "python/compiler.h"

#include <algorithm>
#include <string>

#include "base/error.h"

namespace migext::python {
namespace {

const Object kUnboundObject;

bool Contains(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Value Unbound() { return Value::Of(Kind::kNone, &kUnboundObject); }
bool IsUnbound(Value value) { return value.IsNone() && value.object() != nullptr; }

void Compile(Heap& heap, Code& code, int max_depth) { Compiler(heap, code, max_depth).Run(); }

void Compiler::Run() {
  CollectLocals(code_);
  for (const Local& local : code_.locals) code_.slot_names.push_back(heap_.Intern(local.name));
  code_.is_compiled = true;
  if (code_.class_def != nullptr) {
    At(*code_.class_def);
    Docstring(code_.class_def->docstring);
    Block(code_.class_def->body);
  } else if (code_.generator_expression != nullptr) {
    GeneratorBody(*code_.generator_expression);
  } else if (code_.lambda != nullptr) {
    Load(*code_.lambda->body);
    Emit(Op::kReturn);
    return;
  } else if (code_.function != nullptr) {
    Block(code_.function->body);
  } else {
    Docstring(code_.module->docstring);
    ModuleBody();
  }
  LoadConstant(Value());
  Emit(Op::kReturn);
}

void Compiler::ModuleBody() {
  const auto mark = [this] {
    code_.statement_starts.push_back(static_cast<std::uint32_t>(code_.instructions.size()));
  };
  for (const auto& statement : code_.module->body) {
    mark();
    Visit(*statement);
  }
  mark();
}

std::size_t Compiler::Emit(Op op, std::size_t argument) {
  code_.instructions.push_back({op, static_cast<std::uint32_t>(argument)});
  code_.offsets.push_back(offset_);
  return code_.instructions.size() - 1;
}

void Compiler::Jump(Op op, Label& label) { label.push_back(Emit(op)); }

void Compiler::Bind(const Label& label) { BindTo(label, Here()); }

void Compiler::BindTo(const Label& label, std::size_t target) {
  for (const std::size_t at : label) {
    code_.instructions[at].argument = static_cast<std::uint32_t>(target);
  }
}

void Compiler::Refuse(const ast::Range& node, std::string_view message) const {
  throw Error(code_.module->source.PlaceAt(node.begin), "SyntaxError: " + std::string(message));
}

std::size_t Compiler::ConstantIndex(Value value) {
  // Small tables only: looking further costs more than a second entry.
  const std::size_t known = std::min<std::size_t>(code_.constants.size(), 8);
  for (std::size_t i = 0; i < known; ++i) {
    const Value& other = code_.constants[i];
    if (other.kind() == value.kind() && !value.Is(Kind::kFloat) &&
        other.object() == value.object()) {
      return i;
    }
  }
  code_.constants.push_back(value);
  return code_.constants.size() - 1;
}

std::size_t Compiler::NameIndex(std::string_view name) {
  StrObject* interned = heap_.Intern(name);
  const auto found = std::find(code_.names.begin(), code_.names.end(), interned);
  if (found != code_.names.end()) return static_cast<std::size_t>(found - code_.names.begin());
  code_.names.push_back(interned);
  return code_.names.size() - 1;
}

std::uint32_t Compiler::NewSlot(std::string_view name) {
  code_.slot_names.resize(code_.slot_count);
  code_.slot_names.push_back(heap_.Intern(name));
  return code_.slot_count++;
}

// __name inside a class is _Class__name, so that subclasses do not meet it.
std::string_view Compiler::Mangle(std::string_view name) {
  if (!name.starts_with("__") || name.ends_with("__")) return name;
  const Code* code = &code_;
  while (code != nullptr && code->type != Code::Type::kClass) code = code->parent;
  if (code == nullptr) return name;
  std::string_view type = code->name->view();
  type.remove_prefix(std::min(type.find_first_not_of('_'), type.size()));
  if (type.empty()) return name;
  return heap_.Intern("_" + std::string(type) + std::string(name))->view();
}

void Compiler::EmitLocal(std::uint32_t slot, Use use) {
  Emit(use == Use::kLoad    ? Op::kLoadLocal
       : use == Use::kStore ? Op::kStoreLocal
                            : Op::kDeleteLocal,
       slot);
}

// Looks through the code around for a variable that this code can see.
bool Compiler::OuterSlot(std::string_view name, std::size_t& argument) const {
  std::size_t up = 1;
  for (const Code* code = &code_; code->parent != nullptr; code = code->parent, ++up) {
    const auto lent = std::find_if(code->lent.rbegin(), code->lent.rend(),
                                   [&](const Local& local) { return local.name == name; });
    if (lent != code->lent.rend()) {
      argument = up << 16U | lent->slot;
      return true;
    }
    const Code& around = *code->parent;
    if (around.type == Code::Type::kFunction && Contains(around.declared_global, name))
      return false;
    if (const Local* local = around.FindLocal(name)) {
      argument = up << 16U | local->slot;
      return true;
    }
  }
  return false;
}

void Compiler::Name(std::string_view name, Use use) {
  const auto pick = [use](Op load, Op store, Op remove) {
    return use == Use::kLoad ? load : use == Use::kStore ? store : remove;
  };
  const auto lent = std::find_if(lent_.rbegin(), lent_.rend(),
                                 [&](const Local& local) { return local.name == name; });
  if (lent != lent_.rend()) return EmitLocal(lent->slot, use);
  std::size_t outer = 0;
  if (Contains(code_.declared_global, name)) {
    Emit(pick(Op::kLoadGlobal, Op::kStoreGlobal, Op::kDeleteGlobal), NameIndex(name));
    return;
  }
  const bool is_class_name = code_.type == Code::Type::kClass &&
                             !Contains(code_.declared_nonlocal, name) && name != "__class__" &&
                             (lent_.empty() || use != Use::kLoad);
  if (code_.type == Code::Type::kModule || is_class_name) {
    const std::string_view mangled = is_class_name ? Mangle(name) : name;
    if (use == Use::kLoad && is_class_name && OuterSlot(name, outer)) {
      Emit(Op::kLoadNameOrOuter, NameIndex(mangled));
      Emit(Op::kLoadOuter, outer);
      return;
    }
    Emit(pick(Op::kLoadName, Op::kStoreName, Op::kDeleteName), NameIndex(mangled));
    return;
  }
  if (const Local* local = code_.FindLocal(name)) return EmitLocal(local->slot, use);
  if (OuterSlot(name, outer)) {
    Emit(pick(Op::kLoadOuter, Op::kStoreOuter, Op::kDeleteOuter), outer);
    return;
  }
  Emit(pick(Op::kLoadGlobal, Op::kStoreGlobal, Op::kDeleteGlobal), NameIndex(name));
}

Code* Compiler::NewInner(std::string_view name, Code::Type type) {
  auto inner = std::make_unique<Code>();
  inner->type = type;
  inner->module = code_.module;
  inner->parent = &code_;
  inner->is_library = code_.is_library;
  inner->lent = lent_;
  inner->name = heap_.Intern(name);
  inner->qualname = inner->name;
  if (code_.type != Code::Type::kModule && !Contains(code_.declared_global, name)) {
    const std::string_view joint = code_.type == Code::Type::kClass ? "." : ".<locals>.";
    inner->qualname =
        heap_.Intern(std::string(code_.qualname->view()) + std::string(joint) + std::string(name));
  }
  code_.needs_scope = true;
  code_.inner.push_back(std::move(inner));
  return code_.inner.back().get();
}

void Compiler::ReadSignature(Heap& heap, const ast::Parameters& parameters, Signature& signature) {
  const auto add = [&](const ast::Parameter& parameter) {
    signature.names.push_back(heap.Intern(parameter.name));
  };
  for (const auto& parameter : parameters.positional_only) add(parameter);
  for (const auto& parameter : parameters.positional) add(parameter);
  for (const auto& parameter : parameters.keyword_only) add(parameter);
  signature.positional_only = static_cast<std::uint32_t>(parameters.positional_only.size());
  signature.positional =
      signature.positional_only + static_cast<std::uint32_t>(parameters.positional.size());
  signature.keyword_only = static_cast<std::uint32_t>(parameters.keyword_only.size());
  signature.has_rest = parameters.vararg != nullptr;
  signature.has_keywords = parameters.kwarg != nullptr;
  if (parameters.vararg != nullptr) add(*parameters.vararg);
  if (parameters.kwarg != nullptr) add(*parameters.kwarg);
}

// Stack: a tuple of positional defaults, a dict of keyword-only ones; then the function.
void Compiler::MakeFunction(Code* inner, const ast::Parameters* parameters) {
  std::size_t positional = 0;
  std::size_t keyword_only = 0;
  if (parameters != nullptr) {
    ReadSignature(heap_, *parameters, inner->signature);
    for (const auto part : {parameters->positional_only, parameters->positional}) {
      for (const auto& parameter : part) {
        if (parameter.default_value == nullptr) continue;
        Load(*parameter.default_value);
        ++positional;
      }
    }
    Emit(Op::kBuildTuple, positional);
    for (const auto& parameter : parameters->keyword_only) {
      if (parameter.default_value == nullptr) continue;
      LoadConstant(ToValue(heap_.Intern(parameter.name)));
      Load(*parameter.default_value);
      ++keyword_only;
    }
    Emit(Op::kBuildDict, keyword_only);
  } else {
    inner->signature.names.push_back(heap_.Intern(".0"));
    inner->signature.positional = 1;
    inner->signature.positional_only = 1;
    Emit(Op::kBuildTuple, 0);
    Emit(Op::kBuildDict, 0);
  }
  Emit(Op::kMakeFunction, code_.inner.size() - 1);
}

// `class A[T]`: T stands for itself, and is seen by everything inside.
void Compiler::BindTypeParameters(std::span<const ast::TypeParameter> parameters) {
  for (const auto& parameter : parameters) {
    const std::uint32_t slot = NewSlot(parameter.name);
    auto* symbol = heap_.New<SymbolObject>();
    symbol->dotted = symbol->name = heap_.Intern(parameter.name);
    LoadConstant(Value::Of(Kind::kSymbol, symbol));
    EmitLocal(slot, Use::kStore);
    lent_.push_back({parameter.name, slot});
  }
}

}  // namespace migext::python
