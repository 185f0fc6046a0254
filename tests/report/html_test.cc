#include "report/html.h"

#include <gtest/gtest.h>

namespace migext::report {
namespace {

TEST(HtmlTest, WhatHasAMeaningInHtmlIsEscaped) {
  EXPECT_EQ(Escaped("<a href=\"x\" b='y'> & \n"),
            "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt; &amp; \n");
}

TEST(HtmlTest, WhatIsNoTextIsReplaced) {
  EXPECT_EQ(Escaped(std::string_view("a\0b\x1b\x7f", 5)), "a\uFFFDb\uFFFD\uFFFD");
  EXPECT_EQ(Escaped("\xff\xed\xa0\x80"), "\uFFFD\uFFFD");
  // Right-to-left override, and a non-character.
  EXPECT_EQ(Escaped("\u202Egnp\uFFFE"), "\uFFFDgnp\uFFFD");
}

TEST(HtmlTest, TextIsShortenedByCharacters) {
  EXPECT_EQ(Shortened("äöü", 3), "äöü");
  EXPECT_EQ(Shortened("äöüß", 3), "äöü…");
}

TEST(HtmlTest, ElementsHoldText) {
  Html html;
  html.Open("p", ClassOf("note")).Element("b", "", "<>").Text("&").Close("p");

  EXPECT_EQ(std::move(html).Take(), "<p class=\"note\"><b>&lt;&gt;</b>\n&amp;</p>\n");
}

}  // namespace
}  // namespace migext::report
