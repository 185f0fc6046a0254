// migrate() and resume_migration(), as a person calls them.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "base/error.h"
#include "migrate/executor.h"
#include "support/golden_blog.h"
#include "support/loaded_database.h"

namespace migext::surface {
namespace {

class MigrateTest : public ::testing::Test {
 protected:
  void Blog(const std::string& state, const std::string& variant = "project") {
    test::LayOutBlog(tree, variant, "5.2");
    test::CopyBlogDatabase(state, tree.Path("db.sqlite3"));
    db.emplace(tree.Path("db.sqlite3"));
  }

  void Twin(const std::string& name, const std::string& sql) {
    tree.File("sql/blog/" + name + ".sql", sql);
  }

  void TwinOf0004() {
    Twin("0004_populate_comment_nesting_fields",
         "-- forwards\nUPDATE blog_comment SET level = 0, path = id;\n-- backwards\n");
  }

  std::string Last(const std::string& app) {
    return db->Rows("SELECT max(name) FROM django_migrations WHERE app = '" + app + "'");
  }

  static bool Contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }

  ProjectBuilder tree;
  std::optional<testing::LoadedDatabase> db;
};

TEST_F(MigrateTest, PythonWithoutSqlStopsTheRunBeforeItsMigration) {
  Blog("at_0002", "irreversible_runpython");
  TwinOf0004();

  const std::string error = db->ErrorOf("SELECT migrate('blog')");

  EXPECT_TRUE(Contains(error, "def shout_titles(apps, schema_editor):")) << error;
  EXPECT_TRUE(Contains(error, "sql/blog/0010_shout_titles.sql")) << error;
  EXPECT_TRUE(Contains(error, "SELECT fake_apply('blog', '0010_shout_titles', 'force');")) << error;
  EXPECT_EQ(Last("blog"), "0009_comment_is_pinned_post_blog_post_title_lower_and_more\n");
}

TEST_F(MigrateTest, ATwinCannotEndTheTransactionOfItsMigration) {
  Blog("at_0003");
  Twin("0004_populate_comment_nesting_fields",
       "-- forwards\nUPDATE blog_comment SET level = 9;\nCOMMIT;\n");

  const std::string error = db->ErrorOf("SELECT migrate('blog', '0004')");

  EXPECT_TRUE(Contains(error, "'COMMIT;' would end the transaction of the migration")) << error;
  EXPECT_EQ(db->Rows("SELECT count(*) FROM blog_comment WHERE level = 9"), "0\n");
  EXPECT_EQ(Last("blog"), "0003_add_comment_nesting_fields\n");
}

TEST_F(MigrateTest, APartOfATwinBelongsToOneOperation) {
  Blog("all_applied_small", "elidable_and_hints");
  Twin("0010_odd_data_steps", "-- forwards 1\n-- forwards 1\n");

  const std::string error = db->ErrorOf("SELECT migrate('blog', '0010')");

  EXPECT_TRUE(Contains(error, "0010_odd_data_steps.sql:2:1: this part was given before, in line 1"))
      << error;
}

TEST_F(MigrateTest, InATransactionOfTheCallersItIsUndoneWithIt) {
  Blog("all_applied_small");
  const std::string schema = "SELECT group_concat(sql) FROM sqlite_master";
  const std::string before = db->Rows(schema);

  db->Execute("BEGIN");
  EXPECT_EQ(db->Rows("SELECT migrate('blog', '0008')"),
            "took back 1 migration, "
            "blog.0009_comment_is_pinned_post_blog_post_title_lower_and_more\n");
  EXPECT_NE(db->Rows(schema), before);
  db->Execute("ROLLBACK");

  EXPECT_EQ(db->Rows(schema), before);
  EXPECT_EQ(db->Rows("PRAGMA foreign_keys"), "0\n");
}

TEST_F(MigrateTest, ForeignKeysAreAsTheyWereAlsoAfterAnError) {
  Blog("all_applied_small", "irreversible_runpython");
  db->Execute("PRAGMA foreign_keys = ON");

  EXPECT_NE(db->ErrorOf("SELECT migrate('blog')"), "");

  EXPECT_EQ(db->Rows("PRAGMA foreign_keys"), "1\n");
}

TEST_F(MigrateTest, RowsThatPointedNowhereBeforeAreAWarning) {
  Blog("fk_violations");
  TwinOf0004();

  EXPECT_EQ(db->ErrorOf("SELECT migrate()"), "");

  EXPECT_TRUE(Contains(db->Rows("SELECT line FROM migext_output"),
                       "Warning: there before and left as it is: "));
}

TEST_F(MigrateTest, RowsThatPointNowhereAfterwardsFailTheMigration) {
  Blog("at_0003");
  Twin("0004_populate_comment_nesting_fields",
       "-- forwards\nUPDATE blog_comment SET author_id = 4711 WHERE id = 5;\n");

  const std::string error = db->ErrorOf("SELECT migrate('blog', '0004')");

  EXPECT_TRUE(Contains(error,
                       "The row in table 'blog_comment' with primary key '5' has an invalid "
                       "foreign key: blog_comment.author_id contains a value '4711'"))
      << error;
  EXPECT_EQ(db->Rows("SELECT count(*) FROM blog_comment WHERE author_id = 4711"), "0\n");
}

TEST_F(MigrateTest, WhatAnotherConnectionRanSinceThePlanIsNotRunAgain) {
  Blog("at_0003");
  TwinOf0004();
  const sqlite::Connection connection = sqlite::Connection::Borrow(db->handle());
  const auto project = django::Project::Read(tree.root(), {});
  const migrate::History history = migrate::History::Read(connection);
  const django::AppliedSet applied = history.Applied();
  const django::Graph graph = django::Graph::Build(*project, &applied);
  const schema::SchemaContext context = schema::ContextOf(*project);
  migrate::Executor executor(
      {connection, *project, graph, history, context, true, [](const std::string&) {}});

  testing::LoadedDatabase other(tree.Path("db.sqlite3"));
  other.Rows("SELECT migrate('blog', '0004')");

  try {
    executor.Migrate("blog", "0005");
    FAIL() << "nothing was refused";
  } catch (const Error& error) {
    EXPECT_TRUE(Contains(error.what(), "another connection has changed django_migrations"));
  }
  EXPECT_EQ(Last("blog"), "0004_populate_comment_nesting_fields\n");
}

TEST_F(MigrateTest, WhatIsHalfDoneIsResumedByItsEffects) {
  Blog("partially_applied");

  EXPECT_EQ(db->Rows("SELECT resume_migration('blog', '0005')"),
            "ran 2 operations of blog.0005_comment_parent_and_more and recorded it\n");

  EXPECT_EQ(Last("blog"), "0005_comment_parent_and_more\n");
  EXPECT_EQ(db->Rows("SELECT count(*) FROM migration_effects('blog', "
                     "'0005_comment_parent_and_more') WHERE effect <> 'present'"),
            "0\n");
}

TEST_F(MigrateTest, WhatIsNotAtomicGoesOnWhereItWasInterrupted) {
  Blog("all_applied_small", "fails_half_way_not_atomic");

  EXPECT_TRUE(Contains(db->ErrorOf("SELECT migrate()"), "UNIQUE constraint failed"));
  EXPECT_TRUE(Contains(db->ErrorOf("SELECT migrate()"),
                       "SELECT resume_migration('blog', '0010_stopwords');"));

  const std::string error = db->ErrorOf("SELECT resume_migration('blog', '0010')");
  EXPECT_TRUE(Contains(error, "operation 1 (Raw SQL operation)")) << error;
  EXPECT_FALSE(Contains(error, "already exists")) << error;
}

TEST_F(MigrateTest, WhatIsRecordedIsNotResumed) {
  Blog("all_applied_small");

  EXPECT_TRUE(
      Contains(db->ErrorOf("SELECT resume_migration('blog', '0005')"), "is recorded as applied"));
}

}  // namespace
}  // namespace migext::surface
