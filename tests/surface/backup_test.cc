// backup_database(), database_backups and prune_backups() on the golden blog.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "base/files.h"
#include "base/text.h"
#include "support/golden_blog.h"
#include "support/loaded_database.h"
#include "support/project_builder.h"
#include "support/shell_process.h"

namespace migext::surface {
namespace {

using testing::Database;
using testing::LoadedDatabase;
using testing::ShellProcess;

class BackupTest : public ::testing::Test {
 protected:
  BackupTest() { test::LayOutBlog(site_, "project", "5.2"); }

  void Given(const std::string& state) { test::CopyBlogDatabase(state, database_); }

  static std::string Backup(LoadedDatabase& db, const std::string& path) {
    return db.Rows("SELECT backup_database(" + SqlLiteral(path) + ")");
  }

  static std::string ErrorOfBackup(LoadedDatabase& db, const std::string& path) {
    return db.ErrorOf("SELECT backup_database(" + SqlLiteral(path) + ")");
  }

  static bool Reports(LoadedDatabase& db, const std::string& line) {
    return db.Rows("SELECT count(*) FROM migext_output WHERE line LIKE " +
                   SqlLiteral("%" + line + "%")) == "1\n";
  }

  /// The names in the folder of the site that begin like this.
  std::string FilesLike(const std::string& beginning) const {
    std::string names;
    for (const FolderEntry& entry : ListFolder(site_.root())) {
      if (entry.name.starts_with(beginning)) names += entry.name + "\n";
    }
    return names;
  }

