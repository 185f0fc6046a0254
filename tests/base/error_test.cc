#include "base/error.h"

#include <gtest/gtest.h>

namespace migext {
namespace {

TEST(ErrorTest, ShowsThePlaceTheSourceLineAndACaret) {
  const Error error(Place{"shop/0002.py", 7, 8, "    x = [1"}, "expected ']'");

  EXPECT_STREQ(error.what(),
               "shop/0002.py:7:8: expected ']'\n"
               "        x = [1\n"
               "           ^");
}

TEST(ErrorTest, CaretLineKeepsTabsAndCountsLettersNotBytes) {
  const Error error(Place{"a.py", 1, 9, "\t'\u00e4\u00f6' ?"}, "no");

  EXPECT_STREQ(error.what(), "a.py:1:9: no\n    \t'\u00e4\u00f6' ?\n    \t     ^");
}

TEST(ErrorTest, WithoutAPlaceIsTheMessageAlone) {
  EXPECT_STREQ(Error("no such app").what(), "no such app");
  EXPECT_STREQ(Error(Place{"a.py", 0, 0, ""}, "is a folder").what(), "a.py: is a folder");
}

TEST(ErrorTest, AVeryLongSourceLineIsNotRepeated) {
  const Error error(Place{"a.py", 1, 5, std::string(5000, 'x')}, "no");

  EXPECT_STREQ(error.what(), "a.py:1:5: no");
}

}  // namespace
}  // namespace migext
