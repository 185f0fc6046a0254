#include "sqlite/raw_file.h"

#include <gtest/gtest.h>

#include "support/database.h"
#include "support/project_builder.h"

namespace migext::sqlite {
namespace {

TEST(RawFileTest, ReadsTheBytesOfTheFileUpToItsEnd) {
  ProjectBuilder folder;
  testing::Database database(folder.Path("db.sqlite3"));
  database.Execute("PRAGMA page_size = 512; CREATE TABLE t(a)");
  const Connection db = Connection::Borrow(database.handle());

  const auto file = RawFile::Of(db);

  ASSERT_TRUE(file.has_value());
  EXPECT_EQ(file->Size(), 1024);
  EXPECT_EQ(file->Read(0, 15), "SQLite format 3");
  EXPECT_EQ(file->Read(1000, 100).size(), 24U);
  EXPECT_EQ(file->Read(1024, 1), "");
}

TEST(RawFileTest, ReadsWhatIsNoDatabase) {
  ProjectBuilder folder;
  folder.File("db.sqlite3", "nothing of the kind");
  testing::Database database(folder.Path("db.sqlite3"));
  const Connection db = Connection::Borrow(database.handle());

  EXPECT_EQ(RawFile::Of(db)->Read(0, 100), "nothing of the kind");
}

TEST(RawFileTest, IsNotThereInMemory) {
  testing::Database database;
  EXPECT_FALSE(RawFile::Of(Connection::Borrow(database.handle())).has_value());
}

}  // namespace
}  // namespace migext::sqlite
