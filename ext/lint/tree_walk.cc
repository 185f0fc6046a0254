#include "lint/tree_walk.h"

#include <algorithm>
#include <vector>

namespace migext::lint {
namespace {

namespace ast = python::ast;

/// Leaves the block, or the round of a loop.
bool Leaves(ast::Statements body) {
  return !body.empty() && (body.back()->Is<ast::Return>() || body.back()->Is<ast::Raise>() ||
                           body.back()->Is<ast::Continue>() || body.back()->Is<ast::Break>());
}

class Walk {
 public:
  explicit Walk(const std::function<void(const TreeNode&)>& visit) : visit_(visit) {}

  void Run(ast::Statements body) {
    Block(body, false);
    Turn(0);
    while (!open_.empty()) {
      const TreeNode node = open_.back();
      open_.pop_back();
      visit_(node);
      const std::size_t from = open_.size();
      guarded_ = node.guarded;
      in_condition_ = node.in_condition;
      node.statement != nullptr ? Parts(*node.statement) : Parts(*node.expression);
      Turn(from);
    }
  }

 private:
  /// What was put down last is taken up first.
  void Turn(std::size_t from) {
    std::reverse(open_.begin() + static_cast<std::ptrdiff_t>(from), open_.end());
  }

  void Block(ast::Statements body, bool guarded) {
    for (const ast::Statement* statement : body) {
      open_.push_back({statement, nullptr, guarded, false});
      const auto* test = statement->If<ast::If>();
      if (test != nullptr && Leaves(test->body)) guarded = true;
    }
  }
  void Inner(ast::Statements body) { Block(body, true); }

  void Add(const ast::Expression* expression) {
    if (expression != nullptr) open_.push_back({nullptr, expression, guarded_, in_condition_});
  }
  void Add(ast::Expressions expressions) {
    for (const ast::Expression* expression : expressions) Add(expression);
  }
  void AddCondition(const ast::Expression* expression) {
    if (expression != nullptr) open_.push_back({nullptr, expression, guarded_, true});
  }
  void AddGuarded(const ast::Expression* expression) {
    if (expression != nullptr) open_.push_back({nullptr, expression, true, in_condition_});
  }

  void Parts(const ast::Statement& statement) {
    if (const auto* assign = statement.If<ast::Assign>()) {
      Add(assign->value);
      Add(assign->targets);
    } else if (const auto* augmented = statement.If<ast::AugAssign>()) {
      Add(augmented->target);
      Add(augmented->value);
    } else if (const auto* annotated = statement.If<ast::AnnAssign>()) {
      Add(annotated->value);
    } else if (const auto* expr = statement.If<ast::Expr>()) {
      Add(expr->value);
    } else if (const auto* returned = statement.If<ast::Return>()) {
      Add(returned->value);
    } else if (const auto* deleted = statement.If<ast::Delete>()) {
      Add(deleted->targets);
    } else if (const auto* raised = statement.If<ast::Raise>()) {
      Add(raised->exception);
    } else if (const auto* asserted = statement.If<ast::Assert>()) {
      AddCondition(asserted->test);
    } else {
      Compound(statement);
    }
  }

  void Compound(const ast::Statement& statement) {
    if (const auto* loop = statement.If<ast::For>()) {
      Add(loop->iterable);
      Inner(loop->body);
      Inner(loop->orelse);
    } else if (const auto* repeat = statement.If<ast::While>()) {
      AddCondition(repeat->test);
      Inner(repeat->body);
      Inner(repeat->orelse);
    } else if (const auto* test = statement.If<ast::If>()) {
      AddCondition(test->test);
      Inner(test->body);
      Inner(test->orelse);
    } else if (const auto* with = statement.If<ast::With>()) {
      for (const ast::WithItem& item : with->items) Add(item.context);
      Block(with->body, guarded_);
    } else if (const auto* attempt = statement.If<ast::Try>()) {
      Inner(attempt->body);
      for (const ast::ExceptHandler& handler : attempt->handlers) Inner(handler.body);
      Inner(attempt->orelse);
      Inner(attempt->finalbody);
    } else if (const auto* match = statement.If<ast::Match>()) {
      AddCondition(match->subject);
      for (const ast::MatchCase& one : match->cases) Inner(one.body);
    }
  }

