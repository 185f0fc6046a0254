#include "migrate/throwaway_copy.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "base/error.h"
#include "base/files.h"
#include "support/database.h"
#include "support/project_builder.h"

namespace migext::migrate {
namespace {

class ThrowawayCopyTest : public ::testing::Test {
 protected:
  ThrowawayCopyTest() { db_.Execute("CREATE TABLE t (a); INSERT INTO t VALUES (7)"); }

  std::size_t FilesThere() const { return ListFolder(folder_.root()).size(); }

  ProjectBuilder folder_;
  testing::Database db_{folder_.Path("db.sqlite3")};
  sqlite::Connection connection_ = sqlite::Connection::Borrow(db_.handle());
};

TEST_F(ThrowawayCopyTest, IsInMemoryWhereHalfOfWhatIsFreeIsEnough) {
  const std::uint64_t size = ThrowawayCopy(connection_).bytes();

  EXPECT_TRUE(ThrowawayCopy(connection_, 2 * size).is_in_memory());
  EXPECT_FALSE(ThrowawayCopy(connection_, 2 * size - 1).is_in_memory());
  EXPECT_FALSE(ThrowawayCopy(connection_, std::nullopt).is_in_memory());
}

TEST_F(ThrowawayCopyTest, NothingIsLeftOfItBesideTheDatabase) {
  const std::size_t before = FilesThere();
  {
    const ThrowawayCopy copy(connection_, 0);
    copy.connection().Run("UPDATE t SET a = 8");
    EXPECT_EQ(copy.connection().Value("SELECT a FROM t"), sqlite::Cell(8));
    EXPECT_EQ(FilesThere(), before + 1);
  }
  EXPECT_EQ(FilesThere(), before);
  EXPECT_EQ(db_.Rows("SELECT a FROM t"), "7\n");
}

TEST_F(ThrowawayCopyTest, IsRefusedWhileATransactionWrites) {
  const std::size_t before = FilesThere();
  db_.Execute("PRAGMA journal_mode = MEMORY; BEGIN; UPDATE t SET a = 8");

  EXPECT_THROW(ThrowawayCopy(connection_, 0), Error);
  EXPECT_EQ(FilesThere(), before);
}

TEST_F(ThrowawayCopyTest, HasThePageSizeAndTheEncodingOfTheDatabase) {
  testing::Database other;
  other.Execute("PRAGMA page_size = 512; PRAGMA encoding = 'UTF-16'; CREATE TABLE t (a)");
  const ThrowawayCopy copy(sqlite::Connection::Borrow(other.handle()));

  EXPECT_EQ(copy.connection().Value("PRAGMA page_size"), sqlite::Cell(512));
  EXPECT_EQ(copy.connection().Value("PRAGMA encoding"), sqlite::Cell("UTF-16le"));
}

}  // namespace
}  // namespace migext::migrate
