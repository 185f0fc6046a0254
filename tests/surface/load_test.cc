// loaddata() by example: a small shop, fixtures written inline.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "base/text.h"
#include "support/loaded_database.h"
#include "support/project_builder.h"
#include "support/shell_process.h"

namespace migext {
namespace {

constexpr const char* kModels = R"(
        migrations.CreateModel("Tag", [
            ("id", models.BigAutoField(primary_key=True, auto_created=True)),
            ("slug", models.SlugField(unique=True)),
        ]),
        migrations.CreateModel("Item", [
            ("id", models.BigAutoField(primary_key=True, auto_created=True)),
            ("name", models.CharField(max_length=20)),
            ("price", models.DecimalField(max_digits=6, decimal_places=2, default="1.50")),
            ("made", models.DateTimeField(null=True)),
            ("stock", models.PositiveIntegerField(default=0)),
            ("parent", models.ForeignKey("self", models.CASCADE, null=True)),
            ("main_tag", models.ForeignKey("Tag", models.CASCADE, null=True)),
            ("tags", models.ManyToManyField("Tag", related_name="+")),
        ]),
)";

constexpr const char* kModelsPy = R"(
from django.db import models


class TagManager(models.Manager):
    def get_by_natural_key(self, slug):
        return self.get(slug=slug)


class Tag(models.Model):
    slug = models.SlugField(unique=True)
    objects = TagManager()

    def natural_key(self):
        return (self.slug,)


class Item(models.Model):
    name = models.CharField(max_length=20)
    price = models.DecimalField(max_digits=6, decimal_places=2, default="1.50")
    made = models.DateTimeField(null=True)
    stock = models.PositiveIntegerField(default=0)
    parent = models.ForeignKey("self", models.CASCADE, null=True)
    main_tag = models.ForeignKey("Tag", models.CASCADE, null=True)
    tags = models.ManyToManyField("Tag", related_name="+")
)";

struct LoadTest : ::testing::Test {
  LoadTest() {
    tree.Apps({"shop"}, "USE_TZ = True\nTIME_ZONE = \"UTC\"")
        .File("shop/models.py", kModelsPy)
        .Migration("shop.0001_initial", {}, kModels);
    db.Execute("PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON");
    db.Rows("SELECT migrate()");
  }

  std::string Call(const std::string& text, const std::string& more = {},
                   const std::string& file = "f.json") {
    tree.File(file, text);
    return "SELECT loaddata(" + SqlLiteral(tree.Path(file)) + more + ")";
  }
  std::string Load(const std::string& text, const std::string& more = {},
                   const std::string& file = "f.json") {
    return db.Rows(Call(text, more, file));
  }
  /// The error without the folder.
  std::string Error(const std::string& text, const std::string& more = {},
                    const std::string& file = "f.json") {
    return ReplaceAll(db.ErrorOf(Call(text, more, file)), tree.root() + "/", "");
  }
  std::string Output() { return db.Rows("SELECT line FROM migext_output"); }

  ProjectBuilder tree;
  testing::LoadedDatabase db{tree.Path("db.sqlite3")};
};

TEST_F(LoadTest, ReferencesMayPointForwardsAndInCircles) {
  EXPECT_EQ(Load(R"([{"model": "shop.item", "pk": 1, "fields": {"name": "a", "parent": 2,
                      "main_tag": 7, "tags": [7, 8]}},
                     {"model": "shop.item", "pk": 2, "fields": {"name": "b", "parent": 1}},
                     {"model": "shop.tag", "pk": 7, "fields": {"slug": "x"}},
                     {"model": "shop.tag", "pk": 8, "fields": {"slug": "y"}}])"),
            "Installed 4 object(s) from 1 fixture(s)\n");

  EXPECT_EQ(db.Rows("SELECT * FROM shop_item"), "1|a|1.5||0|2|7\n2|b|1.5||0|1|\n");
  // In the order of Python's set {8, 7}, as Django adds them.
  EXPECT_EQ(db.Rows("SELECT item_id, tag_id FROM shop_item_tags"), "1|8\n1|7\n");
  EXPECT_EQ(db.Rows("SELECT seq FROM sqlite_sequence WHERE name = 'shop_tag'"), "8\n");
  EXPECT_EQ(db.Rows("PRAGMA foreign_keys"), "1\n");
  EXPECT_EQ(db.Rows("SELECT count(*) FROM sqlite_temp_master"), "0\n");
}

