// rebuild_table(): whatever somebody has made of a table, it becomes what Django has, with every
// row, or the call says which rows are in the way and leaves everything as it is.
#include <gtest/gtest.h>

#include <string>

#include "support/blog_patient.h"
#include "support/project_builder.h"

namespace migext::surface {
namespace {

using test::BlogPatient;

const std::string kSchema =
    "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'migext%' ORDER "
    "BY "
    "name";
const std::string kTagIndex = "CREATE INDEX \"blog_tag_slug_01068d0e\" ON \"blog_tag\" (\"slug\")";

/// SQLite 3.37 knows STRICT tables.
bool KnowsStrict(testing::LoadedDatabase& db) {
  return db.ErrorOf("CREATE TEMP TABLE strict_probe(a INT) STRICT") == "";
}

TEST(RebuildTableTest, MakesAPlainTableOfOneThatIsStrictAndWithoutRowid) {
  BlogPatient patient;
  testing::LoadedDatabase& db = *patient.db;
  if (!KnowsStrict(db)) GTEST_SKIP() << "this SQLite knows no STRICT tables";
  const std::string sound = db.Rows(kSchema);
  const std::string before = patient.Content("blog_tag");
  patient.Remake("blog_tag",
                 "(\"id\" integer PRIMARY KEY, \"name\" TEXT NOT NULL UNIQUE, \"slug\" TEXT NOT "
                 "NULL) STRICT, WITHOUT ROWID");
  db.Execute(kTagIndex);
  EXPECT_EQ(db.Rows("SELECT property, object, expected, actual, severity FROM migration_drift "
                    "WHERE property <> 'type'"),
            "autoincrement|blog_tag|AUTOINCREMENT||error\nstrict|blog_tag||STRICT|error\n"
            "without rowid|blog_tag||WITHOUT ROWID|error\n");
  patient.Paste("SELECT rebuild_table('blog_tag');");
  EXPECT_EQ(db.Rows("SELECT line FROM migext_output"),
            "rebuilt blog_tag with its 6 rows; undo_last() cannot take it back\n"
            "  blog_tag.name: varchar(40), was TEXT\n  blog_tag.slug: varchar(40), was TEXT\n"
            "  blog_tag: AUTOINCREMENT, was not there\n  blog_tag: STRICT is gone\n"
            "  blog_tag: WITHOUT ROWID is gone\n");
  EXPECT_EQ(db.Rows("SELECT object FROM migration_drift"), "");
  EXPECT_EQ(db.Rows(kSchema), sound);
  EXPECT_EQ(patient.Content("blog_tag"), before);
  EXPECT_EQ(db.Rows("SELECT seq FROM sqlite_sequence WHERE name = 'blog_tag'"), "6\n");
}

TEST(RebuildTableTest, KeepsTheCounterOfKeysWhereAutoincrementWasLost) {
  for (const char* rows :
       {"DELETE FROM blog_post_tags", "DELETE FROM blog_post_tags WHERE id > 3"}) {
    BlogPatient patient;
    testing::LoadedDatabase& db = *patient.db;
    db.Execute("UPDATE sqlite_sequence SET seq = 900 WHERE name = 'blog_post_tags'");
    db.Execute(rows);
    patient.Rewrite("blog_post_tags", "PRIMARY KEY AUTOINCREMENT", "PRIMARY KEY");
    patient.Paste("SELECT rebuild_table('blog_post_tags');");
    EXPECT_EQ(db.Rows("SELECT seq FROM sqlite_sequence WHERE name = 'blog_post_tags'"), "900\n");
    db.Execute("INSERT INTO blog_post_tags (post_id, tag_id) VALUES (5, 6)");
    EXPECT_EQ(db.Rows("SELECT max(id) FROM blog_post_tags"), "901\n");
  }
}

TEST(RebuildTableTest, DropsNoConstraintThatSqlOfTheProjectHasMade) {
  ProjectBuilder given;
  given.Apps({"shop"})
      .Migration("shop.0001_initial", {},
                 "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), "
                 "('price', models.IntegerField()), ('name', models.TextField())])")
      .Migration("shop.0002_sql", {"shop.0001_initial"},
                 "migrations.RunSQL(['CREATE TABLE other(id integer NOT NULL PRIMARY KEY "
                 "AUTOINCREMENT, price integer NOT NULL, name text NOT NULL, CHECK (price > 0))', "
                 "'DROP TABLE shop_item', 'ALTER TABLE other RENAME TO shop_item'])");
  testing::LoadedDatabase db(given.Path("db.sqlite3"));
  db.Execute("SELECT migrate()");
  EXPECT_EQ(db.Rows("SELECT object FROM migration_drift"), "");
  db.Execute(
      "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'name text NOT "
      "NULL', 'name text') WHERE name = 'shop_item'; PRAGMA writable_schema = RESET");
  const std::string why =
      "not as the migrations make it; not to be rebuilt as it is: SQL of the project has made "
      "CHECK (price > 0), which a rebuild would drop; say it in a migration first (AddConstraint)";
  EXPECT_EQ(db.Rows("SELECT object, detail, remedy FROM migration_drift"),
            "shop_item.name|" + why + "|\n");
  EXPECT_EQ(db.ErrorOf("SELECT rebuild_table('shop_item')"), "shop_item.name: " + why);
}

TEST(RebuildTableTest, NamesWhatAnEarlierRebuildHasLeft) {
  BlogPatient patient;
  testing::LoadedDatabase& db = *patient.db;
  patient.Rewrite("blog_tag", "PRIMARY KEY AUTOINCREMENT", "PRIMARY KEY");
  db.Execute("CREATE TABLE new__blog_tag(x)");
  EXPECT_NE(db.ErrorOf("SELECT rebuild_table('blog_tag')")
                .find("new__blog_tag is left of an earlier rebuild and in the way; SELECT detail, "
                      "remedy FROM migration_conflicts WHERE code = 'leftover-table' says what to "
                      "do"),
            std::string::npos);
  patient.Paste(db.Rows("SELECT remedy FROM migration_conflicts WHERE code = 'leftover-table'"));
  patient.Paste("SELECT rebuild_table('blog_tag');");
  EXPECT_EQ(db.Rows("SELECT object FROM migration_drift"), "");
}

TEST(RebuildTableTest, FollowsNoCascadeOfATableThatPointsAtItself) {
  BlogPatient patient;
  testing::LoadedDatabase& db = *patient.db;
  const std::string before = patient.Content("blog_comment");
  const std::string likes = patient.Content("blog_comment_likes");
  patient.Rewrite("blog_comment", R"(REFERENCES "blog_comment" ("id"))",
                  R"(REFERENCES "blog_comment" ("id") ON DELETE CASCADE)");
  patient.Rewrite("blog_comment_likes", R"(REFERENCES "blog_comment" ("id"))",
                  R"(REFERENCES "blog_comment" ("id") ON DELETE CASCADE)");
  patient.Paste("SELECT rebuild_table('blog_comment');");
  patient.Paste("SELECT rebuild_table('blog_comment_likes');");
  EXPECT_EQ(patient.Content("blog_comment"), before);
  EXPECT_EQ(patient.Content("blog_comment_likes"), likes);
  EXPECT_EQ(db.Rows("SELECT object FROM migration_drift"), "");
}

TEST(RebuildTableTest, KeepsIndexesMadeByHandWhateverTheyAreCalled) {
  BlogPatient patient;
  testing::LoadedDatabase& db = *patient.db;
  patient.Rewrite("blog_tag", "\"slug\" varchar(40)", "\"slug\" varchar(41)");
  db.Execute(
      "CREATE INDEX blog_tag_name_0a1b2c3d ON blog_tag (name, slug); CREATE UNIQUE INDEX mine ON "
      "blog_tag (slug, name) WHERE id > 1");
  patient.Paste("SELECT rebuild_table('blog_tag');");
  EXPECT_EQ(db.Rows("SELECT object FROM migration_drift ORDER BY object"),
            "blog_tag_name_0a1b2c3d\nmine\n");
}

TEST(RebuildTableTest, NamesEveryKindOfRowThatIsInTheWay) {
  BlogPatient patient;
  testing::LoadedDatabase& db = *patient.db;
  patient.Rewrite("blog_comment", R"("content" text NOT NULL)", R"("content" text NULL)");
  patient.Rewrite("blog_comment", R"(, CONSTRAINT "blog_comment_level_max" CHECK ("level" <= 32))",
                  "");
  patient.Rewrite("blog_comment",
                  R"( NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED)", " NULL");
  db.Execute(
      "UPDATE blog_comment SET content = NULL WHERE id = 7; UPDATE blog_comment SET level = 40 "
      "WHERE id > 110; UPDATE blog_comment SET author_id = 999 WHERE id IN (8, 9)");
  const std::string before = patient.Content("blog_comment");
  EXPECT_EQ(
      db.ErrorOf("SELECT rebuild_table('blog_comment')"),
      "blog_comment.author_id: not as the migrations make it; not to be rebuilt as it is: 2 rows "
      "of "
      "blog_comment point at no row of auth_user by author_id (id 8, 9): SELECT * FROM "
      "\"blog_comment\" WHERE \"author_id\" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "
      "\"auth_user\" AS parent WHERE parent.\"id\" = \"blog_comment\".\"author_id\"); 1 row of "
      "blog_comment has no content (id 7): SELECT * FROM \"blog_comment\" WHERE \"content\" IS "
      "NULL; 10 rows of blog_comment do not pass CONSTRAINT \"blog_comment_level_max\" CHECK "
      "(\"level\" <= 32) (id 111, 112, 113, 114, 115, …): SELECT * FROM \"blog_comment\" WHERE "
      "NOT (\"level\" <= 32)");
  EXPECT_EQ(patient.Content("blog_comment"), before);
}

TEST(RebuildTableTest, AsksAConditionAsTheNewTypesCompare) {
  BlogPatient patient;
  testing::LoadedDatabase& db = *patient.db;
  const std::string before = patient.Content("blog_collaboration");
  patient.Rewrite("blog_collaboration", R"(CHECK (("share" >= '0' AND "share" <= '100')))",
                  "CHECK (1)");
  patient.Rewrite("blog_collaboration", R"("share" decimal)", R"("share" text)");
  db.Execute("UPDATE blog_collaboration SET share = share");
  patient.Paste("SELECT rebuild_table('blog_collaboration');");
  EXPECT_EQ(patient.Content("blog_collaboration"), before);
  EXPECT_EQ(db.Rows("SELECT DISTINCT typeof(share) = 'text' FROM blog_collaboration"), "0\n");
  patient.Rewrite("blog_collaboration", R"("share" decimal)", R"("share" text)");
  patient.Rewrite("blog_collaboration", R"(CHECK (("share" >= '0' AND "share" <= '100')))",
                  "CHECK (1)");
  db.Execute("UPDATE blog_collaboration SET share = 101 WHERE id = 3");
  EXPECT_EQ(db.ErrorOf("SELECT rebuild_table('blog_collaboration')"),
            "the rows of \"blog_collaboration\" do not fit into what the migrations make: CHECK "
            "constraint failed: blog_share_is_percent; nothing was changed");
}

TEST(RebuildTableTest, ChangesNoValueThatAnotherTypeWouldRound) {
  BlogPatient patient;
  testing::LoadedDatabase& db = *patient.db;
  patient.Rewrite("blog_tag", "\"slug\" varchar(40)", "\"slug\" real");
  db.Execute("UPDATE blog_tag SET slug = CASE id WHEN 4 THEN 0.1 + 0.2 ELSE id END");
  EXPECT_EQ(db.ErrorOf("SELECT rebuild_table('blog_tag')"),
            "the values of \"blog_tag\".\"slug\" would change with its type (id 4); nothing was "
            "changed");
  db.Execute("UPDATE blog_tag SET slug = 0.5 WHERE id = 4; SELECT rebuild_table('blog_tag')");
  EXPECT_EQ(db.Rows("SELECT slug, typeof(slug) FROM blog_tag WHERE id IN (4, 5)"),
            "0.5|text\n5.0|text\n");
}

TEST(RebuildTableTest, LeavesAKeyThatIsNoInteger) {
  BlogPatient patient;
  testing::LoadedDatabase& db = *patient.db;
  patient.Remake("blog_tag",
                 "(\"id\" integer PRIMARY KEY, \"name\" varchar(40) NOT NULL UNIQUE, \"slug\" "
                 "varchar(40) NOT NULL) WITHOUT ROWID");
  db.Execute(kTagIndex + "; INSERT INTO blog_tag VALUES ('x', 'x', 'x')");
  const std::string before = patient.Content("blog_tag");
  EXPECT_EQ(
      db.ErrorOf("SELECT rebuild_table('blog_tag')").substr(0, 135),
      "blog_tag: not as the migrations make it; not to be rebuilt as it is: 1 row of blog_tag "
      "has no integer for a key (id 'x'): SELECT * FROM");
  EXPECT_EQ(patient.Content("blog_tag"), before);
}

TEST(RebuildTableTest, TakesAnOldOrphanAlong) {
  BlogPatient patient;
  testing::LoadedDatabase& db = *patient.db;
  patient.Remake(
      "blog_post_tags",
      "(\"id\" integer PRIMARY KEY, \"post_id\" bigint NOT NULL REFERENCES \"blog_post\" "
      "(\"id\") DEFERRABLE INITIALLY DEFERRED, \"tag_id\" bigint NOT NULL REFERENCES "
      "\"blog_tag\" (\"id\") DEFERRABLE INITIALLY DEFERRED) WITHOUT ROWID");
  db.Execute("UPDATE blog_post_tags SET tag_id = 98 + id WHERE id < 3");
  const std::string before = patient.Content("blog_post_tags");
  patient.Paste("SELECT rebuild_table('blog_post_tags');");
  EXPECT_EQ(patient.Content("blog_post_tags"), before);
  EXPECT_EQ(db.Rows("SELECT object FROM migration_drift"), "");
}

/// A table with a generated column.
struct Shop {
  Shop() {
    tree.Apps({"shop"}).Migration(
        "shop.0001_initial", {},
        "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), ('price', "
        "models.IntegerField()), ('double', models.GeneratedField(expression=models.F('price') * "
        "2, "
        "output_field=models.IntegerField(), db_persist=True))])");
    db.emplace(tree.Path("db.sqlite3"));
    db->Execute("SELECT migrate()");
    sound = db->Rows("SELECT sql FROM sqlite_master WHERE name = 'shop_item'");
  }

