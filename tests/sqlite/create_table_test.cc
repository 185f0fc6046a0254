#include "sqlite/create_table.h"

#include <gtest/gtest.h>

namespace migext::sqlite {
namespace {

std::string Shown(const CreateTable& table) {
  constexpr const char* kKinds[] = {"primary key", "unique", "check", "foreign key"};
  std::string out;
  for (const LiveConstraint& constraint : table.constraints) {
    out += std::string(kKinds[static_cast<int>(constraint.kind)]) + " '" + constraint.name + "'";
    for (const std::string& column : constraint.columns) out += " " + column;
    if (!constraint.expression.empty()) out += " (" + constraint.expression + ")";
    if (constraint.deferred) out += " deferred";
    out += "\n";
  }
  return out;
}

TEST(CreateTableTest, NamesTheConstraintsThatDjangoWrites) {
  const CreateTable table = ReadCreateTable(
      R"(CREATE TABLE "blog_rating" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,)"
      R"( "level" integer unsigned NOT NULL CHECK ("level" >= 0),)"
      R"( "post_id" bigint NOT NULL REFERENCES "blog_post" ("id") DEFERRABLE INITIALLY DEFERRED,)"
      R"( CONSTRAINT "one_each" UNIQUE ("post_id", "level"),)"
      R"( CONSTRAINT "in_range" CHECK (("level" >= 1 AND "level" <= 5))))");

  EXPECT_EQ(Shown(table),
            "primary key '' id\n"
            "check '' level (\"level\" >= 0)\n"
            "foreign key '' post_id deferred\n"
            "unique 'one_each' post_id level\n"
            "check 'in_range' ((\"level\" >= 1 AND \"level\" <= 5))\n");
  EXPECT_TRUE(table.autoincrement);
}

TEST(CreateTableTest, ReadsTheOddSpellingsThatSqliteAllows) {
  const CreateTable table = ReadCreateTable(
      "create table [a b](`check` text collate nocase default (1 + (2)) -- , check (x)\n"
      ", 'c' constraint n1 check(c like '%)(%') /* , */, primary key (c desc, `check`)\n"
      "constraint fk foreign key (c) references other) without rowid, strict");

  EXPECT_EQ(Shown(table),
            "check 'n1' c (c like '%)(%')\n"
            "primary key '' c check\n"
            "foreign key 'fk' c\n");
  EXPECT_EQ(table.collations.size(), 1U);
  EXPECT_TRUE(table.without_rowid);
  EXPECT_TRUE(table.strict);
}

TEST(CreateTableTest, TextThatBreaksOffGivesWhatIsThere) {
  EXPECT_EQ(Shown(ReadCreateTable("CREATE TABLE t(a CHECK (a > ")), "check '' a (a > )\n");
  EXPECT_EQ(Shown(ReadCreateTable("CREATE TABLE t(a CONSTRAINT")), "");
  EXPECT_EQ(Shown(ReadCreateTable("")), "");
  EXPECT_EQ(Shown(ReadCreateTable("CREATE TABLE t(\"a")), "");
}

}  // namespace
}  // namespace migext::sqlite
