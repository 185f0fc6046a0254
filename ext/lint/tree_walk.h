// Every statement and expression of a function's body, in the order of the source, with whether it
// runs each time that the function does.
//
//   WalkTree(function.body, [&](const TreeNode& node) {
//     if (const auto* call = node.If<ast::Call>()) …
//   });
//
// Not inside of inner functions and classes.  Recursion-free: sources may nest deeply.
#ifndef MIGEXT_LINT_TREE_WALK_H_
#define MIGEXT_LINT_TREE_WALK_H_

#include <functional>

#include "python/ast.h"

namespace migext::lint {

struct TreeNode {
  const python::ast::Statement* statement = nullptr;
  const python::ast::Expression* expression = nullptr;
  /// It may be left out, or its failing be caught: inside of if, try, a loop, behind an early
  /// return.
  bool guarded = false;
  bool in_condition = false;  ///< Part of what an if, a while or a comparison asks.

  template <class T>
  const T* If() const {
    if constexpr (std::is_same_v<decltype(T::kKind), const python::ast::StatementKind>) {
      return statement == nullptr ? nullptr : statement->If<T>();
    } else {
      return expression == nullptr ? nullptr : expression->If<T>();
    }
  }
};

void WalkTree(python::ast::Statements body, const std::function<void(const TreeNode&)>& visit);

}  // namespace migext::lint

#endif  // MIGEXT_LINT_TREE_WALK_H_
