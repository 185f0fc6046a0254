// Rules that the rows decide: pending migrations on the tables that are there.
#include "lint/lint_test.h"

namespace migext::lint {
namespace {

class RunTest : public LintTest {
 public:
  RunTest() { Shop(); }
  RunTest& Items(const std::string& values) {
    db_.Execute("INSERT INTO shop_item (id, name, price) VALUES " + values);
    return *this;
  }
  RunTest& ManyItems() {
    db_.Execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
        "INSERT INTO shop_item (id, name, price) SELECT i, 'a' || i, i FROM n");
    return *this;
  }
};

TEST_F(RunTest, OverAnEmptyTableNothingIsSaid) {
  Then(
      "migrations.AlterField('item', 'name', models.CharField(max_length=5, unique=True)),\n"
      "migrations.AddField('item', 'code', models.IntegerField()),\n"
      "migrations.RenameField('item', 'price', 'cost'),\n"
      "migrations.RenameModel('Item', 'Product'),\n"
      "migrations.DeleteModel('Sale')");

  EXPECT_TRUE(All().empty());
}

TEST_F(RunTest, AnAppliedMigrationIsNotJudgedByRows) {
  Items("(1, NULL, 1)").Then("migrations.DeleteModel('Sale')").Applied("shop.0002_then");

  EXPECT_TRUE(All().empty());
}

TEST_F(RunTest, NullMustNotBecomeNotNull) {
  Then("migrations.AlterField('item', 'name', models.CharField(max_length=80))");
  Items("(1, 'a', 1)");
  EXPECT_EQ(Found("null-in-not-null"), "");
  EXPECT_EQ(Found("not-null-added"),
            "info shop.0002_then@0: the column shop_item.name (1 row) is NOT NULL, and the "
            "database has no default for it\n");

  Items("(2, NULL, 2), (3, NULL, 3)");
  EXPECT_EQ(Found("null-in-not-null"),
            "error shop.0002_then@0: \"name\" is to be NOT NULL, and is NULL in 2 rows of "
            "shop_item, with the keys 2, 3\n");
  EXPECT_EQ(Found("not-null-added"), "");
}

TEST_F(RunTest, ANewColumnWithADatabaseDefaultLeavesOldCodeAlone) {
  Items("(1, 'a', 1)");
  Then("migrations.AddField('item', 'code', models.IntegerField(default=1))");
  EXPECT_EQ(Found("not-null-added"),
            "info shop.0002_then@0: the new column shop_item.code (1 row) is NOT NULL, and the "
            "database has no default for it\n");

  Then("migrations.AddField('item', 'code', models.IntegerField(db_default=1))");
  EXPECT_EQ(Found("not-null-added"), "");
}

TEST_F(RunTest, BehindCodeOfTheProjectRowsAreAskedAsTheyAreNow) {
  Then(
      "migrations.RunSQL(\"UPDATE shop_item SET name = '' WHERE name IS NULL\", ''), "
      "migrations.AlterField('item', 'price', models.IntegerField(null=True, unique=True))");
  Items("(1, 'a', 1), (2, 'b', 2)");
  EXPECT_EQ(Found("duplicate-rows"), "");
  EXPECT_EQ(Found("unique-added"),
            "info shop.0002_then@1: price of shop_item is to be unique: 2 rows, and code of the "
            "project runs on them before\n");

  Items("(3, 'c', 2)");
  EXPECT_EQ(Found("duplicate-rows"),
            "warning shop.0002_then@1: \"price\" is to be unique (price), and is not in 2 rows of "
            "shop_item: here it is 2, with the keys 2, 3; so it is now, and code of the project "
            "that runs before may change it\n");
  EXPECT_EQ(Found("unique-added"), "");
}

TEST_F(RunTest, CodeThatRunsBeforeMayFillAColumn) {
  Items("(1, NULL, 1)");
  Then(
      "migrations.RunSQL(\"UPDATE shop_item SET name = '' WHERE name IS NULL\", ''), "
      "migrations.AlterField('item', 'name', models.CharField(max_length=80))");
  EXPECT_EQ(Found("null-in-not-null"), "");
}

TEST_F(RunTest, WhatBecomesUniqueIsToldOnceHoweverOftenItsTableIsRebuilt) {
  Then(
      "migrations.AlterField('item', 'price', models.IntegerField(unique=True)), "
      "migrations.AddField('item', 'a', models.IntegerField(default=1)), "
      "migrations.AddField('item', 'b', models.IntegerField(default=1))");
  Items("(1, 'a', 1)");
  EXPECT_EQ(Found("unique-added"),
            "info shop.0002_then@0: price of shop_item is to be unique: 1 row, none of them alike "
            "yet\n");
}

TEST_F(RunTest, WhatBecomesUniqueIsToldOnceUnderWhateverNames) {
  Then(
      "migrations.AlterField('item', 'price', models.IntegerField(unique=True)), "
      "migrations.RenameModel('Item', 'Thing'), "
      "migrations.RenameField('thing', 'price', 'cost'), "
      "migrations.AddField('thing', 'a', models.IntegerField(default=1))");
  Items("(1, 'a', 1)");
  EXPECT_EQ(Found("unique-added"),
            "info shop.0002_then@0: price of shop_item is to be unique: 1 row, none of them alike "
            "yet\n");
}

TEST_F(RunTest, RowsThatAreAlikeCannotBecomeUnique) {
  Then("migrations.AddConstraint('item', models.UniqueConstraint(fields=['price'], name='one'))");
  Items("(1, 'a', 1), (2, 'b', 2)");
  EXPECT_EQ(Found("duplicate-rows"), "");
  EXPECT_EQ(Found("unique-added"),
            "info shop.0002_then@0: price of shop_item is to be unique: 2 rows, none of "
            "them alike yet\n");

  Items("(3, 'c', 2)");
  EXPECT_EQ(Found("duplicate-rows"),
            "error shop.0002_then@0: \"price\" is to be unique (one), and is not in 2 rows of "
            "shop_item: here it is 2, with the keys 2, 3\n");
  EXPECT_EQ(Found("unique-added"), "");
}

TEST_F(RunTest, ACheckHoldsForTheRows) {
  Then(
      "migrations.AddConstraint('item', models.CheckConstraint(condition=models.Q(price__gt=0), "
      "name='dear'))");
  Items("(1, 'a', 1)");
  EXPECT_EQ(Found("check-fails"), "");

  Items("(2, 'b', 0)");
  EXPECT_EQ(Found("check-fails"),
            "error shop.0002_then@0: the check \"price\" > 0 is to hold (dear), and fails for 1 "
            "row of shop_item, with the key 2\n");
}

TEST_F(RunTest, ARebuildNeedsRoomOnTheDisk) {
  Items("(1, 'a', 1)")
      .Then("migrations.AlterField('item', 'price', models.BigIntegerField(null=True))");
  free_space_ = 1'000'000;
  EXPECT_EQ(Found("disk-space"), "");

  free_space_ = 1'000;
  const std::string found = Found("disk-space");
  EXPECT_TRUE(found.starts_with("error shop.0002_then@0: rebuilding shop_item takes about "))
      << found;

  Then("migrations.AddField('item', 'code', models.IntegerField(null=True))");
  EXPECT_EQ(Found("disk-space"), "");
}

TEST_F(RunTest, TextFitsAShorterColumn) {
  Then("migrations.AlterField('item', 'name', models.CharField(max_length=3, null=True))");
  Items("(1, 'abc', 1)");
  EXPECT_EQ(Found("too-long"), "");

  Items("(2, 'abcd', 1)");
  EXPECT_EQ(Found("too-long").substr(0, 56),
            "warning shop.0002_then@0: \"name\" is to take 3 characters");
}

TEST_F(RunTest, ATableThatExistsStopsTheRun) {
  Then("migrations.CreateModel('Tag', [('id', models.AutoField(primary_key=True))])");
  EXPECT_EQ(Found("already-exists"), "");

  db_.Execute("CREATE TABLE shop_tag (id integer)");
  EXPECT_EQ(Found("already-exists"),
            "error shop.0002_then@0: Create model Tag: shop_tag exists (table \"shop_tag\" already "
            "exists)\n");
}

TEST_F(RunTest, ARowWithoutItsParentStopsDjango) {
  Then("migrations.AddField('item', 'code', models.IntegerField(null=True))");
  EXPECT_EQ(Found("orphan-rows"), "");

  db_.Execute("INSERT INTO shop_sale (item_id) VALUES (7), (8)");
  EXPECT_EQ(Found("orphan-rows"),
            "error shop.0002_then: 2 rows of shop_sale point at rows of shop_item that are not "
            "there\n");
}

TEST_F(RunTest, WhatDjangoRefusesIsTold) {
  Then("migrations.AddField('item', 'code', models.IntegerField(null=True))");
  EXPECT_EQ(Found("operation-fails"), "");

  Then("migrations.RemoveField('item', 'nothing')");
  EXPECT_EQ(Found("operation-fails"), "error shop.0002_then@0: KeyError: 'nothing'\n");
}

TEST_F(RunTest, ATableWithRowsIsNotDroppedByTheWay) {
  Then("migrations.DeleteModel('Sale')");
  EXPECT_EQ(Found("drop-table"), "");

  db_.Execute("INSERT INTO shop_sale (item_id) VALUES (NULL)");
  EXPECT_EQ(Found("drop-table"), "error shop.0002_then@0: drops the table shop_sale with 1 row\n");
}

TEST_F(RunTest, AColumnWithValuesIsNotDroppedByTheWay) {
  Then("migrations.RemoveField('item', 'price')");
  Items("(1, 'a', NULL)");
  EXPECT_EQ(Found("drop-column"), "");

  Items("(2, 'a', 1), (3, 'a', 2)");
  EXPECT_EQ(Found("drop-column"),
            "error shop.0002_then@0: drops the column shop_item.price with 2 values\n");
}

TEST_F(RunTest, WhatIsCarriedOverOrAlwaysTheSameIsLessOfALoss) {
  Then("migrations.RemoveField('item', 'price')");
  Items("(1, 'a', 0), (2, 'b', 0)");
  EXPECT_EQ(
      Found("drop-column"),
      "warning shop.0002_then@0: drops the column shop_item.price with 2 values, all alike\n");

  Items("(3, 'c', 1)")
      .Code(
          "def copy(apps, schema_editor):\n"
          "    Item = apps.get_model('shop', 'Item')\n"
          "    for item in Item.objects.all():\n"
          "        save(item.price)\n",
          "migrations.RunPython(copy), migrations.RemoveField('item', 'price')");
  EXPECT_EQ(Found("drop-column"),
            "warning shop.0002_then@1: drops the column shop_item.price with 3 values; code that "
            "runs before it reads it, and may carry it over\n");
}

TEST_F(RunTest, OnlyCodeThatReadsAColumnCarriesItOver) {
  Items("(1, 'a', 1), (2, 'b', 2)");
  const auto severity_after = [&](const std::string& body) {
    Code(
        "def copy(apps, schema_editor):\n"
        "    Item = apps.get_model('shop', 'Item')\n"
        "    Sale = apps.get_model('shop', 'Sale')\n" +
            body,
        "migrations.RunPython(copy), migrations.RemoveField('item', 'price')");
    const std::string found = Found("drop-column");
    return found.substr(0, found.find(' '));
  };

  EXPECT_EQ(severity_after("    'The price is gone'  # price\n    'price'\n"), "error");
  EXPECT_EQ(severity_after("    Item.objects.update(price=0)\n"), "error");
  EXPECT_EQ(severity_after("    for item in Item.objects.all():\n"
                           "        item.price = 0\n"
                           "        item.save(update_fields=['price'])\n"),
            "error");
  EXPECT_EQ(severity_after("    for sale in Sale.objects.all():\n        print(sale.price)\n"),
            "error");

  EXPECT_EQ(severity_after("    Item.objects.update(name=F('price'))\n"), "warning");
  EXPECT_EQ(severity_after("    for item in Item.objects.all():\n"
                           "        setattr(item, 'name', item.price)\n"),
            "warning");
  EXPECT_EQ(severity_after("    keep(Item.objects.values_list('id', 'price'))\n"), "warning");
  EXPECT_EQ(severity_after("    Item.objects.filter(price__gt=1).update(name='dear')\n"),
            "warning");
  EXPECT_EQ(severity_after("    schema_editor.execute('UPDATE shop_item SET name = price')\n"),
            "warning");
}

TEST_F(RunTest, OnlySqlThatReadsAColumnCarriesItOver) {
  Items("(1, 'a', 1), (2, 'b', 2)");
  const auto severity_after = [&](const std::string& sql) {
    Then("migrations.RunSQL('" + sql + "', ''), migrations.RemoveField('item', 'price')");
    const std::string found = Found("drop-column");
    return found.substr(0, found.find(' '));
  };

  EXPECT_EQ(severity_after("UPDATE shop_item SET price = 0"), "error");
  EXPECT_EQ(severity_after("CREATE INDEX i ON shop_item (price)"), "error");
  EXPECT_EQ(severity_after("INSERT INTO shop_item (price) VALUES (1)"), "error");
  EXPECT_EQ(severity_after("UPDATE shop_item SET name = price"), "warning");
  EXPECT_EQ(severity_after("CREATE TABLE kept AS SELECT id, price FROM shop_item"), "warning");
}

TEST_F(RunTest, OnlyCodeThatLooksAtRowsCarriesATableOver) {
  db_.Execute("INSERT INTO shop_sale (item_id) VALUES (NULL)");
  const auto severity_after = [&](const std::string& body) {
    Code(
        "def copy(apps, schema_editor):\n"
        "    Sale = apps.get_model('shop', 'Sale')\n" +
            body,
        "migrations.RunPython(copy), migrations.DeleteModel('Sale')");
    const std::string found = Found("drop-table");
    return found.substr(0, found.find(' '));
  };

  EXPECT_EQ(severity_after("    Sale.objects.all().delete()\n"), "error");
  EXPECT_EQ(severity_after("    for sale in Sale.objects.all():\n        keep(sale)\n"), "warning");
}

TEST_F(RunTest, NamesStayWhileOldCodeRuns) {
  Items("(1, 'a', 1)").Then("migrations.RenameField('item', 'price', 'cost')");
  EXPECT_EQ(Found("rename-column"),
            "warning shop.0002_then@0: renames the column shop_item.price (1 row) to cost\n");

  Then("migrations.RenameModel('Item', 'Product')");
  EXPECT_EQ(Found("rename-table"),
            "warning shop.0002_then@0: renames the table shop_item (1 row) to shop_product\n");
  EXPECT_EQ(Found("rename-column"), "");
}

TEST_F(RunTest, ValuesFitTheNewType) {
  Then("migrations.AlterField('item', 'name', models.IntegerField(null=True))");
  Items("(1, '17', 1)");
  EXPECT_EQ(Found("alter-column"),
            "info shop.0002_then@0: shop_item.name changes from varchar(80) to integer: all values "
            "fit\n");

  Items("(2, 'n/a', 1), (3, '', 1)");
  EXPECT_EQ(Found("alter-column"),
            "warning shop.0002_then@0: shop_item.name changes from varchar(80) to integer: the "
            "value of 2 rows does not fit\n");

  Then("migrations.AlterField('item', 'price', models.BigIntegerField(null=True))");
  EXPECT_EQ(Found("alter-column"), "");
}

TEST_F(RunTest, IndexesOfLargeTablesAreBuiltWhenThatDoesNoHarm) {
  ManyItems().Then("migrations.AddIndex('item', models.Index(fields=['name'], name='by_name'))");
  EXPECT_EQ(Found("create-index"),
            "info shop.0002_then@0: builds the index by_name of shop_item (100,000 rows)\n");
  EXPECT_EQ(Found("create-index-exclusive"), "");

  Then(
      "migrations.AlterField('item', 'price', models.BigIntegerField(null=True)),\n"
      "migrations.AddIndex('item', models.Index(fields=['name'], name='by_name'))");
  EXPECT_EQ(Found("create-index"), "");
  EXPECT_EQ(Found("create-index-exclusive"),
            "info shop.0002_then@1: builds the index by_name of shop_item (100,000 rows) in the "
            "transaction that has rebuilt the table\n");
}

TEST_F(RunTest, AnIndexOfALargeTableIsNotDroppedByTheWay) {
  given_.Migration("shop.0002_then", {"shop.0001_initial"},
                   "migrations.AddIndex('item', models.Index(fields=['name'], name='by_name'))");
  given_.Migration("shop.0003_drop", {"shop.0002_then"},
                   "migrations.RemoveIndex('item', 'by_name')");
  db_.Execute("CREATE INDEX by_name ON shop_item (name)");
  Applied("shop.0002_then");
  EXPECT_EQ(Found("drop-index"), "");

  ManyItems();
  EXPECT_EQ(Found("drop-index"),
            "info shop.0003_drop@0: drops the index by_name of shop_item (100,000 rows)\n");
}

TEST_F(RunTest, AnIndexIsNotMadeToBeDropped) {
  Then("migrations.AddIndex('item', models.Index(fields=['name'], name='by_name'))");
  given_.Migration("shop.0003_drop", {"shop.0002_then"},
                   "migrations.RemoveIndex('item', 'by_name')");
  EXPECT_EQ(Found("index-dropped-later"), "");

  Items("(1, 'a', 1)");
  EXPECT_EQ(Found("index-dropped-later"),
            "info shop.0002_then@0: makes the index by_name of shop_item (1 row), which "
            "shop.0003_drop drops again\n");
}

TEST_F(RunTest, ARebuildSaysWhatItCopies) {
  Items("(1, 'a', 1)")
      .Then(
          "migrations.AlterField('item', 'price', models.BigIntegerField(null=True)),\n"
          "migrations.AlterField('item', 'name', models.CharField(max_length=90, null=True)),\n"
          "migrations.AlterField('sale', 'item', models.ForeignKey('shop.Item', models.PROTECT, "
          "null=True))");

  const std::string found = Found("rebuild");
  EXPECT_TRUE(found.starts_with("info shop.0002_then@0: copies shop_item (1 row")) << found;
  EXPECT_TRUE(found.ends_with(") 2 times\n")) << found;
}

TEST_F(RunTest, ALargeTableIsRebuiltOnce) {
  ManyItems().Then("migrations.AlterField('item', 'price', models.BigIntegerField(null=True))");
  EXPECT_EQ(Found("several-rebuilds"), "");

  given_.Migration("shop.0003_more", {"shop.0002_then"},
                   "migrations.AlterField('item', 'name', models.TextField(null=True))");
  const std::string found = Found("several-rebuilds");
  EXPECT_TRUE(
      found.starts_with("warning shop.0002_then@0: the run rebuilds shop_item (100,000 rows"))
      << found;
}

TEST_F(RunTest, DjangoLosesWhatItDidNotMake) {
  Items("(1, 'a', 1)")
      .Then("migrations.AlterField('item', 'price', models.BigIntegerField(null=True))");
  EXPECT_EQ(Found("lost-object"), "");

  db_.Execute(
      "ALTER TABLE shop_item ADD COLUMN mine; CREATE INDEX mine ON shop_item (mine);"
      "CREATE TRIGGER mark AFTER INSERT ON shop_item BEGIN SELECT 1; END;"
      "CREATE VIEW dear AS SELECT * FROM shop_item");
  const std::string gone = ": under Django it is gone afterwards\n";
  const std::string head = "warning shop.0002_then@0: rebuilds shop_item, ";
  EXPECT_EQ(Found("lost-object"),
            head + "and no migration makes the trigger mark" + gone + head +
                "which the view dear reads: Django stops where it renames the new table\n" + head +
                "and no migration makes the column shop_item.mine" + gone + head +
                "and no migration makes the index mine" + gone);
}

TEST_F(RunTest, AnIndexThatTheRunDropsOnPurposeIsNoStranger) {
  given_.Migration("shop.0002_pairs", {"shop.0001_initial"},
                   "migrations.AddIndex('item', models.Index(fields=['name'], name='by_name'))");
  given_.Migration("shop.0003_none", {"shop.0002_pairs"},
                   "migrations.RemoveIndex('item', 'by_name'),\n"
                   "migrations.AlterField('item', 'price', models.BigIntegerField(null=True))");
  db_.Execute("CREATE INDEX by_name ON shop_item (name)");
  Items("(1, 'a', 1)").Applied("shop.0002_pairs");

  EXPECT_EQ(Found("lost-object"), "");
}

TEST_F(RunTest, APairThatIsGivenUpBeforeItsColumnBecomesUniqueIsNoStranger) {
  given_.Migration("shop.0002_pairs", {"shop.0001_initial"},
                   "migrations.AlterUniqueTogether('item', {('name', 'price')})");
  given_.Migration(
      "shop.0003_unique", {"shop.0002_pairs"},
      "migrations.AlterUniqueTogether('item', set()),\n"
      "migrations.AlterField('item', 'name', models.SlugField(unique=True, null=True))");
  Items("(1, 'a', 1)").Applied("shop.0002_pairs");
  db_.Execute("CREATE UNIQUE INDEX shop_item_name_price_5c235960_uniq ON shop_item (name, price)");
  EXPECT_EQ(Found("lost-object"), "");

  // From before the table was renamed: Django drops what covers the columns.
  db_.Execute(
      "DROP INDEX shop_item_name_price_5c235960_uniq;"
      "CREATE UNIQUE INDEX shop_thing_name_price_f03fa21f_uniq ON shop_item (name, price)");
  EXPECT_EQ(Found("lost-object"), "");
}

TEST_F(RunTest, APairOfATableThatTheRunRenamesIsNoStranger) {
  given_.Migration("shop.0002_pairs", {"shop.0001_initial"},
                   "migrations.AlterUniqueTogether('item', {('name', 'price')})");
  given_.Migration("shop.0003_unique", {"shop.0002_pairs"},
                   "migrations.AlterModelTable('item', 'things'),\n"
                   "migrations.AlterUniqueTogether('item', set()),\n"
                   "migrations.AlterField('item', 'price', models.BigIntegerField(null=True))");
  Items("(1, 'a', 1)").Applied("shop.0002_pairs");
  db_.Execute("CREATE UNIQUE INDEX shop_item_name_price_uniq ON shop_item (name, price)");
  EXPECT_EQ(Found("lost-object"), "");

  db_.Execute("CREATE INDEX mine ON shop_item (price)");
  EXPECT_EQ(Found("lost-object"),
            "warning shop.0003_unique@2: rebuilds shop_item, and no migration makes the index "
            "mine: under Django it is gone afterwards\n");
}

TEST_F(RunTest, AColumnInTheWayOfAnAddFieldIsNotDropped) {
  db_.Execute("ALTER TABLE shop_item ADD COLUMN code integer");
  Items("(1, 'a', 1), (2, 'b', 2)");
  db_.Execute("UPDATE shop_item SET code = id");
  Then("migrations.AddField('item', 'code', models.IntegerField(default=0))");

  EXPECT_NE(Found("already-exists"), "");
  EXPECT_EQ(Found("drop-column"), "");
}

TEST_F(RunTest, WhatAMigrationMakesIsNoStranger) {
  db_.Execute("ALTER TABLE shop_item ADD COLUMN code integer");
  Items("(1, 'a', 1)");
  db_.Execute("UPDATE shop_item SET code = 1");
  Then(
      "migrations.AlterField('item', 'price', models.BigIntegerField(null=True)),\n"
      "migrations.AddField('item', 'code', models.IntegerField(null=True))");

  EXPECT_EQ(Found("lost-object"), "");
  EXPECT_NE(Found("already-exists"), "");
}

TEST_F(RunTest, ACascadeOfTheDatabaseSurvivesNoRebuildByHand) {
  db_.Execute("CREATE TABLE mine (item REFERENCES shop_item (id) ON DELETE CASCADE)");
  Items("(1, 'a', 1)")
      .Then("migrations.AlterField('item', 'price', models.BigIntegerField(null=True))");
  EXPECT_EQ(Found("cascade-rebuild"), "");

  db_.Execute("INSERT INTO mine VALUES (1)");
  EXPECT_EQ(Found("cascade-rebuild"),
            "warning shop.0002_then@0: rebuilds shop_item, to which 1 row of mine point with ON "
            "DELETE CASCADE\n");
}

TEST_F(RunTest, TheSqlOfAProjectIsReadToo) {
  Items("(1, 'a', 1)")
      .Then(
          "migrations.RunSQL('ALTER TABLE shop_item DROP COLUMN price; DROP TABLE IF EXISTS "
          "\"shop_item\"; REINDEX; ALTER TABLE shop_item RENAME name TO title', '')");

  EXPECT_EQ(Found("drop-column"),
            "error shop.0002_then@0: the RunSQL drops the column shop_item.price with 1 value\n");
  EXPECT_EQ(Found("drop-table"),
            "error shop.0002_then@0: the RunSQL drops the table shop_item with 1 row\n");
  EXPECT_EQ(Found("reindex"), "info shop.0002_then@0: the RunSQL says REINDEX \n");
  EXPECT_EQ(Found("rename-column"),
            "warning shop.0002_then@0: the RunSQL renames a column of shop_item to title\n");
}

TEST_F(RunTest, SqlThatNamesWhatAnotherRuleLooksForIsLeftAlone) {
  Items("(1, 'a', 1)")
      .Then(
          "migrations.RunSQL('INSERT INTO shop_item (name) VALUES (\"REINDEX; DROP TABLE "
          "shop_item\") -- DELETE FROM shop_item', '')");

  EXPECT_EQ(Found("reindex") + Found("drop-table") + Found("sql-without-where"), "");
}

TEST_F(RunTest, SqlSaysWhichRowsItChanges) {
  Items("(1, 'a', 1), (2, 'b', NULL)");
  const auto found_in = [&](const std::string& sql) {
    Then("migrations.RunSQL(\"\"\"" + sql + "\"\"\", '')");
    return Found("sql-without-where");
  };

  EXPECT_EQ(found_in("DELETE FROM shop_item"),
            "warning shop.0002_then@0: the RunSQL deletes all 2 rows of shop_item: it has no "
            "WHERE\n");
  EXPECT_EQ(found_in("WITH x AS (SELECT 1 WHERE 1) UPDATE OR IGNORE main.shop_item SET "
                     "name = (SELECT 'c' WHERE 1), \"price\" = 1 WHERE (1 = 1)"),
            "warning shop.0002_then@0: the RunSQL sets shop_item.name in all 2 rows, 2 of which "
            "have a value: it has no WHERE\n"
            "warning shop.0002_then@0: the RunSQL sets shop_item.price in all 2 rows, 1 of which "
            "has a value: it has no WHERE\n");

  for (const char* sql :
       {"DELETE FROM shop_item WHERE id = 1", "UPDATE shop_item SET price = 1 WHERE (price = 2)",
        "DELETE FROM shop_sale", "DELETE FROM elsewhere", "UPDATE shop_item SET code = 1",
        "SELECT 'DELETE FROM shop_item'; -- DELETE FROM shop_item\n/* UPDATE shop_item SET id=1 */",
        "CREATE TRIGGER t AFTER INSERT ON shop_item BEGIN DELETE FROM shop_item; END"}) {
    EXPECT_EQ(found_in(sql), "") << sql;
  }
}

TEST_F(RunTest, AColumnWithoutValuesIsFilledByAnUpdateOfEveryRow) {
  Items("(1, 'a', NULL)").Then("migrations.RunSQL('UPDATE shop_item SET price = 1', '')");
  EXPECT_EQ(Found("sql-without-where"), "");
}

TEST_F(RunTest, ACopyUnderTheOldNameIsNoLoss) {
  Items("(1, 'a', 1)")
      .Then(
          "migrations.RunSQL('CREATE TABLE x AS SELECT * FROM shop_item; DROP TABLE shop_item; "
          "ALTER "
          "TABLE x RENAME TO shop_item', '')");

  EXPECT_EQ(Found("drop-table"),
            "warning shop.0002_then@0: the RunSQL drops the table shop_item with 1 row, and gives "
            "its name to a copy\n");
}

TEST_F(RunTest, AMigrationIsOneTransaction) {
  Then("migrations.RunSQL('BEGIN; UPDATE shop_item SET price = 1; VACUUM', '')");
  EXPECT_EQ(Found("transaction-in-sql"),
            "error shop.0002_then@0: BEGIN stands in the transaction of the migration\n");
  Then("migrations.RunSQL('DO $$ BEGIN; PERFORM x; END; $$', '')");
  EXPECT_EQ(Found("transaction-in-sql"), "");
  Then("migrations.RunSQL('DO $do$ BEGIN IF x THEN PERFORM y; END IF; END; $do$', '')");
  EXPECT_EQ(Found("transaction-in-sql"), "");
  Then("migrations.RunSQL('SELECT 1; END IF', '')");
  EXPECT_EQ(Found("transaction-in-sql"), "");

  Then(
      "migrations.RunSQL('CREATE TRIGGER t AFTER INSERT ON shop_item BEGIN SELECT 1; SELECT 2; "
      "END; VACUUM', '')",
      "atomic = False");
  EXPECT_EQ(Found("transaction-in-sql"), "");
}

}  // namespace
}  // namespace migext::lint
