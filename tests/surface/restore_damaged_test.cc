// restore_database() where it is needed most: onto damaged databases, from files that are no
// backups, between databases that are built differently, and past somebody who is in the way.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <tuple>

#include "base/files.h"
#include "base/text.h"
#include "support/golden_blog.h"
#include "support/loaded_database.h"
#include "support/project_builder.h"

namespace migext::surface {
namespace {

using testing::Database;
using testing::LoadedDatabase;

constexpr std::size_t kLargest = 16U << 20U;

/// Schema and rows, but for what migext writes about itself.
std::string ContentOf(const std::string& path) {
  Database db(path);
  std::string content = db.Rows("PRAGMA integrity_check");
  content += db.Rows(
      "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE tbl_name NOT LIKE 'migext%' ORDER "
      "BY type, name");
  const std::string tables = db.Rows(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'migext%' AND name <> "
      "'sqlite_sequence' ORDER BY name");
  for (const std::string& table : Split(Trim(tables), '\n')) {
    content += "== " + table + "\n" + db.Rows("SELECT * FROM " + SqlIdentifier(table));
  }
  return content;
}

class DamagedRestoreTest : public ::testing::Test {
 protected:
  DamagedRestoreTest() {
    test::LayOutBlog(site_, "project", "5.2");
    site_.Folder("kept");
  }

  /// A backup of that state, made as everybody makes one.
  void GivenBackupOf(const std::string& state) {
    const std::string source = site_.Path("kept/source.sqlite3");
    test::CopyBlogDatabase(state, source);
    LoadedDatabase db(source);
    db.Execute("SELECT migext_setting('journal', 'off')");
    db.Execute("SELECT backup_database(" + SqlLiteral(backup_) + ")");
  }

  static std::string RestoreCall(const std::string& path) {
    return "SELECT restore_database(" + SqlLiteral(path) + ")";
  }

  /// The bytes of every file of the site's folder, by name.
  std::map<std::string, std::string> FilesOf(const std::string& folder) const {
    std::map<std::string, std::string> files;
    for (const FolderEntry& entry : ListFolder(folder)) {
      // What a reader in WAL mode leaves there says nothing about the content.
      if (entry.kind != FileKind::kFile || entry.name.ends_with("-shm")) continue;
      files[entry.name] = ReadFile(JoinPath(folder, entry.name), kLargest);
    }
    return files;
  }

