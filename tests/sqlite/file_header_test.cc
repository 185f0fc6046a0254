#include "sqlite/file_header.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

namespace migext::sqlite {
namespace {

std::string Golden(const std::string& state) {
  std::ostringstream bytes;
  bytes << std::ifstream(std::string(MIGEXT_TEST_DATA) + "/golden/blog/db/" + state + ".sqlite3",
                         std::ios::binary)
               .rdbuf();
  return bytes.str();
}

ReadBytes BytesOf(const std::string& file) {
  return [&file](std::int64_t offset, std::size_t count) {
    const auto at = static_cast<std::size_t>(offset);
    return at < file.size() ? file.substr(at, count) : std::string();
  };
}

std::string FaultsOf(const std::string& file) {
  std::string text;
  for (const HeaderFault& fault : FileHeader(file).Faults(static_cast<std::int64_t>(file.size()))) {
    text += fault.field + ": " + fault.detail + (fault.refused ? " (refused)\n" : "\n");
  }
  return text;
}

std::string With(std::string file, std::size_t offset, const std::string& bytes) {
  return file.replace(offset, bytes.size(), bytes);
}

TEST(FileHeaderTest, ASoundHeaderHasNoFault) {
  const std::string file = Golden("at_0003");
  const FileHeader header(file);
  EXPECT_EQ(FaultsOf(file), "");
  EXPECT_EQ(header.PageSize(), 1024U);
  EXPECT_EQ(header.PageCount(), 71U);
  EXPECT_EQ(header.EncodingName(), "UTF-8");
  EXPECT_EQ(header.WriterVersion(), "3.40.1");
}

TEST(FileHeaderTest, EachFieldIsHeldToItsRange) {
  const std::string file = Golden("at_0003");
  EXPECT_EQ(FaultsOf(With(file, 0, "X")),
            "magic: the file does not begin with 'SQLite format 3' (refused)\n");
  EXPECT_EQ(FaultsOf(With(file, 16, "\x03\x01")),
            "page size: 769 is no power of two from 512 to 65536 (refused)\n");
  EXPECT_EQ(FaultsOf(With(file, 19, "\x07")), "read version: 7 is neither 1 nor 2 (refused)\n");
  EXPECT_EQ(FaultsOf(With(file, 18, "\x07")),
            "write version: 7 is neither 1 nor 2: nothing can be written\n");
  EXPECT_EQ(FaultsOf(With(file, 21, "A")),
            "payload fractions: bytes 21 to 23 are not 64, 32, 32 (refused)\n");
  EXPECT_EQ(FaultsOf(With(file, 47, "\x05")), "schema format: 5 is none of 1 to 4 (refused)\n");
  EXPECT_EQ(FaultsOf(With(file, 59, "\x05")), "text encoding: 5 is none of 1 to 3\n");
  EXPECT_EQ(FaultsOf(With(file, 39, "\x09")),
            "freelist: it begins at page 0 and has 9 pages; that cannot be\n");
  EXPECT_EQ(FaultsOf(With(file, 80, "x")), "reserved for expansion: bytes 72 to 91 are not zero\n");
  EXPECT_EQ(FaultsOf(file.substr(0, file.size() - 1)),
            "page count: 71 pages are promised, 70 are there (refused)\n");
}

TEST(FileHeaderTest, AHeaderIsMadeOfWhatThePagesLookLike) {
  for (const std::string state : {"at_0003", "at_0002", "all_applied"}) {
    const std::string file = Golden(state);
    const std::string garbage = With(file, 0, std::string(FileHeader::kSize, '\xa5'));
    const auto size = static_cast<std::int64_t>(file.size());
    const FileHeader mended(MendedHeader(FileHeader(garbage), size, BytesOf(garbage)));
    EXPECT_EQ(mended.PageSize(), FileHeader(file).PageSize()) << state;
    EXPECT_EQ(mended.Faults(size).size(), 0U) << state;
  }
}

TEST(FileHeaderTest, NoHeaderIsMadeForWhatLooksLikeNoDatabase) {
  const std::string file(8192, '\xa5');
  EXPECT_EQ(MendedHeader(FileHeader(file), 8192, BytesOf(file)), "");
  EXPECT_EQ(MendedHeader(FileHeader(""), 0, BytesOf("")), "");
}

}  // namespace
}  // namespace migext::sqlite
