// Sources made to hang or exhaust a parser.  A reader that takes the same text again at each level,
// or looks ahead to the end at each step, does not come back from these.
#include <gtest/gtest.h>

#include <string>

#include "python/parser.h"

namespace migext::python {
namespace {

constexpr int kDeep = 199;  // one below the limit of nested brackets
constexpr int kLong = 100'000;

std::string Repeat(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

std::string Nested(const std::string& open, const std::string& inner, const std::string& close,
                   int depth = kDeep) {
  return Repeat(open, depth) + inner + Repeat(close, depth);
}

std::string ErrorOf(const std::string& text) {
  try {
    Parse("m.py", text);
  } catch (const Error& error) {
    return Describe(error.place()) + ": " + error.message();
  }
  return "no error";
}

// ---- Depth

TEST(HostileSourceTest, NestedBracketsAreReadOnce) {
  for (const std::string& text : {
           Nested("(", "a", ")"),
           Nested("(", "a", ",)"),
           Nested("[", "a", "]"),
           Nested("[", "a", " for a in b]"),
           Nested("{", "a", "}"),
           Nested("{", "a", ": 1}"),
           Nested("{1: ", "a", "}"),
           Nested("{", "a", ": 1 for a in b}"),
           Nested("f(", "a", ")"),
           Nested("f(a=", "a", ")"),
           Nested("f(*", "a", ")"),
           Nested("f(", "a", " for a in b)"),
           Nested("a[", "a", "]"),
           Nested("a[", "1", ":]"),
           Nested("a[*", "a", "]"),
           Nested("(lambda a=", "a", ": a)"),
           Nested("(a := ", "a", ")"),
           Nested("(a if a else ", "a", ")"),
       }) {
    EXPECT_EQ(ErrorOf(text), "no error") << text.substr(0, 20);
  }
}

TEST(HostileSourceTest, NestedTargetsAreReadOnce) {
  EXPECT_EQ(ErrorOf(Nested("(", "a", ")") + " = b"), "no error");
  EXPECT_EQ(ErrorOf(Nested("[", "a", "]") + " = b"), "no error");
  EXPECT_EQ(ErrorOf("*" + Nested("(", "a", ",)") + ", c = b"), "no error");
  EXPECT_EQ(ErrorOf("for " + Nested("(", "a", ",)") + " in b: pass"), "no error");
  EXPECT_EQ(ErrorOf("del " + Nested("(", "a", ")")), "no error");
  EXPECT_EQ(ErrorOf("lambda *a: " + Nested("(", "a", ")")), "no error");
}

TEST(HostileSourceTest, NestedItemsOfAWithAreReadTwiceAtMost) {
  for (const std::string& item : {
           Nested("(", "a", ")"),
           Nested("(", "a", ", b)"),
           Nested("(", "a", " for a in b)"),
           Nested("(*", "a", ", b)"),
           Nested("(a := ", "a", ")"),
           Nested("{", "a", ": 1}"),
       }) {
    EXPECT_EQ(ErrorOf("with " + item + ": pass"), "no error") << item.substr(0, 20);
    EXPECT_EQ(ErrorOf("with " + item + " as a: pass"), "no error") << item.substr(0, 20);
    EXPECT_EQ(ErrorOf("with (a as b, " + item + "): pass"), "no error") << item.substr(0, 20);
  }
}

TEST(HostileSourceTest, NestedSubjectsAndPatternsAreReadOnce) {
  const std::string subject = Nested("(", "a", ")");

  EXPECT_EQ(ErrorOf("match " + subject), "no error");
  EXPECT_EQ(ErrorOf("match " + subject + ":\n  case _: pass"), "no error");
  EXPECT_EQ(ErrorOf("match x:\n  case " + Nested("(", "a", ")") + ": pass"), "no error");
  EXPECT_EQ(ErrorOf("match x:\n  case " + Nested("[*_, ", "a", "]") + ": pass"), "no error");
  EXPECT_EQ(ErrorOf("match x:\n  case " + Nested("{1: ", "a", "}") + ": pass"), "no error");
  EXPECT_EQ(ErrorOf("match x:\n  case " + Nested("A(b=", "a", ")") + ": pass"), "no error");
}

TEST(HostileSourceTest, NestedFStringsAreReadOnce) {
  EXPECT_EQ(ErrorOf(Nested("f'{", "a", "}'", 149)), "no error");
  EXPECT_EQ(ErrorOf(Nested("f'{a:{", "a", "}}'", 74)), "no error");
  EXPECT_EQ(ErrorOf("f'" + Nested("{a:", "a", "}", 149) + "'"), "no error");
  EXPECT_EQ(ErrorOf(Nested("f'{a[", "a", "]}'", 99)), "no error");
}

TEST(HostileSourceTest, ACommaIsSuggestedForTheInnermostBracketsAlone) {
  EXPECT_EQ(ErrorOf(Nested("{a ", "b", "}")),
            "m.py:1:596: SyntaxError: invalid syntax. Perhaps you forgot a comma?");
  EXPECT_EQ(ErrorOf(Nested("{a ", "=", "}")), "m.py:1:598: SyntaxError: invalid syntax");
  EXPECT_EQ(ErrorOf(Repeat("{a ", kDeep)), "m.py:1:595: SyntaxError: '{' was never closed");
}

TEST(HostileSourceTest, DeepNestingEndsInAnError) {
  EXPECT_EQ(ErrorOf(Repeat("[", kLong)), "m.py:1:201: SyntaxError: too many nested parentheses");
  EXPECT_EQ(ErrorOf(Repeat("-", kLong) + "x"),
            "m.py:1:800: SyntaxError: the expression is nested too deeply");
  EXPECT_EQ(ErrorOf(Repeat("lambda:", kLong) + "x"),
            "m.py:1:5601: SyntaxError: the expression is nested too deeply");
}

// ---- Length

TEST(HostileSourceTest, LongChainsAreNoNesting) {
  for (const std::string& text : {
           "a" + Repeat(" + a", kLong),
           "a" + Repeat(" and a", kLong),
           "a" + Repeat(" < a", kLong),
           "a" + Repeat(".a", kLong),
           "a" + Repeat("()", kLong),
           "a" + Repeat("[0]", kLong),
           Repeat("a = ", kLong) + "a",
           Repeat("'a' ", kLong),
           Repeat("f'{a}' ", kLong),
           "f'" + Repeat("{a}", kLong) + "'",
           "f(" + Repeat("a, ", kLong) + ")",
           "{" + Repeat("a: a, ", kLong) + "}",
           "with " + Repeat("a, ", kLong) + "a: pass",
           "with (" + Repeat("a, ", kLong) + "a): pass",
           "import a" + Repeat(".a", kLong),
           "if a: pass\n" + Repeat("elif a: pass\n", kLong),
           "try: pass\n" + Repeat("except a: pass\n", kLong),
           "match a:\n" + Repeat("  case a: pass\n", kLong),
           "match a:\n  case a" + Repeat(" | a", kLong) + ": pass",
           Repeat("match (a)\n", kLong),
           "match (a)" + Repeat("; match (a)", kLong),
           Repeat("with (a): pass\n", kLong),
           Repeat("@a\n", kLong) + "class A: pass",
       }) {
    EXPECT_EQ(ErrorOf(text), "no error") << text.substr(0, 20);
  }
}

TEST(HostileSourceTest, ManyNamesAreToldApartQuickly) {
  std::string arguments;
  for (int i = 0; i < kLong; ++i) arguments += "a" + std::to_string(i) + "=1, ";

  EXPECT_EQ(ErrorOf("f(" + arguments + ")"), "no error");
  EXPECT_EQ(ErrorOf("def f(" + arguments + "): pass"), "no error");
}

TEST(HostileSourceTest, HugeIntegersAreRefusedAsInPython) {
  EXPECT_EQ(ErrorOf("x = " + std::string(1'000'000, '9')).substr(0, 87),
            "m.py:1:5: SyntaxError: Exceeds the limit (4300 digits) for integer string conversion: "
            "v");
}

TEST(HostileSourceTest, ANameOfACharacterIsLookedForOnce) {
  EXPECT_EQ(ErrorOf("f'''" + Repeat("\\N{{", 10 * kLong) + "'''"),
            "m.py:1:5: SyntaxError: (unicode error) 'unicodeescape' codec can't decode bytes in "
            "position 0-1: malformed \\N character escape");
}

}  // namespace
}  // namespace migext::python
