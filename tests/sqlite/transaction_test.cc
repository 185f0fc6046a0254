#include "sqlite/transaction.h"

#include <gtest/gtest.h>

#include "support/database.h"

namespace migext::sqlite {
namespace {

class TransactionTest : public ::testing::Test {
 protected:
  TransactionTest() {
    given.Execute("PRAGMA foreign_keys = ON; CREATE TABLE t(a); INSERT INTO t VALUES (1), (2)");
  }

  testing::Database given;
  Connection db = Connection::Borrow(given.handle());
};

TEST_F(TransactionTest, WorkThatIsNotReleasedIsUndone) {
  {
    const Savepoint savepoint(db);
    db.Run("DELETE FROM t");
  }

  EXPECT_EQ(given.Rows("SELECT count(*) FROM t"), "2\n");
  EXPECT_TRUE(db.IsAutocommit());
}

TEST_F(TransactionTest, TheCallersTransactionStaysOpen) {
  db.Run("BEGIN");
  db.Run("INSERT INTO t VALUES (3)");
  {
    Savepoint kept(db);
    db.Run("INSERT INTO t VALUES (4)");
    kept.Release();
    const Savepoint dropped(db);
    db.Run("DELETE FROM t");
  }

  EXPECT_FALSE(db.IsAutocommit());
  EXPECT_EQ(given.Rows("SELECT count(*) FROM t"), "4\n");
}

TEST_F(TransactionTest, ForeignKeysCanBeSwitchedOffInsideATransaction) {
  db.Run("BEGIN");
  {
    const ScopedForeignKeysOff off(db);
    EXPECT_EQ(given.Rows("PRAGMA foreign_keys"), "0\n");
  }
  EXPECT_EQ(given.Rows("PRAGMA foreign_keys"), "1\n");
}

TEST_F(TransactionTest, NothingIsInTheWayOfACallWithoutTables) {
  Statement caller = db.Prepare("SELECT abs(1)");
  ASSERT_TRUE(caller.Step());

  EXPECT_TRUE(StatementsInTheWay(db).empty());
}

TEST_F(TransactionTest, NothingIsInTheWayInsideATransactionEither) {
  db.Run("BEGIN IMMEDIATE");
  db.Run("INSERT INTO t VALUES (3)");
  Statement caller = db.Prepare("SELECT abs(1)");
  ASSERT_TRUE(caller.Step());

  EXPECT_TRUE(StatementsInTheWay(db).empty());
}

TEST_F(TransactionTest, AStatementThatReadsIsNamed) {
  Statement reader = db.Prepare("SELECT a\nFROM t");
  ASSERT_TRUE(reader.Step());

  try {
    RequireAlone(db, "fake_apply");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "fake_apply() works only when it is called alone, and a statement is still "
                 "reading: SELECT a FROM t; finish that statement first and type SELECT "
                 "fake_apply(…) without FROM");
  }
}

TEST_F(TransactionTest, AVirtualTableIsAReaderInsideATransactionToo) {
  db.Run("BEGIN");
  Statement reader = db.Prepare("SELECT value FROM json_each('[1, 2]')");
  ASSERT_TRUE(reader.Step());

  EXPECT_EQ(StatementsInTheWay(db).size(), 1U);
}

}  // namespace
}  // namespace migext::sqlite