TEST_F(LoadTest, ARowThatIsThereIsWrittenWholeAndItsListReplaced) {
  db.Execute(
      "INSERT INTO shop_tag VALUES (1, 'x'), (2, 'y'), (3, 'z');"
      "INSERT INTO shop_item VALUES (5, 'old', 9, '2020-01-01 00:00:00', 3, NULL, 1);"
      "INSERT INTO shop_item_tags VALUES (1, 5, 1), (2, 5, 2)");

  Load(R"({"model": "shop.item", "pk": "5", "fields": {"name": "new", "tags": [3, 2]}})", "",
       "f.jsonl");

  // What the object does not name has the field's default, as in Django.
  EXPECT_EQ(db.Rows("SELECT * FROM shop_item"), "5|new|1.5||0||\n");
  EXPECT_EQ(db.Rows("SELECT id, tag_id FROM shop_item_tags ORDER BY id"), "2|2\n3|3\n");
}

TEST_F(LoadTest, WithoutADefaultWhatIsLeftOutIsEmptyWhereTheFieldCanBe) {
  tree.Migration("shop.0002_file", {"shop.0001_initial"}, R"(
        migrations.CreateModel("File", [
            ("id", models.BigAutoField(primary_key=True, auto_created=True)),
            ("title", models.CharField(max_length=20)),
            ("data", models.BinaryField()),
            ("preview", models.BinaryField(null=True)),
        ]),
)");
  db.Rows("SELECT migrate()");

  Load(R"([{"model": "shop.file", "pk": 1, "fields": {}}])");

  EXPECT_EQ(db.Rows("SELECT quote(title), quote(data), quote(preview) FROM shop_file"),
            "''|X''|NULL\n");
}

TEST_F(LoadTest, NaturalKeysFindRowsOfTheFixtureAndOfTheDatabase) {
  db.Execute("INSERT INTO shop_tag VALUES (4, 'live')");

  EXPECT_EQ(Load(R"([{"model": "shop.item", "pk": 1, "fields": {"name": "a", "main_tag": ["new"],
                      "tags": [["live"], ["new"]]}},
                     {"model": "shop.tag", "fields": {"slug": "new"}},
                     {"model": "shop.tag", "fields": {"slug": "live"}}])"),
            "Installed 3 object(s) from 1 fixture(s)\n");

  EXPECT_EQ(db.Rows("SELECT * FROM shop_tag"), "4|live\n5|new\n");
  EXPECT_EQ(db.Rows("SELECT main_tag_id FROM shop_item"), "5\n");
  EXPECT_EQ(Error(R"([{"model": "shop.item", "pk": 3, "fields": {"name": "a",
                       "main_tag": ["none"]}}])"),
            "f.json:1:2: Problem installing fixture 'f.json': Tag matching query does not exist.: "
            "(shop.item:pk=3) field_value was '['none']'; neither the files nor table shop_tag "
            "have it: load the file that does in the same call");
}

TEST_F(LoadTest, AnObjectWithoutAKeyGetsOneThatNoOtherNames) {
  db.Execute("INSERT INTO shop_item (id, name, price, stock) VALUES (9, 'old', 1, 0)");

  Load(R"([{"model": "shop.item", "fields": {"name": "a"}},
           {"model": "shop.item", "pk": null, "fields": {"name": "b"}},
           {"model": "shop.item", "pk": 11, "fields": {"name": "c"}}])");

  EXPECT_EQ(db.Rows("SELECT id, name FROM shop_item"), "9|old\n10|a\n11|c\n12|b\n");
}

