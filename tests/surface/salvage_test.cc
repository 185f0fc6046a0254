// salvage_database() on each damaged database of the golden blog: how many rows it saves, what it
// says of the others, and that the damaged file stays as it was.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <string>
#include <tuple>

#include "base/files.h"
#include "support/golden_blog.h"
#include "support/loaded_database.h"
#include "support/project_builder.h"

namespace migext::surface {
namespace {

constexpr std::size_t kLargestFile = 16 << 20;

class SalvageTest : public ::testing::Test {
 protected:
  void Given(const std::string& state) {
    test::LayOutBlog(site_, "project", "5.2");
    test::CopyBlogDatabase(state, database_);
  }

  std::string Salvage() {
    testing::LoadedDatabase damaged(database_);
    return damaged.Rows("SELECT salvage_database('" + salvaged_ + "')");
  }

  /// What the new database says.
  std::string Rows(const std::string& sql) { return testing::LoadedDatabase(salvaged_).Rows(sql); }

  bool Reports(const std::string& line) {
    return Rows("SELECT count(*) FROM migext_salvage_report WHERE line = '" + line + "'") != "0\n";
  }

  std::string Answer(const std::string& rows, const std::string& migrations) {
    return "saved " + rows + " to " + salvaged_ + "; " + migrations + "\n";
  }

  /// The bytes of the damaged file and of what lies beside it.
  std::map<std::string, std::string> DatabaseFiles() const {
    std::map<std::string, std::string> files;
    for (const char* suffix : {"", "-journal", "-wal", "-shm"}) {
      const std::string path = database_ + suffix;
      if (KindOf(path) != FileKind::kMissing) files[suffix] = ReadFile(path, kLargestFile);
    }
    return files;
  }

