// squash_migrations() and optimize_migration(): what is written, and what is refused.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "base/files.h"
#include "support/loaded_database.h"
#include "support/project_builder.h"

namespace migext::surface {
namespace {

struct SquashTest : ::testing::Test {
  SquashTest() {
    given.Apps({"shop"})
        .Migration("shop.0001_initial", {},
                   "migrations.CreateModel('Item', [('id', "
                   "models.AutoField(primary_key=True))])")
        .Migration("shop.0002_price", {"shop.0001_initial"},
                   "migrations.AddField('item', 'price', models.IntegerField(default=0))")
        .Migration("shop.0003_tax", {"shop.0002_price"},
                   "migrations.AddField('item', 'tax', models.IntegerField(default=0)), "
                   "migrations.AlterField('item', 'tax', models.IntegerField(default=1))");
    db.emplace(given.Path("db.sqlite3"));
  }
  std::string Path(const std::string& name) const {
    return given.Path("shop/migrations/" + name + ".py");
  }

  ProjectBuilder given;
  std::optional<testing::LoadedDatabase> db;
};

TEST_F(SquashTest, WithoutWriteTheTextIsInTheReport) {
  EXPECT_EQ(db->ErrorOf("SELECT squash_migrations('shop', NULL, '0002')"), "");
  EXPECT_EQ(db->Rows("SELECT line FROM migext_output WHERE line LIKE '%replaces%'"),
            "    replaces = [('shop', '0001_initial'), ('shop', '0002_price')]\n");
  EXPECT_FALSE(IsFile(Path("0001_squashed_0002_price")));
}

TEST_F(SquashTest, WritesOneMigrationThatReplacesTheOthers) {
  EXPECT_EQ(db->ErrorOf("SELECT squash_migrations('shop', '0001', '0003', 'write')"), "");
  EXPECT_EQ(db->Rows("SELECT line FROM migext_output LIMIT 6"),
            "Will squash the following migrations:\n - 0001_initial\n - 0002_price\n - 0003_tax\n"
            "Optimizing...\n  Optimized from 4 operations to 1 operations.\n");
  EXPECT_EQ(db->Rows("SELECT name, operations FROM migration_files WHERE replaces <> '[]'"),
            "0001_initial_squashed_0003_tax|1\n");
}

TEST_F(SquashTest, ASquashBeforeTheLastMigrationLeavesItsNameAlone) {
  given.File("shop/migrations/max_migration.txt", "0003_tax\n");
  EXPECT_EQ(db->ErrorOf("SELECT squash_migrations('shop', NULL, '0002', 'write')"), "");
  EXPECT_EQ(given.Read("shop/migrations/max_migration.txt"), "0003_tax\n");
}

TEST_F(SquashTest, ASquashOfTheLastMigrationIsNamedAsTheLast) {
  given.File("shop/migrations/max_migration.txt", "0003_tax\n");
  EXPECT_EQ(db->ErrorOf("SELECT squash_migrations('shop', '0002', '0003', 'write')"), "");
  EXPECT_EQ(given.Read("shop/migrations/max_migration.txt"), "0002_price_squashed_0003_tax\n");
}

TEST_F(SquashTest, TheNameIsAPartOfAPathAndNoMore) {
  EXPECT_EQ(db->ErrorOf("SELECT squash_migrations('shop', NULL, '0003', 'squashed_name=../x')"),
            "the name of a migration is made of letters, digits and '_', and is '../x' here");
}

// Django's optimizer renames the field, and not what names it elsewhere.
TEST(SquashStateTest, AListThatLeadsToOtherModelsIsNotWritten) {
  ProjectBuilder given;
  given.Apps({"shop"})
      .Migration("shop.0001_initial", {},
                 "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), "
                 "('code', models.IntegerField(unique=True)), ('above', models.ForeignKey('self', "
                 "models.SET_NULL, null=True, to_field='code'))])")
      .Migration("shop.0002_number", {"shop.0001_initial"},
                 "migrations.RenameField('item', 'code', 'number')");
  testing::LoadedDatabase db(given.Path("db.sqlite3"));
  EXPECT_EQ(db.ErrorOf("SELECT squash_migrations('shop', NULL, '0002', 'write')"),
            "the shorter list of operations leads to other models: shop.Item: ('above', "
            "models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='self', "
            "to_field='code')),\n"
            "nothing is written; the option 'no_optimize' keeps all operations");
  EXPECT_EQ(db.ErrorOf("SELECT squash_migrations('shop', NULL, '0002', 'no_optimize')"), "");
}

TEST_F(SquashTest, AMigrationThatASquashReplacesIsOptimizedAllTheSame) {
  ASSERT_EQ(db->ErrorOf("SELECT squash_migrations('shop', NULL, '0003', 'write')"), "");
  EXPECT_EQ(db->ErrorOf("SELECT optimize_migration('shop', '0003_tax', 'write')"), "");
  EXPECT_EQ(db->Rows("SELECT operations FROM migration_files WHERE name = '0003_tax'"), "1\n");
}

TEST_F(SquashTest, OptimizingKeepsTheOldFileBesideTheNew) {
  const std::string before = ReadFile(Path("0003_tax"), 1 << 20);
  EXPECT_EQ(db->ErrorOf("SELECT optimize_migration('shop', '0003', 'write')"), "");
  EXPECT_EQ(ReadFile(Path("0003_tax") + ".old", 1 << 20), before);
  EXPECT_EQ(db->Rows("SELECT operations FROM migration_files WHERE name = '0003_tax'"), "1\n");
  EXPECT_EQ(db->Rows("SELECT optimize_migration('shop', '0003', 'write')"),
            "No optimizations possible.\n");
}

struct PortingTest : ::testing::Test {
  PortingTest() {
    given.Apps({"shop", "django.contrib.contenttypes", "django.contrib.auth"})
        .Migration("shop.0001_initial", {},
                   "migrations.CreateModel('Item', [('id', "
                   "models.AutoField(primary_key=True))])")
        .File("shop/migrations/0002_fill.py",
              "from django.db import migrations\n\n\ndef forwards(apps, schema_editor):\n    pass\n"
              "\n\nclass Migration(migrations.Migration):\n"
              "    dependencies = [('shop', '0001_initial')]\n"
              "    operations = [migrations.RunPython(forwards)]\n");
    db.emplace(given.Path("db.sqlite3"));
  }

