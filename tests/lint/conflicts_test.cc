// What a pending migration meets in the tables that are there.
#include "lint/lint_test.h"

namespace migext::lint {
namespace {

class ConflictTest : public LintTest {
 public:
  ConflictTest() {
    Shop();
    db_.Execute(
        "INSERT INTO shop_item (id, name, price) VALUES (1, 'a', 1), (2, 'b', 2);"
        "INSERT INTO shop_sale (item_id) VALUES (1), (2), (NULL)");
  }
};

// ---- Names

TEST_F(ConflictTest, ARenameOntoAColumnThatIsThereFails) {
  Then("migrations.RenameField('item', 'price', 'cost')");
  EXPECT_EQ(Found("already-exists"), "");

  db_.Execute("ALTER TABLE shop_item ADD COLUMN Cost integer");
  EXPECT_EQ(Found("already-exists"),
            "error shop.0002_then@0: Rename field price on item to cost: shop_item.cost exists "
            "(duplicate column name: cost)\n");
}

TEST_F(ConflictTest, ARenameThatRebuildsTheTableWritesOverTheColumnThatIsThere) {
  Then("migrations.RenameField('sale', 'item', 'thing')");
  EXPECT_EQ(Found("already-exists"), "");

  db_.Execute("ALTER TABLE shop_sale ADD COLUMN thing_id integer");
  EXPECT_EQ(Found("already-exists"),
            "error shop.0002_then@0: Rename field item on sale to thing: shop_sale.thing_id exists "
            "(duplicate column name: thing_id)\n");
}

TEST_F(ConflictTest, AColumnThatTheRunRemovesIsInNoWay) {
  db_.Execute("ALTER TABLE shop_item ADD COLUMN old integer");
  given_.Migration("shop.0002_old", {"shop.0001_initial"},
                   "migrations.AddField('item', 'old', models.IntegerField(null=True))");
  given_.Migration("shop.0003_new", {"shop.0002_old"},
                   "migrations.RemoveField('item', 'old'),\n"
                   "migrations.RenameField('item', 'price', 'old'),\n"
                   "migrations.RenameField('item', 'name', 'price'),\n"
                   "migrations.AddField('item', 'name', models.IntegerField(null=True))");
  Applied("shop.0002_old");

  EXPECT_EQ(Found("already-exists"), "");
}

TEST_F(ConflictTest, AColumnThatIsAddedInsideOfAnotherOperationIsSeenToo) {
  Then(
      "migrations.SeparateDatabaseAndState(database_operations=["
      "migrations.AddField('item', 'code', models.IntegerField(null=True))])");
  EXPECT_EQ(Found("already-exists"), "");

  db_.Execute("ALTER TABLE shop_item ADD COLUMN code integer");
  EXPECT_EQ(Found("already-exists"),
            "error shop.0002_then@0: Custom state/database change combination: shop_item.code "
            "exists (duplicate column name: code)\n");
}

TEST_F(ConflictTest, AnAddedColumnThatIsThereIsToldOnce) {
  db_.Execute("ALTER TABLE shop_item ADD COLUMN code integer");
  Then("migrations.AddField('item', 'code', models.IntegerField(default=1))");

  EXPECT_EQ(Found("already-exists"),
            "error shop.0002_then@0: Add field code to item: shop_item.code exists (duplicate "
            "column name: code)\n");
}

TEST_F(ConflictTest, WhatSqlLeavesOfTheSchemaIsNotKnown) {
  db_.Execute("ALTER TABLE shop_item ADD COLUMN cost integer");
  Then(
      "migrations.RunSQL('ALTER TABLE shop_item DROP COLUMN cost', ''),\n"
      "migrations.RenameField('item', 'price', 'cost')");

  EXPECT_EQ(Found("already-exists"), "");
}

// ---- Foreign keys

TEST_F(ConflictTest, TheDefaultOfANewForeignKeyIsThere) {
  Then(
      "migrations.AddField('sale', 'other', models.ForeignKey('shop.Item', models.CASCADE, "
      "default=2))");
  EXPECT_EQ(Found("orphan-rows"), "");

  Then(
      "migrations.AddField('sale', 'other', models.ForeignKey('shop.Item', models.CASCADE, "
      "default=7))");
  EXPECT_EQ(Found("orphan-rows"),
            "error shop.0002_then@0: fills shop_sale.other_id with 7 in 3 rows, and shop_item has "
            "no such row\n");
}

TEST_F(ConflictTest, AParentThatTheRunMakesHasNoRowsYet) {
  const std::string make =
      "migrations.CreateModel('Tag', [('id', models.AutoField(primary_key=True))]),\n";
  const std::string add =
      "migrations.AddField('sale', 'tag', models.ForeignKey('shop.Tag', models.CASCADE, "
      "default=1))";
  Then(make + add);
  EXPECT_EQ(Found("orphan-rows"),
            "error shop.0002_then@1: fills shop_sale.tag_id with 1 in 3 rows, and shop_tag has no "
            "such row\n");

  Then(make + "migrations.RunSQL('INSERT INTO shop_tag VALUES (1)', ''),\n" + add);
  EXPECT_EQ(Found("orphan-rows"), "");
}

TEST_F(ConflictTest, CodeBehindANewForeignKeyMayMakeItsParent) {
  Then(
      "migrations.CreateModel('Tag', [('id', models.AutoField(primary_key=True))]),\n"
      "migrations.AddField('sale', 'tag', models.ForeignKey('shop.Tag', models.CASCADE, "
      "default=1)),\n"
      "migrations.RunSQL('INSERT INTO shop_tag VALUES (1)', '')");

  EXPECT_EQ(Found("orphan-rows"),
            "warning shop.0002_then@1: fills shop_sale.tag_id with 1 in 3 rows, and shop_tag has "
            "no such row; code behind it may mend that\n");
}

TEST_F(ConflictTest, ValuesThatBecomeAForeignKeyHaveTheirParents) {
  Then(
      "migrations.AlterField('item', 'price', models.ForeignKey('shop.Sale', models.CASCADE, "
      "null=True, db_column='price'))");
  EXPECT_EQ(Found("orphan-rows"), "");

  db_.Execute("UPDATE shop_item SET price = price + 40");
  EXPECT_EQ(Found("orphan-rows"),
            "error shop.0002_then@0: shop_item.price is to point at shop_sale, which has no such "
            "row for 2 rows\n");

  Then(
      "migrations.AlterField('item', 'price', models.ForeignKey('shop.Sale', models.CASCADE, "
      "null=True, db_column='price', db_constraint=False))");
  EXPECT_EQ(Found("orphan-rows"), "");
}

TEST_F(ConflictTest, ARenamedParentKeepsItsChildren) {
  db_.Execute("DELETE FROM shop_item WHERE id = 2");
  Then("migrations.RenameModel('Item', 'Product')");

  EXPECT_EQ(Found("orphan-rows"),
            "error shop.0002_then: 1 row of shop_sale points at a row of shop_item that is not "
            "there\n");
}

// ---- Values

TEST_F(ConflictTest, OneDefaultIsUniqueInOneRowAtMost) {
  Then("migrations.AddField('item', 'code', models.IntegerField(default=1, unique=True))");
  EXPECT_EQ(Found("duplicate-rows").substr(0, 72),
            "error shop.0002_then@0: \"code\" is to be unique (code), and is not in 2 r");

  db_.Execute("DELETE FROM shop_sale; DELETE FROM shop_item WHERE id = 2");
  EXPECT_EQ(Found("duplicate-rows"), "");
}

}  // namespace
}  // namespace migext::lint
