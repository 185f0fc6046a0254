// The -journal beside a database file: a header that SQLite would not play is none.
#include "sqlite/rollback_journal.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>

#include "base/byte_file.h"
#include "sqlite/file_view.h"
#include "support/project_builder.h"

namespace migext::sqlite {
namespace {

class RollbackJournalTest : public ::testing::Test {
 protected:
  /// A journal of no record.
  void Given(std::uint32_t original_pages, std::uint32_t sector, std::uint32_t page_size) {
    std::string bytes("\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", 8);
    bytes.resize(512, '\0');
    PutBigEndian32(bytes, 16, original_pages);
    PutBigEndian32(bytes, 20, sector);
    PutBigEndian32(bytes, 24, page_size);
    folder_.File("db-journal", bytes);
  }

  RollbackJournal Read() const { return RollbackJournal::Read(folder_.Path("db-journal")); }

  ProjectBuilder folder_;
};

TEST_F(RollbackJournalTest, SizesThatSqliteWritesArePlayable) {
  Given(3, 512, 1024);
  EXPECT_EQ(Read().state, JournalState::kPlayable);
  EXPECT_EQ(Read().page_size, 1024U);
  EXPECT_EQ(Read().original_pages, 3U);
}

TEST_F(RollbackJournalTest, SizesThatNoDatabaseHasMakeItForeign) {
  constexpr std::uint32_t kMost = 0xffffffff;
  for (const auto& [sector, page_size] : {std::pair{512U, kMost}, std::pair{kMost, 1024U},
                                          std::pair{512U, 1000U}, std::pair{0U, 1024U}}) {
    Given(kMost, sector, page_size);
    EXPECT_EQ(Read().state, JournalState::kForeign) << sector << ", " << page_size;
    EXPECT_EQ(Read().page_size, 0U);
    EXPECT_EQ(Read().original_pages, 0U);
  }
}

TEST_F(RollbackJournalTest, AForeignOneLiesOverNoPage) {
  Given(0xffffffff, 512, 0xffffffff);
  const ReadBytes read = [](std::int64_t /*offset*/, std::size_t count) {
    return std::string(count, '\0');
  };
  EXPECT_EQ(FileView::After(folder_.Path("db"), 2048, false, read).size(), 2048);
}

}  // namespace
}  // namespace migext::sqlite
