#include "django/model_classes.h"

#include <optional>
#include <utility>

#include "base/error.h"
#include "python/parser.h"

namespace migext::django {
namespace {

namespace ast = python::ast;

/// Bounds for hostile projects: more modules than any has, imports nested deeper than Python's
/// stack, chains of imports that lead in a circle.
constexpr std::size_t kMaxModules = 5000;
constexpr int kMaxDepth = 150;

/// "blog" of "blog.models"; "" of "blog".
std::string PackageOf(std::string_view dotted) {
  const std::size_t dot = dotted.rfind('.');
  return std::string(dot == std::string_view::npos ? std::string_view() : dotted.substr(0, dot));
}

std::string Joined(std::string_view package, std::string_view name) {
  if (package.empty()) return std::string(name);
  return std::string(package) + "." + std::string(name);
}

/// `if TYPE_CHECKING:` is for type checkers and never run.
bool IsTypeChecking(const ast::Expression& test) {
  if (const auto* name = test.If<ast::Name>()) return name->id == "TYPE_CHECKING";
  const auto* attribute = test.If<ast::Attribute>();
  return attribute != nullptr && attribute->attribute == "TYPE_CHECKING";
}

std::string_view TextOf(const ast::Expression* value) {
  const auto* constant = value == nullptr ? nullptr : value->If<ast::Constant>();
  if (constant == nullptr || constant->type != ast::Constant::Type::kStr) return {};
  return constant->text;
}

std::vector<std::string> TextsOf(const ast::Expression* value) {
  std::vector<std::string> texts;
  if (value == nullptr) return texts;
  ast::Expressions items;
  if (const auto* list = value->If<ast::List>()) items = list->elements;
  if (const auto* tuple = value->If<ast::Tuple>()) items = tuple->elements;
  for (const ast::Expression* item : items) texts.emplace_back(TextOf(item));
  return texts;
}

/// ManyToManyField('self') leads both ways unless it says otherwise.
bool IsSymmetrical(const ast::Expression* value) {
  const auto* call = value == nullptr ? nullptr : value->If<ast::Call>();
  if (call == nullptr) return false;
  bool leads_to_self = !call->args.empty() && TextOf(call->args.front()) == "self";
  for (const ast::KeywordArgument& keyword : call->keywords) {
    if (keyword.name == "to") leads_to_self = TextOf(keyword.value) == "self";
    const auto* given =
        keyword.name == "symmetrical" ? keyword.value->If<ast::Constant>() : nullptr;
    if (given != nullptr) return given->type == ast::Constant::Type::kTrue;
  }
  return leads_to_self;
}

std::string AppLabelOf(const ast::ClassDef& meta) {
  for (const ast::Statement* statement : meta.body) {
    const auto* assign = statement->If<ast::Assign>();
    if (assign == nullptr) continue;
    for (const ast::Expression* target : assign->targets) {
      const auto* name = target->If<ast::Name>();
      if (name != nullptr && name->id == "app_label") return std::string(TextOf(assign->value));
    }
  }
  return {};
}

}  // namespace

void ModelClasses::Walk(const std::string& module) {
  if (names_.contains(module) || names_.size() >= kMaxModules || depth_ >= kMaxDepth) return;
  // Importing a.b.c runs a and a.b first.
  if (const std::string package = PackageOf(module); !package.empty()) Walk(package);
  if (names_.contains(module)) return;
  try {
    ReadModule(module);
  } catch (const Error& error) {
    troubles_.emplace_back(error.what());
  }
}

void ModelClasses::ReadModule(const std::string& module) {
  names_[module];
  std::optional<python::FoundModule> found = modules_.FindModule(module);
  if (!found) {
    names_.erase(module);
    return;
  }
  names_[module].is_package = found->is_package;
  trees_.push_back(python::Parse(std::move(found->file), std::move(found->bytes)));
  const ast::Module& tree = *trees_.back();
  const python::Source* const outer = std::exchange(source_, &tree.source);
  ++depth_;
  WalkStatements(tree.body, module);
  --depth_;
  source_ = outer;
}

// Both branches of an `if` and all of a `try` are walked: which one runs is not known, and a name
// that is never used does no harm.
void ModelClasses::WalkStatements(ast::Statements body, const std::string& module) {
  for (const ast::Statement* statement : body) {
    if (const auto* import = statement->If<ast::Import>()) {
      WalkImport(*import, module);
    } else if (const auto* from = statement->If<ast::ImportFrom>()) {
      WalkImportFrom(*from, module);
    } else if (const auto* node = statement->If<ast::ClassDef>()) {
      AddClass(*node, module);
    } else if (const auto* attempt = statement->If<ast::Try>()) {
      WalkStatements(attempt->body, module);
      for (const ast::ExceptHandler& handler : attempt->handlers) {
        WalkStatements(handler.body, module);
      }
    }
    // `elif` is an if in the orelse, and there may be thousands.
    const auto* choice = statement->If<ast::If>();
    while (choice != nullptr) {
      if (!IsTypeChecking(*choice->test)) WalkStatements(choice->body, module);
      const bool chained = choice->orelse.size() == 1 && choice->orelse.front()->Is<ast::If>();
      if (!chained) WalkStatements(choice->orelse, module);
      choice = chained ? &choice->orelse.front()->As<ast::If>() : nullptr;
    }
  }
}

void ModelClasses::WalkImport(const ast::Import& import, const std::string& module) {
  for (const ast::Alias& alias : import.names) {
    Walk(std::string(alias.name));
    const std::string_view top = alias.name.substr(0, alias.name.find('.'));
    names_[module].imports[std::string(alias.asname.empty() ? top : alias.asname)] =
        std::string(alias.asname.empty() ? top : alias.name);
  }
}

void ModelClasses::WalkImportFrom(const ast::ImportFrom& import, const std::string& module) {
  const std::string from = Absolute(import, module);
  Walk(from);
  for (const ast::Alias& alias : import.names) {
    if (alias.name == "*") {
      names_[module].stars.push_back(from);
      continue;
    }
    // `from . import comments` imports a module where the package has no such name.
    const std::string dotted = Joined(from, alias.name);
    if (FindIn(from, alias.name, 0) == nullptr) Walk(dotted);
    names_[module].imports[std::string(alias.asname.empty() ? alias.name : alias.asname)] = dotted;
  }
}

std::string ModelClasses::Absolute(const ast::ImportFrom& import, const std::string& module) const {
  if (import.level == 0) return std::string(import.module);
  const auto known = names_.find(module);
  std::string package =
      known != names_.end() && known->second.is_package ? module : PackageOf(module);
  for (std::uint32_t level = 1; level < import.level && !package.empty(); ++level) {
    package = PackageOf(package);
  }
  return import.module.empty() ? package : Joined(package, import.module);
}

void ModelClasses::AddClass(const ast::ClassDef& node, const std::string& module) {
  ModelClass& model = classes_.emplace_back();
  model.module = module;
  model.name = node.name;
  model.node = &node;
  model.source = source_;
  for (const ast::Expression* base : node.bases) model.bases.push_back(DottedOf(*base, module));
  ReadBody(model);
  names_[module].classes[std::string(node.name)] = &model;
}

void ModelClasses::ReadBody(ModelClass& model) {
  for (const ast::Statement* statement : model.node->body) {
    if (const auto* assign = statement->If<ast::Assign>()) {
      for (const ast::Expression* target : assign->targets) {
        ReadAssignment(model, *target, assign->value);
      }
    } else if (const auto* typed = statement->If<ast::AnnAssign>()) {
      if (typed->value != nullptr) ReadAssignment(model, *typed->target, typed->value);
    } else if (const auto* method = statement->If<ast::FunctionDef>()) {
      if (method->name == "natural_key") model.natural_key = method;
    } else if (const auto* inner = statement->If<ast::ClassDef>()) {
      if (inner->name == "Meta") model.app_label = AppLabelOf(*inner);
    }
  }
}

void ModelClasses::ReadAssignment(ModelClass& model, const ast::Expression& target,
                                  const ast::Expression* value) {
  if (const auto* name = target.If<ast::Name>()) {
    model.attributes.emplace_back(name->id, moments_++);
    if (IsSymmetrical(value)) model.symmetrical.insert(name->id);
    if (name->id == "USERNAME_FIELD") model.username_field = TextOf(value);
    return;
  }
  const auto* attribute = target.If<ast::Attribute>();
  if (attribute == nullptr || attribute->attribute != "dependencies") return;
  const auto* owner = attribute->value->If<ast::Name>();
  if (owner == nullptr || owner->id != "natural_key") return;
  model.natural_key_dependencies = TextsOf(value);
}

std::string ModelClasses::DottedOf(const ast::Expression& expression,
                                   const std::string& module) const {
  std::string rest;
  const ast::Expression* node = &expression;
  // Mixin[T] is Mixin.
  if (const auto* subscript = node->If<ast::Subscript>()) node = subscript->value;
  while (const auto* attribute = node->If<ast::Attribute>()) {
    rest.insert(0, "." + std::string(attribute->attribute));
    node = attribute->value;
  }
  const auto* name = node->If<ast::Name>();
  if (name == nullptr) return {};
  const auto known = names_.find(module);
  if (known != names_.end() && !known->second.classes.contains(name->id)) {
    const auto imported = known->second.imports.find(name->id);
    if (imported != known->second.imports.end()) return imported->second + rest;
  }
  return Joined(module, name->id) + rest;
}

const ModelClass* ModelClasses::Find(std::string_view dotted) const {
  const std::size_t dot = dotted.rfind('.');
  if (dot == std::string_view::npos) return nullptr;
  return FindIn(std::string(dotted.substr(0, dot)), dotted.substr(dot + 1), 0);
}

const ModelClass* ModelClasses::FindIn(const std::string& module, std::string_view name,
                                       int depth) const {
  const auto known = names_.find(module);
  if (known == names_.end() || depth > kMaxDepth) return nullptr;
  const ModuleNames& names = known->second;
  if (const auto found = names.classes.find(name); found != names.classes.end()) {
    return found->second;
  }
  if (const auto imported = names.imports.find(name); imported != names.imports.end()) {
    const std::string_view dotted = imported->second;
    const std::size_t dot = dotted.rfind('.');
    if (dot == std::string_view::npos) return nullptr;
    return FindIn(std::string(dotted.substr(0, dot)), dotted.substr(dot + 1), depth + 1);
  }
  for (const std::string& star : names.stars) {
    if (const ModelClass* found = FindIn(star, name, depth + 1)) return found;
  }
  return nullptr;
}

}  // namespace migext::django
