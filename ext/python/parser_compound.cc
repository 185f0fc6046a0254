#include <string>

#include "python/parser_internal.h"

namespace migext::python {

// Null when the statement is a simple one.
const ast::Statement* Parser::ParseCompoundStatement() {
  switch (Current().kind) {
    case Kind::kIf:
      return ParseIf();
    case Kind::kFor:
      return ParseFor(Begin(), false);
    case Kind::kWhile:
      return ParseWhile();
    case Kind::kTry:
      return ParseTry();
    case Kind::kWith:
      return ParseWith(Begin(), false);
    case Kind::kDef:
      return ParseFunctionDef(Begin(), Begin(), {}, false);
    case Kind::kClass:
      return ParseClassDef(Begin(), {});
    case Kind::kAt:
      return ParseDecorated();
    case Kind::kAsync:
      return ParseAsync();
    default:
      return AtMatchStatement() ? ParseMatch() : nullptr;
  }
}

const ast::Statement* Parser::ParseAsync() {
  const std::uint32_t begin = Begin();
  Advance();
  switch (Current().kind) {
    case Kind::kDef:
      return ParseFunctionDef(begin, begin, {}, true);
    case Kind::kFor:
      return ParseFor(begin, true);
    case Kind::kWith:
      return ParseWith(begin, true);
    default:
      FailSyntax();
  }
}

// ---- Blocks

void Parser::ExpectColon() { Expect(Kind::kColon, "SyntaxError: expected ':'"); }

// CPython names the missing colon here only at the end of the line.
void Parser::CheckClauseColon() {
  if (At(Kind::kNewline)) Fail("SyntaxError: expected ':'");
  if (At(Kind::kEqual))
    Fail("SyntaxError: invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
  Expect(Kind::kColon);
}

void Parser::ExpectIndent(std::string_view owner, std::uint32_t owner_begin) {
  if (Accept(Kind::kIndent)) return;
  Fail("IndentationError: expected an indented block after " + std::string(owner) + " on line " +
       std::to_string(module_.source.LineAt(owner_begin)));
}

ast::Statements Parser::ParseBlock(std::string_view owner, std::uint32_t owner_begin) {
  Items<const ast::Statement*> body(*this);
  if (!Accept(Kind::kNewline)) {
    ParseSimpleStatements(body);
    return body.Take();
  }
  ExpectIndent(owner, owner_begin);
  while (!At(Kind::kDedent) && !At(Kind::kEnd)) ParseStatement(body);
  Accept(Kind::kDedent);
  return body.Take();
}

ast::Statements Parser::ParseLoopBlock(std::string_view owner, std::uint32_t owner_begin) {
  ++scope_->loops;
  const ast::Statements body = ParseBlock(owner, owner_begin);
  --scope_->loops;
  return body;
}

ast::Statements Parser::ParseElse() {
  const std::uint32_t begin = Begin();
  if (!Accept(Kind::kElse)) return {};
  ExpectColon();
  return ParseBlock("'else' statement", begin);
}

// ---- if, while, for

// An elif is an If alone in `orelse`; chains may be long, so they are read in a loop.
const ast::Statement* Parser::ParseIf() {
  std::vector<ast::If*> chain;
  do {
    auto& node = New<ast::If>(Begin());
    Advance();
    node.test = ParseNamedExpression();
    CheckClauseColon();
    node.body = ParseBlock(chain.empty() ? "'if' statement" : "'elif' statement", node.begin);
    if (!chain.empty()) {
      const ast::Statement* const only = &node;
      chain.back()->orelse = module_.arena.Copy(std::span(&only, 1));
    }
    chain.push_back(&node);
  } while (At(Kind::kElif));
  chain.back()->orelse = ParseElse();
  for (ast::If* node : chain) Done(*node);
  return chain.front();
}

const ast::Statement* Parser::ParseWhile() {
  auto& node = New<ast::While>(Begin());
  Advance();
  node.test = ParseNamedExpression();
  CheckClauseColon();
  node.body = ParseLoopBlock("'while' statement", node.begin);
  node.orelse = ParseElse();
  return Done(node);
}

const ast::Statement* Parser::ParseFor(std::uint32_t begin, bool is_async) {
  auto& node = New<ast::For>(begin);
  const std::uint32_t keyword = Begin();
  Advance();
  node.is_async = is_async;
  node.target = ParseTargets();
  Expect(Kind::kIn);
  node.iterable = ParseStarExpressions();
  ExpectColon();
  node.body = ParseLoopBlock("'for' statement", keyword);
  node.orelse = ParseElse();
  return Done(node);
}

// ---- with

const ast::Statement* Parser::ParseWith(std::uint32_t begin, bool is_async) {
  auto& node = New<ast::With>(begin);
  const std::uint32_t keyword = Begin();
  Advance();
  node.is_async = is_async;
  node.items = ParseParenthesizedWithItems();
  if (node.items.empty()) {
    Items<ast::WithItem> items(*this);
    do {
      items.Add(ParseWithItem());
    } while (Accept(Kind::kComma));
    node.items = items.Take();
  }
  ExpectColon();
  node.body = ParseBlock("'with' statement", keyword);
  return Done(node);
}

// `with (a as b, c):`.  Empty, with nothing read, when the parentheses belong to an expression.
std::span<const ast::WithItem> Parser::ParseParenthesizedWithItems() {
  if (!At(Kind::kLeftParen)) return {};
  const std::size_t begin = at_;
  const std::size_t close = FindClose(at_);
  if (close + 1 >= tokens_.size() || tokens_[close + 1].kind != Kind::kColon) return {};
  Advance();
  Items<ast::WithItem> items(*this);
  while (!At(Kind::kRightParen)) {
    const bool is_other = At(Kind::kStar) || At(Kind::kYield) || AtNamedExpression();
    if (!is_other) items.Add(ParseWithItem());
    if (is_other || AtComprehension()) {
      at_ = begin;
      return {};
    }
    if (!Accept(Kind::kComma)) break;
  }
  if (items.empty()) {
    at_ = begin;
    return {};
  }
  ExpectClose(Kind::kRightParen, items.View().back().context);
  return items.Take();
}

ast::WithItem Parser::ParseWithItem() {
  ast::WithItem item;
  item.context = ParseExpression();
  if (!Accept(Kind::kAs)) return item;
  item.target = ParseStarExpression();
  CheckTarget(*item.target, "assign to");
  return item;
}

// ---- try

const ast::Statement* Parser::ParseTry() {
  auto& node = New<ast::Try>(Begin());
  Advance();
  ExpectColon();
  node.body = ParseBlock("'try' statement", node.begin);
  Items<ast::ExceptHandler> handlers(*this);
  while (At(Kind::kExcept)) {
    if (!handlers.empty() && handlers.View().back().type == nullptr) {
      FailAt(handlers.View().back().begin, "SyntaxError: default 'except:' must be last");
    }
    handlers.Add(ParseExceptHandler(node.is_star, handlers.empty()));
  }
  node.handlers = handlers.Take();
  if (!node.handlers.empty()) node.orelse = ParseElse();
  const std::uint32_t finally = Begin();
  if (Accept(Kind::kFinally)) {
    ExpectColon();
    node.finalbody = ParseBlock("'finally' statement", finally);
  } else if (node.handlers.empty()) {
    Fail("SyntaxError: expected 'except' or 'finally' block");
  }
  return Done(node);
}

ast::ExceptHandler Parser::ParseExceptHandler(bool& is_star, bool is_first) {
  ast::ExceptHandler handler;
  handler.begin = Begin();
  Advance();
  const bool has_star = Accept(Kind::kStar);
  if (!is_first && has_star != is_star) {
    Fail("SyntaxError: cannot have both 'except' and 'except*' on the same 'try'");
  }
  is_star = has_star;
  if (!At(Kind::kColon)) {
    const std::uint32_t types = Begin();
    handler.type = ParseExpression();
    if (At(Kind::kComma)) {  // PEP 758
      auto& tuple = New<ast::Tuple>(types);
      ExpressionItems elements(*this);
      elements.Add(handler.type);
      while (Accept(Kind::kComma) && !At(Kind::kColon)) elements.Add(ParseExpression());
      tuple.elements = elements.Take();
      handler.type = Done(tuple);
      if (At(Kind::kAs)) {
        FailAt(types, "SyntaxError: multiple exception types must be parenthesized");
      }
    }
    if (Accept(Kind::kAs)) handler.name = ExpectName();
  } else if (has_star) {
    Fail("SyntaxError: expected one or more exception types");
  }
  ExpectColon();
  handler.body = ParseBlock(has_star ? "'except*' statement" : "'except' statement", handler.begin);
  handler.end = PreviousEnd();
  return handler;
}

// ---- match

// `match` is a name unless its line ends in a colon with an indented block below, or with a `case`
// that should have been indented.
bool Parser::AtMatchStatement() const {
  if (!AtSoftKeyword("match")) return false;
  switch (PeekKind(1)) {
    case Kind::kEqual:
    case Kind::kDot:
    case Kind::kComma:
    case Kind::kColon:
    case Kind::kNewline:
      return false;
    default:
      break;
  }
  std::size_t i = at_ + 1;
  while (i < tokens_.size() && tokens_[i].kind != Kind::kNewline) ++i;
  if (i + 1 >= tokens_.size() || tokens_[i - 1].kind != Kind::kColon) return false;
  return tokens_[i + 1].kind == Kind::kIndent || TextOf(tokens_[i + 1]) == "case";
}

const ast::Statement* Parser::ParseMatch() {
  auto& node = New<ast::Match>(Begin());
  Advance();
  const std::uint32_t subject = Begin();
  const ast::Expression* first = ParseStarNamedExpression();
  if (At(Kind::kComma)) {
    auto& tuple = New<ast::Tuple>(subject);
    ExpressionItems elements(*this);
    elements.Add(first);
    while (Accept(Kind::kComma) && !At(Kind::kColon)) elements.Add(ParseStarNamedExpression());
    tuple.elements = elements.Take();
    first = Done(tuple);
  }
  node.subject = first;
  CheckClauseColon();
  Expect(Kind::kNewline);
  ExpectIndent("'match' statement", node.begin);
  Items<ast::MatchCase> cases(*this);
  while (AtSoftKeyword("case")) cases.Add(ParseCase());
  if (cases.empty()) FailSyntax();
  if (!At(Kind::kEnd)) Expect(Kind::kDedent);
  node.cases = cases.Take();
  return Done(node);
}

ast::MatchCase Parser::ParseCase() {
  ast::MatchCase match_case;
  match_case.begin = Begin();
  Advance();
  match_case.pattern = ParsePatterns();
  if (Accept(Kind::kIf)) match_case.guard = ParseNamedExpression();
  CheckClauseColon();
  match_case.body = ParseBlock("'case' statement", match_case.begin);
  match_case.end = PreviousEnd();
  return match_case;
}

}  // namespace migext::python