  ProjectBuilder site_;
  std::string live_ = site_.Path("db.sqlite3");
  std::string backup_ = site_.Path("kept/backup.sqlite3");
};

// --- Onto what is damaged ---

class RestoreOntoDamageTest : public DamagedRestoreTest,
                              public ::testing::WithParamInterface<const char*> {};

TEST_P(RestoreOntoDamageTest, GivesWhatTheBackupHoldsAndKeepsWhatWasThere) {
  GivenBackupOf("at_0005");
  test::CopyBlogDatabase(GetParam(), live_);
  const std::string before = ReadFile(live_, kLargest);
  {
    LoadedDatabase db(live_);
    EXPECT_EQ(db.ErrorOf(RestoreCall(backup_)), "");
    EXPECT_EQ(db.Rows("SELECT count(*) FROM blog_comment"),
              Database(backup_).Rows("SELECT count(*) FROM blog_comment"))
        << "the connection itself does not see it";
    EXPECT_EQ(db.ErrorOf("UPDATE blog_comment SET level = level"), "");
  }
  EXPECT_EQ(ContentOf(live_), ContentOf(backup_));

  if (before.empty() || std::string(GetParam()).find("corrupted") == std::string::npos) return;
  const auto files = FilesOf(site_.root());
  EXPECT_TRUE(std::any_of(files.begin(), files.end(), [&](const auto& file) {
    return file.first != "db.sqlite3" && file.second == before;
  })) << "the damaged file was not kept, byte for byte";
}

INSTANTIATE_TEST_SUITE_P(EachState, RestoreOntoDamageTest,
                         ::testing::Values("corrupted_header", "corrupted_index", "corrupted_page",
                                           "corrupted_truncated", "empty", "fk_violations",
                                           "hot_journal", "wal_left_behind"),
                         [](const auto& of) { return std::string(of.param); });

TEST_F(DamagedRestoreTest, OverGarbageWithAWalLeftBehindPlaysNothingOntoTheBackup) {
  GivenBackupOf("at_0005");
  test::CopyBlogDatabase("wal_left_behind", live_);
  std::string bytes = ReadFile(live_, kLargest);
  bytes.replace(0, 100, std::string(100, 'x'));
  site_.File("db.sqlite3", bytes);
  {
    LoadedDatabase db(live_);
    EXPECT_EQ(db.ErrorOf(RestoreCall(backup_)), "");
  }
  EXPECT_EQ(ContentOf(live_), ContentOf(backup_));
}

TEST_F(DamagedRestoreTest, OntoATextFileWorksToo) {
  GivenBackupOf("at_0005");
  site_.File("db.sqlite3", "Traceback (most recent call last):\n");
  {
    LoadedDatabase db(live_);
    EXPECT_EQ(db.ErrorOf(RestoreCall(backup_)), "");
  }
  EXPECT_EQ(ContentOf(live_), ContentOf(backup_));
}

// --- Between databases that are built differently ---

using Build = std::tuple<int, const char*>;  // page size, journal mode

void MakeDatabase(const std::string& path, const Build& build, int number) {
  const std::string digits = std::to_string(number);
  Database db(path);
  db.Execute("PRAGMA page_size = " + std::to_string(std::get<0>(build)) +
             "; PRAGMA journal_mode = " + std::get<1>(build) + "; PRAGMA user_version = " + digits +
             "; PRAGMA application_id = " + digits + ";" + R"sql(
    CREATE TABLE django_migrations (id integer PRIMARY KEY, app text, name text, applied text);
    CREATE TABLE t (id integer PRIMARY KEY, text text);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
    INSERT INTO t SELECT i, 'row ' || i || hex(zeroblob(100)) FROM n;
    CREATE INDEX t_text ON t (text);
  )sql" +
             "UPDATE t SET text = " + digits + " || text");
}

std::string BuildName(const Build& build) {
  return std::get<1>(build) + std::to_string(std::get<0>(build));
}

class RestoreBuildTest : public DamagedRestoreTest,
                         public ::testing::WithParamInterface<std::tuple<Build, Build>> {};

TEST_P(RestoreBuildTest, TheLiveDatabaseBecomesWhatTheBackedUpOneWas) {
  const auto& [live_build, source_build] = GetParam();
  MakeDatabase(live_, live_build, 1);
  const std::string source = site_.Path("kept/source.sqlite3");
  MakeDatabase(source, source_build, 2);
  LoadedDatabase(source).Execute("SELECT backup_database(" + SqlLiteral(backup_) + ")");
  {
    LoadedDatabase db(live_);
    EXPECT_EQ(db.ErrorOf(RestoreCall(backup_)), "");
    EXPECT_EQ(db.ErrorOf("DELETE FROM t WHERE id % 3 = 0; INSERT INTO t (text) VALUES ('after')"),
              "");
    EXPECT_EQ(db.Rows("PRAGMA integrity_check"), "ok\n");
  }
  Database db(live_);
  Database original(source);
  EXPECT_EQ(db.Rows("PRAGMA integrity_check"), "ok\n");
  for (const std::string pragma : {"page_size", "user_version", "application_id"}) {
    EXPECT_EQ(db.Rows("PRAGMA " + pragma), original.Rows("PRAGMA " + pragma)) << pragma;
  }
  EXPECT_EQ(db.Rows("SELECT count(*), substr(min(text), 1, 6) FROM t"), "201|2row 1\n");
  if (std::get<1>(source_build) == std::string("wal")) {
    EXPECT_EQ(db.Rows("PRAGMA journal_mode"), "wal\n");
  }
}

INSTANTIATE_TEST_SUITE_P(EachPair, RestoreBuildTest,
                         ::testing::Combine(::testing::Combine(::testing::Values(1024, 4096),
                                                               ::testing::Values("delete", "wal")),
                                            ::testing::Combine(::testing::Values(512, 4096, 65536),
                                                               ::testing::Values("delete", "wal"))),
                         [](const auto& of) {
                           return BuildName(std::get<1>(of.param)) + "_onto_" +
                                  BuildName(std::get<0>(of.param));
                         });

TEST_F(DamagedRestoreTest, SurvivesWhatIsVacuumedByItself) {
  MakeDatabase(live_, {4096, "delete"}, 1);
  const std::string source = site_.Path("kept/source.sqlite3");
  {
    Database db(source);
    db.Execute("PRAGMA auto_vacuum = FULL");
  }
  MakeDatabase(source, {4096, "delete"}, 2);
  LoadedDatabase(source).Execute("SELECT backup_database(" + SqlLiteral(backup_) + ")");
  LoadedDatabase db(live_);

  EXPECT_EQ(db.ErrorOf(RestoreCall(backup_)), "");

  db.Execute("DELETE FROM t WHERE id % 3 = 0; CREATE TABLE more AS SELECT * FROM t");
  EXPECT_EQ(db.Rows("PRAGMA integrity_check"), "ok\n");
  EXPECT_EQ(Database(live_).Rows("PRAGMA auto_vacuum"),
            Database(source).Rows("PRAGMA auto_vacuum"));
}

// --- Refusals, with nothing changed ---

class RefusedRestoreTest : public DamagedRestoreTest {
 protected:
  void SetUp() override {
    GivenBackupOf("at_0003");
    test::CopyBlogDatabase("at_0005", live_);
  }

