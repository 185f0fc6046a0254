// fresh_history(): an old database learns that its apps begin anew.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "support/golden_blog.h"
#include "support/loaded_database.h"

namespace migext::surface {
namespace {

struct FreshHistoryTest : ::testing::Test {
  void Open(const std::string& variant, const std::string& state = "all_applied") {
    test::LayOutBlog(tree, variant, "5.2");
    test::CopyBlogDatabase(state, tree.Path("db.sqlite3"));
    db.emplace(tree.Path("db.sqlite3"));
  }
  std::string AllRecords() { return db->Rows("SELECT * FROM django_migrations ORDER BY id"); }
  std::string Records() {
    return db->Rows(
        "SELECT app || '.' || name FROM django_migrations WHERE app IN ('blog', 'newsletter') "
        "ORDER BY id");
  }
  std::string Output() { return db->Rows("SELECT line FROM migext_output"); }

  ProjectBuilder tree;
  std::optional<testing::LoadedDatabase> db;
};

TEST_F(FreshHistoryTest, RecordsTheNewFilesInThePlaceOfTheOldOnes) {
  Open("fresh_django");
  EXPECT_EQ(db->Rows("SELECT fresh_history('blog', 'newsletter')"),
            "replaced 11 records of blog, newsletter with 3, one for each file\n");
  EXPECT_EQ(Output(),
            "Pruning migrations:\n"
            "  Pruning blog.0002_alter_post_options_post_excerpt_post_view_count_and_more OK\n"
            "  Pruning blog.0003_add_comment_nesting_fields OK\n"
            "  Pruning blog.0004_populate_comment_nesting_fields OK\n"
            "  Pruning blog.0005_comment_parent_and_more OK\n"
            "  Pruning blog.0006_collaboration_post_collaborators_commentlike_and_more OK\n"
            "  Pruning blog.0007_post_featured_in_post_metadata_post_rating OK\n"
            "  Pruning newsletter.0002_delivery_issue_recipients_and_more OK\n"
            "  Pruning blog.0008_rename_postrevision_revision_and_more OK\n"
            "  Pruning blog.0009_comment_is_pinned_post_blog_post_title_lower_and_more OK\n"
            "Running migrations:\n"
            "  Applying blog.0001_initial... FAKED\n"
            "  Applying newsletter.0001_initial... FAKED\n"
            "  Applying blog.0002_initial... FAKED\n");

  EXPECT_EQ(Records(), "blog.0001_initial\nnewsletter.0001_initial\nblog.0002_initial\n");
  EXPECT_EQ(db->Rows("SELECT line FROM showmigrations WHERE line LIKE '%[ ]%'"), "");
  EXPECT_EQ(db->Rows("SELECT migrate()"), "no migrations to apply\n");
  EXPECT_EQ(db->Rows("SELECT code, app FROM migration_conflicts WHERE severity = 'error'"), "");
  EXPECT_EQ(db->Rows("SELECT object FROM migration_drift WHERE severity = 'error'"), "");
}

TEST_F(FreshHistoryTest, IsTakenBackToTheLastRow) {
  Open("fresh_django");
  const std::string before = AllRecords();
  db->Rows("SELECT fresh_history('blog', 'newsletter')");
  EXPECT_EQ(db->Rows("SELECT verb, target FROM migext_journal"),
            "fresh_history|blog, newsletter\n");

  EXPECT_EQ(db->Rows("SELECT undo_last()"), "took back fresh_history blog, newsletter\n");
  EXPECT_EQ(AllRecords(), before);
}

TEST_F(FreshHistoryTest, CalledAgainItHasNothingToDo) {
  Open("fresh_single");
  db->Rows("SELECT fresh_history('newsletter', 'blog')");
  const std::string before = AllRecords();
  EXPECT_EQ(db->Rows("SELECT fresh_history('newsletter', 'blog', 'blog')"),
            "the records of blog, newsletter are those of its files; nothing to do\n");
  EXPECT_EQ(AllRecords(), before);
}

TEST_F(FreshHistoryTest, OneAppAloneNamesTheOtherThatWasWrittenAnewToo) {
  Open("fresh_django");
  EXPECT_EQ(db->Rows("SELECT fresh_history('blog')"),
            "replaced 9 records of blog with 2, one for each file\n");
  EXPECT_TRUE(Output().ends_with(
      "  'newsletter' has records without a file too: SELECT fresh_history('newsletter')\n"));
}

TEST_F(FreshHistoryTest, WhatAnotherAppNowDependsOnIsRecordedToo) {
  Open("fresh_guide");
  EXPECT_EQ(db->Rows("SELECT fresh_history('blog')"),
            "replaced 9 records of blog with 3, one for each file\n");
  EXPECT_EQ(db->Rows("SELECT migrate()"), "no migrations to apply\n");
}

TEST_F(FreshHistoryTest, FilesThatDjangoCannotLoadAreNotRecorded) {
  Open("fresh_guide_broken");
  const std::string before = AllRecords();
  EXPECT_TRUE(
      db->ErrorOf("SELECT fresh_history('blog')")
          .starts_with("no record of the app 'blog' is replaced: NodeNotFoundError: Migration "
                       "newsletter.0002_delivery_issue_recipients_and_more dependencies "
                       "reference nonexistent parent node"));
  EXPECT_EQ(AllRecords(), before);
}

TEST_F(FreshHistoryTest, ADatabaseThatIsNotAtTheirEndIsRefused) {
  Open("fresh_django", "at_0005");
  const std::string before = AllRecords();
  EXPECT_EQ(db->ErrorOf("SELECT fresh_history('blog', 'newsletter')"),
            "blog.0001_initial is not done in this database, so it is not recorded: table "
            "blog_revision missing (operation 1, Create model Revision)\n"
            "fresh files are recorded where the old ones were all applied: bring those back, "
            "migrate, and then call SELECT fresh_history('blog', 'newsletter') with the new ones "
            "in place");
  EXPECT_EQ(AllRecords(), before);
}

TEST_F(FreshHistoryTest, FilesOlderThanTheDatabaseAreRefused) {
  Open("code_rolled_back");
  const std::string before = AllRecords();
  EXPECT_TRUE(db->ErrorOf("SELECT fresh_history('blog')")
                  .starts_with("blog.0001_initial is not done in this database, so it is not "
                               "recorded: column blog_category.position missing"));
  EXPECT_EQ(AllRecords(), before);
}

TEST_F(FreshHistoryTest, AColumnThatNoFileMakesIsTold) {
  Open("fresh_django");
  db->Execute("ALTER TABLE blog_post ADD COLUMN subtitle varchar(10) NULL");
  db->Rows("SELECT fresh_history('blog', 'newsletter')");
  EXPECT_EQ(db->Rows("SELECT line FROM migext_output WHERE line LIKE '%subtitle%'"),
            "  made by none of these files: blog_post.subtitle, no migration makes it; it holds "
            "nothing\n");
}

TEST_F(FreshHistoryTest, AColumnThatStopsEveryInsertIsRefused) {
  Open("fresh_django");
  db->Execute(
      "DROP TABLE newsletter_issue; CREATE TABLE newsletter_issue (number integer unsigned NOT "
      "NULL PRIMARY KEY CHECK (number >= 0), subject varchar(150) NOT NULL, send_time time NULL, "
      "editor text NOT NULL)");
  EXPECT_EQ(db->ErrorOf("SELECT fresh_history('blog', 'newsletter')"),
            "the schema is not what the files of 'newsletter' make, so they are not recorded: "
            "newsletter_issue.editor: no migration makes it; it holds nothing\n"
            "if the files are older than the database, bring the newer ones back; else write them "
            "anew from what it was migrated with");
}

TEST_F(FreshHistoryTest, WhatItNeedsMustBeRecorded) {
  Open("fresh_django");
  db->Execute("DELETE FROM django_migrations WHERE app IN ('auth', 'newsletter')");
  EXPECT_EQ(db->ErrorOf("SELECT fresh_history('blog')"),
            "the history would not be consistent, so it is not changed: Migration "
            "blog.0001_initial is applied before its dependency auth.0001_initial on database "
            "'default'.\nsee what it needs with SELECT mark, name FROM migration_status('auth')");
}

TEST_F(FreshHistoryTest, WhatIsPointedAtTheNewFilesCountsAsUnchanged) {
  tree.Apps({"shop", "till"})
      .Migration("shop.0001_initial", {},
                 "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True))])",
                 "initial = True\n")
      .Migration("shop.0002_n", {"shop.0001_initial"},
                 "migrations.AddField('item', 'n', models.IntegerField(default=1))")
      .Migration("till.0001_initial", {"shop.0002_n"},
                 "migrations.CreateModel('Till', [('id', models.AutoField(primary_key=True))])");
  db.emplace(tree.Path("db.sqlite3"));
  ASSERT_EQ(db->ErrorOf("SELECT migrate()"), "");
  ASSERT_EQ(db->ErrorOf("SELECT fresh_migrations('shop', 'write')"), "");
  constexpr const char* kChanged =
      "SELECT app, name FROM migration_checksums WHERE status = 'changed'";
  EXPECT_EQ(db->Rows(kChanged), "shop|0001_initial\ntill|0001_initial\n");

  ASSERT_EQ(db->ErrorOf("SELECT fresh_history('shop')"), "");
  EXPECT_EQ(db->Rows(kChanged), "");

  // With the new files the database no more, with the old ones again.
  ASSERT_EQ(db->ErrorOf("SELECT undo_last()"), "");
  EXPECT_EQ(db->Rows(kChanged), "till|0001_initial\n");
  tree.Migration("till.0001_initial", {"shop.0002_n"},
                 "migrations.CreateModel('Till', [('id', models.AutoField(primary_key=True))])");
  EXPECT_EQ(db->Rows("SELECT status FROM migration_checksums('till')"), "unchanged\n");
}

TEST_F(FreshHistoryTest, TheJournalCanBeSwitchedOff) {
  Open("fresh_django");
  db->Rows("SELECT migext_setting('journal', 'off')");
  db->Rows("SELECT fresh_history('blog', 'newsletter')");
  EXPECT_EQ(db->Rows("SELECT count(*) FROM sqlite_master WHERE name LIKE 'migext%'"), "0\n");
}

}  // namespace
}  // namespace migext::surface
