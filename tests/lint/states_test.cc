// Rules that follow the state from migration to migration.
#include "lint/lint_test.h"

namespace migext::lint {
namespace {

class StateTest : public LintTest {
 public:
  StateTest() { Shop(); }
};

TEST_F(StateTest, RowsAndSchemaChangeInMigrationsOfTheirOwn) {
  Then(
      "migrations.RunSQL('UPDATE shop_item SET price = 0', ''),\n"
      "migrations.AddField('item', 'code', models.IntegerField(null=True))");
  EXPECT_EQ(Found("data-and-schema"),
            "info shop.0002_then@0: changes rows (RunSQL) and schema (Add field code to item) in "
            "one migration\n");

  Then(
      "migrations.RunSQL('CREATE VIEW v AS SELECT 1', ''),\n"
      "migrations.RunPython(migrations.RunPython.noop),\n"
      "migrations.AddField('item', 'code', models.IntegerField(null=True))");
  EXPECT_EQ(Found("data-and-schema"), "");
}

TEST_F(StateTest, AFieldWhoseColumnStaysIsNoChangeOfTheSchema) {
  Then(
      "migrations.RunSQL('UPDATE shop_item SET price = 0', ''),\n"
      "migrations.AlterField('item', 'price', models.IntegerField(null=True, help_text='x'))");

  EXPECT_EQ(Found("data-and-schema"), "");
}

TEST_F(StateTest, TwoIndexesDoNotCoverTheSameColumns) {
  Then(
      "migrations.AlterField('item', 'price', models.IntegerField(null=True, db_index=True)),\n"
      "migrations.AddIndex('item', models.Index(fields=['-price'], name='dear')),\n"
      "migrations.AddIndex('item', models.Index(fields=['price'], name='cheap')),\n"
      "migrations.AddIndex('sale', models.Index(fields=['item'], name='by_item')),\n"
      "migrations.AddIndex('item', models.Index(fields=['id'], name='by_id'))");

  EXPECT_EQ(Found("duplicate-index"),
            "info shop.0002_then@2: the index cheap of shop_item covers the same columns as "
            "shop_item_price_fb9803ee\n"
            "info shop.0002_then@3: the index by_item of shop_sale covers the same columns as "
            "shop_sale_item_id_b99d8cc1\n"
            "info shop.0002_then@4: the index by_id of shop_item covers the same columns as that "
            "of id\n");
}

TEST_F(StateTest, AnIndexIsNotTheBeginningOfAnother) {
  Then(
      "migrations.AddIndex('item', models.Index(fields=['name'], name='one')),\n"
      "migrations.AddIndex('item', models.Index(fields=['name', 'price'], name='two')),\n"
      "migrations.AddIndex('item', models.Index(fields=['price', 'name'], name='three'))");
  EXPECT_EQ(Found("prefix-index"),
            "info shop.0002_then@0: the index one of shop_item covers the first columns of two\n");

  given_.Migration("shop.0003_less", {"shop.0002_then"}, "migrations.RemoveIndex('item', 'one')");
  EXPECT_EQ(Found("prefix-index"), "");
}

TEST_F(StateTest, WhatKeepsAKeyUniqueIsNoSpareIndex) {
  Then(
      "migrations.AlterUniqueTogether('sale', {('item', 'id')}),\n"
      "migrations.AddConstraint('item', models.UniqueConstraint(fields=['name'], name='one')),\n"
      "migrations.AddIndex('item', models.Index(fields=['name', 'price'], name='two')),\n"
      "migrations.AddIndex('item', models.Index(fields=['price'], name='some', "
      "condition=models.Q(price__gt=1)))");

  EXPECT_EQ(Found("duplicate-index") + Found("prefix-index"), "");
}

}  // namespace
}  // namespace migext::lint
