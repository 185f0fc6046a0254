// restore_database() on the golden blog: what it says, what it refuses and how it is taken back.
#include <gtest/gtest.h>

#include <filesystem>
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

constexpr std::size_t kLargestFile = 16 << 20;
constexpr const char* kRows =
    "SELECT (SELECT count(*) FROM blog_comment), (SELECT count(*) FROM django_migrations)";

class RestoreTest : public ::testing::Test {
 protected:
  RestoreTest() { test::LayOutBlog(site_, "project", "5.2"); }

  void Given(const std::string& live, const std::string& backup) {
    test::CopyBlogDatabase(live, database_);
    test::CopyBlogDatabase(backup, backup_);
  }

  std::string Call(const std::string& more = "") const {
    return "SELECT restore_database(" + SqlLiteral(backup_) + more + ")";
  }

  std::string Live() const { return ReadFile(database_, kLargestFile); }

  /// The first file in the folder of the site with this in its name; "".
  std::string FileLike(const std::string& part) const {
    for (const FolderEntry& entry : ListFolder(site_.root())) {
      if (entry.name.find(part) != std::string::npos) return site_.Path(entry.name);
    }
    return {};
  }

  /// The verb refuses with these words, and the file stays byte by byte what it is.
  void ExpectRefusal(const std::string& words) {
    const std::string before = Live();
    {
      LoadedDatabase db(database_);
      EXPECT_EQ(db.ErrorOf(Call()), words);
    }
    EXPECT_EQ(Live(), before);
    EXPECT_EQ(FileLike("before_restore"), "");
  }

  ProjectBuilder site_;
  std::string database_ = site_.Path("db.sqlite3");
  std::string backup_ = site_.Path("backup.sqlite3");
};

TEST_F(RestoreTest, GivesBackTheRowsAndIsTakenBackByTheStatementInTheJournal) {
  Given("all_applied_small", "at_0003");
  const std::string before = ReadFile(backup_, kLargestFile);
  LoadedDatabase db(database_);

  EXPECT_TRUE(db.Rows(Call()).starts_with("restored 72704 bytes from " + backup_ +
                                          "; heads blog.0003_add_comment_nesting_fields and 4 "
                                          "more; what was there is in " +
                                          site_.Path("db_before_restore_")));
  EXPECT_EQ(db.Rows(kRows), "40|21\n");
  EXPECT_EQ(db.Rows("PRAGMA integrity_check"), "ok\n");
  EXPECT_EQ(ReadFile(backup_, kLargestFile), before);
  EXPECT_EQ(FileLike("backup.sqlite3-"), "");

  const std::string undo =
      db.Rows("SELECT undo FROM migext_journal WHERE verb = 'restore_database'");
  EXPECT_EQ(undo, "SELECT restore_database('" + FileLike("before_restore") + "');\n");
  EXPECT_EQ(db.ErrorOf("SELECT undo_last()"),
            "the last thing done was restore_database(), and undo_last() takes back records alone; "
            "what was there before is put back by\n" +
                std::string(Trim(undo)));
  db.Execute(undo);
  EXPECT_EQ(db.Rows(kRows), "120|29\n");
}

TEST_F(RestoreTest, ADatabaseInWalModeStaysInIt) {
  Given("all_applied_small", "at_0003");
  LoadedDatabase db(database_);
  db.Execute("PRAGMA journal_mode = WAL");
  db.Execute(Call());
  EXPECT_EQ(db.Rows("PRAGMA journal_mode"), "wal\n");
  EXPECT_EQ(db.Rows(kRows), "40|21\n");
}

TEST_F(RestoreTest, RefusesWhatIsNoSoundBackupOfADjangoDatabase) {
  Given("at_0005", "corrupted_page");
  ExpectRefusal("'" + backup_ +
                "' is not restored: it is damaged: database disk image is malformed");
  std::filesystem::remove(backup_);
  ExpectRefusal("there is no file '" + backup_ + "'");
  site_.File("backup.sqlite3", "no database");
  ExpectRefusal("'" + backup_ + "' is not restored: it is damaged: it is no SQLite database");
  std::filesystem::remove(backup_);
  Database(backup_).Execute("CREATE TABLE t(a)");
  ExpectRefusal("'" + backup_ +
                "' is not restored: no table django_migrations: not the database of a Django "
                "project");
  backup_ = database_;
  ExpectRefusal("'" + database_ +
                "' is the database itself; give a backup of it, see SELECT path, taken_at, note "
                "FROM database_backups");
}

TEST_F(RestoreTest, TakesRecordsWithoutAFileOnlyByForce) {
  Given("at_0005", "ghost_record");
  const std::string before = Live();
  LoadedDatabase db(database_);
  const std::string error = db.ErrorOf(Call());
  EXPECT_NE(error.find("is not restored: it has records of 2 migrations that the project has no "
                       "file for: "),
            std::string::npos)
      << error;
  EXPECT_NE(error.find(Call(", 'force'")), std::string::npos) << error;
  EXPECT_EQ(db.ErrorOf(Call(", 'force'")), "");
}

TEST_F(RestoreTest, RefusesInATransaction) {
  Given("at_0005", "at_0003");
  LoadedDatabase db(database_);
  db.Execute("BEGIN");
  EXPECT_EQ(db.ErrorOf(Call()),
            "a transaction is open: COMMIT or ROLLBACK it first, then call again; nothing was "
            "changed");
  db.Execute("ROLLBACK");
}

TEST_F(RestoreTest, RefusesWhileSomebodyElseReadsInRollbackMode) {
  Given("at_0005", "at_0003");
  ShellProcess other(database_);
  other.Run("BEGIN; SELECT count(*) FROM blog_comment;");
  ExpectRefusal(
      "nothing was changed, as somebody else uses the database (database is locked): stop the web "
      "server, see who it is with SELECT pid, command, note FROM database_locks, then call again");
}

TEST_F(RestoreTest, RefusesWhileSomebodyElseWritesInWalMode) {
  Given("all_applied_small", "at_0003");
  Database(database_).Execute("PRAGMA journal_mode = WAL");
  ShellProcess other(database_);
  other.Run("BEGIN IMMEDIATE;");
  ExpectRefusal(
      "nothing was changed, as somebody else uses the database (database is locked): stop the web "
      "server, see who it is with SELECT pid, command, note FROM database_locks, then call again");
}

}  // namespace
}  // namespace migext::surface
