#include <algorithm>
#include <iterator>
#include <string>

#include "python/parser_internal.h"

namespace migext::python {
namespace {

struct KindName {
  ast::ExpressionKind kind;
  std::string_view name;
};

// The words of CPython's _PyPegen_get_expr_name; what is missing here is an "expression".
constexpr KindName kNames[] = {
    {ast::ExpressionKind::kAttribute, "attribute"},
    {ast::ExpressionKind::kSubscript, "subscript"},
    {ast::ExpressionKind::kStarred, "starred"},
    {ast::ExpressionKind::kName, "name"},
    {ast::ExpressionKind::kList, "list"},
    {ast::ExpressionKind::kTuple, "tuple"},
    {ast::ExpressionKind::kLambda, "lambda"},
    {ast::ExpressionKind::kCall, "function call"},
    {ast::ExpressionKind::kGeneratorExp, "generator expression"},
    {ast::ExpressionKind::kYield, "yield expression"},
    {ast::ExpressionKind::kYieldFrom, "yield expression"},
    {ast::ExpressionKind::kAwait, "await expression"},
    {ast::ExpressionKind::kListComp, "list comprehension"},
    {ast::ExpressionKind::kSetComp, "set comprehension"},
    {ast::ExpressionKind::kDictComp, "dict comprehension"},
    {ast::ExpressionKind::kDict, "dict literal"},
    {ast::ExpressionKind::kSet, "set display"},
    {ast::ExpressionKind::kJoinedStr, "f-string expression"},
    {ast::ExpressionKind::kFormattedValue, "f-string expression"},
    {ast::ExpressionKind::kTemplateStr, "t-string expression"},
    {ast::ExpressionKind::kInterpolation, "t-string expression"},
    {ast::ExpressionKind::kCompare, "comparison"},
    {ast::ExpressionKind::kIfExp, "conditional expression"},
    {ast::ExpressionKind::kNamedExpr, "named expression"},
};

std::string_view NameOfConstant(ast::Constant::Type type) {
  switch (type) {
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
}

}  // namespace

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
  const auto is_starred = [](const ast::Expression* e) { return e->Is<ast::Starred>(); };
  for (const ast::Expression* element : elements) CheckTarget(*element, verb);
  if (std::count_if(elements.begin(), elements.end(), is_starred) > 1) {
    FailAt(target.begin, "SyntaxError: multiple starred expressions in assignment");
  }
}

void Parser::FailTarget(const ast::Expression& target, std::string_view verb) const {
  std::string message = "SyntaxError: cannot " + std::string(verb) + " ";
  message += NameOf(target);
  const bool is_comparable =
      !target.Is<ast::Yield>() && !target.Is<ast::YieldFrom>() && !target.Is<ast::Compare>();
  if (verb == "assign to" && PreviousEnd() >= target.end && tokens_[at_ - 1].kind == Kind::kEqual &&
      is_comparable) {
    message += " here. Maybe you meant '==' instead of '='?";
  }
  FailAt(target.begin, message);
}

std::string_view Parser::NameOf(const ast::Expression& expression) {
  if (const auto* constant = expression.If<ast::Constant>()) return NameOfConstant(constant->type);
  const auto* found = std::find_if(std::begin(kNames), std::end(kNames), [&](const KindName& name) {
    return name.kind == expression.kind;
  });
  return found == std::end(kNames) ? "expression" : found->name;
}

}  // namespace migext::python
