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
  const bool annotated = close == Kind::kRightParen;
  auto& parameters = *module_.arena.New<ast::Parameters>();
  Items<ast::Parameter> positional(*this);
  std::span<const ast::Parameter> keyword_only;
  bool has_slash = false;
  bool has_default = false;
  while (!At(close)) {
    if (At(Kind::kStar) || At(Kind::kDoubleStar)) break;
    if (At(Kind::kSlash)) {
      if (has_slash) Fail("SyntaxError: / may appear only once");
      if (positional.empty()) Fail("SyntaxError: at least one argument must precede /");
      has_slash = true;
      parameters.positional_only = positional.Take();
      Advance();
    } else {
      const ast::Parameter parameter = ParseParameter(annotated, false);
      if (has_default && parameter.default_value == nullptr) {
        FailAt(parameter.begin,
               "SyntaxError: parameter without a default follows parameter with a default");
      }
      has_default = parameter.default_value != nullptr;
      positional.Add(parameter);
    }
    if (!Accept(Kind::kComma)) break;
  }
  const std::size_t first = parameters.positional_only.size();
  parameters.positional = module_.arena.Copy(positional.View().subspan(first));
  if (Accept(Kind::kStar)) {
    const bool is_bare = At(Kind::kComma);
    if (At(close)) Fail("SyntaxError: named arguments must follow bare *");
    if (!is_bare) {
      const ast::Parameter vararg = ParseParameter(annotated, true);
      if (At(Kind::kEqual)) Fail("SyntaxError: var-positional argument cannot have default value");
      parameters.vararg = module_.arena.New<ast::Parameter>(vararg);
    }
    Items<ast::Parameter> named(*this);
    while (Accept(Kind::kComma) && !At(close) && !At(Kind::kDoubleStar)) {
      if (At(Kind::kStar)) Fail("SyntaxError: * argument may appear only once");
      if (At(Kind::kSlash)) Fail("SyntaxError: / must be ahead of *");
      named.Add(ParseParameter(annotated, false));
    }
    if (is_bare && named.empty()) Fail("SyntaxError: named arguments must follow bare *");
    keyword_only = named.Take();
  }
  if (Accept(Kind::kDoubleStar)) {
    const ast::Parameter kwarg = ParseParameter(annotated, false);
    if (kwarg.default_value != nullptr) {
      FailAt(kwarg.begin, "SyntaxError: var-keyword argument cannot have default value");
    }
    parameters.kwarg = module_.arena.New<ast::Parameter>(kwarg);
    if (Accept(Kind::kComma) && !At(close)) {
      Fail("SyntaxError: arguments cannot follow var-keyword argument");
    }
  }
  parameters.keyword_only = keyword_only;
  CheckParameterNames(parameters);
  return &parameters;
}

ast::Parameter Parser::ParseParameter(bool annotated, bool is_vararg) {
  ast::Parameter parameter;
  parameter.begin = Begin();
  parameter.name = ExpectName();
  if (annotated && Accept(Kind::kColon)) {
    parameter.annotation = is_vararg ? ParseStarExpression() : ParseExpression();
  }
  if (!is_vararg && Accept(Kind::kEqual)) {
    if (At(Kind::kComma) || At(Kind::kRightParen)) {
      Fail("SyntaxError: expected default value expression");
    }
    parameter.default_value = ParseExpression();
  }
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