  void Parts(const ast::Expression& expression) {
    if (const auto* call = expression.If<ast::Call>()) {
      Add(call->function);
      Add(call->args);
      for (const ast::KeywordArgument& keyword : call->keywords) Add(keyword.value);
    } else if (const auto* attribute = expression.If<ast::Attribute>()) {
      Add(attribute->value);
    } else if (const auto* subscript = expression.If<ast::Subscript>()) {
      Add(subscript->value);
      Add(subscript->index);
    } else if (const auto* binary = expression.If<ast::BinOp>()) {
      Add(binary->left);
      Add(binary->right);
    } else if (const auto* unary = expression.If<ast::UnaryOp>()) {
      Add(unary->operand);
    } else if (const auto* named = expression.If<ast::NamedExpr>()) {
      Add(named->value);
    } else if (const auto* starred = expression.If<ast::Starred>()) {
      Add(starred->value);
    } else if (const auto* awaited = expression.If<ast::Await>()) {
      Add(awaited->value);
    } else {
      Choices(expression);
    }
  }

  void Choices(const ast::Expression& expression) {
    if (const auto* both = expression.If<ast::BoolOp>()) {
      for (const ast::Expression* value : both->values) AddCondition(value);
    } else if (const auto* choice = expression.If<ast::IfExp>()) {
      AddCondition(choice->test);
      AddGuarded(choice->body);
      AddGuarded(choice->orelse);
    } else if (const auto* compare = expression.If<ast::Compare>()) {
      AddCondition(compare->left);
      for (const ast::Comparison& one : compare->comparisons) AddCondition(one.right);
    } else {
      Displays(expression);
    }
  }

  void Displays(const ast::Expression& expression) {
    if (const auto* tuple = expression.If<ast::Tuple>()) {
      Add(tuple->elements);
    } else if (const auto* list = expression.If<ast::List>()) {
      Add(list->elements);
    } else if (const auto* set = expression.If<ast::Set>()) {
      Add(set->elements);
    } else if (const auto* dict = expression.If<ast::Dict>()) {
      for (const ast::DictItem& item : dict->items) {
        Add(item.key);
        Add(item.value);
      }
    } else if (const auto* joined = expression.If<ast::JoinedStr>()) {
      Add(joined->values);
    } else if (const auto* formatted = expression.If<ast::FormattedValue>()) {
      Add(formatted->value);
    } else if (const auto* slice = expression.If<ast::Slice>()) {
      Add(slice->lower);
      Add(slice->upper);
    } else if (const auto* lists = expression.If<ast::ListComp>()) {
      Loops(lists->generators, {lists->element});
    } else if (const auto* sets = expression.If<ast::SetComp>()) {
      Loops(sets->generators, {sets->element});
    } else if (const auto* items = expression.If<ast::GeneratorExp>()) {
      Loops(items->generators, {items->element});
    } else if (const auto* dicts = expression.If<ast::DictComp>()) {
      Loops(dicts->generators, {dicts->key, dicts->value});
    }
  }

  void Loops(std::span<const ast::Comprehension> generators,
             std::initializer_list<const ast::Expression*> elements) {
    for (const ast::Comprehension& generator : generators) {
      Add(generator.iterable);
      for (const ast::Expression* condition : generator.conditions) AddCondition(condition);
    }
    for (const ast::Expression* element : elements) AddGuarded(element);
  }

  const std::function<void(const TreeNode&)>& visit_;
  std::vector<TreeNode> open_;
  bool guarded_ = false;
  bool in_condition_ = false;
};

}  // namespace

void WalkTree(ast::Statements body, const std::function<void(const TreeNode&)>& visit) {
  Walk(visit).Run(body);
}

}  // namespace migext::lint
