// Backups and restores while another process works on the same database: what is copied is one
// committed state, what others see is the old content or the new, and nobody waits for long.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <thread>

#include "base/text.h"
#include "support/loaded_database.h"
#include "support/project_builder.h"
#include "support/shell_loop.h"

namespace migext::surface {
namespace {

using testing::LoadedDatabase;
using testing::ShellLoop;

constexpr const char* kJournalModes[] = {"delete", "wal"};
constexpr auto kPatience = std::chrono::seconds(60);
constexpr const char* kGenerations = "SELECT group_concat(DISTINCT generation) FROM part";

/// Rows over more pages than one step of a backup copies, all of the same generation.
void MakeDatabase(const std::string& path, const std::string& journal_mode) {
  testing::Database db(path);
  db.Execute("PRAGMA page_size = 512; PRAGMA journal_mode = " + journal_mode + ";" + R"sql(
    CREATE TABLE django_migrations (id integer PRIMARY KEY, app text, name text, applied text);
    CREATE TABLE written (id integer PRIMARY KEY, at real);
    CREATE TABLE part (id integer PRIMARY KEY, generation integer, filler blob);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
    INSERT INTO part SELECT i, 0, zeroblob(400) FROM n;
  )sql");
}

/// One transaction that changes the database from its first page to its last.
constexpr const char* kWrite =
    "BEGIN IMMEDIATE; UPDATE part SET generation = generation + 1 WHERE id = 1; "
    "UPDATE part SET generation = (SELECT generation FROM part WHERE id = 1); "
    "INSERT INTO written (at) VALUES (julianday('now')); COMMIT;";

int NumberOf(const std::string& text) { return std::atoi(text.c_str()); }

void WaitFor(testing::Database& db, const std::string& question) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (db.Rows(question) != "1\n") {
    ASSERT_LT(std::chrono::steady_clock::now(), end) << question;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

class BackupWritersTest : public ::testing::TestWithParam<const char*> {
 protected:
  std::string Path(const std::string& name) const { return given_.Path(name); }

  ProjectBuilder given_;
};

TEST_P(BackupWritersTest, EachBackupIsOneCommittedStateAndTheWriterGoesOn) {
  MakeDatabase(Path("db.sqlite3"), GetParam());
  LoadedDatabase db(Path("db.sqlite3"));
  db.Execute("PRAGMA busy_timeout = 60000; SELECT migext_setting('journal', 'off')");
  ShellLoop writer(Path("db.sqlite3"), kWrite);
  WaitFor(db, "SELECT count(*) > 3 FROM written");
  int last = 0;

  for (int i = 0; i < 20 && !HasFailure(); ++i) {
    const std::string path = Path("backup_" + std::to_string(i) + ".sqlite3");
    EXPECT_EQ(db.ErrorOf("SELECT backup_database('" + path + "')"), "");
    testing::Database backup(path);
    EXPECT_EQ(backup.Rows("PRAGMA integrity_check"), "ok\n");
    const std::string generation = backup.Rows(kGenerations);
    EXPECT_EQ(generation.find(','), std::string::npos) << "a mixture: " << generation;
    EXPECT_EQ(backup.Rows("SELECT max(id) FROM written"), generation);
    EXPECT_GE(NumberOf(generation), last) << "an older state than before";
    last = NumberOf(generation);
  }

  writer.Stop();
  EXPECT_EQ(writer.output(), "");
  const int longest = NumberOf(db.Rows(
      "SELECT CAST(max(gap) * 86400000 AS integer) FROM (SELECT at - lag(at) OVER (ORDER BY id) AS "
      "gap FROM written)"));
  std::printf("%s: %d commits, the longest wait was %d ms\n", GetParam(),
              NumberOf(db.Rows("SELECT count(*) FROM written")), longest);
  EXPECT_LT(longest, 10000);
  EXPECT_GT(NumberOf(db.Rows("SELECT count(*) FROM written")), 20);
}

TEST_P(BackupWritersTest, AReaderSeesTheOldContentOrTheRestoredNeverAMixture) {
  MakeDatabase(Path("db.sqlite3"), GetParam());
  LoadedDatabase db(Path("db.sqlite3"));
  db.Execute("PRAGMA busy_timeout = 60000");
  for (const std::string generation : {"1", "2"}) {
    db.Execute("UPDATE part SET generation = " + generation);
    db.Execute("SELECT backup_database('" + Path(generation + ".sqlite3") + "')");
  }
  ShellLoop reader(Path("db.sqlite3"), std::string(kGenerations) + ";");
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (reader.output().empty()) ASSERT_LT(std::chrono::steady_clock::now(), end);

  for (int i = 0; i < 10 && !HasFailure(); ++i) {
    for (const std::string generation : {"1", "2"}) {
      EXPECT_EQ(db.ErrorOf("SELECT restore_database('" + Path(generation + ".sqlite3") + "')"), "");
      EXPECT_EQ(db.Rows(kGenerations), generation + "\n");
    }
  }

  reader.Stop();
  std::set<std::string> seen;
  for (const std::string& line : Split(reader.output(), '\n')) seen.insert(line);
  seen.erase("");
  EXPECT_EQ(seen, (std::set<std::string>{"1", "2"}));
}

INSTANTIATE_TEST_SUITE_P(InEachJournalMode, BackupWritersTest, ::testing::ValuesIn(kJournalModes),
                         [](const auto& of) { return std::string(of.param); });

/// A database in WAL mode whose process has died: the last commits are in the -wal alone.
class WalLeftBehindTest : public ::testing::Test {
 protected:
  void SetUp() override {
    MakeDatabase(given_.Path("running.sqlite3"), "wal");
    LoadedDatabase running(given_.Path("running.sqlite3"));
    running.Execute("SELECT migext_setting('journal', 'off')");
    running.Execute("SELECT backup_database('" + backup_ + "')");
    running.Execute(
        "PRAGMA wal_autocheckpoint = 0; UPDATE part SET generation = 7 WHERE id <= 1500");
    for (const char* suffix : {"", "-wal"}) {
      std::filesystem::copy_file(given_.Path("running.sqlite3") + suffix, live_ + suffix);
    }
  }

  ProjectBuilder given_;
  std::string backup_ = given_.Path("backup.sqlite3");
  std::string live_ = given_.Path("db.sqlite3");
};

TEST_F(WalLeftBehindTest, CopyingABackupOverTheFilePlaysTheOldWalOntoIt) {
  std::filesystem::copy_file(backup_, live_, std::filesystem::copy_options::overwrite_existing);

  testing::Database db(live_);
  EXPECT_NE(db.Rows(kGenerations), "0\n") << "cp would be good enough";
}

TEST_F(WalLeftBehindTest, RestoringABackupDoesNot) {
  {
    LoadedDatabase db(live_);
    EXPECT_EQ(db.ErrorOf("SELECT restore_database('" + backup_ + "')"), "");
  }

  testing::Database db(live_);
  EXPECT_EQ(db.Rows("PRAGMA integrity_check"), "ok\n");
  EXPECT_EQ(db.Rows(kGenerations), "0\n");
  EXPECT_EQ(db.Rows("PRAGMA journal_mode"), "wal\n");
}

}  // namespace
}  // namespace migext::surface