  void Remake(const std::string& body) {
    db->Execute("DROP TABLE shop_item; CREATE TABLE shop_item " + body);
  }

  ProjectBuilder tree;
  std::optional<testing::LoadedDatabase> db;
  std::string sound;
};

TEST(RebuildTableTest, KeepsWhatSqlOfTheProjectMakes) {
  Shop shop;
  testing::LoadedDatabase& db = *shop.db;
  shop.tree.Migration("shop.0002_sql", {"shop.0001_initial"},
                      "migrations.RunSQL(['CREATE INDEX shop_item_price_0a1b2c3d ON "
                      "shop_item(price, id)', 'ALTER TABLE shop_item ADD COLUMN note text'])");
  db.Execute("SELECT migrate()");
  db.Execute(
      "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, '\"price\" "
      "integer', '\"price\" bigint') WHERE name = 'shop_item'; PRAGMA writable_schema = "
      "RESET; SELECT rebuild_table('shop_item')");
  EXPECT_EQ(db.Rows("SELECT object FROM migration_drift"), "");
  EXPECT_EQ(db.Rows("SELECT name FROM sqlite_master WHERE tbl_name = 'shop_item'"),
            "shop_item\nshop_item_price_0a1b2c3d\n");
  EXPECT_EQ(db.Rows("SELECT name FROM pragma_table_info('shop_item')"), "id\nprice\nnote\n");
}

TEST(RebuildTableTest, GeneratesAnewWhatIsNotLost) {
  Shop shop;
  testing::LoadedDatabase& db = *shop.db;
  shop.Remake(
      "(id integer NOT NULL PRIMARY KEY AUTOINCREMENT, price integer NOT NULL, double integer)");
  db.Execute("INSERT INTO shop_item VALUES (1, 5, 10), (2, 6, 13)");
  EXPECT_EQ(db.Rows("SELECT property, remedy IS NULL FROM migration_drift WHERE object = "
                    "'shop_item.double'"),
            "generated|1\n");
  const std::string why = db.ErrorOf("SELECT rebuild_table('shop_item')");
  EXPECT_NE(why.find("1 row of shop_item has another double than the migrations compute (id 2): "
                     "SELECT * FROM \"shop_item\" WHERE \"double\" IS NOT ((\"price\" * 2))"),
            std::string::npos)
      << why;
  db.Execute("UPDATE shop_item SET double = 12 WHERE id = 2; SELECT rebuild_table('shop_item')");
  EXPECT_EQ(db.Rows("SELECT * FROM shop_item"), "1|5|10\n2|6|12\n");
  EXPECT_EQ(db.Rows("SELECT sql FROM sqlite_master WHERE name = 'shop_item'"), shop.sound);
}

TEST(RebuildTableTest, KeepsTheValuesOfAColumnThatSomebodyHasGenerated) {
  Shop shop;
  testing::LoadedDatabase& db = *shop.db;
  shop.Remake(
      "(id integer NOT NULL PRIMARY KEY AUTOINCREMENT, price integer AS (id * 10) NOT NULL, double "
      "integer GENERATED ALWAYS AS (\"price\" * 2) STORED)");
  db.Execute("INSERT INTO shop_item (id) VALUES (1), (2); SELECT rebuild_table('shop_item')");
  EXPECT_EQ(db.Rows("SELECT * FROM shop_item"), "1|10|20\n2|20|40\n");
  EXPECT_EQ(db.Rows("SELECT sql FROM sqlite_master WHERE name = 'shop_item'"), shop.sound);
}

TEST(RebuildTableTest, TellsAVirtualTableInThePlaceOfATable) {
  Shop shop;
  testing::LoadedDatabase& db = *shop.db;
  db.Execute("DROP TABLE shop_item; CREATE VIRTUAL TABLE shop_item USING fts5(body)");
  EXPECT_EQ(db.Rows("SELECT kind, object, detail, remedy FROM migration_drift WHERE object = "
                    "'shop_item'"),
            "different|shop_item|a virtual table is in its place|\n");
  EXPECT_EQ(db.ErrorOf("SELECT rebuild_table('shop_item')"),
            "shop_item: a virtual table is in its place");
}

}  // namespace
}  // namespace migext::surface
