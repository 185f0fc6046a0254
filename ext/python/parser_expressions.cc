#include <iterator>
#include <string>

#include "python/parser_internal.h"

namespace migext::python {
namespace {

// How tightly an operator binds; 0 for what is none.  Unary +, - and ~ stand between * and **.
constexpr int kOr = 1;
constexpr int kAnd = 2;
constexpr int kNot = 3;
constexpr int kComparison = 4;
constexpr int kBitOr = 5;
constexpr int kUnary = 11;
constexpr int kPower = 12;

struct BinaryToken {
  ast::BinaryOperator op;
  int precedence;
};

// In the order of the tokens kPlus to kDoubleSlash, and of kPlusEqual to kDoubleSlashEqual.
constexpr BinaryToken kBinaryTokens[] = {
    {ast::BinaryOperator::kAdd, 9},       {ast::BinaryOperator::kSub, 9},
    {ast::BinaryOperator::kMult, 10},     {ast::BinaryOperator::kDiv, 10},
    {ast::BinaryOperator::kMatMult, 10},  {ast::BinaryOperator::kMod, 10},
    {ast::BinaryOperator::kPow, kPower},  {ast::BinaryOperator::kLShift, 8},
    {ast::BinaryOperator::kRShift, 8},    {ast::BinaryOperator::kBitOr, kBitOr},
    {ast::BinaryOperator::kBitXor, 6},    {ast::BinaryOperator::kBitAnd, 7},
    {ast::BinaryOperator::kFloorDiv, 10},
};

std::size_t Distance(TokenKind first, TokenKind kind) {
  return static_cast<std::size_t>(kind) - static_cast<std::size_t>(first);
}

static_assert(static_cast<int>(TokenKind::kDoubleSlash) - static_cast<int>(TokenKind::kPlus) + 1 ==
              std::size(kBinaryTokens));
static_assert(static_cast<int>(TokenKind::kDoubleSlashEqual) -
                  static_cast<int>(TokenKind::kPlusEqual) + 1 ==
              std::size(kBinaryTokens));

int PrecedenceOf(TokenKind kind) {
  if (kind >= TokenKind::kPlus && kind <= TokenKind::kDoubleSlash) {
    return kBinaryTokens[Distance(TokenKind::kPlus, kind)].precedence;
  }
  switch (kind) {
    case TokenKind::kOr:
      return kOr;
    case TokenKind::kAnd:
      return kAnd;
    case TokenKind::kEqEqual:
    case TokenKind::kNotEqual:
    case TokenKind::kLess:
    case TokenKind::kLessEqual:
    case TokenKind::kGreater:
    case TokenKind::kGreaterEqual:
    case TokenKind::kIn:
    case TokenKind::kIs:
    case TokenKind::kNot:
      return kComparison;
    default:
      return 0;
  }
}

ast::CompareOperator CompareOperatorOf(TokenKind kind) {
  using enum ast::CompareOperator;
  switch (kind) {
    case TokenKind::kEqEqual:
      return kEq;
    case TokenKind::kNotEqual:
      return kNotEq;
    case TokenKind::kLess:
      return kLt;
    case TokenKind::kLessEqual:
      return kLtE;
    case TokenKind::kGreater:
      return kGt;
    case TokenKind::kGreaterEqual:
      return kGtE;
    case TokenKind::kIs:
      return kIs;
    default:
      return kIn;
  }
}

}  // namespace

ast::BinaryOperator Parser::BinaryOperatorOf(Kind kind) {
  const Kind first = kind >= Kind::kPlusEqual ? Kind::kPlusEqual : Kind::kPlus;
  return kBinaryTokens[Distance(first, kind)].op;
}

bool Parser::AtExpressionStart() const {
  switch (Current().kind) {
    case Kind::kName:
    case Kind::kNumber:
    case Kind::kString:
    case Kind::kFStringStart:
    case Kind::kLeftParen:
    case Kind::kLeftBracket:
    case Kind::kLeftBrace:
    case Kind::kEllipsis:
    case Kind::kPlus:
    case Kind::kMinus:
    case Kind::kTilde:
    case Kind::kStar:
    case Kind::kNot:
    case Kind::kLambda:
    case Kind::kAwait:
    case Kind::kNone:
    case Kind::kTrue:
    case Kind::kFalse:
      return true;
    default:
      return false;
  }
}

// ---- Lists of expressions

// *a or a value
const ast::Expression* Parser::ParseStarExpression() {
  if (!At(Kind::kStar)) return ParseExpression();
  auto& star = New<ast::Starred>(Begin());
  Advance();
  star.value = ParseOperators(kBitOr);
  return Done(star);
}

const ast::Expression* Parser::ParseStarNamedExpression() {
  return At(Kind::kStar) ? ParseStarExpression() : ParseNamedExpression();
}

// a, *b, c without parentheses: a Tuple if there is a comma
const ast::Expression* Parser::ParseStarExpressions() {
  const std::uint32_t begin = Begin();
  const ast::Expression* first = ParseStarExpression();
  if (!At(Kind::kComma)) return first;
  auto& tuple = New<ast::Tuple>(begin);
  ExpressionItems elements(*this);
  elements.Add(first);
  while (Accept(Kind::kComma) && AtExpressionStart()) elements.Add(ParseStarExpression());
  tuple.elements = elements.Take();
  return Done(tuple);
}

const ast::Expression* Parser::ParseYieldOrStarExpressions() {
  return At(Kind::kYield) ? ParseYield() : ParseStarExpressions();
}

const ast::Expression* Parser::ParseYield() {
  const std::uint32_t begin = Begin();
  if (!scope_->is_function) Fail("SyntaxError: 'yield' outside function");
  scope_->has_yield = true;
  Advance();
  if (Accept(Kind::kFrom)) {
    auto& node = New<ast::YieldFrom>(begin);
    node.value = ParseExpression();
    return Done(node);
  }
  auto& node = New<ast::Yield>(begin);
  if (AtExpressionStart()) node.value = ParseStarExpressions();
  return Done(node);
}

// ---- One expression

const ast::Expression* Parser::ParseNamedExpression() {
  if (!AtNamedExpression()) return ParseExpression();
  auto& node = New<ast::NamedExpr>(Begin());
  node.target = &ParseName()->As<ast::Name>();
  Advance();
  node.value = ParseExpression();
  return Done(node);
}

const ast::Expression* Parser::ParseExpression() {
  const Deeper deeper(*this);
  if (At(Kind::kLambda)) return ParseLambda();
  const std::uint32_t begin = Begin();
  const ast::Expression* body = ParseOperators(kOr);
  return At(Kind::kIf) ? ParseConditional(begin, *body) : body;
}

const ast::Expression* Parser::ParseConditional(std::uint32_t begin, const ast::Expression& body) {
  auto& node = New<ast::IfExp>(begin);
  Advance();
  node.body = &body;
  node.test = ParseOperators(kOr);
  if (!At(Kind::kElse) && !At(Kind::kColon)) {
    FailAt(body.begin, "SyntaxError: expected 'else' after 'if' expression");
  }
  Expect(Kind::kElse);
  node.orelse = ParseExpression();
  return Done(node);
}

const ast::Expression* Parser::ParseLambda() {
  auto& node = New<ast::Lambda>(Begin());
  Advance();
  node.parameters = ParseParameters(Kind::kColon);
  ExpectColon();
  const Scope scope(*this, true);
  node.body = ParseExpression();
  node.is_generator = scope.has_yield;
  return Done(node);
}

// ---- Operators

// An expression of operators that bind at least as tightly as `minimum`.
const ast::Expression* Parser::ParseOperators(int minimum) {
  const Deeper deeper(*this);
  const std::uint32_t begin = Begin();
  const ast::Expression* left = ParsePrefix(minimum);
  while (true) {
    const Kind kind = Current().kind;
    const int precedence = PrecedenceOf(kind);
    if (precedence == 0 || precedence < minimum) return left;
    if (kind == Kind::kNot && PeekKind(1) != Kind::kIn) return left;
    if (precedence <= kAnd) {
      left = ParseBoolOp(begin, *left, precedence);
    } else if (precedence == kComparison) {
      left = ParseCompare(begin, *left);
    } else {
      auto& node = New<ast::BinOp>(begin);
      Advance();
      node.left = left;
      node.op = BinaryOperatorOf(kind);
      node.right = ParseOperators(precedence == kPower ? kUnary : precedence + 1);
      left = Done(node);
    }
  }
}

const ast::Expression* Parser::ParsePrefix(int minimum) {
  ast::UnaryOperator op{};
  int operand = kUnary;
  switch (Current().kind) {
    case Kind::kNot:
      if (minimum > kNot) FailSyntax();
      op = ast::UnaryOperator::kNot;
      operand = kNot;
      break;
    case Kind::kPlus:
      op = ast::UnaryOperator::kPlus;
      break;
    case Kind::kMinus:
      op = ast::UnaryOperator::kMinus;
      break;
    case Kind::kTilde:
      op = ast::UnaryOperator::kInvert;
      break;
    case Kind::kAwait: {
      auto& node = New<ast::Await>(Begin());
      Advance();
      node.value = ParsePrimary();
      return Done(node);
    }
    default:
      return ParsePrimary();
  }
  auto& node = New<ast::UnaryOp>(Begin());
  Advance();
  node.op = op;
  node.operand = ParseOperators(operand);
  return Done(node);
}

const ast::Expression* Parser::ParseBoolOp(std::uint32_t begin, const ast::Expression& left,
                                           int precedence) {
  const Kind kind = Current().kind;
  auto& node = New<ast::BoolOp>(begin);
  node.op = kind == Kind::kAnd ? ast::BoolOperator::kAnd : ast::BoolOperator::kOr;
  ExpressionItems values(*this);
  values.Add(&left);
  while (Accept(kind)) values.Add(ParseOperators(precedence + 1));
  node.values = values.Take();
  return Done(node);
}

const ast::Expression* Parser::ParseCompare(std::uint32_t begin, const ast::Expression& left) {
  auto& node = New<ast::Compare>(begin);
  node.left = &left;
  Items<ast::Comparison> comparisons(*this);
  while (PrecedenceOf(Current().kind) == kComparison) {
    ast::Comparison comparison;
    comparison.op = CompareOperatorOf(Current().kind);
    if (Accept(Kind::kNot)) {
      if (!At(Kind::kIn)) FailSyntax();
      comparison.op = ast::CompareOperator::kNotIn;
    }
    const bool is = At(Kind::kIs);
    Advance();
    if (is && Accept(Kind::kNot)) comparison.op = ast::CompareOperator::kIsNot;
    comparison.right = ParseOperators(kBitOr);
    comparisons.Add(comparison);
  }
  node.comparisons = comparisons.Take();
  return Done(node);
}

}  // namespace migext::python
