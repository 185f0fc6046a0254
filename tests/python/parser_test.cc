#include "python/parser.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <utility>

namespace migext::python {
namespace {

using ast::Constant;

std::string ErrorOf(const std::string& text) {
  try {
    Parse("m.py", text);
  } catch (const Error& error) {
    return Describe(error.place()) + ": " + error.message();
  }
  return "no error";
}

// The first statement of a text, with the module that owns it.
template <class T>
struct Parsed {
  std::unique_ptr<const ast::Module> module;
  const T& node;

  std::string_view Text(const ast::Range& range) const {
    return module->source.text().substr(range.begin, range.end - range.begin);
  }
};

template <class T>
Parsed<T> ParseStatement(const std::string& text) {
  auto module = Parse("m.py", text);
  const T& node = module->body[0]->As<T>();
  return {std::move(module), node};
}

template <class T>
Parsed<T> ParseExpression(const std::string& text) {
  auto module = Parse("m.py", text);
  const T& node = module->body[0]->As<ast::Expr>().value->As<T>();
  return {std::move(module), node};
}

std::string StringOf(const std::string& literal) {
  return std::string(ParseExpression<Constant>(literal).node.text);
}

// ---- Trees

TEST(ParserTest, OperatorsBindAsInPython) {
  const auto sum = ParseExpression<ast::BinOp>("-a ** 2 + b * c");

  EXPECT_EQ(sum.node.op, ast::BinaryOperator::kAdd);
  EXPECT_EQ(sum.Text(*sum.node.left), "-a ** 2");
  EXPECT_TRUE(sum.node.left->Is<ast::UnaryOp>());
  EXPECT_EQ(sum.Text(*sum.node.right), "b * c");
}

TEST(ParserTest, ComparisonsChain) {
  const auto chain = ParseExpression<ast::Compare>("a < b is not c not in d");

  ASSERT_EQ(chain.node.comparisons.size(), 3U);
  EXPECT_EQ(chain.node.comparisons[1].op, ast::CompareOperator::kIsNot);
  EXPECT_EQ(chain.node.comparisons[2].op, ast::CompareOperator::kNotIn);
}

TEST(ParserTest, ACallKeepsArgumentsAndKeywordsInOrder) {
  const auto call = ParseExpression<ast::Call>("f(a, *b, c=1, **d)");

  ASSERT_EQ(call.node.args.size(), 2U);
  EXPECT_TRUE(call.node.args[1]->Is<ast::Starred>());
  ASSERT_EQ(call.node.keywords.size(), 2U);
  EXPECT_EQ(call.node.keywords[0].name, "c");
  EXPECT_EQ(call.node.keywords[1].name, "");
}

TEST(ParserTest, AFunctionsTextIncludesItsDecorators) {
  const auto def = ParseStatement<ast::FunctionDef>("@a\n@b(1)\nasync def f(): \n  'doc'\n\n\nx");

  EXPECT_TRUE(def.node.is_async);
  EXPECT_EQ(def.node.docstring, "doc");
  EXPECT_EQ(def.Text({def.node.source_begin, def.node.end}), "@a\n@b(1)\nasync def f(): \n  'doc'");
}

TEST(ParserTest, AFunctionWithAYieldOfItsOwnIsAGenerator) {
  EXPECT_TRUE(ParseStatement<ast::FunctionDef>("def f():\n  x = yield\n").node.is_generator);
  EXPECT_FALSE(
      ParseStatement<ast::FunctionDef>("def f():\n  g = lambda: (yield)\n").node.is_generator);
}

TEST(ParserTest, EqualNamesAreOneName) {
  const auto sum = ParseExpression<ast::BinOp>("name + name");

  EXPECT_EQ(sum.node.left->As<ast::Name>().id.data(), sum.node.right->As<ast::Name>().id.data());
}

TEST(ParserTest, ParametersAreSortedByTheirKind) {
  const auto def = ParseStatement<ast::FunctionDef>("def f(a, /, b=1, *c, d, e=2, **g): pass");
  const ast::Parameters& parameters = *def.node.parameters;

  EXPECT_EQ(parameters.positional_only[0].name, "a");
  EXPECT_EQ(parameters.positional[0].name, "b");
  EXPECT_EQ(parameters.vararg->name, "c");
  EXPECT_EQ(parameters.keyword_only.size(), 2U);
  EXPECT_EQ(parameters.kwarg->name, "g");
}

TEST(ParserTest, ParenthesesOfAWithHoldItemsOrAnExpression) {
  EXPECT_EQ(ParseStatement<ast::With>("with (a as b, c): pass").node.items.size(), 2U);
  EXPECT_EQ(ParseStatement<ast::With>("with (a).b as c, d: pass").node.items.size(), 2U);
  EXPECT_TRUE(
      ParseStatement<ast::With>("with (*a, b): pass").node.items[0].context->Is<ast::Tuple>());
}

TEST(ParserTest, TheGrammarOfNewerVersionsIsRead) {
  for (const char* text : {
           "if (n := f()): pass",
           "with (open(a) as b, c): pass",
           "with (yield_ := x) as y: pass",
           "match x:\n  case [1, *_, {'a': b, **c}] | P(d, e=-1+2j) as f if g: pass\n  case _: "
           "pass",
           "match = case = type = _ = 1\nmatch[x]: int = match(y)",
           "try: pass\nexcept* (A, B) as e: pass",
           "try: pass\nexcept A, B: pass",
           "type X[T: int = str, *Ts = *A, **P] = list[T]",
           "class A[T](B): pass",
           "def f[T](x: T, *a: *Ts) -> T: pass",
           "x[*a, 1:2:3, ::]",
           "for x in *a, b: pass",
           "@a.b[c] or d\ndef f(): pass",
           "async def f():\n  return [x async for x in await y]",
           "f'{a['b']!r:>{width}} {'\\n'.join(c)} {d=}'",
           "t'{a!s:>3}'",
           "print(*a, sep='')",
       }) {
    EXPECT_EQ(ErrorOf(text), "no error") << text;
  }
}

// ---- Literals

TEST(ParserTest, NumbersAreRead) {
  EXPECT_EQ(ParseExpression<Constant>("1_000").node.integer, 1000);
  EXPECT_EQ(ParseExpression<Constant>("0x_fF").node.integer, 255);
  EXPECT_EQ(ParseExpression<Constant>("0o17").node.integer, 15);
  EXPECT_EQ(ParseExpression<Constant>("1_0.5e-1").node.real, 1.05);
  EXPECT_EQ(ParseExpression<Constant>("1e999").node.real, HUGE_VAL);
  EXPECT_EQ(ParseExpression<Constant>("2.j").node.type, Constant::Type::kImaginary);

  const auto big = ParseExpression<Constant>("9_223_372_036_854_775_808");
  EXPECT_EQ(big.node.type, Constant::Type::kBigInt);
  EXPECT_EQ(big.node.text, "9223372036854775808");
}

TEST(ParserTest, EscapesAreDecoded) {
  EXPECT_EQ(StringOf(R"('a\tb\x41\u00e9\U0001F600\101\
c\N{EM DASH}\q')"),
            "a\tbAé😀Ac—\\q");
  EXPECT_EQ(StringOf(R"('\N{latin small letter a}\N{Greek Small Letter Omega}')"), "aω");
  EXPECT_EQ(StringOf(R"('\N{LATIN CAPITAL LETTER A WITH DIAERESIS}')"), "Ä");
  EXPECT_EQ(StringOf(R"(r'\n')"), "\\n");
  EXPECT_EQ(StringOf(R"(b'\xff\u00e9')"), "\xFF\\u00e9");
  EXPECT_EQ(StringOf(R"('a' "b" '''c''')"), "abc");
  EXPECT_EQ(StringOf(R"('\ud800')"), "\xED\xA0\x80");
}

TEST(ParserTest, AnFStringIsTextAndFields) {
  const auto joined = ParseExpression<ast::JoinedStr>("'x' f'{{{a=}}} {b!s:{w}.2}'");

  ASSERT_EQ(joined.node.values.size(), 4U);
  EXPECT_EQ(joined.node.values[0]->As<Constant>().text, "x{a=");
  EXPECT_EQ(joined.node.values[1]->As<ast::FormattedValue>().conversion, 'r');
  EXPECT_EQ(joined.node.values[2]->As<Constant>().text, "} ");
  const auto& last = joined.node.values[3]->As<ast::FormattedValue>();
  EXPECT_EQ(last.conversion, 's');
  EXPECT_EQ(last.format_spec->values.size(), 2U);
}

// ---- Errors

TEST(ParserTest, ErrorsAreCPythonsWords) {
  EXPECT_EQ(ErrorOf("x = = 1"), "m.py:1:5: SyntaxError: invalid syntax");
  EXPECT_EQ(ErrorOf("x = [\n  1,\n"), "m.py:1:5: SyntaxError: '[' was never closed");
  EXPECT_EQ(ErrorOf("x = [a(1)\n  b(2)]"),
            "m.py:1:6: SyntaxError: invalid syntax. Perhaps you forgot a comma?");
  EXPECT_EQ(ErrorOf("if x\n  y"), "m.py:1:5: SyntaxError: expected ':'");
  EXPECT_EQ(ErrorOf("def f():\nx"),
            "m.py:2:1: IndentationError: expected an indented block after function definition on "
            "line 1");
  EXPECT_EQ(ErrorOf("x\n  y"), "m.py:2:3: IndentationError: unexpected indent");
  EXPECT_EQ(ErrorOf("print 'x'"),
            "m.py:1:1: SyntaxError: Missing parentheses in call to 'print'. Did you mean "
            "print(...)?");
  EXPECT_EQ(ErrorOf("f() = 1"),
            "m.py:1:1: SyntaxError: cannot assign to function call here. Maybe you meant '==' "
            "instead of '='?");
  EXPECT_EQ(ErrorOf("f(a=1, b)"),
            "m.py:1:9: SyntaxError: positional argument follows keyword argument");
  EXPECT_EQ(ErrorOf("f(a=1, a=2)"), "m.py:1:2: SyntaxError: keyword argument repeated: a");
  EXPECT_EQ(ErrorOf("def f(a, a): pass"),
            "m.py:1:7: SyntaxError: duplicate argument 'a' in function definition");
  EXPECT_EQ(ErrorOf("return 1"), "m.py:1:1: SyntaxError: 'return' outside function");
  EXPECT_EQ(ErrorOf("try: pass\nx"), "m.py:2:1: SyntaxError: expected 'except' or 'finally' block");
}

TEST(ParserTest, RulesBeyondTheGrammarAreChecked) {
  EXPECT_EQ(ErrorOf("'doc'\nfrom __future__ import annotations\nfrom __future__ import division"),
            "no error");
  EXPECT_EQ(
      ErrorOf("import a\nfrom __future__ import annotations"),
      "m.py:2:1: SyntaxError: from __future__ imports must occur at the beginning of the file");
  EXPECT_EQ(ErrorOf("class A:\n  from a import *"),
            "m.py:2:17: SyntaxError: import * only allowed at module level");
  EXPECT_EQ(ErrorOf("nonlocal a"),
            "m.py:1:1: SyntaxError: nonlocal declaration not allowed at module level");
  EXPECT_EQ(ErrorOf("*a = b"),
            "m.py:1:1: SyntaxError: starred assignment target must be in a list or tuple");
  EXPECT_EQ(ErrorOf("*a, *b = c"),
            "m.py:1:1: SyntaxError: multiple starred expressions in assignment");
  EXPECT_EQ(ErrorOf("a = *b"), "m.py:1:5: SyntaxError: can't use starred expression here");
  EXPECT_EQ(ErrorOf("match a:\ncase 1: pass"),
            "m.py:2:1: IndentationError: expected an indented block after 'match' statement on "
            "line 1");
}

TEST(ParserTest, WrongFieldsOfAnFStringAreNamed) {
  EXPECT_EQ(ErrorOf("f'{}'"),
            "m.py:1:4: SyntaxError: f-string: valid expression required before '}'");
  EXPECT_EQ(ErrorOf("f'{a!}'"), "m.py:1:6: SyntaxError: f-string: missing conversion character");
  EXPECT_EQ(ErrorOf("f'{a b}'"),
            "m.py:1:4: SyntaxError: invalid syntax. Perhaps you forgot a comma?");
  EXPECT_EQ(ErrorOf("f'{a)}'"), "m.py:1:5: SyntaxError: f-string: unmatched ')'");
}

TEST(ParserTest, AnUnknownNameOfACharacterSaysWhatToWriteInstead) {
  EXPECT_EQ(ErrorOf("'\\N{WAVY DASH}'"),
            "m.py:1:1: SyntaxError: (unicode error) the character name 'WAVY DASH' is not in the "
            "built-in table; write the character itself in its place, or its code as in \\u2014");
}

TEST(ParserTest, EveryPrefixOfATextEndsWellOrInAnErrorWithAPlace) {
  const std::string text =
      "@d(x)\nclass A(B, k=1):\n  def f(self, *, a: int = 0o7) -> 'x':\n    try:\n"
      "      return f'{a!r:>{w}}' if not b else {**c, 'd': [e for e in f]}\n"
      "    except* (E, F) as g:\n      raise G from None\n"
      "  with (a as b, c): x = lambda *y: (yield)\n"
      "match p:\n  case {'k': [1, *_]} | Q(r=-1j): del s[1:2], t\n";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    try {
      Parse("m.py", text.substr(0, size));
    } catch (const Error& error) {
      EXPECT_GT(error.place().line, 0) << text.substr(0, size);
    }
  }
}

}  // namespace
}  // namespace migext::python