TEST_F(LoadTest, TheLastOfObjectsWithTheSameKeyCounts) {
  EXPECT_EQ(Load(R"([{"model": "shop.tag", "pk": 1, "fields": {"slug": "t"}},
                     {"model": "shop.item", "pk": 1, "fields": {"name": "a", "tags": [1]}},
                     {"model": "shop.item", "pk": 1, "fields": {"name": "b"}}])"),
            "Installed 3 object(s) from 1 fixture(s)\n");

  EXPECT_EQ(db.Rows("SELECT id, name FROM shop_item"), "1|b\n");
  EXPECT_EQ(db.Rows("SELECT item_id, tag_id FROM shop_item_tags"), "1|1\n");
  EXPECT_EQ(Output(),
            "shop.item: 1 object comes again with the same key; the last counts\n"
            "Installed 3 object(s) from 1 fixture(s)\n");
}

TEST_F(LoadTest, AReferenceToNothingIsToldBeforeAnythingIsWritten) {
  EXPECT_EQ(Error("[{\"model\": \"shop.item\", \"pk\": 1, \"fields\": {\"name\": \"a\"}},\n"
                  " {\"model\": \"shop.item\", \"pk\": 2, \"fields\": {\"name\": \"b\", "
                  "\"parent\": 77}}]"),
            "f.json:2:2: Problem installing fixtures: The row in table 'shop_item' with primary "
            "key '2' has an invalid foreign key: shop_item.parent_id contains a value '77' that "
            "does not have a corresponding value in shop_item.id.; load the file with shop.item "
            "before, or in the same call");
  EXPECT_EQ(Error(R"([{"model": "shop.item", "pk": 1, "fields": {"name": "a", "tags": [6]}}])"),
            "f.json:1:2: Problem installing fixtures: the row in table 'shop_item' with primary "
            "key '1' has an invalid \"tags\": shop_item_tags.tag_id contains a value '6' that does "
            "not have a corresponding value in shop_tag.id.; load the file with shop.tag before, "
            "or in the same call");
  EXPECT_EQ(db.Rows("SELECT count(*) FROM shop_item"), "0\n");
  EXPECT_EQ(db.Rows("SELECT count(*) FROM sqlite_temp_master"), "0\n");
}

TEST_F(LoadTest, AnOldViolationDoesNotBlock) {
  db.Execute(
      "PRAGMA foreign_keys = OFF;"
      "INSERT INTO shop_item (id, name, price, stock, parent_id) VALUES (1, 'old', 1, 0, 99);"
      "PRAGMA foreign_keys = ON");

  EXPECT_EQ(Load(R"([{"model": "shop.item", "pk": 2, "fields": {"name": "a"}}])"),
            "Installed 1 object(s) from 1 fixture(s)\n");
}

TEST_F(LoadTest, ARowInTheWayIsNamed) {
  db.Execute("INSERT INTO shop_tag VALUES (3, 'x')");

  EXPECT_EQ(
      Error(R"([{"model": "shop.tag", "pk": 4, "fields": {"slug": "x"}}])"),
      "f.json:1:2: Problem installing fixture 'f.json': Could not load shop.Tag(pk=4): UNIQUE "
      "constraint failed: shop_tag.slug; the row with pk=3 in the database has it already: "
      "delete or change that row, or give the object its key");
  EXPECT_EQ(
      Error("[{\"model\": \"shop.tag\", \"pk\": 4, \"fields\": {\"slug\": \"y\"}},\n"
            "{\"model\": \"shop.tag\", \"pk\": 5, \"fields\": {\"slug\": \"y\"}}]"),
      "f.json:2:1: Problem installing fixture 'f.json': Could not load shop.Tag(pk=5): UNIQUE "
      "constraint failed: shop_tag.slug; the fixture has it twice, also for pk=4 "
      "(f.json:1:2): change one of the two in the file");
  const std::string check =
      Error(R"([{"model": "shop.item", "pk": 4, "fields": {"name": "a", "stock": -1}}])");
  EXPECT_TRUE(
      check.starts_with("f.json:1:2: Problem installing fixture 'f.json': Could not load "
                        "shop.Item(pk=4): CHECK constraint failed: "))
      << check;
}

