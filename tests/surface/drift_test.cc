// A schema that somebody has changed by hand: what migration_drift says of it, and that its remedy,
// pasted inside a transaction, makes the row go away and leaves all rows as they were.
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "base/text.h"
#include "support/blog_patient.h"
#include "support/golden_blog.h"

namespace migext::surface {
namespace {

using test::BlogPatient;

const std::string kRows =
    "SELECT kind, object, expected, actual, remedy FROM migration_drift WHERE kind <> 'foreign'";

struct Damage {
  std::string name;
  std::string table;
  std::string from;  ///< Text of the table that is replaced.
  std::string to;
  std::string row;  ///< kind, object, expected, actual

  friend void PrintTo(const Damage& damage, std::ostream* out) { *out << damage.name; }
};

const std::string kAuthor =
    R"("author_id" integer NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED)";

const Damage kDamages[] = {
    {"Type", "blog_post", R"("title" varchar(255))", R"("title" varchar(99))",
     "different|blog_post.title|varchar(255)|varchar(99)"},
    {"Null", "blog_comment", R"("content" text NOT NULL)", R"("content" text NULL)",
     "different|blog_comment.content|NOT NULL|NULL"},
    {"NotNull", "blog_comment", R"("parent_id" bigint NULL)", R"("parent_id" bigint)", ""},
    {"Default", "blog_comment", R"("is_pinned" bool NOT NULL)",
     R"("is_pinned" bool DEFAULT 0 NOT NULL)", "different|blog_comment.is_pinned||0"},
    {"Collation", "blog_tag", R"("name" varchar(40) NOT NULL)",
     R"("name" varchar(40) COLLATE nocase NOT NULL)", "different|blog_tag.name||nocase"},
    {"Autoincrement", "blog_tag", "PRIMARY KEY AUTOINCREMENT", "PRIMARY KEY",
     "different|blog_tag|AUTOINCREMENT|"},
    {"ForeignKey", "blog_comment", kAuthor, R"("author_id" integer NULL)",
     R"(different|blog_comment.author_id|REFERENCES "auth_user" ("id") )"
     "DEFERRABLE INITIALLY DEFERRED|"},
    {"ForeignKeyAction", "blog_comment", kAuthor,
     R"("author_id" integer NULL REFERENCES "auth_user" ("id") ON DELETE CASCADE )"
     "DEFERRABLE INITIALLY DEFERRED",
     R"(different|blog_comment.author_id|REFERENCES "auth_user" ("id") )"
     R"(DEFERRABLE INITIALLY DEFERRED|REFERENCES "auth_user" ("id") ON DELETE CASCADE )"
     "DEFERRABLE INITIALLY DEFERRED"},
    {"Deferrable", "blog_comment", kAuthor,
     R"("author_id" integer NULL REFERENCES "auth_user" ("id"))",
     R"(different|blog_comment.author_id|REFERENCES "auth_user" ("id") )"
     R"(DEFERRABLE INITIALLY DEFERRED|REFERENCES "auth_user" ("id"))"},
    {"Check", "blog_comment", R"(, CONSTRAINT "blog_comment_level_max" CHECK ("level" <= 32))", "",
     R"(missing|blog_comment_level_max|CONSTRAINT "blog_comment_level_max" CHECK ("level" <= 32)|)"},
    {"OtherCheck", "blog_comment", R"(CHECK ("level" <= 32))", R"(CHECK ("level" <= 99))",
     R"(different|blog_comment_level_max|CONSTRAINT "blog_comment_level_max" CHECK ("level" <= 32)|)"
     R"(CONSTRAINT "blog_comment_level_max" CHECK ("level" <= 99))"},
    {"ExtraCheck", "blog_comment", R"("content" text NOT NULL)",
     R"("content" text NOT NULL CHECK (content <> ''))",
     "unknown|blog_comment CHECK (content <> '')||CHECK (content <> '')"},
    {"NotNullOnConflict", "blog_comment", R"("content" text NOT NULL)",
     R"("content" text NOT NULL ON CONFLICT IGNORE)",
     "different|blog_comment.content|NOT NULL|NOT NULL ON CONFLICT IGNORE"},
    {"UniqueOnConflict", "blog_tag", R"("name" varchar(40) NOT NULL UNIQUE)",
     R"("name" varchar(40) NOT NULL UNIQUE ON CONFLICT REPLACE)",
     "different|blog_tag UNIQUE (name)|UNIQUE (name)|UNIQUE (name) ON CONFLICT REPLACE"},
    {"KeyOnConflict", "blog_tag", "PRIMARY KEY AUTOINCREMENT",
     "PRIMARY KEY ON CONFLICT REPLACE AUTOINCREMENT",
     "different|blog_tag|PRIMARY KEY (id)|PRIMARY KEY (id) ON CONFLICT REPLACE"},
};

struct DriftDamageTest : ::testing::TestWithParam<Damage> {};

TEST_P(DriftDamageTest, IsFoundAndRebuiltWithItsRows) {
  const Damage& damage = GetParam();
  BlogPatient patient;
  testing::LoadedDatabase& db = *patient.db;
  EXPECT_EQ(db.Rows(kRows), "");
  const std::string sound = db.Rows("SELECT name, sql FROM sqlite_master ORDER BY name");
  patient.Rewrite(damage.table, damage.from, damage.to);
  db.Execute("CREATE TRIGGER by_hand AFTER DELETE ON " + damage.table +
             " BEGIN SELECT 1; END; CREATE INDEX made_by_hand ON " + damage.table +
             "(id DESC); CREATE VIEW seen_by_hand AS SELECT * FROM " + damage.table);
  const std::string before = patient.Content(damage.table);
  const std::string remedy = "SELECT rebuild_table('" + damage.table + "');";
  EXPECT_EQ(db.Rows(kRows), damage.row.empty() ? "" : damage.row + "|" + remedy + "\n");
  patient.Paste(remedy);
  EXPECT_EQ(db.Rows(kRows), "");
  EXPECT_EQ(patient.Content(damage.table), before);
  EXPECT_EQ(db.Rows("SELECT object FROM migration_drift ORDER BY object"),
            "by_hand\nmade_by_hand\nseen_by_hand\n");
  db.Execute("DROP TRIGGER by_hand; DROP INDEX made_by_hand; DROP VIEW seen_by_hand");
  if (!damage.row.empty()) {
    EXPECT_EQ(db.Rows("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'migext%' AND "
                      "name NOT LIKE '%migext%' ORDER BY name"),
              sound);
  }
  EXPECT_EQ(db.Rows("PRAGMA integrity_check"), "ok\n");
}

INSTANTIATE_TEST_SUITE_P(, DriftDamageTest, ::testing::ValuesIn(kDamages),
                         [](const auto& damage) { return damage.param.name; });

/// Every column but the last two.
std::string Told(testing::LoadedDatabase& db) {
  return db.Rows("SELECT kind, property, object, detail, remedy FROM migration_drift");
}

TEST(DriftTest, MakesAMissingTableAndAMissingIndexAnew) {
  BlogPatient patient;
  testing::LoadedDatabase& db = *patient.db;
  const std::string sound =
      db.Rows("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name");
  db.Execute("DROP TABLE blog_post_tags; DROP INDEX blog_comment_parent_id_f2a027bb");
  EXPECT_EQ(db.Rows("SELECT kind, property, object, remedy IS NULL FROM migration_drift"),
            "missing|table|blog_post_tags|0\nmissing|index|blog_comment_parent_id_f2a027bb|0\n");
  patient.Paste(db.Rows("SELECT group_concat(remedy, char(10)) FROM migration_drift"));
  EXPECT_EQ(Told(db), "");
  EXPECT_EQ(db.Rows("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"),
            sound);
}

TEST(DriftTest, HidesNoRecordedMigrationThatWasNeverRunBehindDefaults) {
  BlogPatient patient("recorded_but_columns_missing");
  testing::LoadedDatabase& db = *patient.db;
  EXPECT_EQ(db.Rows("SELECT object, remedy IS NULL FROM migration_drift WHERE property = 'column'"),
            "blog_comment.level|1\nblog_comment.path|1\nblog_comment.parent_id|1\n");
  EXPECT_EQ(db.ErrorOf("SELECT rebuild_table('blog_comment')"),
            "blog_comment.level: nothing of blog.0003_add_comment_nesting_fields is there, which "
            "is recorded; SELECT * FROM migration_conflicts says what to do");
}

TEST(DriftTest, GivesAMissingColumnItsDefaultWhereItsMigrationWasRun) {
  BlogPatient patient;
  testing::LoadedDatabase& db = *patient.db;
  db.Execute("ALTER TABLE blog_post DROP COLUMN rating");
  const std::string remedy = "SELECT rebuild_table('blog_post');";
  EXPECT_EQ(db.Rows("SELECT object, remedy FROM migration_drift"),
            "blog_post.rating|" + remedy + "\n");
  const std::string before = db.Rows("SELECT id, title FROM blog_post ORDER BY id");
  patient.Paste(remedy);
  EXPECT_EQ(Told(db), "");
  EXPECT_EQ(db.Rows("SELECT id, title FROM blog_post ORDER BY id"), before);
}

TEST(DriftTest, GivesARenamedTableItsNameBack) {
  BlogPatient patient;
  testing::LoadedDatabase& db = *patient.db;
  const std::string before = patient.Content("blog_tag");
  db.Execute("ALTER TABLE blog_tag RENAME TO blog_tags");
  const std::string remedy = "ALTER TABLE \"blog_tags\" RENAME TO \"blog_tag\";";
  EXPECT_EQ(db.Rows("SELECT remedy FROM migration_drift WHERE object = 'blog_tag'"), remedy + "\n");
  patient.Paste(remedy);
  EXPECT_EQ(Told(db), "");
  EXPECT_EQ(patient.Content("blog_tag"), before);
}

TEST(DriftTest, MakesNoIndexBesideARebuildThatMakesItToo) {
  BlogPatient patient;
  testing::LoadedDatabase& db = *patient.db;
  db.Execute("DROP INDEX blog_commen_post_id_34d25d_idx");
  patient.Rewrite("blog_comment", R"("content" text NOT NULL)", R"("content" text NULL)");
  EXPECT_EQ(db.Rows("SELECT DISTINCT remedy FROM migration_drift"),
            "SELECT rebuild_table('blog_comment');\n");
}

TEST(DriftTest, LosesNoValueOfAColumnThatNoMigrationMakes) {
  BlogPatient patient;
  testing::LoadedDatabase& db = *patient.db;
  db.Execute("ALTER TABLE blog_tag ADD COLUMN note text");
  EXPECT_EQ(Told(db),
            "unknown|column|blog_tag.note|no migration makes it; it holds nothing|"
            "ALTER TABLE \"blog_tag\" DROP COLUMN \"note\";\n");
  db.Execute("UPDATE blog_tag SET note = 'x' WHERE id = 1");
  EXPECT_EQ(
      Told(db),
      "unknown|column|blog_tag.note|no migration makes it; 1 row of blog_tag has a value in it, "
      "which would be lost without it (id 1): SELECT * FROM \"blog_tag\" WHERE \"note\" IS "
      "NOT NULL|\n");
  patient.Rewrite("blog_tag", "varchar(40) NOT NULL UNIQUE", "varchar(40) NULL UNIQUE");
  patient.Paste("SELECT rebuild_table('blog_tag');");
  EXPECT_EQ(db.Rows("SELECT note FROM blog_tag WHERE id = 1"), "x\n");
  EXPECT_EQ(db.Rows("SELECT kind, object FROM migration_drift"), "unknown|blog_tag.note\n");
}

TEST(DriftTest, SaysWhyRowsAreInTheWay) {
  BlogPatient patient;
  testing::LoadedDatabase& db = *patient.db;
  patient.Rewrite("blog_comment", R"("content" text NOT NULL)", R"("content" text NULL)");
  db.Execute("UPDATE blog_comment SET content = NULL WHERE id < 3");
  const std::string detail =
      "not as the migrations make it; not to be rebuilt as it is: 2 rows of blog_comment have no "
      "content (id 1, 2): SELECT * FROM \"blog_comment\" WHERE \"content\" IS NULL";
  EXPECT_EQ(Told(db), "different|null|blog_comment.content|" + detail + "|\n");
  const std::string before = patient.Content("blog_comment");
  EXPECT_EQ(db.ErrorOf("SELECT rebuild_table('blog_comment')"), "blog_comment.content: " + detail);
  EXPECT_EQ(patient.Content("blog_comment"), before);
}

TEST(DriftTest, SaysWhichRowsKeepAnIndexFromBeingMade) {
  BlogPatient patient;
  testing::LoadedDatabase& db = *patient.db;
  db.Execute(
      "DROP INDEX blog_post_tags_post_id_tag_id_4925ec37_uniq; INSERT INTO blog_post_tags "
      "(post_id, tag_id) SELECT post_id, tag_id FROM blog_post_tags LIMIT 1");
  const std::string unique = "SELECT detail, remedy FROM migration_drift WHERE kind = 'missing'";
  EXPECT_EQ(db.Rows(unique).substr(0, 112),
            "not there; not to be made: 1 value of (post_id, tag_id) stands in several rows (id 1, "
            "16): SELECT * FROM \"blog_p");
  const std::string select =
      db.Rows("SELECT substr(detail, instr(detail, 'SELECT')) FROM migration_drift");
  EXPECT_EQ(db.Rows("SELECT count(*) FROM (" + select + ")"), "2\n");
  db.Execute(
      "DELETE FROM blog_post_tags WHERE id = 16; UPDATE blog_comment SET is_pinned = 0; "
      "DROP INDEX blog_comment_one_pin_per_post; UPDATE blog_comment SET is_pinned = 1 "
      "WHERE post_id = 1 AND id IN (SELECT id FROM blog_comment WHERE post_id = 1 LIMIT 3)");
  EXPECT_EQ(db.Rows("SELECT object, remedy IS NULL, detail LIKE '%1 value of (post_id) stands in "
                    "several rows (id _%' FROM migration_drift WHERE property = 'index'"),
            "blog_comment_one_pin_per_post|1|1\n");
}

TEST(DriftTest, LeavesAValueThatAnotherTypeWouldChange) {
  BlogPatient patient;
  testing::LoadedDatabase& db = *patient.db;
  patient.Rewrite("blog_post", R"("view_count" integer unsigned)", R"("view_count" varchar(9))");
  db.Execute("UPDATE blog_post SET view_count = '007' WHERE id = 1");
  EXPECT_EQ(Told(db),
            "different|type|blog_post.view_count|not as the migrations make it; not to be rebuilt "
            "as it is: 1 row of blog_post has a view_count that is no number as SQLite writes it "
            "and could change (id 1): SELECT * FROM \"blog_post\" WHERE typeof(\"view_count\") = "
            "'text' AND CAST(\"view_count\" AS NUMERIC) = \"view_count\" AND "
            "CAST(CAST(\"view_count\" AS NUMERIC) AS TEXT) <> \"view_count\"|\n");
}

TEST(DriftTest, CallsNothingWrongThatIsNobodysBusiness) {
  BlogPatient patient;
  testing::LoadedDatabase& db = *patient.db;
  db.Execute(
      "CREATE TABLE other(x); CREATE VIRTUAL TABLE blog_search USING fts5(body); "
      "CREATE TABLE migext_mine(a); CREATE INDEX by_hand ON blog_tag(slug, id)");
  EXPECT_EQ(db.Rows("SELECT kind, property, object FROM migration_drift"),
            "foreign|index|by_hand\nforeign|table|blog_search\n");
  db.Execute("CREATE TABLE blog_extra(a)");
  EXPECT_EQ(db.Rows("SELECT object, detail FROM migration_drift WHERE kind = 'unknown'"),
            "blog_extra|no migration makes it, though its name begins as those of the app \"blog\" "
            "do\n");
}

TEST(DriftTest, KnowsWhatSqlOfTheProjectMakes) {
  ProjectBuilder given;
  given.Apps({"shop"})
      .Migration("shop.0001_initial", {},
                 "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), "
                 "('name', models.TextField())])")
      .Migration("shop.0002_sql", {"shop.0001_initial"},
                 "migrations.RunSQL(['CREATE TABLE shop_log(a)', 'CREATE INDEX shop_by_name ON "
                 "shop_item(name)', 'CREATE VIEW shop_names AS SELECT name FROM shop_item', "
                 "'CREATE TRIGGER shop_logs AFTER DELETE ON shop_item BEGIN SELECT 1; END', "
                 "'ALTER TABLE shop_item ADD COLUMN extra text'])");
  testing::LoadedDatabase db(given.Path("db.sqlite3"));
  db.Execute("SELECT migrate()");
  EXPECT_EQ(Told(db), "");
}

TEST(DriftTest, NamesTheMigrationThatIsNotRecorded) {
  BlogPatient patient("columns_exist_not_recorded");
  EXPECT_EQ(patient.db->Rows("SELECT object, substr(detail, 1, 40) FROM migration_drift WHERE "
                             "property = 'column' AND remedy IS NULL"),
            "blog_comment.level|blog.0003_add_comment_nesting_fields mak\n"
            "blog_comment.path|blog.0003_add_comment_nesting_fields mak\n"
            "blog_comment.parent_id|blog.0005_comment_parent_and_more makes \n");
}

TEST(DriftTest, LeavesATableAloneThatARecordedMigrationWithoutAFileHasBeenAt) {
  ProjectBuilder tree;
  test::LayOutBlog(tree, "code_rolled_back", "5.2");
  test::CopyBlogDatabase("all_applied_small", tree.Path("db.sqlite3"));
  testing::LoadedDatabase db(tree.Path("db.sqlite3"));
  EXPECT_EQ(db.Rows("SELECT object FROM migration_drift WHERE remedy IS NOT NULL"),
            "blog_category.position\n");
  EXPECT_EQ(
      db.Rows("SELECT object FROM migration_drift WHERE kind <> 'foreign' AND detail NOT LIKE "
              "'%that can be read: % may have made this so%'"),
      "");
}

TEST(DriftTest, MendsATableThatNoMigrationWithoutAFileHasBeenAt) {
  BlogPatient patient("ghost_record");
  testing::LoadedDatabase& db = *patient.db;
  patient.Rewrite("blog_tag", "\"slug\" varchar(40)", "\"slug\" varchar(41)");
  db.Execute("DROP INDEX blog_comment_parent_id_f2a027bb; ALTER TABLE blog_category ADD COLUMN x");
  const std::string ghost =
      "blog.0006_comment_upvotes is recorded and has no file that can be read: it may have made "
      "this so";
  EXPECT_EQ(db.Rows("SELECT object, detail, remedy FROM migration_drift"),
            "blog_category.x|" + ghost + "; SELECT * FROM migration_conflicts says what to do|\n" +
                "blog_tag.slug|not as the migrations make it; " + ghost +
                "|SELECT rebuild_table('blog_tag');\n" +
                "blog_comment_parent_id_f2a027bb|not there; " + ghost +
                "|CREATE INDEX \"blog_comment_parent_id_f2a027bb\" ON \"blog_comment\" "
                "(\"parent_id\");\n");
  patient.Paste("SELECT rebuild_table('blog_tag');");
  EXPECT_EQ(db.Rows("SELECT object FROM migration_drift WHERE table_name = 'blog_tag'"), "");
}

TEST(DriftTest, FindsNoneInWhatDjangoHasLeft) {
  for (const char* state :
       {"empty", "blog_zero", "at_0002", "at_0003", "at_0005", "all_applied", "at_0005.django42",
        "at_0005.django61", "all_applied_small.django42", "all_applied_small.django61", "bad_tree",
        "fk_violations", "ghost_record", "duplicate_records", "inconsistent_history"}) {
    BlogPatient patient(state);
    EXPECT_EQ(Told(*patient.db), "") << state;
  }
}

}  // namespace
}  // namespace migext::surface
