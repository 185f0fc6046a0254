#include "migrate/table_contents.h"

#include <gtest/gtest.h>

#include <string>

#include "support/database.h"

namespace migext::migrate {
namespace {

class TableContentsTest : public ::testing::Test {
 protected:
  /// What differs after the script.
  std::string After(const std::string& script) {
    const auto connection = sqlite::Connection::Borrow(db_.handle());
    const DatabaseContents before = ReadContents(connection);
    db_.Execute(script);
    std::string lines;
    for (const TableDifference& table : Compare(before, ReadContents(connection))) {
      lines += table.table + ": " + table.What() + "\n";
    }
    return lines;
  }

  testing::Database db_;
};

TEST_F(TableContentsTest, AValueOfAnotherTypeIsAnotherValue) {
  db_.Execute("CREATE TABLE t (id integer PRIMARY KEY, a, b); INSERT INTO t VALUES (1, '1', 0.1)");

  EXPECT_EQ(After("UPDATE t SET a = 1"), "t: 1 row as before; other values in a\n");
  EXPECT_EQ(After("UPDATE t SET b = 0.10000000000000002"),
            "t: 1 row as before; other values in b\n");
}

TEST_F(TableContentsTest, NeitherOrderOfRowsNorOfColumnsCounts) {
  db_.Execute("CREATE TABLE t (id text PRIMARY KEY, a); INSERT INTO t VALUES ('x', 1), ('y', 2)");

  EXPECT_EQ(After("CREATE TABLE n (a, id text PRIMARY KEY); INSERT INTO n SELECT a, id FROM t "
                  "ORDER BY id DESC; DROP TABLE t; ALTER TABLE n RENAME TO t"),
            "");
}

TEST_F(TableContentsTest, PartsOfATableAreNamed) {
  db_.Execute("CREATE TABLE t (id integer PRIMARY KEY, a); CREATE INDEX i ON t (a)");

  EXPECT_EQ(After("ALTER TABLE t ADD COLUMN level integer NOT NULL DEFAULT 0; DROP INDEX i"),
            "t: 0 rows as before; new: column level integer NOT NULL DEFAULT 0; "
            "gone: index i: CREATE INDEX i ON t (a)\n");
}

TEST_F(TableContentsTest, ATableThatHoldsWhatAnotherDidIsThatOne) {
  db_.Execute("CREATE TABLE t (id integer PRIMARY KEY); INSERT INTO t VALUES (1), (2)");

  EXPECT_EQ(After("ALTER TABLE t RENAME TO u; CREATE TABLE v (a)"),
            "t: now u, with 2 rows\nv: new, with 0 rows\n");
}

TEST_F(TableContentsTest, RowsThatComeOrGoAreCounted) {
  db_.Execute("CREATE TABLE t (id integer PRIMARY KEY, a); INSERT INTO t VALUES (1, 'a')");

  EXPECT_EQ(After("INSERT INTO t VALUES (2, 'b')"), "t: 2 rows, were 1\n");
  EXPECT_EQ(After("DROP TABLE t"), "t: gone, with 2 rows\n");
}

TEST_F(TableContentsTest, WhatMigextAndSqliteKeepDoesNotCount) {
  EXPECT_EQ(After("CREATE TABLE migext_kept_1 (a); CREATE TABLE t (id integer PRIMARY KEY "
                  "AUTOINCREMENT); DROP TABLE t"),
            "");
}

}  // namespace
}  // namespace migext::migrate