  ProjectBuilder site_;
  std::string database_ = site_.Path("db.sqlite3");
  std::string copy_ = site_.Path("copy.sqlite3");
};

TEST_F(BackupTest, IsTheWholeDatabaseInOneFileThatItsOwnerAloneMayRead) {
  Given("columns_exist_not_recorded");
  LoadedDatabase db(database_);

  EXPECT_EQ(Backup(db, copy_),
            "backed up 89088 bytes to " + copy_ +
                ", verified; heads "
                "blog.0002_alter_post_options_post_excerpt_post_view_count_and_more and 4 more\n");

  struct stat status {};
  ASSERT_EQ(stat(copy_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(FilesLike("copy"), "copy.sqlite3\n");
  const std::string rows = "SELECT count(*), sum(length(path)) FROM blog_comment";
  EXPECT_EQ(Database(copy_).Rows(rows), db.Rows(rows));
  EXPECT_EQ(db.Rows("SELECT verb, target, undo FROM migext_journal"),
            "backup_database|" + copy_ + "|\n");
}

TEST_F(BackupTest, KeepsPageSizeJournalModeVersionAndApplicationId) {
  Given("at_0002");  // pages of 4096 bytes
  LoadedDatabase db(database_);
  db.Execute("PRAGMA user_version = 7; PRAGMA application_id = 99; PRAGMA journal_mode = WAL");
  Backup(db, copy_);

  EXPECT_EQ(FilesLike("copy"), "copy.sqlite3\n");
  Database copy(copy_);
  EXPECT_EQ(copy.Rows("PRAGMA page_size"), "4096\n");
  EXPECT_EQ(copy.Rows("PRAGMA user_version"), "7\n");
  EXPECT_EQ(copy.Rows("PRAGMA application_id"), "99\n");
  EXPECT_EQ(copy.Rows("PRAGMA journal_mode"), "wal\n");
}

TEST_F(BackupTest, NeverOverwrites) {
  Given("at_0003");
  LoadedDatabase db(database_);
  site_.File("copy.sqlite3", "mine");
  const std::string link = site_.Path("link.sqlite3");
  ASSERT_EQ(symlink("nowhere", link.c_str()), 0);

  for (const std::string& path : {copy_, link, database_}) {
    EXPECT_EQ(ErrorOfBackup(db, path),
              "'" + path + "' is there already and is not overwritten; give another name");
  }
  EXPECT_EQ(site_.Read("copy.sqlite3"), "mine");
}

TEST_F(BackupTest, LeavesAPartOfAnotherRunAlone) {
  Given("at_0003");
  LoadedDatabase db(database_);
  site_.File("copy.sqlite3.partial", "another's");

  EXPECT_EQ(ErrorOfBackup(db, copy_),
            "'" + copy_ +
                ".partial' is there already: another run is writing it, or one was interrupted; "
                "remove it if nothing is running, or give another name");
  EXPECT_EQ(site_.Read("copy.sqlite3.partial"), "another's");
}

TEST_F(BackupTest, TakesNoNameThatSqliteGivesAMeaning) {
  Given("at_0003");
  LoadedDatabase db(database_);
  for (const char* suffix : {"-journal", "-wal", "-shm"}) {
    EXPECT_EQ(ErrorOfBackup(db, database_ + suffix),
              "'" + database_ + suffix + "' ends with " + suffix +
                  ", so SQLite would take it for a part of another database; give another name");
  }
  EXPECT_EQ(ErrorOfBackup(db, site_.root()),
            "'" + site_.root() +
                "' is a folder; for a file in it that is named by time, type SELECT "
                "backup_database('" +
                site_.root() + "/')");
  EXPECT_EQ(ErrorOfBackup(db, site_.Path("nosuch/copy.sqlite3")),
            "there is no folder '" + site_.Path("nosuch") +
                "' for 'copy.sqlite3'; make it first, or give a path in one that is there");
  EXPECT_EQ(
      ErrorOfBackup(db, ""),
      "give the path of the new file, or of a folder with a / at its end; it is missing here");
}

TEST_F(BackupTest, AnyOtherCharacterMayBeInAName) {
  Given("at_0003");
  LoadedDatabase db(database_);
  const std::string odd = site_.Path("it's \"a\"\nü ?x=1#%41.db");
  EXPECT_TRUE(Backup(db, odd).starts_with("backed up 72704 bytes to " + odd + ", verified"));
  EXPECT_EQ(Database(odd).Rows("SELECT count(*) FROM blog_comment"), "40\n");
}

TEST_F(BackupTest, HoldsWhatWasCommittedLastWhileATransactionIsOpen) {
  Given("at_0003");
  LoadedDatabase db(database_);
  db.Execute("BEGIN; DELETE FROM blog_comment");
  Backup(db, copy_);

  EXPECT_TRUE(Reports(db, "the changes of your open transaction are not in it"));
  EXPECT_EQ(db.Rows("SELECT count(*) FROM blog_comment"), "0\n");
  EXPECT_EQ(Database(copy_).Rows("SELECT count(*) FROM blog_comment"), "40\n");
}

TEST_F(BackupTest, CopiesADatabaseInMemoryAsItIsCommitted) {
  LoadedDatabase db;
  db.Execute("CREATE TABLE t(a); INSERT INTO t VALUES (7); ATTACH ':memory:' AS other");
  EXPECT_EQ(Backup(db, copy_),
            "backed up 8192 bytes to " + copy_ + ", verified; no Django database\n");
  EXPECT_EQ(Database(copy_).Rows("SELECT a FROM t"), "7\n");

  db.Execute("BEGIN; DELETE FROM t");
  EXPECT_EQ(ErrorOfBackup(db, site_.Path("second.sqlite3")),
            "the open transaction has changed the database, and a database in memory can only be "
            "copied as it is committed: COMMIT or ROLLBACK first, then call again");
  EXPECT_EQ(FilesLike("second"), "");
}

TEST_F(BackupTest, IsMadeWhereNothingCanBeWrittenIntoTheDatabase) {
  Given("at_0003");
  LoadedDatabase db(database_);
  db.Execute("PRAGMA query_only = ON");
  EXPECT_TRUE(Backup(db, copy_).starts_with("backed up"));
  EXPECT_TRUE(Reports(db, "not written into migext_journal: "));
}

TEST_F(BackupTest, IsMadeWhileSomebodyElseHoldsTheLockOfAWriter) {
  Given("at_0003");
  LoadedDatabase db(database_);
  ShellProcess other(database_);
  other.Run("BEGIN IMMEDIATE; DELETE FROM blog_comment;");
  EXPECT_TRUE(Backup(db, copy_).starts_with("backed up"));
  EXPECT_TRUE(Reports(db, "not written into migext_journal: "));
  EXPECT_EQ(Database(copy_).Rows("SELECT count(*) FROM blog_comment"), "40\n");
}

TEST_F(BackupTest, SaysWhichRowsPointNowhereAndCopiesThem) {
  Given("fk_violations");
  LoadedDatabase db(database_);
  EXPECT_TRUE(Backup(db, copy_).starts_with("backed up 89088 bytes"));
  EXPECT_TRUE(Reports(db, "  2 rows of blog_comment point at no auth_user (as in the source)"));
}

TEST_F(BackupTest, IsNotMadeOfADamagedDatabase) {
  for (const std::string state : {"corrupted_page", "corrupted_index", "corrupted_truncated"}) {
    Given(state);
    {
      LoadedDatabase db(database_);
      const std::string error = ErrorOfBackup(db, copy_);
      EXPECT_TRUE(error.starts_with("no backup was made")) << state << ": " << error;
      EXPECT_NE(error.find("salvage_database('"), std::string::npos) << error;
    }
    EXPECT_EQ(FilesLike("copy"), "");
    site_.Remove("db.sqlite3");
  }
}

TEST_F(BackupTest, IsNamedByTimeInAFolder) {
  Given("at_0003");
  LoadedDatabase db(database_);
  site_.Folder("kept");
  Backup(db, site_.Path("kept/"));
  Backup(db, site_.Path("kept/"));
  EXPECT_EQ(db.Rows("SELECT count(*), min(path GLOB '*/kept/db_2[0-9]*_[0-9]*.sqlite3'), "
                    "min(verified), min(size), max(note), min(migrations LIKE "
                    "'%blog.0003_add_comment_nesting_fields%') FROM database_backups('" +
                    site_.Path("kept") + "') WHERE julianday('now') - julianday(taken_at) < 1"),
            "2|1|1|72704||1\n");
}

TEST_F(BackupTest, TheListTellsSoundOnesFromTheRest) {
  Given("at_0003");
  LoadedDatabase db(database_);
  site_.Folder("kept");
  test::CopyBlogDatabase("corrupted_page", site_.Path("kept/db_20250101_000000.sqlite3"));
  test::CopyBlogDatabase("fk_violations", site_.Path("kept/db_20250102_000000.sqlite3"));
  test::CopyBlogDatabase("wal_left_behind", site_.Path("kept/db_20250103_000000.sqlite3"));
  site_.File("kept/db_20250104_000000.sqlite3", "no database")
      .File("kept/db_20250105_000000.sqlite3.partial", "")
      .File("kept/notes.txt", "mine");
  EXPECT_EQ(db.Rows("SELECT substr(path, -15), taken_at, verified, substr(note, 1, 40) FROM "
                    "database_backups('" +
                    site_.Path("kept") + "') WHERE path NOT LIKE '%.partial'"),
            "_000000.sqlite3|2025-01-04 00:00:00|0|damaged: it is no SQLite database\n"
            "_000000.sqlite3|2025-01-03 00:00:00||not verified: beside it is its -wal, and\n"
            "_000000.sqlite3|2025-01-02 00:00:00|1|2 rows of blog_comment point at no auth_\n"
            "_000000.sqlite3|2025-01-01 00:00:00|0|damaged: database disk image is malforme\n");
  EXPECT_EQ(db.Rows("SELECT verified, note FROM database_backups('" + site_.Path("kept") +
                    "') WHERE path LIKE '%.partial'"),
            "0|unfinished: a backup is being made, or was interrupted; remove it if none is\n");
  EXPECT_EQ(FilesLike("db.sqlite3"), "db.sqlite3\n");
}

TEST_F(BackupTest, PruningLeavesTheNewestWholeOnesOfThisDatabase) {
  Given("at_0003");
  LoadedDatabase db(database_);
  site_.Folder("kept");
  for (const std::string day : {"01", "02", "03"}) {
    test::CopyBlogDatabase("at_0003", site_.Path("kept/db_202501" + day + "_000000.sqlite3"));
  }
  site_.File("kept/db_20250104_000000.sqlite3", "no database")
      .File("kept/other_20250101_000000.sqlite3", "another's")
      .File("kept/db_2025.sqlite3", "no time");

  EXPECT_EQ(db.Rows("SELECT prune_backups('" + site_.Path("kept") + "', 2)"),
            "removed 1 and kept 2 backups in " + site_.Path("kept") + "\n");
  std::string left;
  for (const FolderEntry& entry : ListFolder(site_.Path("kept"))) left += entry.name + "\n";
  EXPECT_EQ(left,
            "db_2025.sqlite3\ndb_20250102_000000.sqlite3\ndb_20250103_000000.sqlite3\n"
            "db_20250104_000000.sqlite3\nother_20250101_000000.sqlite3\n");
  EXPECT_EQ(db.ErrorOf("SELECT prune_backups('" + site_.Path("kept") + "', 0)"),
            "at least one backup is kept; give how many, 7 for a week of days");
}

TEST_F(BackupTest, PruningCountsNoBackupWithADamagedPage) {
  Given("at_0003");
  LoadedDatabase db(database_);
  site_.Folder("kept");
  test::CopyBlogDatabase("at_0003", site_.Path("kept/db_20250101_000000.sqlite3"));
  test::CopyBlogDatabase("at_0003", site_.Path("kept/db_20250102_000000.sqlite3"));
  test::CopyBlogDatabase("corrupted_page", site_.Path("kept/db_20250103_000000.sqlite3"));

  EXPECT_EQ(db.Rows("SELECT prune_backups('" + site_.Path("kept") + "', 1)"),
            "removed 1 and kept 1 backups in " + site_.Path("kept") + "\n");

  EXPECT_FALSE(IsFile(site_.Path("kept/db_20250101_000000.sqlite3")));
  EXPECT_TRUE(IsFile(site_.Path("kept/db_20250102_000000.sqlite3")));
  EXPECT_TRUE(Reports(db, "not counted, as it is no whole database: "));
}

}  // namespace
}  // namespace migext::surface
