#include "sqlite/connection.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "sqlite/function.h"
#include "support/database.h"

namespace migext::sqlite {
namespace {

class ConnectionTest : public ::testing::Test {
 protected:
  testing::Database given;
  Connection db = Connection::Borrow(given.handle());
};

TEST_F(ConnectionTest, EveryKindOfValueSurvivesTheWayThroughAStatement) {
  const Blob blob{std::string("\0\xff", 2)};
  Statement select = db.Prepare("SELECT ?, ?, ?, ?, ?");
  select.Bind({std::nullopt, -7, 1.5, "caf\xc3\xa9", blob});

  ASSERT_TRUE(select.Step());

  EXPECT_TRUE(select.row().Get(0).IsNull());
  EXPECT_EQ(select.row().Get(1), Cell(-7));
  EXPECT_EQ(select.row().Get(2), Cell(1.5));
  EXPECT_EQ(select.row().Get(3), Cell("caf\xc3\xa9"));
  EXPECT_EQ(select.row().Get(4), Cell(blob));
}

TEST_F(ConnectionTest, RowsAreWalkedInOrder) {
  std::string seen;
  Statement select = db.Prepare("VALUES ('a'), ('b'), ('c')");

  for (const Row row : select) seen += row.Text(0);

  EXPECT_EQ(seen, "abc");
}

TEST_F(ConnectionTest, AScriptRunsEveryStatementAndEndsAtComments) {
  db.Execute(
      "CREATE TABLE t(a); -- one\nINSERT INTO t VALUES (1);\nINSERT INTO t VALUES (2); -- end");

  EXPECT_EQ(given.Rows("SELECT sum(a) FROM t"), "3\n");
}

TEST_F(ConnectionTest, AFailureSaysWhatSqliteSays) {
  try {
    db.Run("SELECT nosuch FROM nowhere");
    FAIL();
  } catch (const DatabaseError& error) {
    EXPECT_STREQ(error.what(), "no such table: nowhere");
  }
}

TEST_F(ConnectionTest, AStatementWithoutTextIsRefused) {
  EXPECT_THROW(db.Prepare("  -- nothing"), Error);
}

TEST_F(ConnectionTest, TheValueOfNoRowsIsNull) {
  EXPECT_TRUE(db.Value("SELECT 1 WHERE 0").IsNull());
}

TEST_F(ConnectionTest, TablesAreFoundInAnyCase) {
  db.Run("CREATE TABLE Django_Migrations(id)");

  EXPECT_TRUE(db.HasTable("django_migrations"));
  EXPECT_FALSE(db.HasTable("django"));
}

TEST_F(ConnectionTest, AFileThatIsNoDatabaseGivesAnErrorWithAWayOut) {
  const std::string path = ::testing::TempDir() + "/no_database.sqlite3";
  std::ofstream(path) << std::string(4096, 'x');
  const Connection broken = Connection::Open(path, OpenMode::kReadOnly);

  try {
    broken.HasTable("t");
    FAIL();
  } catch (const DatabaseError& error) {
    EXPECT_TRUE(error.IsDamage());
    EXPECT_STREQ(error.what(), "file is not a database; open the right file, or restore a backup");
  }
  std::remove(path.c_str());
}

TEST_F(ConnectionTest, FunctionsAndModulesAreListed) {
  const std::set<std::string> names = KnownNames(db);

  EXPECT_TRUE(names.contains("abs"));
  EXPECT_TRUE(names.contains("json_each"));
  EXPECT_FALSE(names.contains("nosuch"));
}

TEST(CellTest, SqlTextCanBePastedBack) {
  EXPECT_EQ(Cell().ToSql(), "NULL");
  EXPECT_EQ(Cell("it's").ToSql(), "'it''s'");
  EXPECT_EQ(Cell(2.0).ToSql(), "2.0");
  EXPECT_EQ(Cell(Blob{"\x01\xfe"}).ToSql(), "x'01fe'");
}

}  // namespace
}  // namespace migext::sqlite