  ProjectBuilder site_;
  std::string database_ = site_.Path("db.sqlite3");
  std::string salvaged_ = site_.Path("salvaged.sqlite3");
  const std::string six_applied_ =
      "applied 6 migrations, newsletter.0001_initial to "
      "blog.0009_comment_is_pinned_post_blog_post_title_lower_and_more";
  const std::string none_applied_ =
      "no migration was applied; its table migext_salvage_report says why";
};

TEST_F(SalvageTest, FindsTheRowsOfAPageWhoseHeadIsOverwritten) {
  Given("corrupted_page");
  const std::string before = ReadFile(database_, kLargestFile);

  EXPECT_EQ(Salvage(), Answer("231 of 231 rows of 15 tables", six_applied_));

  // The same data, under a header of garbage.
  test::CopyBlogDatabase("corrupted_header", site_.Path("same.sqlite3"));
  testing::LoadedDatabase same(site_.Path("same.sqlite3"));
  same.Rows("SELECT salvage_database('" + site_.Path("same_salvaged.sqlite3") + "')");
  const std::string comments = "SELECT * FROM blog_comment ORDER BY id";
  EXPECT_EQ(Rows(comments), testing::Database(site_.Path("same_salvaged.sqlite3")).Rows(comments));
  EXPECT_EQ(Rows("SELECT count(*) FROM blog_comment"), "120\n");
  EXPECT_EQ(Rows("PRAGMA integrity_check"), "ok\n");
  EXPECT_TRUE(Reports("  12 rows found on broken pages and confirmed by the indexes"));
  EXPECT_EQ(ReadFile(database_, kLargestFile), before);
}

TEST_F(SalvageTest, ReadsPastAHeaderOfGarbage) {
  Given("corrupted_header");
  const std::string before = ReadFile(database_, kLargestFile);

  EXPECT_EQ(Salvage(), Answer("231 of 231 rows of 15 tables", six_applied_));

  EXPECT_EQ(Rows("SELECT count(*) FROM blog_comment"), "120\n");
  EXPECT_EQ(Rows("SELECT count(*) FROM migration_status WHERE state <> 'applied'"), "0\n");
  EXPECT_EQ(ReadFile(database_, kLargestFile), before);
}

TEST_F(SalvageTest, BuildsTheIndexesAnew) {
  Given("corrupted_index");

  EXPECT_EQ(Salvage(), Answer("232 of 232 rows of 15 tables", six_applied_));

  EXPECT_EQ(Rows("PRAGMA integrity_check"), "ok\n");
  EXPECT_EQ(Rows("SELECT id FROM blog_comment WHERE id = 900"), "900\n");
}

TEST_F(SalvageTest, SaysWhatIndexesKnowOfRowsThatWereCutOff) {
  Given("corrupted_truncated");

  EXPECT_EQ(Salvage(), Answer("40 of at least 88 rows of 15 tables", none_applied_));

  EXPECT_TRUE(Reports("the file is cut off: it has 59 of 87 pages of 1024 bytes"));
  EXPECT_TRUE(Reports("blog_post: 0 of 8 rows"));
  EXPECT_TRUE(Reports("blog_comment: 0 rows, and how many there were is not known"));
  EXPECT_EQ(Rows("SELECT count(*), count(slug), count(title) FROM migext_lost_blog_post"),
            "8|8|0\n");
  EXPECT_EQ(Rows("PRAGMA integrity_check"), "ok\n");
}

TEST_F(SalvageTest, TakesWhatIsCommittedInTheWal) {
  Given("wal_left_behind");
  const std::string before = ReadFile(database_, kLargestFile);
  const std::string wal = ReadFile(database_ + "-wal", kLargestFile);

  EXPECT_EQ(Salvage(), Answer("232 of 232 rows of 15 tables", six_applied_));

  EXPECT_EQ(Rows("SELECT id FROM blog_comment WHERE id > 900"), "901\n");
  EXPECT_EQ(ReadFile(database_, kLargestFile), before);
  EXPECT_EQ(ReadFile(database_ + "-wal", kLargestFile), wal);
  EXPECT_EQ(Rows("PRAGMA journal_mode"), "wal\n");
}

TEST_F(SalvageTest, RollsAHotJournalBack) {
  Given("hot_journal");
  site_.File("sql/blog/0004_populate_comment_nesting_fields.sql",
             "-- forwards\nUPDATE blog_comment SET level = 0, path = id;\n-- backwards\n");

  EXPECT_EQ(Salvage(), Answer("148 of 148 rows of 15 tables",
                              "applied 9 migrations, newsletter.0001_initial to "
                              "blog.0009_comment_is_pinned_post_blog_post_title_lower_and_more"));

  EXPECT_EQ(Rows("SELECT count(*) FROM blog_comment"), "40\n");
}

TEST_F(SalvageTest, LeavesWhatWasSavedAsItIsWhereAMigrationFails) {
  Given("hot_journal");
  site_.File("blog/migrations/0005_comment_parent_and_more.py", "import nonsense from\n");

  EXPECT_EQ(Salvage(), Answer("148 of 148 rows of 15 tables", none_applied_));

  EXPECT_EQ(Rows("SELECT count(*) FROM django_migrations"), "20\n");
  EXPECT_EQ(Rows("SELECT count(*) FROM pragma_table_info('blog_comment') WHERE name = 'level'"),
            "0\n");
}

TEST_F(SalvageTest, CopiesASoundDatabaseRowByRow) {
  Given("all_applied");

  EXPECT_EQ(Salvage(), Answer("2805 of 2805 rows of 22 tables", "no migrations to apply"));

  testing::Database both(salvaged_);
  both.Execute("ATTACH '" + database_ + "' AS before");
  EXPECT_EQ(both.Rows("SELECT type, name, tbl_name, sql FROM before.sqlite_master EXCEPT "
                      "SELECT type, name, tbl_name, sql FROM main.sqlite_master"),
            "");
  for (const char* table : {"blog_comment", "blog_post", "auth_user", "django_migrations",
                            "sqlite_sequence", "blog_collaboration", "newsletter_delivery"}) {
    EXPECT_EQ(both.Rows("SELECT count(*) FROM (SELECT * FROM before." + std::string(table) +
                        " EXCEPT SELECT * FROM main." + table + ")"),
              "0\n")
        << table;
  }
}

TEST_F(SalvageTest, MakesAFileForItsOwnerAloneAndOverwritesNone) {
  Given("corrupted_page");
  Salvage();
  struct stat status {};
  ASSERT_EQ(stat(salvaged_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);

  testing::LoadedDatabase damaged(database_);
  EXPECT_EQ(damaged.ErrorOf("SELECT salvage_database('" + salvaged_ + "')"),
            "'" + salvaged_ + "' is there already and is not overwritten; give another name");
}

TEST_F(SalvageTest, LeavesNothingBehindWhereThereIsNothingToSave) {
  site_.File("db.sqlite3", "this was never a database");

  testing::LoadedDatabase damaged(database_);

  EXPECT_EQ(damaged.ErrorOf("SELECT salvage_database('" + salvaged_ + "')"),
            "nothing in this file looks like a page of an SQLite database (25 bytes); restore a "
            "backup");
  EXPECT_EQ(KindOf(salvaged_), FileKind::kMissing);
  EXPECT_EQ(KindOf(salvaged_ + ".partial"), FileKind::kMissing);
}

TEST_F(SalvageTest, ReadsAFileThatIsNotTheConnectionsOwn) {
  Given("corrupted_header");
  testing::LoadedDatabase other;
  other.Rows("SELECT migration_project('" + site_.root() + "')");

  EXPECT_EQ(other.Rows("SELECT salvage_database('" + salvaged_ + "', '" + database_ + "')"),
            Answer("231 of 231 rows of 15 tables", six_applied_));
  EXPECT_EQ(other.ErrorOf("SELECT salvage_database('new', 'nosuch')"),
            "there is no file 'nosuch'; give that of the damaged database");
}

// SQLite itself would roll the journal back, and write the -wal into the file.
TEST_F(SalvageTest, LeavesAFileThatIsNotTheConnectionsOwnAsItIs) {
  for (const auto& [state, saved, applied] :
       {std::tuple{"hot_journal", "148 of 148 rows of 15 tables", none_applied_},
        std::tuple{"wal_left_behind", "232 of 232 rows of 15 tables", six_applied_}}) {
    SCOPED_TRACE(state);
    Given(state);
    if (state == std::string("hot_journal")) {
      site_.File("blog/migrations/0005_comment_parent_and_more.py", "import nonsense from\n");
    }
    std::filesystem::remove(salvaged_);
    const auto before = DatabaseFiles();
    testing::LoadedDatabase other;
    other.Rows("SELECT migration_project('" + site_.root() + "')");

    EXPECT_EQ(other.Rows("SELECT salvage_database('" + salvaged_ + "', '" + database_ + "')"),
              Answer(saved, applied));

    EXPECT_EQ(DatabaseFiles(), before);
    for (const char* suffix : {"", "-journal", "-wal"}) {
      std::filesystem::remove(database_ + suffix);
    }
  }
}

TEST_F(SalvageTest, StopsWhenItIsInterrupted) {
  Given("all_applied");
  testing::LoadedDatabase other;
  std::string partial = salvaged_ + ".partial";
  const auto is_begun = [](void* path) {
    return KindOf(*static_cast<std::string*>(path)) == FileKind::kMissing ? 0 : 1;
  };
  sqlite3_progress_handler(other.handle(), 1, is_begun, &partial);

  EXPECT_EQ(other.ErrorOf("SELECT salvage_database('" + salvaged_ + "', '" + database_ + "')"),
            "interrupted");

  EXPECT_EQ(KindOf(salvaged_), FileKind::kMissing);
  EXPECT_EQ(KindOf(partial), FileKind::kMissing);
}

TEST_F(SalvageTest, TakesFromTheMigrationsWhatTheSchemaHasLost) {
  Given("corrupted_header");
  std::string bytes = ReadFile(database_, kLargestFile);
  // The leaf of sqlite_schema that knows of blog_post.
  bytes.replace(27 * 1024, 1024, 1024, '\0');
  site_.File("db.sqlite3", bytes);

  EXPECT_EQ(Salvage(), Answer("231 of 231 rows of 15 tables", six_applied_));

  EXPECT_TRUE(Reports("taken from the migrations, as the file has lost them: blog_post"));
  EXPECT_TRUE(Reports("blog_post: 8 of 8 rows"));
  EXPECT_EQ(Rows("PRAGMA foreign_key_check"), "");
}

TEST_F(SalvageTest, RefusesInsideATransaction) {
  Given("at_0002");
  testing::LoadedDatabase db(database_);
  db.Execute("BEGIN");

  EXPECT_EQ(db.ErrorOf("SELECT salvage_database('" + salvaged_ + "')"),
            "a transaction is open: COMMIT or ROLLBACK it first, as what it has written is not in "
            "the file yet");
}

}  // namespace
}  // namespace migext::surface
