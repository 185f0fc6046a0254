// A migration that is edited after it was applied, and the checksum that shows it.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "support/loaded_database.h"
#include "support/project_builder.h"

namespace migext::surface {
namespace {

const std::string kRows =
    "SELECT name, status, detail FROM migration_checksums('shop') ORDER BY name";

struct ChecksumsTest : ::testing::Test {
  ChecksumsTest() {
    given.Apps({"shop"}).Migration(
        "shop.0001_initial", {},
        "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), ('name', "
        "models.CharField(max_length=20))])");
    WritePrice("models.IntegerField(default=1)");
    db.emplace(given.Path("db.sqlite3"));
  }

  void WritePrice(const std::string& field) {
    given.Migration("shop.0002_price", {"shop.0001_initial"},
                    "migrations.AddField('item', 'price', " + field + ")");
  }

  ProjectBuilder given;
  std::optional<testing::LoadedDatabase> db;
};

TEST_F(ChecksumsTest, AreWrittenWithTheRecord) {
  db->Execute("SELECT migrate('shop', '0001')");
  EXPECT_EQ(db->Rows(kRows), "0001_initial|unchanged|\n0002_price|pending|\n");
  EXPECT_EQ(db->Rows("SELECT checksum = recorded FROM migration_checksums WHERE name LIKE '0001%'"),
            "1\n");
  db->Execute("SELECT migrate()");
  EXPECT_EQ(db->Rows(kRows), "0001_initial|unchanged|\n0002_price|unchanged|\n");
}

TEST_F(ChecksumsTest, AreNamedWhereAnEditedMigrationShowsAsDrift) {
  db->Execute("SELECT migrate()");
  WritePrice("models.BigIntegerField(default=1)");
  EXPECT_EQ(
      db->Rows("SELECT object, detail, remedy FROM migration_drift"),
      "shop_item.price|not as the migrations make it; shop.0002_price was edited since: SELECT "
      "* FROM migration_checksums WHERE status = 'changed'|SELECT rebuild_table('shop_item');"
      "\n");
}

TEST_F(ChecksumsTest, ShowWhichOperationOfAnEditedMigrationDiffers) {
  db->Execute("SELECT migrate()");
  WritePrice("models.IntegerField(\n    default=1,  # the same\n)");
  EXPECT_EQ(db->Rows(kRows), "0001_initial|unchanged|\n0002_price|unchanged|\n");
  WritePrice("models.IntegerField(default=2)");
  EXPECT_EQ(db->Rows(kRows),
            "0001_initial|unchanged|\n"
            "0002_price|changed|Add field price to item: was AddField(model_name='item', "
            "name='price', field=IntegerField(default=1)), is AddField(model_name='item', "
            "name='price', field=IntegerField(default=2))\n");
  given.Migration("shop.0002_price", {}, "migrations.AlterModelOptions('item', {})");
  EXPECT_EQ(db->Rows("SELECT detail FROM migration_checksums WHERE status = 'changed'"),
            "dependencies: was dependencies: shop.0001_initial, is dependencies: ; Add field price "
            "to item: gone, was AddField(model_name='item', name='price', "
            "field=IntegerField(default=1)); Change Meta options on item: new, "
            "AlterModelOptions(name='item', options={})\n");
}

TEST_F(ChecksumsTest, DoNotDependOnTheVersionOfDjango) {
  db->Execute("SELECT migrate()");
  for (const char* version : {"3.2", "4.2", "5.2", "6.0", "6.1"}) {
    db->Execute("SELECT migext_setting('django_version', '" + std::string(version) + "')");
    EXPECT_EQ(db->Rows(kRows), "0001_initial|unchanged|\n0002_price|unchanged|\n") << version;
  }
}

TEST_F(ChecksumsTest, GoWithTheRecord) {
  db->Execute("SELECT migrate(); SELECT fake_unapply('shop', '0002')");
  EXPECT_EQ(db->Rows("SELECT name FROM migext_checksums"), "0001_initial\n");
  db->Execute("SELECT undo_last()");
  EXPECT_EQ(db->Rows(kRows), "0001_initial|unchanged|\n0002_price|unchanged|\n");
  db->Execute("SELECT migrate('shop', 'zero')");
  EXPECT_EQ(db->Rows("SELECT count(*) FROM migext_checksums"), "0\n");
}

TEST_F(ChecksumsTest, AreNotTakenForThoseOfALaterRecord) {
  db->Execute("SELECT migrate(); UPDATE django_migrations SET applied = '2030-01-01 00:00:00'");
  WritePrice("models.IntegerField(default=2)");
  EXPECT_EQ(db->Rows("SELECT name, recorded, status FROM migration_checksums('shop')"),
            "0001_initial||not-recorded\n0002_price||not-recorded\n");
}

TEST_F(ChecksumsTest, AreNotWrittenWithoutAJournal) {
  db->Execute("SELECT migext_setting('journal', 'off'); SELECT migrate()");
  EXPECT_EQ(db->Rows("SELECT count(*) FROM sqlite_master WHERE name = 'migext_checksums'"), "0\n");
  EXPECT_EQ(db->Rows("SELECT DISTINCT status FROM migration_checksums('shop')"), "not-recorded\n");
}

TEST_F(ChecksumsTest, TellWhatCannotBeComparedFromWhatIsGone) {
  db->Execute("SELECT migrate()");
  given.File("shop/migrations/0002_price.py", "def").Remove("shop/migrations/0001_initial.py");
  EXPECT_EQ(db->Rows("SELECT name, checksum, recorded IS NOT NULL, status FROM "
                     "migration_checksums ORDER BY name"),
            "0001_initial||1|ghost\n0002_price||1|unreadable\n");
}

}  // namespace
}  // namespace migext::surface
