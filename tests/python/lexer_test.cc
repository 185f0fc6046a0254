#include "python/lexer.h"

#include <gtest/gtest.h>

#include <string>

namespace migext::python {
namespace {

// The tokens as text, one blank between; structure in angle brackets.
std::string Lex(const std::string& text) {
  const Source source("m.py", text);
  std::string out;
  for (const Token& token : Tokenize(source).tokens) {
    if (!out.empty()) out += ' ';
    switch (token.kind) {
      case TokenKind::kEnd:
        return out + "<end>";
      case TokenKind::kNewline:
        out += "<newline>";
        break;
      case TokenKind::kIndent:
        out += "<indent>";
        break;
      case TokenKind::kDedent:
        out += "<dedent>";
        break;
      default:
        out += source.text().substr(token.begin, token.end - token.begin);
    }
  }
  return out;
}

std::string ErrorOf(const std::string& text) {
  try {
    return Lex(text);
  } catch (const Error& error) {
    return Describe(error.place()) + ": " + error.message();
  }
}

TEST(LexerTest, OperatorsAreAsLongAsTheyCanBe) {
  EXPECT_EQ(Lex("a**=b//c>>=d->e:=f...<=!=@="),
            "a **= b // c >>= d -> e := f ... <= != @= <newline> <end>");
}

TEST(LexerTest, IndentationMakesBlocksAndBlankLinesDoNot) {
  EXPECT_EQ(Lex("if a:\n\n  # note\n    b\n\t\n    c\nd"),
            "if a : <newline> <indent> b <newline> c <newline> <dedent> d <newline> <end>");
}

TEST(LexerTest, BracketsAndBackslashesJoinLines) {
  EXPECT_EQ(Lex("f(a,\n  b)\nx = \\\n  1\n"), "f ( a , b ) <newline> x = 1 <newline> <end>");
}

TEST(LexerTest, AFormFeedStartsIndentationAnew) {
  EXPECT_EQ(Lex("if a:\n    b\n  \f    c\n"),
            "if a : <newline> <indent> b <newline> c <newline> <dedent> <end>");
}

TEST(LexerTest, FStringsAreCutIntoTextAndFields) {
  EXPECT_EQ(Lex("f'a{b!r:>{c}}d'"), "f' a { b ! r : > { c } } d ' <newline> <end>");
}

TEST(LexerTest, FStringsNestWithTheSameQuotes) {
  EXPECT_EQ(Lex("f'{a['b']}{f'{c}'}'"), "f' { a [ 'b' ] } { f' { c } ' } ' <newline> <end>");
}

TEST(LexerTest, AKeywordMayTouchANumber) {
  EXPECT_EQ(Lex("1if 0x1for x"), "1 if 0x1f or x <newline> <end>");
}

TEST(LexerTest, WrongNumbersAreNamed) {
  EXPECT_EQ(ErrorOf("1_"), "m.py:1:2: SyntaxError: invalid decimal literal");
  EXPECT_EQ(ErrorOf("x = 12abc"), "m.py:1:6: SyntaxError: invalid decimal literal");
  EXPECT_EQ(ErrorOf("0xg"), "m.py:1:3: SyntaxError: invalid hexadecimal literal");
  EXPECT_EQ(ErrorOf("0b12"), "m.py:1:4: SyntaxError: invalid digit '2' in binary literal");
  EXPECT_EQ(ErrorOf("007"),
            "m.py:1:1: SyntaxError: leading zeros in decimal integer literals are not permitted; "
            "use an 0o prefix for octal integers");
}

TEST(LexerTest, WrongBracketsAreNamed) {
  EXPECT_EQ(ErrorOf(")"), "m.py:1:1: SyntaxError: unmatched ')'");
  EXPECT_EQ(
      ErrorOf("(a]"),
      "m.py:1:3: SyntaxError: closing parenthesis ']' does not match opening parenthesis '('");
  EXPECT_EQ(ErrorOf("x = f(\n  a\n]"),
            "m.py:3:1: SyntaxError: closing parenthesis ']' does not match opening parenthesis '(' "
            "on line 1");
}

TEST(LexerTest, UnterminatedStringsAreNamed) {
  EXPECT_EQ(ErrorOf("x = 'a\ny"),
            "m.py:1:5: SyntaxError: unterminated string literal (detected at line 1)");
  EXPECT_EQ(
      ErrorOf("x = '''a\nb"),
      "m.py:1:5: SyntaxError: unterminated triple-quoted string literal (detected at line 2)");
  EXPECT_EQ(ErrorOf("f'a"),
            "m.py:1:1: SyntaxError: unterminated f-string literal (detected at line 1)");
  EXPECT_EQ(ErrorOf("f'a}'"), "m.py:1:4: SyntaxError: f-string: single '}' is not allowed");
  EXPECT_EQ(ErrorOf("f'{a'"), "m.py:1:5: SyntaxError: f-string: expecting '}'");
}

TEST(LexerTest, WrongIndentationIsNamed) {
  EXPECT_EQ(ErrorOf("if a:\n    b\n  c\n"),
            "m.py:3:3: IndentationError: unindent does not match any outer indentation level");
  EXPECT_EQ(ErrorOf("if a:\n        b\n\tc\n"),
            "m.py:3:2: TabError: inconsistent use of tabs and spaces in indentation");
}

TEST(LexerTest, CharactersOutsidePythonAreNamed) {
  EXPECT_EQ(ErrorOf("x = “a”"), "m.py:1:5: SyntaxError: invalid character '“' (U+201C)");
  EXPECT_EQ(ErrorOf("x =\u00A01"), "m.py:1:4: SyntaxError: invalid non-printable character U+00A0");
  EXPECT_EQ(ErrorOf("x = $"), "m.py:1:5: SyntaxError: invalid syntax");
  EXPECT_EQ(ErrorOf("x = \\ 1"),
            "m.py:1:5: SyntaxError: unexpected character after line continuation character");
}

TEST(LexerTest, NestingHasALimit) {
  EXPECT_EQ(ErrorOf(std::string(10'000, '(')),
            "m.py:1:201: SyntaxError: too many nested parentheses");
  std::string blocks;
  for (std::size_t i = 0; i < 200; ++i) blocks += std::string(i, ' ') + "if x:\n";
  EXPECT_EQ(ErrorOf(blocks), "m.py:101:101: IndentationError: too many levels of indentation");
  std::string strings;
  for (int i = 0; i < 1000; ++i) strings += "f'{";
  EXPECT_EQ(ErrorOf(strings), "m.py:1:451: SyntaxError: too many nested f-strings");
}

}  // namespace
}  // namespace migext::python