TEST_F(LoadTest, WrongValuesAreToldInDjangosWordsWithTheirPlace) {
  EXPECT_EQ(Error(R"([{"model": "shop.item", "pk": 5, "fields": {"stock": "many"}}])"),
            "f.json:1:54: Problem installing fixture 'f.json': ['\u201cmany\u201d value must be an "
            "integer.']: (shop.item:pk=5) field_value was 'many'");
  EXPECT_EQ(Error(R"([{"model": "shop.item", "pk": [5], "fields": {"name": "a"}}])"),
            "f.json:1:31: Problem installing fixture 'f.json': ['\u201c[5]\u201d value must be an "
            "integer.']: (shop.item:pk=[5]) field_value was '[5]'");
  EXPECT_EQ(Error(R"([{"model": "shop.item", "pk": 5, "fields": {"name": null}}])"),
            "f.json:1:53: Problem installing fixture 'f.json': Could not load shop.Item(pk=5): NOT "
            "NULL constraint failed: shop_item.name; \"name\" is null; give it a value");
  EXPECT_EQ(Error(R"([{"model": "shop.item", "pk": 5, "fields": {"tags": 3}}])"),
            "f.json:1:53: Problem installing fixture 'f.json': \"tags\" takes a list: "
            "(shop.item:pk=5) field_value was '3'");
}

TEST_F(LoadTest, UnknownNamesAreErrorsOrLeftOutOnRequest) {
  const std::string unknown = R"([{"model": "shop.tag", "pk": 1, "fields": {"slug": "x",
 "color": "red"}},
 {"model": "shop.gone", "pk": 1, "fields": {}}])";
  EXPECT_EQ(Error(unknown),
            "f.json:2:11: Problem installing fixture 'f.json': Error deserializing object: Tag has "
            "no field named 'color'; if it is gone, SELECT loaddata(\u2026, 'ignorenonexistent') "
            "leaves it out");
  EXPECT_EQ(
      Error(R"([{"model": "gone.model", "pk": 1, "fields": {}}])"),
      "f.json:1:2: Problem installing fixture 'f.json': Invalid model identifier: gone.model; "
      "if it is gone, SELECT loaddata(\u2026, 'ignorenonexistent') leaves it out");
  EXPECT_EQ(Load(unknown, ", '--ignorenonexistent'"), "Installed 1 object(s) from 1 fixture(s)\n");
  EXPECT_EQ(Output(),
            "shop.gone is no model of the project: objects left out (1 object)\n"
            "shop.tag: 'color' is no field and is left out (1 object)\n"
            "Installed 1 object(s) from 1 fixture(s)\n");
  EXPECT_EQ(Error("[]", ", '--fast'"),
            "loaddata() has no option '--fast'; it knows 'ignorenonexistent' and "
            "'exclude=app.model'");
}

TEST_F(LoadTest, ExcludedModelsAreCountedAndLeftOut) {
  EXPECT_EQ(Load(R"([{"model": "shop.tag", "pk": 1, "fields": {"slug": "x"}},
                     {"model": "shop.item", "pk": 1, "fields": {"name": "a"}}])",
                 ", 'exclude=shop.Item'"),
            "Installed 1 object(s) (of 2) from 1 fixture(s)\n");
  EXPECT_EQ(Load("[]", ", '-e', 'shop'"), "Installed 0 object(s) from 1 fixture(s)\n");
  EXPECT_EQ(Error("[]", ", '--exclude', 'gone'"), "No installed app with label 'gone'.");
  EXPECT_EQ(Error("[]", ", 'exclude=shop.Gone'"), "Unknown model: shop.gone");
}

