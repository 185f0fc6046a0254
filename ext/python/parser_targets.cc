#include <string>

#include "python/parser_internal.h"

namespace migext::python {

// What stands between `for` and `in`: operators may not, since `in` is one of them.
const ast::Expression* Parser::ParseTargets() {
  constexpr int kAboveComparison = 5;
  const std::uint32_t begin = Begin();
  const auto parse_one = [&]() -> const ast::Expression* {
    if (!At(Kind::kStar)) return ParseOperators(kAboveComparison);
    auto& star = New<ast::Starred>(Begin());
    Advance();
    star.value = ParseOperators(kAboveComparison);
    return Done(star);
  };
  const ast::Expression* first = parse_one();
  if (At(Kind::kComma)) {
    auto& tuple = New<ast::Tuple>(begin);
    ExpressionItems elements(*this);
    elements.Add(first);
    while (Accept(Kind::kComma) && AtExpressionStart()) elements.Add(parse_one());
    tuple.elements = elements.Take();
    first = Done(tuple);
  }
  CheckTarget(*first, "assign to");
  return first;
}

void Parser::CheckTarget(const ast::Expression& target, std::string_view verb) const {
  const bool deletes = verb == "delete";
  ast::Expressions elements;
  switch (target.kind) {
    case ast::ExpressionKind::kName:
    case ast::ExpressionKind::kAttribute:
    case ast::ExpressionKind::kSubscript:
      return;
    case ast::ExpressionKind::kStarred:
      if (deletes) return FailTarget(target, verb);
      return CheckTarget(*target.As<ast::Starred>().value, verb);
    case ast::ExpressionKind::kTuple:
      elements = target.As<ast::Tuple>().elements;
      break;
    case ast::ExpressionKind::kList:
      elements = target.As<ast::List>().elements;
      break;
    default:
      FailTarget(target, verb);
  }
  for (const ast::Expression* element : elements) CheckTarget(*element, verb);
}

void Parser::FailTarget(const ast::Expression& target, std::string_view verb) const {
  std::string message = "SyntaxError: cannot " + std::string(verb) + " " + NameOf(target);
  const bool is_comparable =
      !target.Is<ast::Yield>() && !target.Is<ast::YieldFrom>() && !target.Is<ast::Compare>();
  if (verb == "assign to" && PreviousEnd() >= target.end && tokens_[at_ - 1].kind == Kind::kEqual &&
      is_comparable) {
    message += " here. Maybe you meant '==' instead of '='?";
  }
  FailAt(target.begin, message);
}

// The words of CPython's _PyPegen_get_expr_name.
std::string Parser::NameOf(const ast::Expression& expression) {
  switch (expression.kind) {
    using enum ast::ExpressionKind;
    case kAttribute:
      return "attribute";
    case kSubscript:
      return "subscript";
    case kStarred:
      return "starred";
    case kName:
      return "name";
    case kList:
      return "list";
    case kTuple:
      return "tuple";
    case kLambda:
      return "lambda";
    case kCall:
      return "function call";
    case kGeneratorExp:
      return "generator expression";
    case kYield:
    case kYieldFrom:
      return "yield expression";
    case kAwait:
      return "await expression";
    case kListComp:
      return "list comprehension";
    case kSetComp:
      return "set comprehension";
    case kDictComp:
      return "dict comprehension";
    case kDict:
      return "dict literal";
    case kSet:
      return "set display";
    case kJoinedStr:
    case kFormattedValue:
      return "f-string expression";
    case kTemplateStr:
    case kInterpolation:
      return "t-string expression";
    case kCompare:
      return "comparison";
    case kIfExp:
      return "conditional expression";
    case kNamedExpr:
      return "named expression";
    case kConstant:
      switch (expression.As<ast::Constant>().type) {
        case ast::Constant::Type::kNone:
          return "None";
        case ast::Constant::Type::kTrue:
          return "True";
        case ast::Constant::Type::kFalse:
          return "False";
        case ast::Constant::Type::kEllipsis:
          return "ellipsis";
        default:
          return "literal";
      }
    default:
      return "expression";
  }
}

}  // namespace migext::python
