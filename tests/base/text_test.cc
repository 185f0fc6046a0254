#include "base/text.h"

#include <gtest/gtest.h>

namespace migext {
namespace {

TEST(TextTest, SplitKeepsEmptyParts) {
  EXPECT_EQ(Split("a..b", '.'), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(Split("", '.'), std::vector<std::string>{""});
}

TEST(TextTest, SqlQuotingDoublesTheQuote) {
  EXPECT_EQ(SqlLiteral("it's"), "'it''s'");
  EXPECT_EQ(SqlIdentifier("a\"b"), "\"a\"\"b\"");
}

TEST(TextTest, ReplaceAllReplacesEachOccurrenceOnce) {
  EXPECT_EQ(ReplaceAll("%%s", "%", "%%"), "%%%%s");
  EXPECT_EQ(ReplaceAll("abc", "", "x"), "abc");
}

TEST(TextTest, NearestFindsASlipAndNothingElse) {
  const std::vector<std::string> names = {"0001_initial", "0002_price", "0003_stock"};

  EXPECT_EQ(Nearest("0002_prise", names), "0002_price");
  EXPECT_EQ(Nearest("zzz", names), "");
}

TEST(TextTest, Utf8RejectsOverlongFormsSurrogatesAndCutSequences) {
  EXPECT_TRUE(IsUtf8("h\u00e9llo \U0001F600"));
  EXPECT_FALSE(IsUtf8("\xC0\x80"));
  EXPECT_FALSE(IsUtf8("\xED\xA0\x80"));
  EXPECT_FALSE(IsUtf8("\xE2\x82"));
  EXPECT_FALSE(IsUtf8("\xF5\x80\x80\x80"));
}

TEST(TextTest, CodePointsGoThereAndBack) {
  std::string text;
  for (const char32_t c : {U'a', U'\u00e9', U'\u20ac', U'\U0001F600'}) AppendUtf8(text, c);
  EXPECT_EQ(text, "a\u00e9\u20ac\U0001F600");

  std::size_t offset = 0;
  EXPECT_EQ(NextUtf8(text, offset), U'a');
  EXPECT_EQ(NextUtf8(text, offset), U'\u00e9');
  EXPECT_EQ(NextUtf8(text, offset), U'\u20ac');
  EXPECT_EQ(NextUtf8(text, offset), U'\U0001F600');
  EXPECT_EQ(offset, text.size());
}

TEST(TextTest, LowerUtf8KnowsLettersBeyondAscii) {
  EXPECT_EQ(LowerUtf8("Ünïcødé ÄÖÜß ŁÓDŹ Ÿ"), "ünïcødé äöüß łódź ÿ");
  EXPECT_EQ(LowerUtf8("ΆΛΦΑ ЁЖ Ѐ Ա 名前 ×"), "άλφα ёж ѐ ա 名前 ×");
}

}  // namespace
}  // namespace migext
