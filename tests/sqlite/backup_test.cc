#include "sqlite/backup.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string_view>

#include "support/database.h"

namespace migext::sqlite {
namespace {

struct CopyDatabaseTest : ::testing::Test {
  CopyDatabaseTest() {
    // More pages than are copied in one step.
    source.Execute(
        "PRAGMA page_size = 512; CREATE TABLE t(a); INSERT INTO t WITH RECURSIVE c(x) AS (SELECT 1 "
        "UNION ALL SELECT x + 1 FROM c LIMIT 3000) SELECT zeroblob(500) FROM c");
  }

  /// Where the copy asks whether it was interrupted, it is; counts how often.
  void InterruptAtPause(int& pauses) {
    sqlite3_trace_v2(
        source.handle(), SQLITE_TRACE_STMT,
        [](unsigned, void* count, void* statement, void*) {
          auto* const running = static_cast<sqlite3_stmt*>(statement);
          if (std::string_view(sqlite3_sql(running)) != "SELECT 1") return 0;
          ++*static_cast<int*>(count);
          sqlite3_interrupt(sqlite3_db_handle(running));
          return 0;
        },
        &pauses);
  }

  testing::Database source;
  testing::Database target;
  Connection from = Connection::Borrow(source.handle());
  Connection to = Connection::Borrow(target.handle());
};

TEST_F(CopyDatabaseTest, EveryRowComesAlong) {
  CopyDatabase(from, to);
  EXPECT_EQ(target.Rows("SELECT count(*), sum(length(a)) FROM t"), "3000|1500000\n");
}

TEST_F(CopyDatabaseTest, AnInterruptionOfTheSourceEndsIt) {
  // An interruption lasts until the statements that run have come to their end.
  Statement caller = from.Prepare("SELECT 1 UNION ALL SELECT 2");
  caller.Step();
  int pauses = 0;
  InterruptAtPause(pauses);
  try {
    CopyDatabase(from, to);
    FAIL() << "it came to its end";
  } catch (const DatabaseError& error) {
    EXPECT_TRUE(error.IsInterrupt()) << error.what();
  }
  EXPECT_GT(pauses, 0);
  EXPECT_EQ(target.Rows("SELECT count(*) FROM sqlite_master"), "0\n");
}

TEST_F(CopyDatabaseTest, ASchemaThatCannotBeReadIsCopiedAsItIs) {
  source.Execute(
      "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = 'CREATE TABLE nonsense'; PRAGMA "
      "writable_schema = OFF; PRAGMA writable_schema = RESET");
  ASSERT_NE(source.ErrorOf("SELECT 1 FROM sqlite_master"), "");
  CopyDatabase(from, to);
  target.Execute("PRAGMA writable_schema = ON");
  EXPECT_EQ(target.Rows("SELECT sql FROM sqlite_master"), "CREATE TABLE nonsense\n");
}

TEST_F(CopyDatabaseTest, ATransactionThatWritesIsCommittedFirst) {
  source.Execute("BEGIN; INSERT INTO t VALUES (1)");
  try {
    CopyDatabase(from, to);
    FAIL() << "it came to its end";
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.message(),
              "the database cannot be copied while a transaction writes to it: COMMIT or ROLLBACK "
              "first");
  }
}

}  // namespace
}  // namespace migext::sqlite
