// Restore() where something happens in the middle of it.
#include "recover/restore.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "base/error.h"
#include "base/files.h"
#include "recover/backup_folder.h"
#include "support/database.h"
#include "support/project_builder.h"

namespace migext::recover {
namespace {

using sqlite::Connection;
using testing::Database;

constexpr std::size_t kLargest = 1U << 20U;

class RestoreInTheMiddleTest : public ::testing::Test {
 protected:
  RestoreInTheMiddleTest() {
    folder_.Folder("kept");
    Make(live_, "live");
    Make(backup_, "backup");
  }

  static void Make(const std::string& path, const std::string& text) {
    Database db(path);
    db.Execute(
        "CREATE TABLE django_migrations (id integer PRIMARY KEY, app text, name text, applied "
        "text); CREATE TABLE t (text text); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + "
        "1 FROM n WHERE i < 300) INSERT INTO t SELECT '" +
        text + "' || hex(zeroblob(100)) FROM n");
  }

  /// `prepare` is called with each copy that is looked into: the backup, then the safety copy.
  std::string ErrorOfRestore(const PrepareConnection& prepare) {
    const Connection db = Connection::Open(live_, sqlite::OpenMode::kReadWrite);
    try {
      Restore({db, prepare}, backup_);
      return {};
    } catch (const Error& error) {
      return error.what();
    }
  }

  /// At a time that differs from that of its making even on a coarse clock.
  void WriteToBackup() const {
    Database(backup_).Execute("UPDATE t SET text = upper(text) WHERE rowid = 1");
    std::filesystem::last_write_time(
        backup_, std::filesystem::file_time_type::clock::now() + std::chrono::hours(1));
  }

  /// Of what lies beside the live database, but for every -wal.
  std::string Names() const {
    std::string names;
    for (const FolderEntry& entry : ListFolder(folder_.root())) {
      if (!entry.name.ends_with("-wal")) names += entry.name + "\n";
    }
    return names;
  }

  ProjectBuilder folder_;
  std::string live_ = folder_.Path("db.sqlite3");
  std::string backup_ = folder_.Path("kept/backup.sqlite3");
};

TEST_F(RestoreInTheMiddleTest, ABackupThatIsWrittenToAfterItWasCheckedIsNotRestored) {
  for (const char* state : {"sound", "no database at all"}) {
    if (state != std::string("sound")) folder_.File("db.sqlite3", state);
    const std::string before = ReadFile(live_, kLargest);

    const std::string error = ErrorOfRestore([&](const Connection& copy) {
      if (copy.FileName() == CanonicalPath(backup_)) WriteToBackup();
    });

    EXPECT_EQ(error, "nothing was changed, as '" + CanonicalPath(backup_) +
                         "' was written to while it was restored: see who does that, then call "
                         "again");
    EXPECT_EQ(ReadFile(live_, kLargest), before) << state;
    EXPECT_EQ(Names(), "db.sqlite3\nkept\n") << state;
  }
}

TEST_F(RestoreInTheMiddleTest, ASafetyCopyThatCannotBeMadeWholeLeavesNothingBehind) {
  folder_.File("db.sqlite3", "no database at all").File("db.sqlite3-wal", "of the database");
  // The name of the second file of the copy is taken, at whatever second it is made.
  const auto now = std::chrono::system_clock::now();
  for (int second = 0; second < 300; ++second) {
    folder_.File("db_damaged_before_restore_" + TimeForName(now + std::chrono::seconds(second)) +
                     ".sqlite3-wal",
                 "taken");
  }

  EXPECT_NE(ErrorOfRestore([](const Connection&) {}).find("is not overwritten"), std::string::npos);

  EXPECT_EQ(Names(), "db.sqlite3\nkept\n");
  EXPECT_EQ(folder_.Read("db.sqlite3"), "no database at all");
}

}  // namespace
}  // namespace migext::recover
