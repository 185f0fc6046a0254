#include "surface/locks.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "base/text.h"
#include "support/loaded_database.h"
#include "support/locking_process.h"
#include "support/project_builder.h"
#include "support/shell_process.h"

namespace migext::surface {
namespace {

using testing::LoadedDatabase;
using testing::LockingProcess;
using testing::ShellProcess;

constexpr off_t kReservedByte = 0x40000001;
constexpr const char* kRows = "SELECT pid, lock, is_self, is_waiting FROM database_locks";

class SurfaceLocksTest : public ::testing::Test {
 protected:
  SurfaceLocksTest() {
    testing::Database db(path_);
    db.Execute("CREATE TABLE t(a); INSERT INTO t VALUES (1)");
  }

  void UseWal() {
    testing::Database db(path_);
    db.Execute("PRAGMA journal_mode = WAL");
  }

  static std::string Row(pid_t pid, const std::string& lock, bool is_self = false) {
    return std::to_string(pid) + "|" + lock + (is_self ? "|1|0\n" : "|0|0\n");
  }

  static std::string Process(const ShellProcess& shell, const std::string& path) {
    return "process " + std::to_string(shell.pid()) + " (sqlite3 -batch -init /dev/null " + path +
           ")";
  }

  /// Looks again until the answer is this; the last answer when it never is.
  static std::string Await(LoadedDatabase& db, const std::string& sql, const std::string& answer) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    std::string rows;
    while ((rows = db.Rows(sql)) != answer && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return rows;
  }

