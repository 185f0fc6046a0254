// Numbers, in the words of CPython 3.12.
#include <gtest/gtest.h>

#include "support/python_modules.h"

namespace migext::python {
namespace {

TEST(NumberTest, DivisionRoundsDownAndTheRestHasTheSignOfTheDivisor) {
  EXPECT_EQ(Evaluate("-7 // 2, -7 % 3, 7 // -2, 7 % -2, divmod(-7, 2)"),
            "(-4, 2, -4, -1, (-4, 1))");
  EXPECT_EQ(Evaluate("-10**30 // 7, -10**30 % 7"), "(-142857142857142857142857142858, 6)");
  EXPECT_EQ(Evaluate("-2**63 // -1, -(-2**63)"), "(9223372036854775808, 9223372036854775808)");
}

TEST(NumberTest, WholeNumbersHaveAnySize) {
  EXPECT_EQ(Evaluate("2 ** 100"), "1267650600228229401496703205376");
  EXPECT_EQ(Evaluate("(1 << 70) & 0xFF, -1 >> 70, ~(1 << 70)"), "(0, -1, -1180591620717411303425)");
  EXPECT_EQ(Evaluate("0 ** 0, 0 ** 2, 0 ** 5, (-3) ** 3"), "(1, 0, 0, -27)");
}

TEST(NumberTest, FloatsShowTheShortestTextThatReadsBack) {
  EXPECT_EQ(Evaluate("0.1 + 0.2, 1e16, 1e15, 1e-5, 5e-324, -0.0"),
            "(0.30000000000000004, 1e+16, 1000000000000000.0, 1e-05, 5e-324, -0.0)");
}

TEST(NumberTest, RoundGoesToTheEvenNeighbour) {
  EXPECT_EQ(Evaluate("round(0.5), round(1.5), round(2.5), round(2.675, 2)"), "(0, 2, 2, 2.67)");
}

TEST(NumberTest, ARangeAnswersForAnyNumberWithoutCounting) {
  EXPECT_EQ(Evaluate("10**12 in range(0, 10**18, 2), 7 in range(0, 10, 2), 8 in range(8, 0, -2)"),
            "(True, False, True)");
}

TEST(NumberTest, ErrorsAreThoseOfPython) {
  EXPECT_EQ(Evaluate("1 / 0"), "main.py:1:11: ZeroDivisionError: division by zero");
  EXPECT_EQ(Evaluate("int('12a')"),
            "main.py:1:11: ValueError: invalid literal for int() with base 10: '12a'");
  EXPECT_EQ(Evaluate("1 < 'a'"),
            "main.py:1:11: TypeError: '<' not supported between instances of 'int' and 'str'");
}

}  // namespace
}  // namespace migext::python
