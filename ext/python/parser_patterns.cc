#include <string>

#include "python/parser_internal.h"

namespace migext::python {

// What follows `case`: a sequence without brackets, or one pattern.
const ast::Pattern* Parser::ParsePatterns() {
  const std::uint32_t begin = Begin();
  const bool has_star = At(Kind::kStar);
  const ast::Pattern* first = ParseMaybeStarPattern();
  if (!At(Kind::kComma)) {
    if (has_star) FailSyntax();
    return first;
  }
  auto& node = New<ast::MatchSequence>(begin);
  PatternItems patterns(*this);
  patterns.Add(first);
  while (Accept(Kind::kComma) && !At(Kind::kColon) && !At(Kind::kIf)) {
    patterns.Add(ParseMaybeStarPattern());
  }
  node.patterns = patterns.Take();
  return Done(node);
}

const ast::Pattern* Parser::ParseMaybeStarPattern() {
  if (!At(Kind::kStar)) return ParsePattern();
  auto& node = New<ast::MatchStar>(Begin());
  Advance();
  node.name = ExpectName();
  if (node.name == "_") node.name = {};
  return Done(node);
}

const ast::Pattern* Parser::ParsePattern() {
  const std::uint32_t begin = Begin();
  const ast::Pattern* pattern = ParseOrPattern();
  if (!Accept(Kind::kAs)) return pattern;
  auto& node = New<ast::MatchAs>(begin);
  node.pattern = pattern;
  node.name = ParseCaptureName();
  return Done(node);
}

std::string_view Parser::ParseCaptureName() {
  const std::uint32_t begin = Begin();
  if (AtSoftKeyword("_")) Fail("SyntaxError: cannot use '_' as a target");
  const std::string_view name = At(Kind::kName) ? ExpectName() : std::string_view();
  if (name.empty() || At(Kind::kDot) || At(Kind::kLeftParen)) {
    FailAt(begin, "SyntaxError: invalid pattern target");
  }
  return name;
}

const ast::Pattern* Parser::ParseOrPattern() {
  const std::uint32_t begin = Begin();
  const ast::Pattern* first = ParseClosedPattern();
  if (!At(Kind::kPipe)) return first;
  auto& node = New<ast::MatchOr>(begin);
  PatternItems patterns(*this);
  patterns.Add(first);
  while (Accept(Kind::kPipe)) patterns.Add(ParseClosedPattern());
  node.patterns = patterns.Take();
  return Done(node);
}

const ast::Pattern* Parser::ParseClosedPattern() {
  using Type = ast::Constant::Type;
  const Deeper deeper(*this);
  switch (Current().kind) {
    case Kind::kName:
      return ParseNamePattern();
    case Kind::kLeftParen:
      return ParseSequencePattern(Kind::kRightParen);
    case Kind::kLeftBracket:
      return ParseSequencePattern(Kind::kRightBracket);
    case Kind::kLeftBrace:
      return ParseMappingPattern();
    case Kind::kNone:
    case Kind::kTrue:
    case Kind::kFalse: {
      auto& node = New<ast::MatchSingleton>(Begin());
      node.value = At(Kind::kNone) ? Type::kNone : At(Kind::kTrue) ? Type::kTrue : Type::kFalse;
      Advance();
      return Done(node);
    }
    default:
      return ParseLiteralPattern();
  }
}

// ---- Names: capture, wildcard, value, class

const ast::Pattern* Parser::ParseNamePattern() {
  const std::uint32_t begin = Begin();
  const ast::Expression& name = *ParseNameOrAttribute();
  if (At(Kind::kLeftParen)) return ParseClassPattern(name, begin);
  if (const auto* capture = name.If<ast::Name>()) {
    auto& node = New<ast::MatchAs>(begin);
    if (capture->id != "_") node.name = capture->id;
    return Done(node);
  }
  auto& node = New<ast::MatchValue>(begin);
  node.value = &name;
  return Done(node);
}

const ast::Expression* Parser::ParseNameOrAttribute() {
  const std::uint32_t begin = Begin();
  if (!At(Kind::kName)) FailSyntax();
  const ast::Expression* value = ParseName();
  while (Accept(Kind::kDot)) {
    auto& node = New<ast::Attribute>(begin);
    node.value = value;
    node.attribute = ExpectName();
    value = Done(node);
  }
  return value;
}

const ast::Pattern* Parser::ParseClassPattern(const ast::Expression& type, std::uint32_t begin) {
  auto& node = New<ast::MatchClass>(begin);
  Advance();
  node.type = &type;
  PatternItems positional(*this);
  Items<std::string_view> names(*this);
  // Keyword patterns are kept behind the positional ones, which they must follow.
  std::size_t count = 0;
  while (!At(Kind::kRightParen)) {
    if (At(Kind::kName) && PeekKind(1) == Kind::kEqual) {
      names.Add(ExpectName());
      Advance();
    } else if (!names.empty()) {
      Fail("SyntaxError: positional patterns follow keyword patterns");
    } else {
      ++count;
    }
    positional.Add(ParsePattern());
    if (!Accept(Kind::kComma)) break;
  }
  Expect(Kind::kRightParen);
  const ast::Patterns all = positional.Take();
  node.patterns = all.first(count);
  node.keyword_patterns = all.subspan(count);
  node.keyword_names = names.Take();
  return Done(node);
}

// ---- Literals

const ast::Pattern* Parser::ParseLiteralPattern() {
  auto& node = New<ast::MatchValue>(Begin());
  if (At(Kind::kString) || At(Kind::kFStringStart)) {
    node.value = ParseStrings();
    if (!node.value->Is<ast::Constant>()) {
      FailAt(node.begin, "SyntaxError: patterns may only match literals and attribute lookups");
    }
  } else {
    node.value = ParsePatternNumber();
  }
  return Done(node);
}

// -1, 2.5, -1 + 2j
const ast::Expression* Parser::ParsePatternNumber() {
  const std::uint32_t begin = Begin();
  const auto parse_signed = [&]() -> const ast::Expression* {
    if (!At(Kind::kMinus)) return At(Kind::kNumber) ? ParseNumber() : nullptr;
    auto& minus = New<ast::UnaryOp>(begin);
    Advance();
    if (!At(Kind::kNumber)) return nullptr;
    minus.op = ast::UnaryOperator::kMinus;
    minus.operand = ParseNumber();
    return Done(minus);
  };
  const ast::Expression* real = parse_signed();
  if (real == nullptr) FailSyntax();
  if (!At(Kind::kPlus) && !At(Kind::kMinus)) return real;
  auto& node = New<ast::BinOp>(begin);
  node.left = real;
  node.op = At(Kind::kPlus) ? ast::BinaryOperator::kAdd : ast::BinaryOperator::kSub;
  Advance();
  if (!At(Kind::kNumber)) FailSyntax();
  const ast::Expression* imaginary = ParseNumber();
  if (imaginary->As<ast::Constant>().type != ast::Constant::Type::kImaginary) {
    FailAt(imaginary->begin, "SyntaxError: imaginary number required in complex literal");
  }
  node.right = imaginary;
  return Done(node);
}

// ---- Containers

// [a, *b] and (a, b); a single pattern in parentheses is that pattern.
const ast::Pattern* Parser::ParseSequencePattern(Kind close) {
  auto& node = New<ast::MatchSequence>(Begin());
  Advance();
  PatternItems patterns(*this);
  bool is_group = close == Kind::kRightParen;
  while (!At(close)) {
    is_group = is_group && patterns.empty() && !At(Kind::kStar);
    patterns.Add(ParseMaybeStarPattern());
    if (!At(Kind::kComma)) break;
    Advance();
    is_group = false;
  }
  Expect(close);
  if (is_group && !patterns.empty()) return patterns.View().front();
  node.patterns = patterns.Take();
  return Done(node);
}

const ast::Pattern* Parser::ParseMappingPattern() {
  auto& node = New<ast::MatchMapping>(Begin());
  Advance();
  ExpressionItems keys(*this);
  PatternItems patterns(*this);
  while (!At(Kind::kRightBrace)) {
    if (!node.rest.empty()) FailSyntax();
    if (Accept(Kind::kDoubleStar)) {
      node.rest = ParseCaptureName();
    } else {
      keys.Add(ParseMappingKey());
      Expect(Kind::kColon);
      patterns.Add(ParsePattern());
    }
    if (!Accept(Kind::kComma)) break;
  }
  Expect(Kind::kRightBrace);
  node.keys = keys.Take();
  node.patterns = patterns.Take();
  return Done(node);
}

const ast::Expression* Parser::ParseMappingKey() {
  switch (Current().kind) {
    case Kind::kName: {
      const ast::Expression* key = ParseNameOrAttribute();
      if (key->Is<ast::Name>()) FailSyntax();
      return key;
    }
    case Kind::kString:
    case Kind::kFStringStart:
      return ParseLiteralPattern()->As<ast::MatchValue>().value;
    case Kind::kNone:
    case Kind::kTrue:
    case Kind::kFalse:
      return ParseAtom();
    default:
      return ParsePatternNumber();
  }
}

}  // namespace migext::python
