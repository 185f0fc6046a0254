// The rows that do not fit a run are named before its first write, and nothing is changed.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "support/loaded_database.h"
#include "support/project_builder.h"

namespace migext::surface {
namespace {

class PreflightTest : public ::testing::Test {
 protected:
  PreflightTest() {
    given_.Apps({"shop"}).Migration(
        "shop.0001_initial", {},
        "migrations.CreateModel('Item', [('id', models.BigAutoField(primary_key=True)),"
        " ('name', models.CharField(max_length=80, null=True)),"
        " ('price', models.IntegerField(null=True))])",
        "initial = True");
    db_.Execute("SELECT migrate('shop', '0001')");
  }

  PreflightTest& Then(std::string_view operations) {
    given_.Migration("shop.0002_then", {"shop.0001_initial"}, operations);
    return *this;
  }

  void Items(const std::string& values) {
    db_.Execute("INSERT INTO shop_item (id, name, price) VALUES " + values);
  }

  std::string Found(const std::string& columns = "severity, row_key, problem, object") {
    return db_.Rows("SELECT " + columns + " FROM migration_preflight('shop')");
  }

  ProjectBuilder given_;
  testing::LoadedDatabase db_{given_.Path("db.sqlite3")};
};

TEST_F(PreflightTest, AColumnThatIsToBeNotNullHasNoNull) {
  Then("migrations.AlterField('item', 'name', models.CharField(max_length=80))");
  Items("(1, 'a', 1), (2, NULL, 2), (3, NULL, 3)");

  EXPECT_EQ(Found(), "error|2|null-in-not-null|name\nerror|3|null-in-not-null|name\n");
  EXPECT_EQ(Found("table_name, detail, remedy"),
            "shop_item|\"name\" is to be NOT NULL, and is NULL in 2 rows of shop_item|"
            "UPDATE \"shop_item\" SET \"name\" = '' WHERE \"id\" = 2;\n"
            "shop_item|\"name\" is to be NOT NULL, and is NULL in 2 rows of shop_item|"
            "UPDATE \"shop_item\" SET \"name\" = '' WHERE \"id\" = 3;\n");
}

TEST_F(PreflightTest, ADefaultTakesThePlaceOfNull) {
  Then("migrations.AlterField('item', 'name', models.CharField(max_length=80, default='x'))");
  Items("(1, NULL, 1)");

  EXPECT_EQ(Found(), "");
}

TEST_F(PreflightTest, WhatIsToBeUniqueIsSo) {
  Then(
      "migrations.AlterUniqueTogether('item', {('name', 'price')}),\n"
      "migrations.AddConstraint('item', models.UniqueConstraint(fields=['price'], "
      "condition=models.Q(price__gt=5), name='dear')),\n"
      "migrations.AddConstraint('item', models.UniqueConstraint("
      "models.functions.Lower('name'), name='lowered'))");
  Items("(1, 'a', 1), (2, 'a', 1), (3, 'b', 7), (4, 'B', 7), (5, NULL, 1), (6, NULL, 1)");

  EXPECT_EQ(Found("row_key, problem, object"),
            "1|duplicate|shop_item_name_price_5c235960_uniq\n"
            "2|duplicate|shop_item_name_price_5c235960_uniq\n"
            "3|duplicate|dear\n4|duplicate|dear\n"
            "1|duplicate|lowered\n2|duplicate|lowered\n"
            "3|duplicate|lowered\n4|duplicate|lowered\n");
}

TEST_F(PreflightTest, AUniqueColumnCannotBeFilledWithOneDefault) {
  Then(
      "migrations.AddField('item', 'slug', models.CharField(max_length=9, default='x', "
      "unique=True))");
  Items("(1, 'a', 1)");
  EXPECT_EQ(Found(), "");
  Items("(2, 'b', 1)");
  EXPECT_EQ(Found(), "error|1|duplicate|slug\nerror|2|duplicate|slug\n");
}

TEST_F(PreflightTest, AChecksRowsHoldIt) {
  Then(
      "migrations.AddConstraint('item', models.CheckConstraint(condition=models.Q(price__gte=0), "
      "name='price_positive'))");
  Items("(1, 'a', 1), (2, 'b', -1), (3, 'c', NULL)");

  EXPECT_EQ(Found("row_key, problem, detail"),
            "2|check-fails|the check \"price\" >= 0 is to hold (price_positive), and fails for 1 "
            "row of shop_item\n");
}

TEST_F(PreflightTest, ALongerTextIsAWarning) {
  Then("migrations.AlterField('item', 'name', models.CharField(max_length=3, null=True))");
  Items("(1, 'long', 1)");

  EXPECT_EQ(Found(), "warning|1|too-long|name\n");
  EXPECT_EQ(db_.ErrorOf("SELECT migrate()"), "");
}

TEST_F(PreflightTest, WhatCodeDoesBeforeCannotBeTold) {
  Then(
      "migrations.RunSQL('UPDATE shop_item SET name = id', ''),\n"
      "migrations.AlterField('item', 'name', models.CharField(max_length=80, unique=True))");
  Items("(1, NULL, 1), (2, NULL, 1)");

  EXPECT_EQ(Found("severity, row_key, problem, object"),
            "info||cannot-be-told|name\ninfo||cannot-be-told|name\n");
  EXPECT_EQ(db_.ErrorOf("SELECT migrate()"), "");
}

TEST_F(PreflightTest, MigrateChangesNothingThen) {
  Then("migrations.AddField('item', 'note', models.TextField(null=True))");
  given_.Migration("shop.0003_last", {"shop.0002_then"},
                   "migrations.AlterField('item', 'name', models.CharField(max_length=80))");
  Items("(7, NULL, 1)");

  EXPECT_EQ(db_.ErrorOf("SELECT migrate('shop')"),
            "NOT NULL constraint failed: new__shop_item.name: shop.0003_last: \"name\" is to be "
            "NOT NULL, and is NULL in 1 row of shop_item; primary key 7; nothing was changed\n"
            "see SELECT table_name, row_key, problem, detail, remedy FROM "
            "migration_preflight('shop')");
  EXPECT_EQ(db_.Rows("SELECT name FROM django_migrations"), "0001_initial\n");
}

TEST_F(PreflightTest, TheWayBackDemandsToo) {
  Then(
      "migrations.AlterField('item', 'price', models.IntegerField(null=True, default=0)),\n"
      "migrations.RemoveField('item', 'name')");
  given_.Migration("shop.0003_loose", {"shop.0002_then"},
                   "migrations.AddField('item', 'code', models.CharField(max_length=9))");
  given_.Migration("shop.0004_null", {"shop.0003_loose"},
                   "migrations.AlterField('item', 'code', models.CharField(max_length=9, "
                   "null=True))");
  db_.Execute("SELECT migrate('shop')");
  db_.Execute("INSERT INTO shop_item (id, code, price) VALUES (1, NULL, 1)");

  EXPECT_EQ(db_.Rows("SELECT severity, name, row_key, problem FROM migration_preflight('shop', "
                     "'0003')"),
            "error|0004_null|1|null-in-not-null\n");
}

TEST_F(PreflightTest, WhatExistsIsNamed) {
  Then("migrations.AddField('item', 'note', models.TextField(null=True))");
  db_.Execute("ALTER TABLE shop_item ADD COLUMN note text");

  EXPECT_EQ(Found("severity, table_name, problem, object"),
            "error|shop_item|already-exists|note\n");
}

}  // namespace
}  // namespace migext::surface