  /// Calls it, and holds that no file of the two folders came, went or changed.
  std::string Refusal(LoadedDatabase& db, const std::string& path) {
    const auto site = FilesOf(site_.root());
    const auto kept = FilesOf(site_.Path("kept"));
    std::string error = db.ErrorOf(RestoreCall(path));
    EXPECT_TRUE(FilesOf(site_.root()) == site) << "a file of the site changed";
    EXPECT_TRUE(FilesOf(site_.Path("kept")) == kept) << "a file beside the backup changed";
    return error;
  }
};

TEST_F(RefusedRestoreTest, OfTheCallersOpenTransaction) {
  LoadedDatabase db(live_);
  db.Execute("BEGIN");
  EXPECT_NE(Refusal(db, backup_).find("COMMIT or ROLLBACK"), std::string::npos);
  db.Execute("SELECT * FROM blog_post");
  EXPECT_NE(Refusal(db, backup_).find("COMMIT or ROLLBACK"), std::string::npos);
}

TEST_F(RefusedRestoreTest, OfAReaderWhoWouldSeeAMixture) {
  Database reader(live_);
  reader.Execute("BEGIN; SELECT count(*) FROM blog_post");
  LoadedDatabase db(live_);

  EXPECT_NE(Refusal(db, backup_), "");
  reader.Execute("COMMIT");
  EXPECT_EQ(db.ErrorOf(RestoreCall(backup_)), "");
}

TEST_F(RefusedRestoreTest, OfAWriterWhoWouldLoseWhatItDoes) {
  Database writer(live_);
  writer.Execute("BEGIN IMMEDIATE");
  LoadedDatabase db(live_);
  EXPECT_NE(Refusal(db, backup_), "");
}

TEST_F(RefusedRestoreTest, OfWhatIsNoSoundBackup) {
  site_.File("kept/text.sqlite3", "no database at all");
  site_.File("kept/nothing.sqlite3", "");
  test::CopyBlogDatabase("corrupted_page", site_.Path("kept/page.sqlite3"));
  test::CopyBlogDatabase("corrupted_truncated", site_.Path("kept/cut.sqlite3"));
  test::CopyBlogDatabase("wal_left_behind", site_.Path("kept/wal.sqlite3"));
  Database(site_.Path("kept/other.sqlite3")).Execute("CREATE TABLE shopping (what text)");
  LoadedDatabase db(live_);

  for (const char* name :
       {"kept/text.sqlite3", "kept/nothing.sqlite3", "kept/page.sqlite3", "kept/cut.sqlite3",
        "kept/wal.sqlite3", "kept/other.sqlite3", "kept/nosuch.sqlite3", "kept", "db.sqlite3"}) {
    EXPECT_NE(Refusal(db, site_.Path(name)), "") << name;
  }
}

TEST_F(RefusedRestoreTest, OfABackupThatKnowsMigrationsWithoutAFile) {
  test::CopyBlogDatabase("ghost_record", site_.Path("kept/ghost.sqlite3"));
  LoadedDatabase db(live_);
  const std::string path = site_.Path("kept/ghost.sqlite3");

  EXPECT_NE(Refusal(db, path).find("'force'"), std::string::npos);
  EXPECT_EQ(db.ErrorOf("SELECT restore_database(" + SqlLiteral(path) + ", 'force')"), "");
}

TEST_F(RefusedRestoreTest, OfAConnectionThatOnlyReads) {
  LoadedDatabase db(live_);
  db.Execute("PRAGMA query_only = ON");
  EXPECT_NE(Refusal(db, backup_), "");
}

// --- Around it ---

TEST_F(DamagedRestoreTest, ARestoreIsTakenBackByTheStatementInTheJournal) {
  GivenBackupOf("at_0003");
  test::CopyBlogDatabase("at_0005", live_);
  const std::string before = ContentOf(live_);
  LoadedDatabase db(live_);
  db.Execute(RestoreCall(backup_));
  ASSERT_NE(ContentOf(live_), before);

  const std::string undo(
      Trim(db.Rows("SELECT undo FROM migext_journal WHERE verb = 'restore_database'")));
  EXPECT_EQ(db.ErrorOf(undo), "") << undo;

  EXPECT_EQ(ContentOf(live_), before);
}

TEST_F(DamagedRestoreTest, AReaderInWalModeKeepsItsStateUntilItEnds) {
  GivenBackupOf("at_0002");
  test::CopyBlogDatabase("at_0005", live_);
  LoadedDatabase db(live_);
  db.Execute("PRAGMA journal_mode = wal");
  Database reader(live_);
  reader.Execute("BEGIN");
  const std::string names = "SELECT max(name) FROM django_migrations WHERE app = 'blog'";
  EXPECT_EQ(reader.Rows(names), "0005_comment_parent_and_more\n");

  EXPECT_EQ(db.ErrorOf(RestoreCall(backup_)), "");

  EXPECT_EQ(reader.Rows(names), "0005_comment_parent_and_more\n");
  reader.Execute("COMMIT");
  EXPECT_EQ(reader.Rows(names), "0002_alter_post_options_post_excerpt_post_view_count_and_more\n");
}

}  // namespace
}  // namespace migext::surface
