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

TEST_F(SquashTest, TheNameIsAPartOfAPathAndNoMore) {
  EXPECT_EQ(db->ErrorOf("SELECT squash_migrations('shop', NULL, '0003', 'squashed_name=../x')"),
            "the name of a migration is made of letters, digits and '_', and is '../x' here");
}

TEST_F(SquashTest, OptimizingKeepsTheOldFileBesideTheNew) {
  const std::string before = ReadFile(Path("0003_tax"), 1 << 20);
  EXPECT_EQ(db->ErrorOf("SELECT optimize_migration('shop', '0003', 'write')"), "");
  EXPECT_EQ(ReadFile(Path("0003_tax") + ".old", 1 << 20), before);
  EXPECT_EQ(db->Rows("SELECT operations FROM migration_files WHERE name = '0003_tax'"), "1\n");
  EXPECT_EQ(db->Rows("SELECT optimize_migration('shop', '0003', 'write')"),
            "No optimizations possible.\n");
}

}  // namespace
}  // namespace migext::surface