TEST_F(LoadTest, HostileFilesAreRefusedWithAPlace) {
  const std::string shape =
      "; an object of a fixture is {\"model\": \"app.model\", \"pk\": \u2026, \"fields\": "
      "{\u2026}}";
  EXPECT_EQ(Error("[{\"model\": \"shop.tag\", \"pk\": 1, \"fie"),
            "f.json:1:33: Unterminated string starting at; the file ends here, in the middle: it "
            "may have been cut short");
  EXPECT_EQ(Error("[[1]]"), "f.json:1:2: expected an object, got [1]" + shape);
  EXPECT_EQ(Error(R"([{"pk": 1, "fields": {}}])"),
            "f.json:1:2: Error deserializing object: 'model'" + shape);
  EXPECT_EQ(Error(R"([{"model": "shop.tag", "pk": 1}])"),
            "f.json:1:2: Error deserializing object: 'fields'" + shape);
  EXPECT_EQ(Error(R"([{"model": "shop.tag", "fields": []}])"),
            "f.json:1:34: \"fields\" of shop.tag is no object" + shape);
  EXPECT_EQ(Error(R"([{"model": 5, "fields": {}}])"),
            "f.json:1:12: Invalid model identifier: 5" + shape);
  EXPECT_EQ(Error("{}").substr(0, 11), "f.json:1:1:");
  EXPECT_EQ(Error(""), "f.json:1:1: Expecting value; the file is empty");
  EXPECT_EQ(Error("\x7f"
                  "ELF\x01\x02")
                .substr(0, 11),
            "f.json:1:1:");
  EXPECT_EQ(Error(std::string(100'000, '[')).substr(0, 12), "f.json:1:903");
  EXPECT_EQ(Error("[] trailing"), "f.json:1:4: Extra data");
  EXPECT_EQ(Load("[]"), "Installed 0 object(s) from 1 fixture(s)\n");
  EXPECT_EQ(Output(),
            "RuntimeWarning: No fixture data found for 'f.json'. (File format may be invalid.)\n"
            "Installed 0 object(s) from 1 fixture(s)\n");
}

TEST_F(LoadTest, WhatIsNoFixtureFileIsNotOpened) {
  tree.Folder("folder.json");
  ASSERT_EQ(mkfifo(tree.Path("pipe.json").c_str(), 0600), 0);
  const auto error = [&](const std::string& name) {
    return ReplaceAll(db.ErrorOf("SELECT loaddata(" + SqlLiteral(tree.Path(name)) + ")"),
                      tree.root() + "/", "");
  };

  EXPECT_EQ(error("folder.json"), "cannot load 'folder.json': it is a folder; name the file in it");
  EXPECT_EQ(error("pipe.json"), "cannot load 'pipe.json': it is no regular file");
  EXPECT_EQ(error("none.json"), "No fixture named 'none.json' found.");
  EXPECT_EQ(error("db.sqlite3"), "'db.sqlite3' is the database itself, and no fixture");
  EXPECT_EQ(Error("x", "", "f.json.gz"),
            "cannot load 'f.json.gz': it is compressed; unpack it first");
  EXPECT_EQ(Error("x", "", "f.xml"),
            "cannot load 'f.xml': only .json and .jsonl are read here; write one with manage.py "
            "dumpdata --format");
}

TEST_F(LoadTest, DropsNoLockWhereAFixtureIsTheDatabaseByAnotherName) {
  std::filesystem::create_hard_link(tree.Path("db.sqlite3"), tree.Path("link.json"));
  db.Execute("BEGIN IMMEDIATE");

  EXPECT_EQ(db.ErrorOf("SELECT loaddata(" + SqlLiteral(tree.Path("link.json")) + ")"),
            "'" + tree.Path("link.json") + "' is the database itself, and no fixture");

  testing::ShellProcess other(tree.Path("db.sqlite3"));
  EXPECT_NE(other.Run("BEGIN IMMEDIATE;").find("database is locked"), std::string::npos);
}

TEST_F(LoadTest, ANameIsLookedForInTheFixturesFoldersOfTheApps) {
  tree.File("shop/fixtures/start.json",
            R"([{"model": "shop.tag", "pk": 1, "fields": {"slug": "x"}}])");

  EXPECT_EQ(db.Rows("SELECT loaddata('start')"), "Installed 1 object(s) from 1 fixture(s)\n");
}

TEST_F(LoadTest, TriggersFireAsTheyDoForDjango) {
  db.Execute(
      "CREATE TABLE seen (id, old);"
      "CREATE TRIGGER t1 AFTER INSERT ON shop_tag BEGIN INSERT INTO seen VALUES (new.id, NULL); "
      "END;"
      "CREATE TRIGGER t2 AFTER UPDATE ON shop_tag BEGIN INSERT INTO seen VALUES (new.id, "
      "old.slug); "
      "END;"
      "INSERT INTO shop_tag VALUES (1, 'x'); DELETE FROM seen");

  Load(R"([{"model": "shop.tag", "pk": 1, "fields": {"slug": "y"}},
           {"model": "shop.tag", "pk": 2, "fields": {"slug": "z"}}])");

  EXPECT_EQ(db.Rows("SELECT * FROM seen"), "1|x\n2|\n");
}

TEST_F(LoadTest, InTheCallersTransactionItIsPartOfIt) {
  db.Execute("BEGIN; INSERT INTO shop_tag VALUES (1, 'mine')");
  EXPECT_NE(Error(R"([{"model": "shop.tag", "pk": 2, "fields": {"slug": "mine"}}])"), "");
  Load(R"([{"model": "shop.tag", "pk": 2, "fields": {"slug": "yours"}}])");
  EXPECT_EQ(db.Rows("SELECT * FROM shop_tag"), "1|mine\n2|yours\n");

  db.Execute("ROLLBACK");
  EXPECT_EQ(db.Rows("SELECT * FROM shop_tag"), "");
}

struct LoadAtAnotherLevelTest : LoadTest {
  LoadAtAnotherLevelTest() {
    tree.Migration("shop.0002_rename", {"shop.0001_initial"}, R"(
        migrations.RenameField("item", "name", "title"),
        migrations.RenameModel("Tag", "Label"),
        migrations.RemoveField("item", "stock"),
        migrations.AddField("item", "color", models.CharField(max_length=5, default="red")),
)");
  }

  const std::string old_ =
      R"([{"model": "shop.tag", "pk": 1, "fields": {"slug": "x"}},
          {"model": "shop.item", "pk": 1, "fields": {"name": "a", "price": "2", "made": null,
           "stock": 4, "parent": null, "main_tag": 1, "tags": [1]}}])";
  const std::string new_ =
      R"([{"model": "shop.label", "pk": 1, "fields": {"slug": "x"}},
          {"model": "shop.item", "pk": 1, "fields": {"title": "a", "price": "2", "made": null,
           "color": "blue", "parent": null, "main_tag": 1, "tags": [1]}}])";
};