  ProjectBuilder given;
  std::optional<testing::LoadedDatabase> db;
};

TEST_F(PortingTest, WhatIsNoPythonYetIsWrittenUnderANameThatDjangoDoesNotLoad) {
  const std::string path = given.Path("shop/migrations/0001_squashed_0002_fill.py");
  EXPECT_EQ(db->Rows("SELECT squash_migrations('shop', NULL, '0002', 'write')"),
            "wrote " + path +
                ".draft, which replaces 2 migrations; copy into it by hand forwards of "
                "shop.migrations.0002_fill, then take .draft off its name: until then it is no "
                "migration\n");
  EXPECT_TRUE(IsFile(path + ".draft"));
  EXPECT_FALSE(IsFile(path));
  EXPECT_EQ(db->Rows("SELECT line FROM migext_output WHERE line LIKE 'Copy%'"),
            "Copy from shop.migrations.0002_fill: forwards\n");
}

TEST_F(PortingTest, AsDjangoItHasItsOwnNameAtOnce) {
  EXPECT_EQ(db->ErrorOf("SELECT squash_migrations('shop', NULL, '0002', 'write', 'as_django')"),
            "");
  EXPECT_TRUE(IsFile(given.Path("shop/migrations/0001_squashed_0002_fill.py")));
}

TEST_F(PortingTest, FilesOfDjangoAreNotOfTheProject) {
  const std::string refusal =
      "the app 'auth' (django.contrib.auth) belongs to Django; its files are not of this project, "
      "so they stay as they are";
  EXPECT_EQ(db->ErrorOf("SELECT squash_migrations('auth', NULL, '0003')"), refusal);
  EXPECT_EQ(db->ErrorOf("SELECT optimize_migration('auth', '0001')"), refusal);
  EXPECT_EQ(db->ErrorOf("SELECT rebase_migration('auth', '0001')"), refusal);
  EXPECT_EQ(db->ErrorOf("SELECT empty_migration('auth', 'x')"), refusal);
}

TEST(SquashCycleTest, IsRefusedWithoutWriteTooWithTheRangeThatWorks) {
  ProjectBuilder given;
  given.Apps({"shop", "stock"})
      .Migration("shop.0001_initial")
      .Migration("shop.0002_a", {"shop.0001_initial"})
      .Migration("stock.0001_initial", {"shop.0002_a"})
      .Migration("shop.0003_b", {"shop.0002_a", "stock.0001_initial"});
  testing::LoadedDatabase db(given.Path("db.sqlite3"));
  const std::string message = db.ErrorOf("SELECT squash_migrations('shop', NULL, '0003')");
  EXPECT_EQ(message, db.ErrorOf("SELECT squash_migrations('shop', NULL, '0003', 'write')"));
  EXPECT_NE(message.find("CircularDependencyError"), std::string::npos) << message;
  EXPECT_NE(message.find("up to 0002_a it works: SELECT squash_migrations('shop', NULL, '0002_a')"),
            std::string::npos)
      << message;
}

}  // namespace
}  // namespace migext::surface
