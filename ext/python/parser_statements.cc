#include <string>

#include "python/parser_internal.h"

namespace migext::python {
namespace {

bool IsAugmented(TokenKind kind) {
  return kind >= TokenKind::kPlusEqual && kind <= TokenKind::kDoubleSlashEqual;
}

}  // namespace

void Parser::ParseStatement(Items<const ast::Statement*>& out) {
  if (const ast::Statement* compound = ParseCompoundStatement()) return out.Add(compound);
  ParseSimpleStatements(out);
}

void Parser::ParseSimpleStatements(Items<const ast::Statement*>& out) {
  do {
    out.Add(ParseSimpleStatement());
  } while (Accept(Kind::kSemicolon) && !At(Kind::kNewline));
  Expect(Kind::kNewline);
}

const ast::Statement* Parser::ParseSimpleStatement() {
  switch (Current().kind) {
    case Kind::kPass:
      return ParseKeywordStatement<ast::Pass>();
    case Kind::kBreak:
      if (scope_->loops == 0) Fail("SyntaxError: 'break' outside loop");
      return ParseKeywordStatement<ast::Break>();
    case Kind::kContinue:
      if (scope_->loops == 0) Fail("SyntaxError: 'continue' not properly in loop");
      return ParseKeywordStatement<ast::Continue>();
    case Kind::kReturn:
      return ParseReturn();
    case Kind::kRaise:
      return ParseRaise();
    case Kind::kDel:
      return ParseDelete();
    case Kind::kAssert:
      return ParseAssert();
    case Kind::kImport:
      return ParseImport();
    case Kind::kFrom:
      return ParseImportFrom();
    case Kind::kGlobal: {
      auto& node = New<ast::Global>(Begin());
      node.names = ParseNames();
      return Done(node);
    }
    case Kind::kNonlocal: {
      if (scope_->is_module()) {
        Fail("SyntaxError: nonlocal declaration not allowed at module level");
      }
      auto& node = New<ast::Nonlocal>(Begin());
      node.names = ParseNames();
      return Done(node);
    }
    default:
      break;
  }
  const bool is_alias = PeekKind(1) == Kind::kName && AtSoftKeyword("type") &&
                        (PeekKind(2) == Kind::kEqual || PeekKind(2) == Kind::kLeftBracket);
  return is_alias ? ParseTypeAlias() : ParseExpressionStatement();
}

// ---- Assignments and bare expressions

const ast::Statement* Parser::ParseExpressionStatement() {
  const std::uint32_t begin = Begin();
  const ast::Expression& first = *ParseYieldOrStarExpressions();
  if (At(Kind::kColon)) return ParseAnnAssign(begin, first);
  if (At(Kind::kEqual)) return ParseAssign(begin, first);
  if (IsAugmented(Current().kind)) return ParseAugAssign(begin, first);
  const auto* name = first.If<ast::Name>();
  if (name != nullptr && (name->id == "print" || name->id == "exec") && !At(Kind::kNewline) &&
      AtExpressionStart()) {
    FailAt(begin, "SyntaxError: Missing parentheses in call to '" + std::string(name->id) +
                      "'. Did you mean " + std::string(name->id) + "(...)?");
  }
  CheckNotStarred(first);
  auto& node = New<ast::Expr>(begin);
  node.value = &first;
  return Done(node);
}

const ast::Statement* Parser::ParseAnnAssign(std::uint32_t begin, const ast::Expression& target) {
  using enum ast::ExpressionKind;
  if (target.kind == kTuple || target.kind == kList) {
    FailAt(target.begin, "SyntaxError: only single target (not " + std::string(NameOf(target)) +
                             ") can be annotated");
  }
  if (target.kind != kName && target.kind != kAttribute && target.kind != kSubscript) {
    if (target.begin == begin && target.kind == kStarred) FailSyntax();
    FailAt(target.begin, "SyntaxError: illegal target for annotation");
  }
  auto& node = New<ast::AnnAssign>(begin);
  Advance();
  node.target = &target;
  node.is_simple = target.kind == kName && target.begin == begin;
  node.annotation = ParseExpression();
  if (Accept(Kind::kEqual)) node.value = ParseAssignedValue();
  return Done(node);
}

const ast::Statement* Parser::ParseAssign(std::uint32_t begin, const ast::Expression& first) {
  auto& node = New<ast::Assign>(begin);
  ExpressionItems targets(*this);
  const ast::Expression* last = &first;
  while (Accept(Kind::kEqual)) {
    CheckTarget(*last, "assign to");
    if (last->Is<ast::Starred>()) {
      FailAt(last->begin, "SyntaxError: starred assignment target must be in a list or tuple");
    }
    targets.Add(last);
    last = ParseAssignedValue();
  }
  CheckNotStarred(*last);
  node.targets = targets.Take();
  node.value = last;
  return Done(node);
}

void Parser::CheckNotStarred(const ast::Expression& value) const {
  if (value.Is<ast::Starred>()) {
    FailAt(value.begin, "SyntaxError: can't use starred expression here");
  }
}

const ast::Statement* Parser::ParseAugAssign(std::uint32_t begin, const ast::Expression& target) {
  using enum ast::ExpressionKind;
  if (target.kind != kName && target.kind != kAttribute && target.kind != kSubscript) {
    FailAt(target.begin, "SyntaxError: '" + std::string(NameOf(target)) +
                             "' is an illegal expression for augmented assignment");
  }
  auto& node = New<ast::AugAssign>(begin);
  node.target = &target;
  node.op = BinaryOperatorOf(Current().kind);
  Advance();
  node.value = ParseAssignedValue();
  return Done(node);
}

const ast::Expression* Parser::ParseAssignedValue() { return ParseYieldOrStarExpressions(); }

const ast::Statement* Parser::ParseTypeAlias() {
  auto& node = New<ast::TypeAlias>(Begin());
  Advance();
  node.name = ExpectName();
  node.type_params = ParseTypeParameters();
  Expect(Kind::kEqual);
  node.value = ParseExpression();
  return Done(node);
}

// ---- Statements that begin with a keyword

const ast::Statement* Parser::ParseReturn() {
  if (!scope_->is_function) Fail("SyntaxError: 'return' outside function");
  auto& node = New<ast::Return>(Begin());
  Advance();
  if (!At(Kind::kNewline) && !At(Kind::kSemicolon)) node.value = ParseStarExpressions();
  return Done(node);
}

const ast::Statement* Parser::ParseRaise() {
  auto& node = New<ast::Raise>(Begin());
  Advance();
  if (At(Kind::kNewline) || At(Kind::kSemicolon)) return Done(node);
  node.exception = ParseExpression();
  if (Accept(Kind::kFrom)) node.cause = ParseExpression();
  return Done(node);
}

const ast::Statement* Parser::ParseDelete() {
  auto& node = New<ast::Delete>(Begin());
  Advance();
  ExpressionItems targets(*this);
  do {
    const ast::Expression* target = ParseStarExpression();
    CheckTarget(*target, "delete");
    targets.Add(target);
  } while (Accept(Kind::kComma) && !At(Kind::kNewline) && !At(Kind::kSemicolon));
  node.targets = targets.Take();
  return Done(node);
}

const ast::Statement* Parser::ParseAssert() {
  auto& node = New<ast::Assert>(Begin());
  Advance();
  node.test = ParseExpression();
  if (Accept(Kind::kComma)) node.message = ParseExpression();
  return Done(node);
}

ast::Names Parser::ParseNames() {
  Advance();
  Items<std::string_view> names(*this);
  do {
    names.Add(ExpectName());
  } while (Accept(Kind::kComma));
  return names.Take();
}

// ---- Imports

const ast::Statement* Parser::ParseImport() {
  auto& node = New<ast::Import>(Begin());
  Advance();
  Items<ast::Alias> names(*this);
  do {
    ast::Alias alias;
    alias.begin = Begin();
    alias.name = ParseDottedName();
    if (Accept(Kind::kAs)) alias.asname = ExpectName();
    alias.end = PreviousEnd();
    names.Add(alias);
  } while (Accept(Kind::kComma));
  node.names = names.Take();
  return Done(node);
}

std::string_view Parser::ParseDottedName() {
  const std::uint32_t begin = Begin();
  std::string_view name = ExpectName();
  if (!At(Kind::kDot)) return name;
  std::string joined(name);
  while (Accept(Kind::kDot)) {
    joined += '.';
    joined += ExpectName();
  }
  const std::string_view written = text_.substr(begin, PreviousEnd() - begin);
  return names_.Intern(written == joined ? written : module_.arena.CopyText(joined));
}

const ast::Statement* Parser::ParseImportFrom() {
  auto& node = New<ast::ImportFrom>(Begin());
  Advance();
  for (; At(Kind::kDot) || At(Kind::kEllipsis); Advance()) {
    node.level += At(Kind::kDot) ? 1U : 3U;
  }
  if (node.level == 0 || !At(Kind::kImport)) node.module = ParseDottedName();
  Expect(Kind::kImport);
  if (At(Kind::kStar)) {
    if (!scope_->is_module()) Fail("SyntaxError: import * only allowed at module level");
    ast::Alias star;
    star.begin = Begin();
    star.end = Current().end;
    star.name = names_.Intern("*");
    Advance();
    node.names = module_.arena.Copy(std::span<const ast::Alias>(&star, 1));
    return Done(node);
  }
  node.names = ParseImportedNames();
  return Done(node);
}

std::span<const ast::Alias> Parser::ParseImportedNames() {
  const bool in_parentheses = Accept(Kind::kLeftParen);
  Items<ast::Alias> names(*this);
  do {
    if (!names.empty() && in_parentheses && At(Kind::kRightParen)) break;
    if (!names.empty() && At(Kind::kNewline)) {
      Fail("SyntaxError: trailing comma not allowed without surrounding parentheses");
    }
    ast::Alias alias;
    alias.begin = Begin();
    alias.name = ExpectName();
    if (Accept(Kind::kAs)) alias.asname = ExpectName();
    alias.end = PreviousEnd();
    names.Add(alias);
  } while (Accept(Kind::kComma));
  if (in_parentheses) Expect(Kind::kRightParen);
  return names.Take();
}

}  // namespace migext::python
