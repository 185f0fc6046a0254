#include "lint/query_expression.h"

#include <algorithm>
#include <iterator>

namespace migext::lint {
namespace {

namespace ast = python::ast;

constexpr std::string_view kManagers[] = {"objects", "_default_manager", "_base_manager",
                                          "all_objects"};

}  // namespace

bool IsManager(std::string_view name) {
  return std::find(std::begin(kManagers), std::end(kManagers), name) != std::end(kManagers);
}

std::string_view NameOf(const ast::Expression* expression) {
  const auto* name = expression == nullptr ? nullptr : expression->If<ast::Name>();
  return name == nullptr ? std::string_view() : name->id;
}

std::optional<std::string> TextOf(const ast::Expression* expression) {
  const auto* constant = expression == nullptr ? nullptr : expression->If<ast::Constant>();
  if (constant == nullptr || constant->type != ast::Constant::Type::kStr) return {};
  return std::string(constant->text);
}

std::string_view QueriedBy(const ast::Expression* expression) {
  while (expression != nullptr) {
    if (const auto* call = expression->If<ast::Call>()) {
      expression = call->function;
    } else if (const auto* subscript = expression->If<ast::Subscript>()) {
      expression = subscript->value;
    } else if (const auto* attribute = expression->If<ast::Attribute>()) {
      if (IsManager(attribute->attribute)) return NameOf(attribute->value);
      expression = attribute->value;
    } else {
      return {};
    }
  }
  return {};
}

std::string_view MethodOf(const ast::Expression& expression) {
  const auto* call = expression.If<ast::Call>();
  const auto* attribute = call == nullptr ? nullptr : call->function->If<ast::Attribute>();
  return attribute == nullptr ? std::string_view() : attribute->attribute;
}

ast::Expressions ElementsOf(const ast::Expression& expression) {
  if (const auto* list = expression.If<ast::List>()) return list->elements;
  if (const auto* tuple = expression.If<ast::Tuple>()) return tuple->elements;
  return {};
}

std::string_view CalleeOf(const ast::Call& call) {
  const auto* attribute = call.function->If<ast::Attribute>();
  return attribute == nullptr ? NameOf(call.function) : attribute->attribute;
}

}  // namespace migext::lint
