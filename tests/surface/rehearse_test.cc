// rehearse(): what a run would do, found on a copy.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "base/sha.h"
#include "base/text.h"
#include "support/golden_blog.h"
#include "support/loaded_database.h"
#include "support/project_builder.h"

namespace migext::surface {
namespace {

constexpr const char* kFound =
    "SELECT phase, coalesce(app || '.' || name, table_name), status, detail FROM "
    "migration_rehearsal";

std::string HashOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return Sha256Hex(bytes.str());
}

class RehearseTest : public ::testing::Test {
 protected:
  RehearseTest() {
    given_.Apps({"shop"}).Migration(
        "shop.0001_initial", {},
        "migrations.CreateModel('Item', [('id', models.BigAutoField(primary_key=True)),"
        " ('name', models.CharField(max_length=80, null=True))])",
        "initial = True");
    db_.Execute("SELECT migrate(); INSERT INTO shop_item VALUES (1, 'a'), (2, NULL)");
  }

  RehearseTest& Then(std::string_view operations) {
    given_.Migration("shop.0002_then", {"shop.0001_initial"}, operations);
    return *this;
  }

  ProjectBuilder given_;
  testing::LoadedDatabase db_{given_.Path("db.sqlite3")};
};

TEST_F(RehearseTest, ARunAndItsWayBackAreWrittenDown) {
  Then("migrations.AddField('item', 'price', models.IntegerField(default=5))");

  EXPECT_EQ(db_.Rows("SELECT rehearse()"),
            "rehearsal passed: applied 1 migration, shop.0002_then, and back\n");
  EXPECT_EQ(db_.Rows(kFound),
            "copy||ok|copied into memory\n"
            "run|shop.0002_then|ok|applied; copied shop_item (2 rows)\n"
            "change|django_migrations|ok|django_migrations: 2 rows, were 1\n"
            "change|shop_item|ok|shop_item: 2 rows as before; new: column price integer NOT NULL\n"
            "check||ok|foreign keys: no row points nowhere\n"
            "check||ok|integrity: ok\n"
            "back|shop.0002_then|ok|taken back\n"
            "start||ok|the tables are as at the start\n");
  EXPECT_EQ(db_.Rows("SELECT step, rows_copied, bytes > 0, milliseconds > 0 FROM "
                     "migration_rehearsal WHERE phase = 'run'"),
            "1|2|1|1\n");
}

TEST_F(RehearseTest, TheDatabaseIsOnlyRead) {
  Then("migrations.AddField('item', 'price', models.IntegerField(default=5))");
  const std::string before = HashOf(given_.Path("db.sqlite3"));

  db_.Rows("SELECT rehearse()");
  db_.Rows("SELECT rehearse('shop', 'zero')");

  EXPECT_EQ(HashOf(given_.Path("db.sqlite3")), before);
  EXPECT_EQ(db_.Rows("SELECT count(*) FROM migext_journal"), "1\n");
}

TEST_F(RehearseTest, WhatDoesNotFitIsFoundBeforeTheFirstMigration) {
  Then("migrations.AddField('item', 'price', models.IntegerField(default=5))");
  given_.Migration("shop.0003_name", {"shop.0002_then"},
                   "migrations.AlterField('item', 'name', models.CharField(max_length=80))");

  EXPECT_EQ(db_.Rows("SELECT rehearse()"),
            "rehearsal failed at shop.0003_name: NOT NULL constraint failed: new__shop_item.name: "
            "shop.0003_name: \"name\" is to be NOT NULL, and is NULL in 1 row of shop_item; "
            "primary key 2; nothing was changed\n");
  EXPECT_EQ(db_.Rows("SELECT name, status FROM migration_rehearsal"),
            "|ok\n0002_then|skipped\n0003_name|failed\n");
}

TEST_F(RehearseTest, AStepThatFailsEndsTheRun) {
  Then("migrations.AddField('item', 'price', models.IntegerField(default=5))");
  given_.Migration("shop.0003_odd", {"shop.0002_then"},
                   "migrations.RunSQL('UPDATE nosuch SET a = 1', '')");
  given_.Migration("shop.0004_last", {"shop.0003_odd"});

  const std::string line = db_.Rows("SELECT rehearse()");

  EXPECT_TRUE(line.starts_with("rehearsal failed at shop.0003_odd: ")) << line;
  EXPECT_NE(line.find("no such table: nosuch"), std::string::npos) << line;
  EXPECT_EQ(db_.Rows("SELECT step, name, status FROM migration_rehearsal WHERE phase = 'run'"),
            "1|0002_then|ok\n2|0003_odd|failed\n3|0004_last|skipped\n");
  EXPECT_EQ(db_.Rows("SELECT count(*) FROM django_migrations"), "1\n");
}

TEST_F(RehearseTest, TheWayBackEndsWhereAnOperationHasNone) {
  Then("migrations.RunSQL('UPDATE shop_item SET name = 1')");
  given_.Migration("shop.0003_price", {"shop.0002_then"},
                   "migrations.AddField('item', 'price', models.IntegerField(default=5))");

  EXPECT_EQ(db_.Rows("SELECT rehearse()"),
            "rehearsal passed: applied 2 migrations, shop.0002_then to shop.0003_price; the way "
            "back ends at shop.0002_then\n");
  EXPECT_EQ(db_.Rows("SELECT name, status, detail FROM migration_rehearsal WHERE phase = 'back'"),
            "0003_price|ok|taken back\n"
            "0002_then|skipped|cannot be taken back: Raw SQL operation\n");
}

TEST_F(RehearseTest, WhatTheWayBackDoesNotRestoreIsNamed) {
  Then("migrations.RunSQL('UPDATE shop_item SET name = 1', 'SELECT 1')");

  EXPECT_EQ(db_.Rows("SELECT rehearse()"),
            "rehearsal passed: applied 1 migration, shop.0002_then, and back; not as at the start: "
            "shop_item\n");
  EXPECT_EQ(
      db_.Rows("SELECT table_name, status, detail FROM migration_rehearsal WHERE phase = "
               "'start'"),
      "shop_item|warning|shop_item: not as at the start: 2 rows as before; other values in name\n");
}

TEST_F(RehearseTest, RowsThatGoAreAWarning) {
  Then("migrations.RunSQL('DELETE FROM shop_item WHERE name IS NULL', '')");

  db_.Rows("SELECT rehearse()");

  EXPECT_EQ(db_.Rows("SELECT status, detail FROM migration_rehearsal WHERE phase = 'change' AND "
                     "table_name = 'shop_item'"),
            "warning|shop_item: 1 row, were 2\n");
}

TEST_F(RehearseTest, WithoutAProjectThereIsNoRunToPass) {
  const std::string folder = given_.Path("elsewhere");
  std::filesystem::create_directory(folder);
  testing::LoadedDatabase db(folder + "/db.sqlite3");
  db.Rows("SELECT migration_project(" + SqlLiteral(folder) + ")");

  EXPECT_EQ(ReplaceAll(db.ErrorOf("SELECT rehearse()"), folder, "FOLDER"),
            "no Django project was found in FOLDER: there are no settings, and no app with "
            "migrations; name the folder of the project: SELECT "
            "migration_project('/path/to/site');");
}

TEST_F(RehearseTest, ARollbackIsRehearsedAndGoesUpAgain) {
  EXPECT_EQ(db_.Rows("SELECT rehearse('shop', 'zero')"),
            "rehearsal passed: took back 1 migration, shop.0001_initial, and back\n");
  EXPECT_EQ(db_.Rows("SELECT phase, status, detail FROM migration_rehearsal WHERE phase IN "
                     "('run', 'back', 'start')"),
            "run|ok|taken back\nback|ok|applied\nstart|ok|the tables are as at the start\n");
}

TEST_F(RehearseTest, ATargetThatIsNotThereIsAnErrorAndAPlanThatIsNotSoundIsFound) {
  EXPECT_EQ(db_.ErrorOf("SELECT rehearse('shop', '0009')"),
            "Cannot find a migration matching '0009' from app 'shop'.\n"
            "its migrations are '0001_initial'");
  EXPECT_EQ(db_.Rows("SELECT count(*) FROM migration_rehearsal"), "0\n");
  EXPECT_EQ(db_.Rows("SELECT rehearse()"), "nothing to rehearse: no migrations to apply\n");

  given_.Migration("shop.0002_a", {"shop.0001_initial"});
  given_.Migration("shop.0002_b", {"shop.0001_initial"});
  const std::string line = db_.Rows("SELECT rehearse()");
  EXPECT_TRUE(line.starts_with("rehearsal failed before its first migration: ")) << line;
  EXPECT_EQ(db_.Rows("SELECT phase, status FROM migration_rehearsal"), "plan|failed\n");
}

TEST_F(RehearseTest, InATransactionThatWritesItRefusesBeforeItDoesAnything) {
  Then("migrations.AddField('item', 'price', models.IntegerField(default=5))");
  db_.Execute("BEGIN; SELECT * FROM shop_item");
  EXPECT_EQ(db_.ErrorOf("SELECT rehearse()"), "");
  db_.Execute("UPDATE shop_item SET name = 'x'");

  EXPECT_EQ(db_.ErrorOf("SELECT rehearse()"),
            "the database cannot be copied while a transaction writes to it: COMMIT or ROLLBACK "
            "first");
  EXPECT_EQ(db_.Rows("SELECT count(*) FROM migration_rehearsal"), "0\n");
  EXPECT_EQ(db_.ErrorOf("COMMIT"), "");
}

TEST_F(RehearseTest, ADatabaseInMemoryIsRehearsedToo) {
  testing::LoadedDatabase memory;
  memory.Rows("SELECT migration_project('" + given_.root() + "')");

  EXPECT_EQ(memory.Rows("SELECT rehearse()"),
            "rehearsal passed: applied 1 migration, shop.0001_initial, and back\n");
}

TEST(RehearseBlogTest, ADamagedFileFailsItAndTheRowSaysWhatHelps) {
  for (const char* broken : {"blog_tag", "blog_comment_post_id_580e96ef", "django_migrations"}) {
    ProjectBuilder tree;
    test::LayOutBlog(tree, "project", "5.2");
    test::CopyBlogDatabase("at_0002", tree.Path("db.sqlite3"));
    testing::LoadedDatabase db(tree.Path("db.sqlite3"));
    const std::int64_t page = std::stoll(
        db.Rows("SELECT rootpage FROM sqlite_master WHERE name = " + SqlLiteral(broken)));
    std::string bytes = tree.Read("db.sqlite3");
    const std::int64_t size = std::stoll(db.Rows("PRAGMA page_size"));
    bytes.replace(static_cast<std::size_t>((page - 1) * size), 8, 8, '\xde');
    tree.File("damaged.sqlite3", bytes);
    testing::LoadedDatabase damaged(tree.Path("damaged.sqlite3"));
    damaged.Rows("SELECT migration_project(" + SqlLiteral(tree.root()) + ")");

    const std::string line = damaged.Rows("SELECT rehearse()");

    EXPECT_TRUE(line.starts_with("rehearsal failed")) << line;
    EXPECT_NE(line.find("the database is damaged: database disk image is malformed"),
              std::string::npos)
        << line;
    EXPECT_EQ(damaged.Rows("SELECT count(*) FROM migration_rehearsal WHERE status = 'failed' AND "
                           "detail LIKE '%; sql/corrupted.sql says what ails it and what helps'"),
              "1\n")
        << broken;
  }
}

TEST(RehearseBlogTest, WhatDjangoLeavesBehindIsNoWarningAndLostValuesAre) {
  ProjectBuilder tree;
  test::LayOutBlog(tree, "project", "5.2");
  tree.File("sql/blog/0004_populate_comment_nesting_fields.sql",
            "-- forwards\nUPDATE blog_comment SET level = 0, path = id;\n-- backwards\n");
  test::CopyBlogDatabase("at_0002", tree.Path("db.sqlite3"));
  testing::LoadedDatabase db(tree.Path("db.sqlite3"));

  EXPECT_EQ(db.Rows("SELECT rehearse()"),
            "rehearsal passed: applied 9 migrations, newsletter.0001_initial to "
            "blog.0009_comment_is_pinned_post_blog_post_title_lower_and_more, and back; not as at "
            "the start: blog_category\n");
  EXPECT_EQ(db.Rows("SELECT table_name, status FROM migration_rehearsal WHERE phase = 'start'"),
            "auth_permission|ok\nblog_category|warning\ndjango_content_type|ok\n");
}

}  // namespace
}  // namespace migext::surface
