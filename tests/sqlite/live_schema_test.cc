#include "sqlite/live_schema.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "support/database.h"

namespace migext::sqlite {
namespace {

class LiveSchemaTest : public ::testing::Test {
 protected:
  LiveSchema Read() { return LiveSchema::Read(Connection::Borrow(given.handle())); }

  testing::Database given;
};

TEST_F(LiveSchemaTest, ColumnsHaveTypeNullDefaultAndKey) {
  given.Execute(
      "CREATE TABLE t(id integer PRIMARY KEY AUTOINCREMENT, name varchar(80) NOT NULL DEFAULT 'x' "
      "COLLATE nocase, twice AS (id * 2) STORED)");

  const LiveSchema live = Read();
  const LiveTable& table = *live.FindTable("T");

  EXPECT_TRUE(table.autoincrement);
  EXPECT_EQ(table.FindColumn("ID")->primary_key, 1);
  EXPECT_EQ(table.FindColumn("name")->type, "varchar(80)");
  EXPECT_TRUE(table.FindColumn("name")->not_null);
  EXPECT_EQ(table.FindColumn("name")->default_sql, "'x'");
  EXPECT_EQ(table.FindColumn("name")->collation, "nocase");
  EXPECT_EQ(table.FindColumn("twice")->kind, ColumnKind::kGeneratedStored);
  EXPECT_EQ(table.FindColumn("nosuch"), nullptr);
}

TEST_F(LiveSchemaTest, IndexesHaveTheirColumnsInOrder) {
  given.Execute(
      "CREATE TABLE t(a, b UNIQUE, c); CREATE INDEX i ON t(c DESC, lower(a)) WHERE a > 0");

  const LiveSchema live = Read();
  const LiveTable& table = *live.FindTable("t");

  ASSERT_EQ(table.indexes.size(), 2U);
  EXPECT_EQ(table.indexes[0].origin, LiveIndexOrigin::kUniqueConstraint);
  EXPECT_TRUE(table.indexes[0].unique);
  const LiveIndex& index = *live.FindIndex("I");
  EXPECT_EQ(index.Columns(), (std::vector<std::string>{"c", ""}));
  EXPECT_TRUE(index.parts[0].descending);
  EXPECT_TRUE(index.partial);
  EXPECT_EQ(index.sql, "CREATE INDEX i ON t(c DESC, lower(a)) WHERE a > 0");
}

TEST_F(LiveSchemaTest, ForeignKeysStayInTheOrderWritten) {
  given.Execute(
      "CREATE TABLE t(a REFERENCES u(x) ON DELETE CASCADE, b REFERENCES v, FOREIGN KEY (a, b) "
      "REFERENCES w(p, q))");

  const LiveSchema live = Read();
  const auto& keys = live.FindTable("t")->foreign_keys;

  ASSERT_EQ(keys.size(), 3U);
  EXPECT_EQ(keys[0].table, "u");
  EXPECT_EQ(keys[0].on_delete, "CASCADE");
  EXPECT_EQ(keys[1].to, (std::vector<std::string>{""}));
  EXPECT_EQ(keys[2].columns, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(keys[2].to, (std::vector<std::string>{"p", "q"}));
}

TEST_F(LiveSchemaTest, ViewsAndTriggersAreKeptAsText) {
  given.Execute(
      "CREATE TABLE t(a); CREATE VIEW v AS SELECT * FROM nosuch;"
      "CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END");

  const LiveSchema live = Read();

  EXPECT_EQ(live.FindView("V")->sql, "CREATE VIEW v AS SELECT * FROM nosuch");
  EXPECT_EQ(live.triggers()[0].table, "t");
}

TEST_F(LiveSchemaTest, StrangeNamesAreFound) {
  const std::string name = "it's \"a\" ]`;-- table\n\xf0\x9f\x90\x98";
  given.Execute("CREATE TABLE " + SqlIdentifier(name) + "(\"\" UNIQUE, \"a b\" CHECK (1))");

  const LiveSchema live = Read();

  ASSERT_NE(live.FindTable(name), nullptr);
  EXPECT_EQ(live.FindTable(name)->columns.size(), 2U);
  EXPECT_EQ(live.FindTable(name)->indexes.size(), 1U);
}

TEST_F(LiveSchemaTest, AVirtualTableWithoutItsModuleDoesNotHideTheOthers) {
  given.Execute(
      "CREATE TABLE t(a); PRAGMA writable_schema = ON;"
      "INSERT INTO sqlite_master VALUES ('table', 'gone', 'gone', 0,"
      " 'CREATE VIRTUAL TABLE gone USING nosuch(x)'); PRAGMA writable_schema = RESET");

  const LiveSchema live = Read();

  EXPECT_EQ(live.FindTable("gone")->error, "no such module: nosuch");
  EXPECT_EQ(live.FindTable("t")->columns.size(), 1U);
}

TEST_F(LiveSchemaTest, ABrokenSchemaIsAnError) {
  given.Execute(
      "CREATE TABLE t(a); PRAGMA writable_schema = ON;"
      "UPDATE sqlite_master SET sql = 'CREATE TABLE t(a' WHERE name = 't'");
  given.ErrorOf("PRAGMA writable_schema = RESET");

  EXPECT_THROW(Read(), DatabaseError);
}

}  // namespace
}  // namespace migext::sqlite
