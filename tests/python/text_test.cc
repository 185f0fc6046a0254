// Text and its formatting, in the words of CPython 3.12.
#include <gtest/gtest.h>

#include "support/python_modules.h"

namespace migext::python {
namespace {

TEST(TextTest, IndicesCountCodePoints) {
  EXPECT_EQ(Evaluate("'é€😀'[1], 'é€😀'[::-1], len('é€😀'), 'abcdef'[5:1:-2]"),
            "('€', '😀€é', 3, 'fd')");
}

TEST(TextTest, SplittingKeepsEmptyPartsOnlyBetweenSeparators) {
  EXPECT_EQ(Evaluate("'a,,b'.split(','), ' a  b '.split(), ''.split(), ''.split(',')"),
            "(['a', '', 'b'], ['a', 'b'], [], [''])");
  EXPECT_EQ(Evaluate("'a-b-c'.rsplit('-', 1), 'a-b'.partition('-'), 'a\\r\\nb\\n'.splitlines()"),
            "(['a-b', 'c'], ('a', '-', 'b'), ['a', 'b'])");
}

TEST(TextTest, TheEmptyTextIsFoundEverywhereUpToTheEnd) {
  EXPECT_EQ(Evaluate("''.count(''), 'abc'.count(''), 'abc'.find('', 3), 'abc'.find('', 4)"),
            "(1, 4, 3, -1)");
}

TEST(TextTest, PercentFormats) {
  EXPECT_EQ(Evaluate("'%s %r %5.2f %05d %-5s| %x %%' % ('a', 'b', 2.5, -3, 'c', 255)"),
            "\"a 'b'  2.50 -0003 c    | ff %\"");
  EXPECT_EQ(Evaluate("'%(a)s-%(b)03d' % {'a': 1, 'b': 2}"), "'1-002'");
  EXPECT_EQ(Evaluate("'%s %s' % (1,)"),
            "main.py:1:11: TypeError: not enough arguments for format string");
  EXPECT_EQ(Evaluate("'%s' % (1, 2)"),
            "main.py:1:11: TypeError: not all arguments converted during string formatting");
}

TEST(TextTest, BraceFormats) {
  EXPECT_EQ(Evaluate("'{0} {a} {b[k]} {c.real}'.format(1, a=2, b={'k': 3}, c=4)"), "'1 2 3 4'");
  EXPECT_EQ(Evaluate("'{:>5}|{:*^7}|{:05d}|{:,}|{:.1%}|{:#x}'.format(1, 2, 3, 4567, 0.256, 255)"),
            "'    1|***2***|00003|4,567|25.6%|0xff'");
}

TEST(TextTest, FormattedStringLiterals) {
  EXPECT_EQ(Evaluate("f\"{1 + 1} {'a'!r} {3.14159:.2f} {5:>{4}} {{}}\", f'{1 = }'"),
            "(\"2 'a' 3.14    5 {}\", '1 = 1')");
}

}  // namespace
}  // namespace migext::python
