// The verbs that change the history, on copies of the golden blog.
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include "base/text.h"
#include "support/golden_blog.h"
#include "support/loaded_database.h"

namespace migext::surface {
namespace {

struct HistoryVerbsTest : ::testing::Test {
  testing::LoadedDatabase& Open(const std::string& state, const std::string& variant = "project") {
    test::LayOutBlog(tree, variant, "5.2");
    test::CopyBlogDatabase(state, tree.Path("db.sqlite3"));
    return db.emplace(tree.Path("db.sqlite3"));
  }
  std::string Records() { return db->Rows("SELECT * FROM django_migrations ORDER BY id"); }

  ProjectBuilder tree;
  std::optional<testing::LoadedDatabase> db;
};

TEST_F(HistoryVerbsTest, FakeApplyRecordsWhatTheSchemaShows) {
  Open("columns_exist_not_recorded");

  EXPECT_EQ(db->Rows("SELECT fake_apply('blog', '0003')"),
            "recorded blog.0003_add_comment_nesting_fields as applied\n");
  EXPECT_EQ(db->Rows("SELECT line FROM migext_output"),
            "  Applying blog.0003_add_comment_nesting_fields... FAKED\n");
  EXPECT_EQ(db->Rows("SELECT mark FROM migration_status('blog') WHERE name LIKE '0003%'"), "[X]\n");
  EXPECT_EQ(db->Rows("SELECT verb, target, detail FROM migext_journal"),
            "fake_apply|blog.0003_add_comment_nesting_fields|recorded "
            "blog.0003_add_comment_nesting_fields as applied\n");
}

TEST_F(HistoryVerbsTest, FakeApplyTwiceChangesNothingMore) {
  Open("columns_exist_not_recorded");
  db->Rows("SELECT fake_apply('blog', '0003')");
  const std::string before = Records();

  EXPECT_EQ(db->Rows("SELECT fake_apply('blog', '0003')"),
            "blog.0003_add_comment_nesting_fields is recorded as applied already; nothing to do\n");
  EXPECT_EQ(Records(), before);
}

TEST_F(HistoryVerbsTest, FakeApplyNamesWhatIsNotAppliedBeforeIt) {
  Open("columns_exist_not_recorded");

  EXPECT_EQ(db->ErrorOf("SELECT fake_apply('blog', '0005')"),
            "blog.0005_comment_parent_and_more needs migrations that are not applied: "
            "blog.0003_add_comment_nesting_fields, blog.0004_populate_comment_nesting_fields\n"
            "if they are done in this database, record them first, in this order: SELECT "
            "fake_apply('blog', '0003_add_comment_nesting_fields'); SELECT fake_apply('blog', "
            "'0004_populate_comment_nesting_fields');");
}

TEST_F(HistoryVerbsTest, FakeApplyRefusesWhatIsNotThere) {
  Open("at_0002");
  const std::string before = Records();

  EXPECT_EQ(
      db->ErrorOf("SELECT fake_apply('blog', '0003')"),
      "blog.0003_add_comment_nesting_fields is not done in this database, so it is not "
      "recorded: column blog_comment.level missing (operation 0, Add field level to comment)\n"
      "see SELECT object, effect, evidence FROM migration_effects WHERE app = 'blog' AND name "
      "= '0003_add_comment_nesting_fields'; to record it all the same: SELECT "
      "fake_apply('blog', '0003_add_comment_nesting_fields', 'force')");
  EXPECT_EQ(Records(), before);
  EXPECT_EQ(db->ErrorOf("SELECT fake_apply('blog', '0003', 'force')"), "");
}

TEST_F(HistoryVerbsTest, NamesAreRefusedInDjangosWords) {
  Open("at_0002");

  EXPECT_TRUE(db->ErrorOf("SELECT fake_apply('blog', '00')")
                  .starts_with("More than one migration matches '00' in app 'blog'. Please be more "
                               "specific.\n"));
  EXPECT_TRUE(db->ErrorOf("SELECT fake_apply('blog', '0042')")
                  .starts_with("Cannot find a migration matching '0042' from app 'blog'.\n"));
  EXPECT_TRUE(db->ErrorOf("SELECT fake_apply('blgo', '0001')")
                  .starts_with("No installed app with label 'blgo'."));
  EXPECT_EQ(db->ErrorOf("SELECT fake_apply('blog', '0003', 'really')"),
            "the last argument can only be 'force', and is 'really' here");
}

TEST_F(HistoryVerbsTest, FakeUnapplyRefusesWhileAppliedOnesNeedIt) {
  Open("at_0005");

  EXPECT_TRUE(
      db->ErrorOf("SELECT fake_unapply('blog', '0004')")
          .starts_with("blog.0004_populate_comment_nesting_fields is needed by migrations "
                       "that are recorded as applied: blog.0005_comment_parent_and_more\n"));
  EXPECT_EQ(db->Rows("SELECT fake_unapply('blog', '0005')"),
            "removed the record of blog.0005_comment_parent_and_more\n");
  EXPECT_EQ(db->Rows("SELECT fake_unapply('blog', '0005')"),
            "blog.0005_comment_parent_and_more is not recorded as applied; nothing to do\n");
}

TEST_F(HistoryVerbsTest, UndoRestoresTheSameRows) {
  Open("at_0005");
  const std::string before = Records();
  db->Rows("SELECT fake_unapply('blog', '0005')");
  db->Rows("SELECT fake_apply('blog', '0005')");
  db->Rows("SELECT fake_unapply('blog', '0005')");

  EXPECT_EQ(db->Rows("SELECT undo_last()"),
            "took back fake_unapply blog.0005_comment_parent_and_more\n");
  db->Rows("SELECT undo_last()");
  db->Rows("SELECT undo_last()");
  EXPECT_EQ(Records(), before);
  EXPECT_NE(db->ErrorOf("SELECT undo_last()"), "");
}

TEST_F(HistoryVerbsTest, TheJournalCanBeSwitchedOff) {
  Open("at_0005");
  db->Rows("SELECT migext_setting('journal', 'off')");

  db->Rows("SELECT fake_unapply('blog', '0005')");

  EXPECT_EQ(db->Rows("SELECT count(*) FROM sqlite_master WHERE name = 'migext_journal'"), "0\n");
}

TEST_F(HistoryVerbsTest, AVerbInsideATransactionIsUndoneWithIt) {
  Open("at_0005");
  const std::string before = Records();

  db->Execute("BEGIN");
  db->Rows("SELECT fake_unapply('blog', '0005')");
  db->Execute("ROLLBACK");

  EXPECT_EQ(Records(), before);
  EXPECT_EQ(db->Rows("SELECT count(*) FROM migext_journal"), "0\n");
}

TEST_F(HistoryVerbsTest, FakeInitialTakesOnlyInitialMigrationsThatAreAllThere) {
  Open("tables_exist_no_records");

  EXPECT_EQ(db->Rows("SELECT fake_initial()"), "recorded 1 initial migration, blog.0001_initial\n");
  EXPECT_EQ(db->Rows("SELECT line FROM migext_output"),
            "  Applying blog.0001_initial... FAKED\n"
            "  newsletter.0001_initial is not faked: it needs "
            "blog.0002_alter_post_options_post_excerpt_post_view_count_and_more\n");
}

TEST_F(HistoryVerbsTest, FakeInitialLooksAtColumnsToo) {
  Open("tables_exist_no_records");
  db->Execute("DROP INDEX blog_tag_slug_01068d0e; ALTER TABLE blog_tag DROP COLUMN slug");

  EXPECT_EQ(db->ErrorOf("SELECT fake_initial('blog')"), "");
  EXPECT_EQ(db->Rows("SELECT line FROM migext_output LIMIT 1"),
            "  blog.0001_initial is not faked: column blog_tag.slug missing; index "
            "blog_tag_slug_01068d0e missing; the rest is there (operation 1, Create model Tag)\n");
}

TEST_F(HistoryVerbsTest, PruneFollowsDjangosRules) {
  Open("ghost_record");

  EXPECT_EQ(db->Rows("SELECT prune_history('blog')"),
            "pruned 1 record, blog.0006_comment_upvotes\n");
  EXPECT_EQ(db->Rows("SELECT line FROM migext_output"),
            "Pruning migrations:\n  Pruning blog.0006_comment_upvotes OK\n");
  EXPECT_EQ(db->Rows("SELECT prune_history('blog')"), "no records to prune\n");
  EXPECT_TRUE(db->ErrorOf("SELECT prune_history('oldpolls')")
                  .starts_with("No installed app with label 'oldpolls'."));
  EXPECT_EQ(db->Rows("SELECT prune_history('oldpolls', 'force')"),
            "pruned 1 record, oldpolls.0001_initial\n");
}

TEST_F(HistoryVerbsTest, PruneRefusesThePartsOfASquash) {
  Open("at_0005", "squashed_pruned");

  EXPECT_TRUE(
      db->ErrorOf("SELECT prune_history('blog')").starts_with("Cannot use --prune because"));
}

TEST_F(HistoryVerbsTest, PruneRefusesWhileOtherFilesNeedTheMissingOnes) {
  Open("at_0005", "missing_init");

  EXPECT_TRUE(db->ErrorOf("SELECT prune_history('blog')")
                  .starts_with("no record of the app 'blog' is pruned: NodeNotFoundError: "));
  EXPECT_EQ(db->Rows("SELECT count(*) FROM migration_conflicts WHERE remedy IS NOT NULL"), "0\n");
}

TEST_F(HistoryVerbsTest, ASquashIsRecordedWithItsParts) {
  Open("tables_exist_no_records", "squashed");

  EXPECT_EQ(
      db->Rows("SELECT fake_apply('blog', '0001_initial_squashed_0005_comment_parent_and_more', "
               "'force')"),
      "recorded blog.0001_initial_squashed_0005_comment_parent_and_more as applied\n");
  EXPECT_EQ(db->Rows("SELECT count(*) FROM django_migrations WHERE app = 'blog'"), "6\n");
}

TEST_F(HistoryVerbsTest, BackupWritesTheRecordsAndNeverOverwrites) {
  Open("at_0002");
  const std::string path = tree.Path("history.sql");

  EXPECT_EQ(db->Rows("SELECT backup_history('" + path + "')"),
            "wrote 20 records to " + path + "\n");
  const std::string before = Records();
  db->Execute("DELETE FROM django_migrations WHERE app = 'blog'");
  db->Execute(tree.Read("history.sql"));
  EXPECT_EQ(Records(), before);
  EXPECT_NE(db->ErrorOf("SELECT backup_history('" + path + "')"), "");
}

TEST_F(HistoryVerbsTest, WhatCannotBeProvedIsReported) {
  Open("at_0003");
  db->Execute("SELECT fake_apply('blog', '0004')");

  EXPECT_EQ(db->Rows("SELECT line FROM migext_output"),
            "  Applying blog.0004_populate_comment_nesting_fields... FAKED\n"
            "  not proved: Raw Python operation (Python code: what it did to the rows cannot be "
            "proved)\n");
}

TEST_F(HistoryVerbsTest, FakeUnapplyReportsWhatItLeavesBehind) {
  Open("at_0003");
  db->Execute("SELECT fake_unapply('blog', '0003')");

  EXPECT_EQ(db->Rows("SELECT line FROM migext_output WHERE line LIKE '  still%'"),
            "  still in the database: column blog_comment.level integer unsigned NOT NULL exists\n"
            "  still in the database: column blog_comment.path varchar(255) NOT NULL exists\n");
}

TEST_F(HistoryVerbsTest, ARecordThatATriggerSwallowsIsAnError) {
  Open("at_0003");
  db->Execute(
      "CREATE TRIGGER no BEFORE INSERT ON django_migrations BEGIN SELECT raise(IGNORE); END");

  EXPECT_NE(
      db->ErrorOf("SELECT fake_apply('blog', '0004')").find("was not changed: something keeps it"),
      std::string::npos);
}

TEST_F(HistoryVerbsTest, UndoMakesNoSecondRecord) {
  Open("at_0003");
  db->Execute(
      "SELECT fake_unapply('blog', '0003');"
      "INSERT INTO django_migrations (app, name, applied) "
      "VALUES ('blog', '0003_add_comment_nesting_fields', '2025-01-01 00:00:00')");
  const std::string before = Records();

  EXPECT_NE(db->ErrorOf("SELECT undo_last()"), "");
  EXPECT_EQ(Records(), before);
}

TEST_F(HistoryVerbsTest, AVerbWaitsForAnotherWriter) {
  Open("at_0003");
  testing::Database other(tree.Path("db.sqlite3"));
  other.Execute("BEGIN IMMEDIATE");
  db->Execute("PRAGMA busy_timeout = 20000");
  std::thread writer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    other.Execute("COMMIT");
  });

  EXPECT_EQ(db->ErrorOf("SELECT fake_apply('blog', '0004')"), "");
  writer.join();
}

TEST_F(HistoryVerbsTest, TheJournalIsEmptyBeforeTheFirstVerb) {
  Open("at_0002");

  EXPECT_EQ(db->Rows("SELECT * FROM migext_journal"), "");
}

}  // namespace
}  // namespace migext::surface
