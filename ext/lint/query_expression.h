// What an expression of a RunPython's function says of a query.
//
//   QueriedBy(Item.objects.filter(…).first())   // "Item"
//   MethodOf(Item.objects.filter(…).first())    // "first"
#ifndef MIGEXT_LINT_QUERY_EXPRESSION_H_
#define MIGEXT_LINT_QUERY_EXPRESSION_H_

#include <optional>
#include <string>
#include <string_view>

#include "python/ast.h"

namespace migext::lint {

/// A manager that every model has, or that projects often give it.
bool IsManager(std::string_view name);

/// "" for what is no name.
std::string_view NameOf(const python::ast::Expression* expression);
/// Nothing for what is no text.
std::optional<std::string> TextOf(const python::ast::Expression* expression);
/// Of a list or tuple.
python::ast::Expressions ElementsOf(const python::ast::Expression& expression);

/// The variable whose manager a query begins with: Item of Item.objects.filter(…).first().
std::string_view QueriedBy(const python::ast::Expression* expression);
/// `method` of Item.objects.….method(…); "" for another expression.
std::string_view MethodOf(const python::ast::Expression& expression);
/// The name that a call ends with: `filter` of a.b.filter(…), `Q` of Q(…).
std::string_view CalleeOf(const python::ast::Call& call);

}  // namespace migext::lint

#endif  // MIGEXT_LINT_QUERY_EXPRESSION_H_
