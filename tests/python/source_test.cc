#include "python/source.h"

#include <gtest/gtest.h>

#include <string>

#include "python/value.h"

namespace migext::python {
namespace {

std::string ErrorOf(const std::string& bytes, std::size_t max_bytes = Source::kMaxBytes) {
  try {
    const Source source("m.py", bytes, max_bytes);
  } catch (const Error& error) {
    return Describe(error.place()) + ": " + error.message();
  }
  return "no error";
}

TEST(SourceTest, AllLineEndsBecomeLineFeeds) {
  EXPECT_EQ(Source("m.py", "a\r\nb\rc\n\r\n").text(), "a\nb\nc\n\n");
}

TEST(SourceTest, TheByteOrderMarkIsNoPartOfTheText) {
  EXPECT_EQ(Source("m.py", "\xEF\xBB\xBFx = 1").text(), "x = 1");
}

TEST(SourceTest, ACookieInTheFirstTwoLinesNamesTheEncoding) {
  EXPECT_EQ(Source("m.py", "# -*- coding: latin-1 -*-\n'\xE9'").text(),
            "# -*- coding: latin-1 -*-\n'é'");
  EXPECT_EQ(Source("m.py", "#!python\n# vim: set fileencoding=cp1252 :\n'\x80'").text(),
            "#!python\n# vim: set fileencoding=cp1252 :\n'€'");
  EXPECT_EQ(Source("m.py", "# coding: CP1251\n'\xC6'").text(), "# coding: CP1251\n'Ж'");
}

TEST(SourceTest, ACookieBelowCodeIsOnlyAComment) {
  EXPECT_EQ(Source("m.py", "x = 1\n# coding: nonsense\n").text(), "x = 1\n# coding: nonsense\n");
}

TEST(SourceTest, AnUnknownEncodingIsPythonsSyntaxError) {
  EXPECT_EQ(ErrorOf("# coding: klingon\n"), "m.py:1:1: SyntaxError: unknown encoding: klingon");
}

TEST(SourceTest, AByteOrderMarkContradictsOtherCookies) {
  EXPECT_EQ(ErrorOf("\xEF\xBB\xBF# coding: latin-1\n"),
            "m.py:1:1: SyntaxError: encoding problem: latin-1 with BOM");
}

TEST(SourceTest, BrokenUtf8IsNamedWithItsPlace) {
  EXPECT_EQ(ErrorOf("x = 1\r\ny = '\xFF'"),
            "m.py:2:6: SyntaxError: (unicode error) 'utf-8' codec can't decode byte 0xff in "
            "position 12: invalid start byte");
  EXPECT_EQ(ErrorOf("'\xC3"),
            "m.py:1:2: SyntaxError: (unicode error) 'utf-8' codec can't decode byte 0xc3 in "
            "position 1: unexpected end of data");
  EXPECT_EQ(ErrorOf("# coding: ascii\n'\xE9'"),
            "m.py:2:2: SyntaxError: (unicode error) 'ascii' codec can't decode byte 0xe9 in "
            "position 17");
}

TEST(SourceTest, ANullByteIsRefused) {
  EXPECT_EQ(ErrorOf(std::string("x = 1\ny\0z", 9)),
            "m.py:2:2: SyntaxError: source code cannot contain null bytes");
}

TEST(SourceTest, AFileBeyondTheLimitIsRefused) {
  EXPECT_EQ(ErrorOf("x = 1\n", 5),
            "m.py:1:1: SyntaxError: the file has 6 bytes, more than the limit of 5");
}

TEST(SourceTest, ColumnsCountCharacters) {
  const Source source("m.py", "x\né = ü + y\n");

  EXPECT_EQ(source.PlaceAt(source.text().find('y')), (Place{"m.py", 2, 9, "é = ü + y"}));
  EXPECT_EQ(source.PlaceAt(1000), (Place{"m.py", 3, 1, ""}));
}

TEST(SourceTest, APositionTellsItsPlaceOnDemand) {
  const Source source("m.py", "x\ny\n");

  EXPECT_EQ(Describe(Position{&source, 2}.ToPlace()), "m.py:2:1");
  EXPECT_EQ(Position{}.ToPlace(), Place{});
}

}  // namespace
}  // namespace migext::python