TEST_F(LoadAtAnotherLevelTest, AnOldDumpFollowsTheRenames) {
  db.Rows("SELECT migrate()");

  EXPECT_EQ(Load(old_), "Installed 2 object(s) from 1 fixture(s)\n");
  EXPECT_EQ(db.Rows("SELECT * FROM shop_label"), "1|x\n");
  EXPECT_EQ(db.Rows("SELECT id, title, color, main_tag_id FROM shop_item"), "1|a|red|1\n");
  EXPECT_EQ(Output(),
            "shop.item is of another level (before shop.0002_rename): 'name' loaded as 'title', "
            "'stock' left out (1 object)\n"
            "shop.tag is of another level (before shop.0002_rename): loaded as shop.label (1 "
            "object)\n"
            "Installed 2 object(s) from 1 fixture(s)\n");
}

TEST_F(LoadAtAnotherLevelTest, ANewDumpFollowsThemBack) {
  EXPECT_EQ(Load(new_), "Installed 2 object(s) from 1 fixture(s)\n");
  EXPECT_EQ(db.Rows("SELECT * FROM shop_tag"), "1|x\n");
  EXPECT_EQ(db.Rows("SELECT id, name, stock, main_tag_id FROM shop_item"), "1|a|0|1\n");
}

TEST_F(LoadAtAnotherLevelTest, ADatabaseThatHasNothingOfItIsAnError) {
  db.Rows("SELECT migrate('shop', 'zero')");

  EXPECT_EQ(Error(new_),
            "nothing of f.json has a place in this database: shop.item is a model of another level "
            "(since shop.0002_rename): objects left out (1 object); apply the migrations first: "
            "SELECT migrate()");
}

}  // namespace
}  // namespace migext
