#include <string>

#include "python/parser_internal.h"

namespace migext::python {

const ast::Statement* Parser::ParseDecorated() {
  const std::uint32_t source_begin = Begin();
  ExpressionItems decorators(*this);
  while (Accept(Kind::kAt)) {
    decorators.Add(ParseNamedExpression());
    Expect(Kind::kNewline);
  }
  const std::uint32_t begin = Begin();
  if (At(Kind::kClass)) return ParseClassDef(source_begin, decorators.Take());
  const bool is_async = Accept(Kind::kAsync);
  if (!At(Kind::kDef)) FailSyntax();
  return ParseFunctionDef(begin, source_begin, decorators.Take(), is_async);
}

const ast::Statement* Parser::ParseFunctionDef(std::uint32_t begin, std::uint32_t source_begin,
                                               ast::Expressions decorators, bool is_async) {
  auto& node = New<ast::FunctionDef>(begin);
  const std::uint32_t keyword = Begin();
  Advance();
  node.source_begin = source_begin;
  node.decorators = decorators;
  node.is_async = is_async;
  node.name = ExpectName();
  node.type_params = ParseTypeParameters();
  Expect(Kind::kLeftParen, "SyntaxError: expected '('");
  node.parameters = ParseParameters(Kind::kRightParen);
  Expect(Kind::kRightParen);
  if (Accept(Kind::kArrow)) node.returns = ParseExpression();
  ExpectColon();

  const Scope scope(*this, true);
  node.body = ParseBlock("function definition", keyword);
  node.is_generator = scope.has_yield;
  node.docstring = DocstringOf(node.body);
  return Done(node);
}

const ast::Statement* Parser::ParseClassDef(std::uint32_t source_begin,
                                            ast::Expressions decorators) {
  auto& node = New<ast::ClassDef>(Begin());
  Advance();
  node.source_begin = source_begin;
  node.decorators = decorators;
  node.name = ExpectName();
  node.type_params = ParseTypeParameters();
  if (At(Kind::kLeftParen)) {
    const Arguments arguments = ParseArguments();
    node.bases = arguments.positional;
    node.keywords = arguments.keywords;
  }
  CheckClauseColon();

  const Scope scope(*this, false);
  node.body = ParseBlock("class definition", node.begin);
  node.docstring = DocstringOf(node.body);
  return Done(node);
}

std::optional<std::string_view> Parser::DocstringOf(ast::Statements body) const {
  if (body.empty()) return std::nullopt;
  const auto* first = body[0]->If<ast::Expr>();
  const auto* constant = first == nullptr ? nullptr : first->value->If<ast::Constant>();
  if (constant == nullptr || constant->type != ast::Constant::Type::kStr) return std::nullopt;
  return constant->text;
}

// ---- Parameters

const ast::Parameters* Parser::ParseParameters(Kind close) {
  auto& parameters = *module_.arena.New<ast::Parameters>();
  ParsePositionalParameters(close, parameters);
  if (Accept(Kind::kStar)) ParseKeywordOnlyParameters(close, parameters);
  if (Accept(Kind::kDoubleStar)) ParseKeywordsParameter(close, parameters);
  CheckParameterNames(parameters);
  return &parameters;
}

// Those before *, those before / included.
void Parser::ParsePositionalParameters(Kind close, ast::Parameters& parameters) {
  Items<ast::Parameter> all(*this);
  bool has_slash = false;
  bool has_default = false;
  while (!At(close) && !At(Kind::kStar) && !At(Kind::kDoubleStar)) {
    if (At(Kind::kSlash)) {
      if (has_slash) Fail("SyntaxError: / may appear only once");
      if (all.empty()) Fail("SyntaxError: at least one argument must precede /");
      has_slash = true;
      parameters.positional_only = all.Take();
      Advance();
    } else {
      const ast::Parameter parameter = ParseParameter(close);
      if (has_default && parameter.default_value == nullptr) {
        FailAt(parameter.begin,
               "SyntaxError: parameter without a default follows parameter with a default");
      }
      has_default = parameter.default_value != nullptr;
      all.Add(parameter);
    }
    if (!Accept(Kind::kComma)) break;
  }
  parameters.positional = module_.arena.Copy(all.View().subspan(parameters.positional_only.size()));
}

// *args or a bare *, and what follows it.
void Parser::ParseKeywordOnlyParameters(Kind close, ast::Parameters& parameters) {
  constexpr const char* kNoneNamed = "SyntaxError: named arguments must follow bare *";
  const bool is_bare = At(Kind::kComma);
  if (At(close)) Fail(kNoneNamed);
  if (!is_bare) parameters.vararg = module_.arena.New<ast::Parameter>(ParseVariadic(close));
  Items<ast::Parameter> named(*this);
  while (Accept(Kind::kComma) && !At(close) && !At(Kind::kDoubleStar)) {
    if (At(Kind::kStar)) Fail("SyntaxError: * argument may appear only once");
    if (At(Kind::kSlash)) Fail("SyntaxError: / must be ahead of *");
    named.Add(ParseParameter(close));
  }
  if (is_bare && named.empty()) Fail(kNoneNamed);
  parameters.keyword_only = named.Take();
}

// **kwargs
void Parser::ParseKeywordsParameter(Kind close, ast::Parameters& parameters) {
  const ast::Parameter kwarg = ParseParameter(close);
  if (kwarg.default_value != nullptr) {
    FailAt(kwarg.begin, "SyntaxError: var-keyword argument cannot have default value");
  }
  parameters.kwarg = module_.arena.New<ast::Parameter>(kwarg);
  if (Accept(Kind::kComma) && !At(close)) {
    Fail("SyntaxError: arguments cannot follow var-keyword argument");
  }
}

ast::Parameter Parser::ParseParameter(Kind close) {
  ast::Parameter parameter;
  parameter.begin = Begin();
  parameter.name = ExpectName();
  if (MayAnnotate(close) && Accept(Kind::kColon)) parameter.annotation = ParseExpression();
  if (Accept(Kind::kEqual)) {
    if (At(Kind::kComma) || At(close)) Fail("SyntaxError: expected default value expression");
    parameter.default_value = ParseExpression();
  }
  parameter.end = PreviousEnd();
  return parameter;
}

// *args, whose annotation may have a star of its own.
ast::Parameter Parser::ParseVariadic(Kind close) {
  ast::Parameter parameter;
  parameter.begin = Begin();
  parameter.name = ExpectName();
  if (MayAnnotate(close) && Accept(Kind::kColon)) parameter.annotation = ParseStarExpression();
  if (At(Kind::kEqual)) Fail("SyntaxError: var-positional argument cannot have default value");
  parameter.end = PreviousEnd();
  return parameter;
}

void Parser::CheckParameterNames(const ast::Parameters& parameters) {
  Items<std::string_view> names(*this);
  std::uint32_t begin = Begin();
  const auto add = [&](const ast::Parameter& parameter) {
    if (names.empty()) begin = parameter.begin;
    names.Add(parameter.name);
  };
  for (const ast::Parameter& parameter : parameters.positional_only) add(parameter);
  for (const ast::Parameter& parameter : parameters.positional) add(parameter);
  for (const ast::Parameter& parameter : parameters.keyword_only) add(parameter);
  if (parameters.vararg != nullptr) add(*parameters.vararg);
  if (parameters.kwarg != nullptr) add(*parameters.kwarg);
  CheckNotRepeated(names.View(), begin, "duplicate argument '", "' in function definition");
}

// ---- Type parameters

std::span<const ast::TypeParameter> Parser::ParseTypeParameters() {
  if (!Accept(Kind::kLeftBracket)) return {};
  if (At(Kind::kRightBracket)) Fail("SyntaxError: Type parameter list cannot be empty");
  Items<ast::TypeParameter> parameters(*this);
  do {
    parameters.Add(ParseTypeParameter());
  } while (Accept(Kind::kComma) && !At(Kind::kRightBracket));
  Expect(Kind::kRightBracket);
  return parameters.Take();
}

ast::TypeParameter Parser::ParseTypeParameter() {
  ast::TypeParameter parameter;
  parameter.begin = Begin();
  if (Accept(Kind::kStar)) {
    parameter.kind = ast::TypeParameter::Kind::kTypeVarTuple;
  } else if (Accept(Kind::kDoubleStar)) {
    parameter.kind = ast::TypeParameter::Kind::kParamSpec;
  }
  parameter.name = ExpectName();
  if (At(Kind::kColon)) {
    if (parameter.kind == ast::TypeParameter::Kind::kTypeVarTuple) {
      Fail("SyntaxError: cannot use bound with TypeVarTuple");
    }
    if (parameter.kind == ast::TypeParameter::Kind::kParamSpec) {
      Fail("SyntaxError: cannot use bound with ParamSpec");
    }
    Advance();
    parameter.bound = ParseExpression();
  }
  if (Accept(Kind::kEqual)) {
    const bool is_tuple = parameter.kind == ast::TypeParameter::Kind::kTypeVarTuple;
    parameter.default_value = is_tuple ? ParseStarExpression() : ParseExpression();
  }
  parameter.end = PreviousEnd();
  return parameter;
}

}  // namespace migext::python
