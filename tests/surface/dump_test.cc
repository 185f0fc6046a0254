// dumpdata(): what it asks for, what it leaves behind, and what it says.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <memory>
#include <string>

#include "base/text.h"
#include "support/loaded_database.h"
#include "support/project_builder.h"

namespace migext::surface {
namespace {

namespace fs = std::filesystem;

class DumpTest : public ::testing::Test {
 protected:
  DumpTest() {
    given_.Apps({"shop"}, "USE_TZ = True\n");
    given_.Migration("shop.0001_initial", {},
                     "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), "
                     "('name', models.CharField(max_length=20)), "
                     "('sold', models.DateTimeField(null=True))])");
    given_.Migration("shop.0002_price", {"shop.0001_initial"},
                     "migrations.AddField('Item', 'price', models.IntegerField(null=True))");
  }

  /// A database in which the first migration is applied.
  testing::LoadedDatabase& Database() {
    db_ = std::make_unique<testing::LoadedDatabase>(given_.Path("db.sqlite3"));
    db_->Execute("SELECT migrate('shop', '0001')");
    db_->Execute(
        "INSERT INTO shop_item VALUES (1, 'pen', '2024-02-03 04:05:06'), (2, 'ink', NULL)");
    return *db_;
  }

  std::string Call(const std::string& file, const std::string& words = "") {
    return "SELECT dumpdata('" + given_.Path(file) + "'" + words + ")";
  }

  ProjectBuilder given_;
  std::unique_ptr<testing::LoadedDatabase> db_;
};

TEST_F(DumpTest, HoldsTheModelsOfTheAppliedMigrations) {
  testing::LoadedDatabase& db = Database();

  EXPECT_EQ(db.Rows(Call("items.json")),
            "wrote 2 objects of 1 model to " + given_.Path("items.json") + "\n");
  EXPECT_EQ(given_.Read("items.json"),
            R"([{"model": "shop.item", "pk": 1, "fields": {"name": "pen", )"
            R"("sold": "2024-02-03T04:05:06Z"}}, )"
            R"({"model": "shop.item", "pk": 2, "fields": {"name": "ink", "sold": null}}])");
  EXPECT_EQ(db.Rows("SELECT line FROM migext_output"),
            "1 migration is not applied: the models are those of the database as it is, so that "
            "the fixture loads where the same migrations are applied. SELECT app, name FROM "
            "migration_status WHERE state = 'pending'\n"
            "shop.item: 2\n"
            "wrote 2 objects of 1 model to " +
                given_.Path("items.json") + "\n");
}

TEST_F(DumpTest, TheEndingOfTheNameIsTheFormat) {
  testing::LoadedDatabase& db = Database();
  db.Execute(Call("items.jsonl", ", 'shop.item', 'pks=2'"));
  EXPECT_EQ(
      given_.Read("items.jsonl"),
      "{\"model\": \"shop.item\",\"pk\": 2,\"fields\": {\"name\": \"ink\",\"sold\": null}}\n");
  EXPECT_EQ(db.ErrorOf(Call("items.json.gz")),
            "dumpdata() does not write '.gz' files; json and jsonl can be had, and gzip can pack "
            "them afterwards");
  EXPECT_EQ(db.ErrorOf(Call("items", ", 'format=xml'")),
            "dumpdata() does not write xml; json and jsonl can be had");
}

TEST_F(DumpTest, OptionsAreSpelledAsDjangoDoesOrShorter) {
  testing::LoadedDatabase& db = Database();
  db.Execute(Call("a", ", 'indent=1', 'exclude=shop.item'"));
  db.Execute(Call("b", ", '--indent', '1', '-e', 'shop.Item', '--natural-foreign', '--all'"));
  db.Execute(Call("c", ", '--indent=1', '--exclude=shop', 'natural_primary'"));
  EXPECT_EQ(given_.Read("a"), "[\n]\n");
  EXPECT_EQ(given_.Read("b"), given_.Read("a"));
  EXPECT_EQ(given_.Read("c"), given_.Read("a"));
  EXPECT_EQ(db.ErrorOf(Call("d", ", '--indnt', '1'")).substr(0, 33),
            "unrecognized arguments: --indnt\nd");
  EXPECT_EQ(db.ErrorOf(Call("d", ", 'indent=x'")), "argument --indent: invalid int value: 'x'");
  EXPECT_EQ(db.ErrorOf(Call("d", ", 'natural_foreign=no'")),
            "argument --natural-foreign: ignored explicit argument 'no'");
  EXPECT_FALSE(fs::exists(given_.Path("d")));
}

TEST_F(DumpTest, NeverOverwritesAndIsForTheOwnerAlone) {
  testing::LoadedDatabase& db = Database();
  db.Execute(Call("items.json"));
  struct stat status {};
  ASSERT_EQ(stat(given_.Path("items.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);

  const std::string before = given_.Read("items.json");
  db.Execute("DELETE FROM shop_item");
  EXPECT_NE(db.ErrorOf(Call("items.json")).find("is there already"), std::string::npos);
  EXPECT_EQ(given_.Read("items.json"), before);
}

TEST_F(DumpTest, LeavesTheTransactionOfTheCallerAlone) {
  testing::LoadedDatabase& db = Database();
  db.Execute("BEGIN; DELETE FROM shop_item WHERE id = 1");
  db.Execute(Call("items.json"));
  db.Execute("ROLLBACK");
  EXPECT_EQ(given_.Read("items.json").find("pen"), std::string::npos);
  EXPECT_EQ(db.Rows("SELECT count(*) FROM shop_item"), "2\n");
}

TEST_F(DumpTest, AColumnThatIsMissingPointsAtTheEffects) {
  testing::LoadedDatabase& db = Database();
  db.Execute("ALTER TABLE shop_item DROP COLUMN sold");
  EXPECT_EQ(db.ErrorOf(Call("items.json")),
            "Unable to serialize database: no such column: t0.sold\n"
            "shop.item is not in the database as the applied migrations made it; SELECT * FROM "
            "migration_effects('shop') WHERE effect <> 'present' shows what is missing");
  EXPECT_FALSE(fs::exists(given_.Path("items.json")));
  EXPECT_FALSE(fs::exists(given_.Path("items.json.partial")));
}

TEST_F(DumpTest, ATimeThatDjangoTakesForNullIsReported) {
  testing::LoadedDatabase& db = Database();
  db.Execute("UPDATE shop_item SET sold = 'soon'");
  db.Execute(Call("items.json"));
  EXPECT_EQ(db.Rows("SELECT line FROM migext_output WHERE line LIKE 'shop_item.sold%'"),
            "shop_item.sold: Django reads no date or time out of 2 values and writes null, and so "
            "does this dump; the first: \"id\" = 1 holds 'soon'\n");
}

TEST_F(DumpTest, ACellThatStopsDjangoIsNamed) {
  testing::LoadedDatabase& db = Database();
  db.Execute("UPDATE shop_item SET name = CAST(x'ff' AS TEXT) WHERE id = 2");
  const std::string error = db.ErrorOf(Call("items.json"));
  EXPECT_TRUE(error.starts_with("shop_item.name holds ")) << error;
  EXPECT_TRUE(
      error.ends_with(": it is not UTF-8. Django's dumpdata stops at it too; found at row "
                      "\"id\" = 2 of shop_item, so mend it first: SELECT * FROM "
                      "\"shop_item\" WHERE \"id\" = 2"))
      << error;
}

}  // namespace
}  // namespace migext::surface