  ProjectBuilder tree_;
  std::string path_ = tree_.Path("db.sqlite3");
};

using DatabaseLocksTest = SurfaceLocksTest;
using WaitForUnlockTest = SurfaceLocksTest;
using TerminateLockHolderTest = SurfaceLocksTest;
using CheckpointDatabaseTest = SurfaceLocksTest;

TEST_F(DatabaseLocksTest, AFreeDatabaseHasNoRows) {
  LoadedDatabase db(path_);
  const ShellProcess idle(path_);
  EXPECT_EQ(db.Rows(kRows), "");
  EXPECT_EQ(LoadedDatabase().Rows(kRows), "");
}

TEST_F(DatabaseLocksTest, AReaderAWriterAndOneThatCommitsAreToldApart) {
  LoadedDatabase db(path_);
  ShellProcess reader(path_);
  reader.Run("BEGIN; SELECT * FROM t;");
  EXPECT_EQ(db.Rows(kRows), Row(reader.pid(), "shared"));

  ShellProcess writer(path_);
  writer.Run("BEGIN IMMEDIATE; INSERT INTO t VALUES (2);");
  EXPECT_EQ(db.Rows(kRows), Row(writer.pid(), "reserved") + Row(reader.pid(), "shared"));

  writer.Run("COMMIT;");
  // Nobody can begin to read any more, so it is asked for from elsewhere.
  LoadedDatabase elsewhere;
  const std::string rows =
      "SELECT pid, lock, is_self, is_waiting FROM database_locks('" + path_ + "')";
  EXPECT_EQ(elsewhere.Rows(rows), Row(writer.pid(), "pending") + Row(reader.pid(), "shared"));

  reader.Run("COMMIT;");
  writer.Run("COMMIT;");
  EXPECT_EQ(elsewhere.Rows(rows), "");
  writer.Run("BEGIN EXCLUSIVE;");
  EXPECT_EQ(elsewhere.Rows(rows), Row(writer.pid(), "exclusive"));
}

TEST_F(DatabaseLocksTest, ARowSaysWhoItIsSinceWhenAndWhatItMeans) {
  LoadedDatabase db(path_);
  ShellProcess writer(path_);
  writer.Run("BEGIN IMMEDIATE;");
  EXPECT_EQ(
      db.Rows("SELECT command, file, note, container FROM database_locks"),
      "sqlite3 -batch -init /dev/null " + path_ + "|" + path_ +
          "|writes are blocked until this process commits, rolls back or ends; reads go on|\n");
  EXPECT_EQ(db.Rows("SELECT datetime('now') BETWEEN started_at AND "
                    "datetime(started_at, '+1 day') FROM database_locks"),
            "1\n");
}

TEST_F(DatabaseLocksTest, OwnLocksAreMarked) {
  LoadedDatabase db(path_);
  const std::string query = "SELECT pid, lock, is_self, note FROM database_locks";
  const std::string self = std::to_string(getpid());
  db.Execute("BEGIN");
  EXPECT_EQ(db.Rows(query),
            self +
                "|shared|1|this is you: your own open transaction reads; finish the "
                "statement, COMMIT or ROLLBACK\n");
  db.Execute("INSERT INTO t VALUES (2)");
  EXPECT_EQ(db.Rows(query),
            self + "|reserved|1|this is you: your own open transaction; COMMIT or ROLLBACK\n");
  db.Execute("ROLLBACK");
  EXPECT_EQ(db.Rows(query), "");

  testing::Database other(path_);
  other.Execute("BEGIN IMMEDIATE");
  EXPECT_EQ(db.Rows(query), self +
                                "|reserved|1|this is your own process, by another connection or "
                                "PRAGMA locking_mode=EXCLUSIVE; writes are blocked until this "
                                "process commits, rolls back or ends; reads go on\n");
}

TEST_F(DatabaseLocksTest, InWalModeEachThingThatAProcessDoesIsARow) {
  UseWal();
  LoadedDatabase db(path_);
  const std::string own = Row(getpid(), "shared", true);
  EXPECT_EQ(db.Rows(kRows), own);

  ShellProcess reader(path_);
  reader.Run("BEGIN; SELECT * FROM t;");
  ShellProcess writer(path_);
  writer.Run("BEGIN IMMEDIATE;");
  EXPECT_EQ(db.Rows("SELECT pid, lock, is_self, is_waiting FROM database_locks "
                    "WHERE file LIKE '%-shm' ORDER BY lock DESC, pid"),
            Row(writer.pid(), "wal-write") + Row(reader.pid(), "wal-read") +
                Row(writer.pid(), "wal-read"));
  EXPECT_EQ(db.Rows("SELECT count(*), group_concat(DISTINCT lock) FROM database_locks "
                    "WHERE file NOT LIKE '%-shm'"),
            "3|shared\n");
  EXPECT_EQ(
      db.Rows("SELECT DISTINCT note FROM database_locks WHERE lock = 'shared' AND NOT is_self"),
      "it has the database open in WAL mode, which always looks so; blocks nobody\n");
}

TEST_F(DatabaseLocksTest, ACheckpointIsSeen) {
  UseWal();
  LoadedDatabase db(path_);
  db.Rows("SELECT * FROM t");
  const LockingProcess checkpointer(path_ + "-shm", {.first = 121});
  EXPECT_EQ(db.Rows("SELECT pid, lock, is_self, is_waiting FROM database_locks WHERE NOT is_self"),
            Row(checkpointer.pid(), "wal-checkpoint"));
}

TEST_F(DatabaseLocksTest, OneThatWaitsIsSeenToWait) {
  LoadedDatabase db(path_);
  ShellProcess writer(path_);
  writer.Run("BEGIN IMMEDIATE;");
  const LockingProcess waiting(path_, {.first = kReservedByte, .waits = true});
  const std::string both =
      Row(writer.pid(), "reserved") + std::to_string(waiting.pid()) + "|reserved|0|1\n";
  EXPECT_EQ(Await(db, kRows, both), both);
  EXPECT_EQ(db.Rows("SELECT note FROM database_locks WHERE is_waiting"),
            "it is waiting for this lock, and has not got it yet\n");
}

TEST_F(DatabaseLocksTest, LookingDropsNoLockOfThisProcess) {
  for (const char* begin : {"BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"}) {
    LoadedDatabase db(path_);
    db.Execute(begin);
    db.Rows("SELECT * FROM database_locks");
    db.Rows("SELECT * FROM database_locks('" + path_ + "')");
    LoadedDatabase().Rows("SELECT * FROM database_locks('" + path_ + "')");
    db.ErrorOf("SELECT wait_for_unlock(0)");
    db.ErrorOf("SELECT terminate_lock_holder(" + std::to_string(getppid()) + ")");
    db.ErrorOf("SELECT checkpoint_database()");
    ShellProcess other(path_);
    EXPECT_NE(other.Run("BEGIN IMMEDIATE;").find("database is locked"), std::string::npos) << begin;
  }
}

TEST_F(DatabaseLocksTest, LookingForBackupsDropsNoLockInWalMode) {
  UseWal();
  LoadedDatabase db(path_);
  db.Execute("BEGIN IMMEDIATE; INSERT INTO t VALUES (2)");

  EXPECT_EQ(db.Rows("SELECT * FROM database_backups"), "");

  ShellProcess other(path_);
  EXPECT_NE(other.Run("BEGIN IMMEDIATE;").find("database is locked"), std::string::npos);
}

TEST_F(DatabaseLocksTest, LookingForBackupsDropsNoLockOnAnAttachedDatabase) {
  const std::string attached = tree_.Path("attached.sqlite3");
  for (const char* mode : {"delete", "wal"}) {
    LoadedDatabase db(path_);
    db.Execute("ATTACH " + SqlLiteral(attached) + " AS other; PRAGMA other.journal_mode = " + mode +
               "; CREATE TABLE IF NOT EXISTS other.t(a); BEGIN IMMEDIATE; INSERT INTO other.t "
               "VALUES (1)");

    EXPECT_EQ(db.Rows("SELECT path, verified, note FROM database_backups"),
              attached + "||not verified: this process has it open as a database\n");

    ShellProcess other(attached);
    EXPECT_NE(other.Run("BEGIN IMMEDIATE;").find("database is locked"), std::string::npos) << mode;
  }
}

TEST_F(DatabaseLocksTest, HoldersAreToldWhereNoTableCanBeRead) {
  ShellProcess writer(path_);
  writer.Run("BEGIN EXCLUSIVE;");
  LoadedDatabase db(path_);
  EXPECT_NE(db.ErrorOf("SELECT * FROM database_locks"), "");
  const std::string holders = Process(writer, path_) +
                              " has 'exclusive': reads and writes are blocked until this process "
                              "commits, rolls back or ends\nSELECT terminate_lock_holder(" +
                              std::to_string(writer.pid()) +
                              ");  -- asks it to stop; what it has not committed is rolled back\n";
  EXPECT_EQ(db.Rows("SELECT database_lock_holders()"), holders);
  EXPECT_EQ(LoadedDatabase().Rows("SELECT database_lock_holders('" + path_ + "')"), holders);
  writer.Run("COMMIT;");
  EXPECT_EQ(db.Rows("SELECT database_lock_holders()"),
            "free: no process has a lock on the database\n");
}

TEST_F(DatabaseLocksTest, AFileThatIsNotThereIsAnError) {
  LoadedDatabase db(path_);
  EXPECT_EQ(db.ErrorOf("SELECT * FROM database_locks('/nonexistent/x')"),
            "there is no file '/nonexistent/x'; was it moved or deleted?  Open the database by its "
            "right name");
  EXPECT_EQ(db.ErrorOf("SELECT * FROM database_locks('/')"),
            "'/' is no file; give the path of a database");
  EXPECT_EQ(db.ErrorOf("SELECT * FROM database_locks('')"),
            "'' is no file; give the path of a database");
}

TEST_F(WaitForUnlockTest, AFreeDatabaseIsFreeAtOnce) {
  LoadedDatabase db(path_);
  EXPECT_EQ(db.Rows("SELECT wait_for_unlock(5)"), "free after 0.0 s\n");
  EXPECT_EQ(LoadedDatabase().Rows("SELECT wait_for_unlock(5)"), "free after 0.0 s\n");
}

TEST_F(WaitForUnlockTest, AReaderIsNamedButNotWaitedFor) {
  LoadedDatabase db(path_);
  ShellProcess reader(path_);
  reader.Run("BEGIN; SELECT * FROM t;");
  EXPECT_EQ(db.Rows("SELECT wait_for_unlock(5)"), "free after 0.0 s; " + Process(reader, path_) +
                                                      " is reading, and a commit waits for that\n");
}

TEST_F(WaitForUnlockTest, WhenTheTimeIsOverTheHolderIsNamed) {
  LoadedDatabase db(path_);
  ShellProcess writer(path_);
  writer.Run("BEGIN EXCLUSIVE;");
  EXPECT_EQ(db.ErrorOf("SELECT wait_for_unlock(0)"),
            "the database is not free after 0.0 s:\n" + Process(writer, path_) +
                " has 'exclusive': reads and writes are blocked until this process commits, rolls "
                "back or ends\n"
                "SELECT terminate_lock_holder(" +
                std::to_string(writer.pid()) +
                ");  -- asks it to stop; what it has not committed is rolled back\n"
                "SELECT wait_for_unlock(60);  -- waits longer");
}

TEST_F(WaitForUnlockTest, ItEndsWhenTheWriterDoes) {
  for (const bool is_wal : {false, true}) {
    if (is_wal) UseWal();
    LoadedDatabase db(path_);
    ShellProcess writer(path_);
    writer.Run("BEGIN IMMEDIATE;");
    EXPECT_NE(db.ErrorOf("SELECT wait_for_unlock(0.1)"), "");
    std::thread commit([&] { writer.Run("COMMIT;"); });
    EXPECT_EQ(db.Rows("SELECT wait_for_unlock(3600)").substr(0, 11), "free after ");
    commit.join();
  }
}

TEST_F(WaitForUnlockTest, AnInterruptEndsIt) {
  LoadedDatabase db(path_);
  ShellProcess writer(path_);
  writer.Run("BEGIN IMMEDIATE;");
  std::atomic<bool> is_over = false;
  std::thread interrupt([&] {
    while (!is_over) sqlite3_interrupt(db.handle());
  });
  const std::string error = db.ErrorOf("SELECT wait_for_unlock(3600)");
  is_over = true;
  interrupt.join();
  EXPECT_NE(error.find("interrupted"), std::string::npos) << error;
}

TEST_F(WaitForUnlockTest, OnesOwnTransactionIsNotWaitedFor) {
  LoadedDatabase db(path_);
  db.Execute("BEGIN IMMEDIATE");
  EXPECT_EQ(db.ErrorOf("SELECT wait_for_unlock(3600)"),
            "you are in the way yourself: this connection has an open transaction that writes; "
            "COMMIT or ROLLBACK");
}

TEST_F(WaitForUnlockTest, AFileThatWasReplacedIsNotWaitedFor) {
  LoadedDatabase db(path_);
  db.Rows("SELECT * FROM t");
  tree_.Remove("db.sqlite3").File("db.sqlite3", "");
  EXPECT_EQ(db.ErrorOf("SELECT wait_for_unlock(3600)"),
            "'" + path_ +
                "' was moved, deleted or replaced since this connection opened it; open it again, "
                "also in each other program that uses it");
}

TEST_F(WaitForUnlockTest, OnlySecondsCanBeGiven) {
  LoadedDatabase db(path_);
  for (const char* wrong : {"NULL", "'5'", "-1", "-0.5", "9e999", "86401", "x'00'", "0.0/0.0"}) {
    EXPECT_EQ(db.ErrorOf("SELECT wait_for_unlock(" + std::string(wrong) + ")"),
              "give the seconds to wait, from 0 to 86400: SELECT wait_for_unlock(30)")
        << wrong;
  }
  EXPECT_EQ(db.Rows("SELECT wait_for_unlock(0.25)"), "free after 0.0 s\n");
}

TEST_F(TerminateLockHolderTest, AHolderEndsAndItsTransactionIsRolledBack) {
  for (const bool is_wal : {false, true}) {
    if (is_wal) UseWal();
    LoadedDatabase db(path_);
    ShellProcess writer(path_);
    writer.Run("BEGIN IMMEDIATE; INSERT INTO t VALUES (2);");
    const std::string pid = std::to_string(writer.pid());
    EXPECT_EQ(db.Rows("SELECT terminate_lock_holder(" + pid + ")"),
              "process " + pid + " has ended; what it had not committed is rolled back\n");
    EXPECT_EQ(writer.WaitForEnd(), SIGTERM);
    EXPECT_EQ(db.Rows("SELECT count(*) FROM t"), "1\n");
    EXPECT_EQ(db.Rows("SELECT verb, target FROM migext_journal ORDER BY id DESC LIMIT 1"),
              "terminate_lock_holder|process " + pid + "\n");
    EXPECT_EQ(db.Rows("SELECT wait_for_unlock(0)"), "free after 0.0 s\n");
  }
}

TEST_F(TerminateLockHolderTest, AHolderThatIsStoppedEndsToo) {
  LoadedDatabase db(path_);
  ShellProcess reader(path_);
  reader.Run("BEGIN; SELECT * FROM t;");
  kill(reader.pid(), SIGSTOP);
  const std::string note = "SELECT note FROM database_locks";
  const std::string pid = std::to_string(reader.pid());
  const std::string stopped =
      "it is only reading; blocks a commit; it is stopped (Ctrl-Z) and does "
      "not go on by itself: kill -CONT " +
      pid + " in a terminal wakes it up\n";
  EXPECT_EQ(Await(db, note, stopped), stopped);
  EXPECT_EQ(db.Rows("SELECT terminate_lock_holder(" + pid + ")"),
            "process " + pid + " has ended; it was only reading\n");
}

TEST_F(TerminateLockHolderTest, NobodyElseIsStopped) {
  LoadedDatabase db(path_);
  ShellProcess idle(path_);
  ShellProcess writer(path_);
  writer.Run("BEGIN IMMEDIATE;");
  const LockingProcess waiting(path_, {.first = kReservedByte, .waits = true});
  const auto error = [&](const std::string& pid) {
    return db.ErrorOf("SELECT terminate_lock_holder(" + pid + ")");
  };
  const std::string others =
      " has no lock on this database, so it is left alone; these have one:\n  " +
      Process(writer, path_) +
      " has 'reserved': writes are blocked until this process commits, rolls back or ends; reads "
      "go on";
  EXPECT_EQ(
      error(std::to_string(idle.pid())).find("process " + std::to_string(idle.pid()) + others), 0U);
  EXPECT_EQ(error(std::to_string(waiting.pid()))
                .find("process " + std::to_string(waiting.pid()) + others),
            0U);
  EXPECT_EQ(error(std::to_string(getpid())),
            "process " + std::to_string(getpid()) +
                " is this one: COMMIT or ROLLBACK here, or leave with .quit");
  for (const char* wrong : {"0", "1", "-1", "4294967297", "9223372036854775807"}) {
    EXPECT_EQ(error(wrong), std::string(wrong) +
                                " is no process that can be stopped; take a pid of SELECT pid FROM "
                                "database_locks");
  }
  for (const char* wrong : {"'sqlite3'", "NULL", "1.5"}) {
    EXPECT_EQ(error(wrong),
              "give the pid of one process, a number of SELECT pid FROM database_locks");
  }
  EXPECT_EQ(error(std::to_string(writer.pid()) + ", 'KILL'"),
            "the last argument can only be 'kill', and is 'KILL' here");
  EXPECT_EQ(idle.Run("SELECT 1;"), "1\n");
  EXPECT_EQ(writer.Run("COMMIT; SELECT 1;"), "1\n");
}

TEST_F(TerminateLockHolderTest, ItWorksWhereTheJournalCannotBeWritten) {
  LoadedDatabase db(path_);
  ShellProcess writer(path_);
  writer.Run("BEGIN IMMEDIATE;");
  db.Execute("PRAGMA query_only = ON");
  const std::string pid = std::to_string(writer.pid());
  EXPECT_EQ(db.Rows("SELECT terminate_lock_holder(" + pid + ")"),
            "process " + pid + " has ended; what it had not committed is rolled back\n");
  EXPECT_EQ(db.Rows("SELECT count(*) FROM migext_output WHERE line LIKE "
                    "'  not written into migext_journal: %'"),
            "1\n");
}

TEST_F(CheckpointDatabaseTest, WithoutWalModeThereIsNothingToDo) {
  LoadedDatabase db(path_);
  EXPECT_EQ(db.Rows("SELECT checkpoint_database()"),
            "nothing to do: the database is not in WAL mode (its journal mode is 'delete'), so all "
            "of it is in its file\n");
}

TEST_F(CheckpointDatabaseTest, TheWalIsEmptied) {
  UseWal();
  LoadedDatabase db(path_);
  db.Execute("INSERT INTO t VALUES (2)");
  EXPECT_EQ(db.Rows("SELECT checkpoint_database()"),
            "all of the -wal (1 frame) is in the database now, and the -wal is empty\n");
  EXPECT_EQ(tree_.Read("db.sqlite3-wal"), "");
  EXPECT_EQ(db.Rows("SELECT checkpoint_database()"), "nothing to do: the -wal is empty\n");
  db.Execute("INSERT INTO t VALUES (3)");
  EXPECT_EQ(db.Rows("SELECT checkpoint_database('passive')"),
            "all of the -wal (1 frame) is in the database now, and the -wal keeps its size\n");
}

TEST_F(CheckpointDatabaseTest, AReaderInTheWayIsNamed) {
  UseWal();
  LoadedDatabase db(path_);
  ShellProcess reader(path_);
  reader.Run("BEGIN; SELECT * FROM t;");
  db.Execute("INSERT INTO t VALUES (2)");
  const std::string why = ": " + Process(reader, path_) +
                          " has 'wal-read': it is only reading; blocks nobody, but a checkpoint "
                          "cannot go past what it reads\n";
  for (const char* mode : {"", "'passive'", "'FULL'"}) {
    EXPECT_EQ(db.Rows("SELECT checkpoint_database(" + std::string(mode) + ")"),
              "of the -wal (1 frame) 0 are in the database now, 1 could not be copied" + why)
        << mode;
  }
  reader.Run("COMMIT; BEGIN; SELECT * FROM t;");
  EXPECT_EQ(db.Rows("SELECT checkpoint_database()"),
            "all of the -wal (1 frame) is in the database now, but it was not emptied" + why);
}

TEST_F(CheckpointDatabaseTest, ATransactionIsInTheWay) {
  UseWal();
  LoadedDatabase db(path_);
  db.Execute("BEGIN");
  EXPECT_EQ(db.ErrorOf("SELECT checkpoint_database()"),
            "a checkpoint is not possible inside a transaction: COMMIT or ROLLBACK first");
}

TEST_F(CheckpointDatabaseTest, AnotherModeIsNotKnown) {
  LoadedDatabase db(path_);
  EXPECT_EQ(db.ErrorOf("SELECT checkpoint_database('TRUNCATE); DROP TABLE t; --')"),
            "a checkpoint is 'passive', 'full', 'restart' or 'truncate', and not 'TRUNCATE); DROP "
            "TABLE t; --'");
}

}  // namespace
}  // namespace migext::surface
