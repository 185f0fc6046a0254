// A schema that somebody has changed by hand: what migration_drift says of it, and that its remedy,
// pasted inside a transaction, makes the row go away and leaves all rows as they were.
#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>

#include "base/text.h"
#include "support/golden_blog.h"
#include "support/loaded_database.h"

namespace migext::surface {
namespace {

const std::string kRows =
    "SELECT kind, object, expected, actual, remedy FROM migration_drift WHERE kind <> 'foreign'";

/// A database that Django has migrated to the end.
struct Patient {
  explicit Patient(const std::string& state = "all_applied_small") {
    test::LayOutBlog(tree, "project", "5.2");
    test::CopyBlogDatabase(state, tree.Path("db.sqlite3"));
    db.emplace(tree.Path("db.sqlite3"));
  }

  /// Writes something else into the text of a table.
  void Rewrite(const std::string& table, const std::string& from, const std::string& to) {
    db->Execute("PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, " +
                SqlLiteral(from) + ", " + SqlLiteral(to) + ") WHERE type = 'table' AND name = " +
                SqlLiteral(table) + "; PRAGMA writable_schema = RESET");
    ASSERT_NE(db->Rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND instr(sql, " +
                       SqlLiteral(to) + ")"),
              "");
  }

  std::string Content(const std::string& table) {
    return db->Rows("SELECT * FROM \"" + table + "\" ORDER BY rowid");
  }

  /// Pastes it between BEGIN and COMMIT, as the shell gives it to SQLite, with foreign keys
  /// enforced.
  void Paste(const std::string& remedy) {
    db->Execute("PRAGMA foreign_keys = ON; BEGIN");
    EXPECT_EQ(db->ErrorOf(remedy), "") << remedy;
    db->Execute("COMMIT");
  }

  ProjectBuilder tree;
  std::optional<testing::LoadedDatabase> db;
};

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
};

struct DriftDamageTest : ::testing::TestWithParam<Damage> {};

TEST_P(DriftDamageTest, IsFoundAndRebuiltWithItsRows) {
  const Damage& damage = GetParam();
  Patient patient;
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

}  // namespace
}  // namespace migext::surface
