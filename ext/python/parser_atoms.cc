#include <string>

#include "python/parser_internal.h"

namespace migext::python {

// ---- Primaries: atom.name(arguments)[index]

const ast::Expression* Parser::ParsePrimary() {
  const std::uint32_t begin = Begin();
  const ast::Expression* value = ParseAtom();
  while (true) {
    switch (Current().kind) {
      case Kind::kDot: {
        auto& node = New<ast::Attribute>(begin);
        Advance();
        node.value = value;
        node.attribute = ExpectName();
        value = Done(node);
        break;
      }
      case Kind::kLeftParen:
        value = ParseCall(begin, *value);
        break;
      case Kind::kLeftBracket:
        value = ParseSubscript(begin, *value);
        break;
      default:
        return value;
    }
  }
}

const ast::Expression* Parser::ParseAtom() {
  using Type = ast::Constant::Type;
  switch (Current().kind) {
    case Kind::kName:
      return ParseName();
    case Kind::kNumber:
      return ParseNumber();
    case Kind::kString:
    case Kind::kFStringStart:
      return ParseStrings();
    case Kind::kNone:
      return ParseSingleton(Type::kNone);
    case Kind::kTrue:
      return ParseSingleton(Type::kTrue);
    case Kind::kFalse:
      return ParseSingleton(Type::kFalse);
    case Kind::kEllipsis:
      return ParseSingleton(Type::kEllipsis);
    case Kind::kLeftParen:
      return ParseParenthesized();
    case Kind::kLeftBracket:
      return ParseListDisplay();
    case Kind::kLeftBrace:
      return ParseBraces();
    default:
      FailSyntax();
  }
}

const ast::Expression* Parser::ParseName() {
  auto& node = New<ast::Name>(Begin());
  node.id = ExpectName();
  return Done(node);
}

const ast::Expression* Parser::ParseNumber() {
  auto& node = New<ast::Constant>(Begin());
  if (const auto error = ReadNumber(TextOf(Current()), module_.arena, node)) Fail(error->message);
  Advance();
  return Done(node);
}

const ast::Expression* Parser::ParseSingleton(ast::Constant::Type type) {
  auto& node = New<ast::Constant>(Begin());
  Advance();
  node.type = type;
  return Done(node);
}

// ---- Calls

const ast::Expression* Parser::ParseCall(std::uint32_t begin, const ast::Expression& function) {
  auto& node = New<ast::Call>(begin);
  const Arguments arguments = ParseArguments();
  node.function = &function;
  node.args = arguments.positional;
  node.keywords = arguments.keywords;
  return Done(node);
}

Parser::Arguments Parser::ParseArguments() {
  const std::uint32_t open = Begin();
  Advance();
  ExpressionItems positional(*this);
  Items<ast::KeywordArgument> keywords(*this);
  const ast::Expression* last = nullptr;
  bool unpacked = false;
  while (!At(Kind::kRightParen)) {
    if (At(Kind::kDoubleStar) || (At(Kind::kName) && PeekKind(1) == Kind::kEqual)) {
      keywords.Add(ParseKeywordArgument());
      last = keywords.View().back().value;
      unpacked = unpacked || keywords.View().back().name.empty();
    } else {
      last = ParseArgument(unpacked);
      if (AtComprehension()) {
        if (!positional.empty() || !keywords.empty()) FailBareGenerator(*last);
        return ParseGeneratorArgument(open, *last);
      }
      if (!keywords.empty() && !last->Is<ast::Starred>()) {
        Fail(unpacked ? "SyntaxError: positional argument follows keyword argument unpacking"
                      : "SyntaxError: positional argument follows keyword argument");
      }
      positional.Add(last);
    }
    if (!Accept(Kind::kComma)) break;
  }
  CheckKeywordNames(keywords.View(), open);
  const Arguments arguments{positional.Take(), keywords.Take()};
  ExpectClose(Kind::kRightParen, last);
  return arguments;
}

void Parser::CheckKeywordNames(std::span<const ast::KeywordArgument> keywords,
                               std::uint32_t offset) {
  Items<std::string_view> names(*this);
  for (const ast::KeywordArgument& keyword : keywords) names.Add(keyword.name);
  CheckNotRepeated(names.View(), offset, "keyword argument repeated: ");
}

// f(x for x in y): the parentheses of the call are the generator's as well.
Parser::Arguments Parser::ParseGeneratorArgument(std::uint32_t open,
                                                 const ast::Expression& element) {
  const ast::Expression* const only = ParseGenerator(open, element);
  return {module_.arena.Copy(std::span(&only, 1)), {}};
}

void Parser::FailBareGenerator(const ast::Expression& element) const {
  FailAt(element.begin, "SyntaxError: Generator expression must be parenthesized");
}

const ast::Expression* Parser::ParseArgument(bool after_unpacking) {
  if (At(Kind::kStar)) {
    if (after_unpacking) {
      Fail("SyntaxError: iterable argument unpacking follows keyword argument unpacking");
    }
    auto& star = New<ast::Starred>(Begin());
    Advance();
    star.value = ParseExpression();
    return Done(star);
  }
  const ast::Expression* value = ParseNamedExpression();
  if (!At(Kind::kEqual)) return value;
  const auto* constant = value->If<ast::Constant>();
  const bool is_word = constant != nullptr && constant->type <= ast::Constant::Type::kFalse;
  FailAt(value->begin,
         is_word ? "SyntaxError: cannot assign to " + std::string(NameOf(*value))
                 : "SyntaxError: expression cannot contain assignment, perhaps you meant \"==\"?");
}

ast::KeywordArgument Parser::ParseKeywordArgument() {
  ast::KeywordArgument keyword;
  keyword.begin = Begin();
  if (!Accept(Kind::kDoubleStar)) {
    keyword.name = ExpectName();
    Advance();
    if (At(Kind::kComma) || At(Kind::kRightParen)) {
      FailAt(keyword.begin, "SyntaxError: expected argument value expression");
    }
  }
  keyword.value = ParseExpression();
  keyword.end = PreviousEnd();
  return keyword;
}

// ---- Subscripts

const ast::Expression* Parser::ParseSubscript(std::uint32_t begin, const ast::Expression& value) {
  auto& node = New<ast::Subscript>(begin);
  Advance();
  node.value = &value;
  const std::uint32_t index_begin = Begin();
  const ast::Expression* first = ParseSliceItem();
  node.index = first;
  if (At(Kind::kComma) || first->Is<ast::Starred>()) {
    auto& tuple = New<ast::Tuple>(index_begin);
    ExpressionItems elements(*this);
    elements.Add(first);
    while (Accept(Kind::kComma) && !At(Kind::kRightBracket)) elements.Add(ParseSliceItem());
    tuple.elements = elements.Take();
    node.index = Done(tuple);
  }
  ExpectClose(Kind::kRightBracket, first);
  return Done(node);
}

const ast::Expression* Parser::ParseSliceItem() {
  if (At(Kind::kStar)) return ParseStarExpression();
  const std::uint32_t begin = Begin();
  const ast::Expression* lower = At(Kind::kColon) ? nullptr : ParseNamedExpression();
  if (!At(Kind::kColon)) return lower;
  auto& slice = New<ast::Slice>(begin);
  const auto at_bound = [this] {
    return !At(Kind::kColon) && !At(Kind::kComma) && !At(Kind::kRightBracket);
  };
  Advance();
  slice.lower = lower;
  if (at_bound()) slice.upper = ParseExpression();
  if (Accept(Kind::kColon) && at_bound()) slice.step = ParseExpression();
  return Done(slice);
}

// ---- Displays

// (), (a), (a, b), (a for …), (yield …)
const ast::Expression* Parser::ParseParenthesized() {
  const std::uint32_t begin = Begin();
  Advance();
  ExpressionItems elements(*this);
  const ast::Expression* first = nullptr;
  if (At(Kind::kYield)) {
    first = ParseYield();
    ExpectClose(Kind::kRightParen, first);
    return first;
  }
  if (!At(Kind::kRightParen)) {
    first = ParseStarNamedExpression();
    elements.Add(first);
    if (AtComprehension()) {
      return ParseGenerator(begin, *first);
    }
    if (!At(Kind::kComma)) {
      ExpectClose(Kind::kRightParen, first);
      if (first->Is<ast::Starred>()) {
        FailAt(first->begin, "SyntaxError: cannot use starred expression here");
      }
      return first;
    }
  }
  while (Accept(Kind::kComma) && !At(Kind::kRightParen)) {
    first = ParseStarNamedExpression();
    elements.Add(first);
  }
  auto& tuple = New<ast::Tuple>(begin);
  tuple.elements = elements.Take();
  ExpectClose(Kind::kRightParen, first);
  return Done(tuple);
}

const ast::Expression* Parser::ParseListDisplay() {
  const std::uint32_t begin = Begin();
  Advance();
  ExpressionItems elements(*this);
  const ast::Expression* last = nullptr;
  while (!At(Kind::kRightBracket)) {
    last = ParseStarNamedExpression();
    if (elements.empty() && AtComprehension()) {
      if (last->Is<ast::Starred>()) {
        FailAt(last->begin, "SyntaxError: iterable unpacking cannot be used in comprehension");
      }
      auto& node = New<ast::ListComp>(begin);
      node.element = last;
      node.generators = ParseComprehensions();
      Expect(Kind::kRightBracket);
      return Done(node);
    }
    elements.Add(last);
    if (!Accept(Kind::kComma)) break;
  }
  auto& node = New<ast::List>(begin);
  node.elements = elements.Take();
  ExpectClose(Kind::kRightBracket, last);
  return Done(node);
}

const ast::Expression* Parser::ParseBraces() {
  const std::uint32_t begin = Begin();
  Advance();
  if (At(Kind::kRightBrace) || At(Kind::kDoubleStar)) return ParseDict(begin, nullptr);
  const bool is_named = AtNamedExpression();
  const ast::Expression* first = ParseStarNamedExpression();
  if (!At(Kind::kColon) || first->Is<ast::Starred>()) return ParseSet(begin, *first);
  if (is_named) FailSyntax();
  return ParseDict(begin, first);
}

const ast::Expression* Parser::ParseSet(std::uint32_t begin, const ast::Expression& first) {
  if (AtComprehension()) {
    if (first.Is<ast::Starred>()) {
      FailAt(first.begin, "SyntaxError: iterable unpacking cannot be used in comprehension");
    }
    auto& node = New<ast::SetComp>(begin);
    node.element = &first;
    node.generators = ParseComprehensions();
    Expect(Kind::kRightBrace);
    return Done(node);
  }
  ExpressionItems elements(*this);
  const ast::Expression* last = &first;
  elements.Add(last);
  while (Accept(Kind::kComma) && !At(Kind::kRightBrace)) {
    last = ParseStarNamedExpression();
    elements.Add(last);
  }
  auto& node = New<ast::Set>(begin);
  node.elements = elements.Take();
  ExpectClose(Kind::kRightBrace, last);
  return Done(node);
}

// The first key was read to tell a dict from a set; null for `{}` and `{**a}`.
const ast::Expression* Parser::ParseDict(std::uint32_t begin, const ast::Expression* first_key) {
  Items<ast::DictItem> items(*this);
  const ast::Expression* last = nullptr;
  for (const ast::Expression* key = first_key; !At(Kind::kRightBrace); key = nullptr) {
    const ast::DictItem item = ParseDictItem(key);
    last = item.value;
    if (items.empty() && AtComprehension()) {
      if (item.key == nullptr) {
        Fail("SyntaxError: dict unpacking cannot be used in dict comprehension");
      }
      auto& node = New<ast::DictComp>(begin);
      node.key = item.key;
      node.value = item.value;
      node.generators = ParseComprehensions();
      Expect(Kind::kRightBrace);
      return Done(node);
    }
    items.Add(item);
    if (!Accept(Kind::kComma)) break;
  }
  auto& node = New<ast::Dict>(begin);
  node.items = items.Take();
  ExpectClose(Kind::kRightBrace, last);
  return Done(node);
}

ast::DictItem Parser::ParseDictItem(const ast::Expression* key) {
  ast::DictItem item;
  if (key == nullptr && Accept(Kind::kDoubleStar)) {
    constexpr int kAboveComparison = 5;
    item.value = ParseOperators(kAboveComparison);
    return item;
  }
  item.key = key != nullptr ? key : ParseExpression();
  Expect(Kind::kColon, "SyntaxError: ':' expected after dictionary key");
  if (At(Kind::kComma) || At(Kind::kRightBrace)) {
    FailAt(tokens_[at_ - 1].begin, "SyntaxError: expression expected after dictionary key and ':'");
  }
  item.value = ParseExpression();
  return item;
}

// ---- Comprehensions

bool Parser::AtComprehension() const {
  return At(Kind::kFor) || (At(Kind::kAsync) && PeekKind(1) == Kind::kFor);
}

// Reads on behind the closing parenthesis.
const ast::Expression* Parser::ParseGenerator(std::uint32_t begin, const ast::Expression& element) {
  if (element.Is<ast::Starred>()) {
    FailAt(element.begin, "SyntaxError: iterable unpacking cannot be used in comprehension");
  }
  auto& node = New<ast::GeneratorExp>(begin);
  node.element = &element;
  node.generators = ParseComprehensions();
  if (At(Kind::kComma)) FailBareGenerator(element);
  Expect(Kind::kRightParen);
  return Done(node);
}

std::span<const ast::Comprehension> Parser::ParseComprehensions() {
  constexpr int kDisjunction = 1;
  Items<ast::Comprehension> generators(*this);
  while (AtComprehension()) {
    ast::Comprehension generator;
    generator.is_async = Accept(Kind::kAsync);
    Advance();
    generator.target = ParseTargets();
    Expect(Kind::kIn);
    generator.iterable = ParseOperators(kDisjunction);
    ExpressionItems conditions(*this);
    while (Accept(Kind::kIf)) conditions.Add(ParseOperators(kDisjunction));
    generator.conditions = conditions.Take();
    generators.Add(generator);
  }
  return generators.Take();
}

}  // namespace migext::python
