#include "recover/salvage_record.h"

#include <gtest/gtest.h>

#include <string>

#include "recover/salvage_btree.h"
#include "recover/salvage_bytes.h"

namespace migext::recover {
namespace {

using sqlite::Blob;
using sqlite::Cell;
using std::string_literals::operator""s;

std::optional<Fields> Utf8(const std::string& payload) {
  return DecodeRecord(payload, TextEncoding::kUtf8);
}

TEST(SalvageRecordTest, ReadsEachTypeOfTheFileFormat) {
  // NULL, -2 in one byte, 258 in two, the constants 0 and 1, 1.5, 'ab', x'ff'
  const std::string payload = "\x09\x00\x01\x02\x08\x09\x07\x11\x0e"s + "\xfe" + "\x01\x02" +
                              "\x3f\xf8\x00\x00\x00\x00\x00\x00"s + "ab" + "\xff";

  EXPECT_EQ(Utf8(payload), (Fields{Cell(), Cell(-2), Cell(258), Cell(0), Cell(1), Cell(1.5),
                                   Cell("ab"), Cell(Blob{"\xff"})}));
}

TEST(SalvageRecordTest, ReadsTextInTheEncodingOfTheFile) {
  // "aé" and a character beyond 16 bits
  EXPECT_EQ(DecodeRecord("\x02\x1d"
                         "a\x00\xe9\x00\x3d\xd8\x00\xde"s,
                         TextEncoding::kUtf16le),
            Fields{Cell("aé😀")});
  EXPECT_EQ(DecodeRecord("\x02\x15\x00"
                         "a\x00\xe9"s,
                         TextEncoding::kUtf16be),
            Fields{Cell("aé")});
}

TEST(SalvageRecordTest, RefusesAHeaderThatLies) {
  EXPECT_EQ(Utf8(""), std::nullopt);
  EXPECT_EQ(Utf8("\x00"s), std::nullopt) << "a header is at least as long as its own length";
  EXPECT_EQ(Utf8("\x05\x01\x01"), std::nullopt) << "it ends behind the payload";
  EXPECT_EQ(Utf8("\x02\x0a"), std::nullopt) << "a type that is never written";
  EXPECT_EQ(Utf8("\x02\x11"
                 "a"),
            std::nullopt)
      << "a value that is cut off";
  EXPECT_EQ(Utf8("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff"), std::nullopt) << "a giant value";
}

TEST(SalvageRecordTest, PassesOverWhatFollowsTheLastValueAsSqliteDoes) {
  EXPECT_EQ(Utf8("\x02\x01\x07rest"), Fields{Cell(7)});
}

TEST(SalvageRecordTest, AVarintEndsWithTheBytes) {
  EXPECT_EQ(ReadVarint("\x81\x00"s, 0).value, 128U);
  EXPECT_EQ(ReadVarint("\xff\xff\xff\xff\xff\xff\xff\xff\xff", 0).value, ~std::uint64_t{0});
  EXPECT_EQ(ReadVarint("\x81", 0).length, 0U);
  EXPECT_EQ(ReadVarint("", 7).length, 0U);
}

TEST(SalvageRecordTest, NoPageAndNoCellReachesBeyondItsBytes) {
  constexpr std::size_t kUsable = 512;
  EXPECT_FALSE(BtreePage::Of("", 2, kUsable).has_value());
  EXPECT_FALSE(BtreePage::Of(std::string(kUsable, '\xa5'), 2, kUsable).has_value());
  // A leaf that announces one cell, at an offset where its payload does not fit.
  std::string bytes(kUsable, '\0');
  bytes.replace(0, 10, "\x0d\x00\x00\x00\x01\x01\xf0\x00\x01\xfc"s);
  bytes.replace(508, 4, "\x7f\x01\x02\x01"s);
  const auto page = BtreePage::Of(bytes, 2, kUsable);

  ASSERT_TRUE(page.has_value());
  EXPECT_EQ(page->cell_count(), 1U);
  EXPECT_FALSE(page->CellAt(0).has_value());
}

}  // namespace
}  // namespace migext::recover
