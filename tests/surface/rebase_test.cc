// rebase_migration(): two branches become one line.
#include <gtest/gtest.h>
#include <unistd.h>

#include <optional>
#include <string>

#include "base/files.h"
#include "support/loaded_database.h"
#include "support/project_builder.h"

namespace migext::surface {
namespace {

struct RebaseTest : ::testing::Test {
  RebaseTest() {
    given.Apps({"shop", "stock"})
        .Migration("shop.0001_initial", {}, "migrations.CreateModel('Item', [])",
                   "initial = True\n")
        .Migration("shop.0002_price", {"shop.0001_initial"})
        .Migration("shop.0003_tax", {"shop.0002_price"})
        .Migration("shop.0002_name", {"shop.0001_initial"})
        .Migration("stock.0001_initial", {"shop.0002_name"})
        .File("shop/migrations/max_migration.txt", "<<<<<<< HEAD\n0003_tax\n=======\n");
    db.emplace(given.Path("db.sqlite3"));
  }
  bool Has(const std::string& path) const { return IsFile(given.Path(path)); }

  ProjectBuilder given;
  std::optional<testing::LoadedDatabase> db;
};

TEST_F(RebaseTest, SaysFirstWhatWouldChange) {
  EXPECT_EQ(db->Rows("SELECT rebase_migration('shop', '0002_name')"),
            "would put 0002_name as 0004_name behind shop.0003_tax; to do it: SELECT "
            "rebase_migration('shop', '0002_name', 'write')\n");
  EXPECT_EQ(
      db->Rows("SELECT line FROM migext_output"),
      "shop.0002_name becomes 0004_name\n"
      "stock.0001_initial depends on the new name\n"
      "max_migration.txt says 0004_name\n"
      "The branches touch nothing in common.\n"
      "in a database where the old names are recorded, run then: UPDATE django_migrations SET "
      "name = CASE name WHEN '0002_name' THEN '0004_name' END WHERE app = 'shop' AND name IN "
      "('0002_name');\n");
  EXPECT_TRUE(Has("shop/migrations/0002_name.py"));
}

TEST_F(RebaseTest, SaysWhereTheOldNameIsGivenUp) {
  given.Migration("stock.0001_initial", {}, "", "run_before = [('shop', '0002_name')]");
  db->Rows("SELECT rebase_migration('shop', '0002_name')");
  EXPECT_EQ(db->Rows("SELECT line FROM migext_output WHERE line LIKE 'stock%'"),
            "stock.0001_initial names it in run_before\n");
}

TEST_F(RebaseTest, RenumbersTheBranchAndAllThatDependOnIt) {
  const std::string before = given.Read("shop/migrations/0002_name.py");
  EXPECT_EQ(db->Rows("SELECT rebase_migration('shop', '0002_name', 'write')"),
            "put 0002_name as 0004_name behind shop.0003_tax\n");

  EXPECT_FALSE(Has("shop/migrations/0002_name.py"));
  std::string after = given.Read("shop/migrations/0004_name.py");
  after.replace(after.find("0003_tax"), 8, "0001_initial");
  EXPECT_EQ(after, before);
  EXPECT_EQ(given.Read("shop/migrations/max_migration.txt"), "0004_name\n");
  EXPECT_EQ(db->Rows("SELECT parent_name FROM migration_dependencies WHERE app = 'stock'"),
            "0004_name\n");
  EXPECT_EQ(db->Rows("SELECT name FROM migration_conflicts WHERE code LIKE '%leaf%'"), "");
}

TEST_F(RebaseTest, MovesSeveralMigrationsInTheirOrder) {
  EXPECT_EQ(db->Rows("SELECT rebase_migration('shop', '0003_tax', 'write')"),
            "put 0002_price as 0003_price and 1 more behind shop.0002_name\n");
  EXPECT_EQ(db->Rows("SELECT name, parent_name FROM migration_dependencies WHERE app = 'shop'"),
            "0002_name|0001_initial\n0003_price|0002_name\n0004_tax|0003_price\n");
}

TEST_F(RebaseTest, WhatIsAppliedBeforeItsNewParentIsRefused) {
  db->Rows("SELECT fake_apply('shop', '0001_initial', 'force')");
  db->Rows("SELECT fake_apply('shop', '0002_name', 'force')");
  EXPECT_EQ(db->ErrorOf("SELECT rebase_migration('shop', '0002_name', 'write')"),
            "'shop.0002_name' is applied in this database and 'shop.0003_tax', which it would then "
            "need, is not\nfirst take the record away: SELECT fake_unapply('shop', '0002_name'); "
            "and when the files are changed: SELECT migrate('shop', '0003_tax'); SELECT "
            "fake_apply('shop', '0004_name');");
  EXPECT_TRUE(Has("shop/migrations/0002_name.py"));
}

TEST_F(RebaseTest, WhereTheOldNameIsRecordedItOffersStatementsThatAreJournalled) {
  for (const std::string name : {"0001_initial", "0002_price", "0003_tax", "0002_name"}) {
    db->Rows("SELECT fake_apply('shop', '" + name + "', 'force')");
  }
  db->Rows("SELECT rebase_migration('shop', '0002_name')");
  EXPECT_EQ(db->Rows("SELECT line FROM migext_output WHERE line LIKE '%journalled%'"),
            "this UPDATE is not journalled; to be able to undo it, run instead before 'write': "
            "SELECT fake_unapply('shop', '0002_name'); and after it: SELECT fake_apply('shop', "
            "'0004_name');\n");
  EXPECT_EQ(db->ErrorOf("SELECT fake_unapply('shop', '0002_name')"), "");
  EXPECT_EQ(db->ErrorOf("SELECT rebase_migration('shop', '0002_name', 'write')"), "");
  EXPECT_EQ(db->ErrorOf("SELECT fake_apply('shop', '0004_name')"), "");
}

TEST_F(RebaseTest, DependenciesThatAreComputedAreLeftToAPerson) {
  given.File("stock/migrations/0001_initial.py",
             "from django.db import migrations\n"
             "LAST = '0002_name'\n"
             "class Migration(migrations.Migration):\n"
             "    dependencies = [('shop', LAST)]\n"
             "    operations = []\n");
  EXPECT_EQ(
      db->ErrorOf("SELECT rebase_migration('shop', '0002_name', 'write')"),
      "the dependencies of 'stock.0001_initial' are computed, so they cannot be changed here; "
      "change them in 'stock/migrations/0001_initial.py' by hand");
  EXPECT_TRUE(Has("shop/migrations/0002_name.py"));
}

TEST_F(RebaseTest, OneEndIsNothingToRebase) {
  EXPECT_EQ(db->ErrorOf("SELECT rebase_migration('stock', '0001')"),
            "app 'stock' has one end, stock.0001_initial: there is no second branch that could be "
            "put behind it");
}

/// As a process leaves it that is killed before the renumbered file has its name.
TEST_F(RebaseTest, ACallThatWasKilledIsExplainedWithTheCommandsThatEndIt) {
  const std::string folder = given.Path("shop/migrations/");
  given.File("shop/migrations/0002_name.py.migext-old", given.Read("shop/migrations/0002_name.py"))
      .File("shop/migrations/0004_name.py.migext-new", "")
      .Remove("shop/migrations/0002_name.py");
  const std::string what = "a call that changed files in '" + given.Path("shop/migrations") +
                           "' was cut short and has left 0002_name.py.migext-old, "
                           "0004_name.py.migext-new";
  const std::string put_back =
      "mv '" + folder + "0002_name.py.migext-old' '" + folder + "0002_name.py'";
  const std::string remove = "rm '" + folder + "0004_name.py.migext-new'";

  EXPECT_EQ(db->Rows("SELECT severity, app, object, detail, advice FROM migration_conflicts WHERE "
                     "code = 'interrupted-write'"),
            "error|shop|0002_name.py.migext-old, 0004_name.py.migext-new|" + what +
                "|to have the files as they were, run in a shell: " + put_back + "; " + remove +
                "\n");
  for (const char* call : {"rebase_migration('shop', '0002_name')", "fresh_migrations('shop')",
                           "optimize_migration('shop', '0002_name')", "merge_migrations('shop')"}) {
    const std::string error = db->ErrorOf(std::string("SELECT ") + call);
    EXPECT_TRUE(error.ends_with("\n" + what + "\nto have the files as they were, run in a shell: " +
                                put_back + "\n" + remove))
        << call << ": " << error;
  }
}

TEST_F(RebaseTest, AMigrationThatIsALinkStays) {
  given.File("shared/0002_name.py", given.Read("shop/migrations/0002_name.py"))
      .Remove("shop/migrations/0002_name.py");
  ASSERT_EQ(
      symlink("../../shared/0002_name.py", given.Path("shop/migrations/0002_name.py").c_str()), 0);
  for (const char* call : {"SELECT rebase_migration('shop', '0002_name')",
                           "SELECT rebase_migration('shop', '0002_name', 'write')"}) {
    EXPECT_EQ(db->ErrorOf(call),
              "'" + given.Path("shop/migrations/0002_name.py") +
                  "' is a link to '../../shared/0002_name.py', and only a file itself is moved or "
                  "replaced; put the file in the place of the link, and call again");
  }
}

}  // namespace
}  // namespace migext::surface
