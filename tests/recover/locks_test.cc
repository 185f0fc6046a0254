#include "recover/locks.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "base/error.h"
#include "recover/locks_system.h"
#include "recover/locks_terminate.h"
#include "support/database.h"
#include "support/locking_process.h"
#include "support/project_builder.h"

namespace migext::recover {
namespace {

using testing::LockingProcess;
using enum testing::LockedBytes::OnSigterm;

constexpr off_t kReservedByte = 0x40000001;

class LocksTest : public ::testing::Test {
 protected:
  LocksTest() {
    db_.Execute("CREATE TABLE t(a)");
    proc_.File("locks", "");
  }

  std::string DeviceAndInode(const std::string& device = "") const {
    const FileIdentity file = *IdentityOf(path_);
    char text[64];
    std::snprintf(text, sizeof text, "%02x:%02x", static_cast<unsigned>(file.device_major),
                  static_cast<unsigned>(file.device_minor));
    return (device.empty() ? text : device) + ":" + std::to_string(file.inode);
  }

  /// "pid lock waiting" of each row, with a list of locks of our own making.
  std::string Rows(const std::string& locks) {
    proc_.File("locks", locks);
    std::string rows;
    for (const DatabaseLock& lock : LocksOn(Question())) {
      rows += (lock.pid ? std::to_string(*lock.pid) : "?") + " " +
              std::string(LockName(lock.kind)) + (lock.is_waiting ? " waiting" : "") + "\n";
    }
    return rows;
  }

  LockQuestion Question() const { return {.database = path_, .proc = ProcFolder(proc_.root())}; }

  ProjectBuilder tree_;
  ProjectBuilder proc_;
  std::string path_ = tree_.Path("db.sqlite3");
  testing::Database db_{path_};
};

std::string Line(const std::string& access, const std::string& who, const std::string& file,
                 const std::string& range) {
  return "1: POSIX  ADVISORY  " + access + " " + who + " " + file + " " + range + "\n";
}

TEST_F(LocksTest, TheStrongestLockOfAProcessIsShown) {
  const std::string file = DeviceAndInode();
  const std::string shared = Line("READ", "7", file, "1073741826 1073742335");
  const std::string reserved = Line("WRITE", "7", file, "1073741825 1073741825");
  const std::string pending = Line("WRITE", "7", file, "1073741824 1073741825");

  EXPECT_EQ(Rows(shared), "7 shared\n");
  EXPECT_EQ(Rows(shared + reserved), "7 reserved\n");
  EXPECT_EQ(Rows(shared + pending), "7 pending\n");
  EXPECT_EQ(Rows(Line("WRITE", "7", file, "1073741824 1073742335")), "7 exclusive\n");
  EXPECT_EQ(Rows(Line("WRITE", "7", file, "0 EOF")), "7 exclusive\n");
}

TEST_F(LocksTest, TheWorstComesFirstAndWhoWaitsLast) {
  const std::string file = DeviceAndInode();
  EXPECT_EQ(Rows(Line("READ", "7", file, "1073741826 1073742335") +
                 Line("READ", "6", file, "1073741826 1073742335") +
                 Line("WRITE", "8", file, "1073741825 1073741825") +
                 "1: -> POSIX  ADVISORY  WRITE 5 " + file + " 1073741825 1073741825\n"),
            "8 reserved\n6 shared\n7 shared\n5 reserved waiting\n");
}

TEST_F(LocksTest, OtherFilesAndOtherBytesAreNotOurs) {
  EXPECT_EQ(
      Rows(Line("WRITE", "7", "00:00:1", "0 EOF") + Line("WRITE", "7", DeviceAndInode(), "0 99") +
           Line("WRITE", "7", DeviceAndInode(), "1073742336 EOF")),
      "");
}

TEST_F(LocksTest, AFlockIsShownAsSuch) {
  EXPECT_EQ(Rows("1: FLOCK  ADVISORY  WRITE 7 " + DeviceAndInode() + " 0 EOF\n"), "7 flock\n");
}

// btrfs and overlayfs.
TEST_F(LocksTest, UnderAnotherDeviceNumberTheOpenFileDecides) {
  proc_.Folder("7/fd").Folder("8/fd");
  std::filesystem::create_symlink(path_, proc_.Path("7/fd/3"));
  std::filesystem::create_symlink("/dev/null", proc_.Path("8/fd/3"));
  const std::string file = DeviceAndInode("00:fff");

  EXPECT_EQ(Rows(Line("WRITE", "7", file, "1073741825 1073741825") +
                 Line("WRITE", "8", file, "1073741825 1073741825")),
            "7 reserved\n");
}

TEST_F(LocksTest, AHolderThatTheSystemDoesNotListIsFelt) {
  const LockingProcess other(path_, {.first = kReservedByte});
  EXPECT_EQ(Rows(""), std::to_string(other.pid()) + " reserved\n");
}

TEST_F(LocksTest, AHolderThatCannotBeSeenIsToldApartFromAFreeDatabase) {
  EXPECT_EQ(Rows(""), "");
  const LockingProcess other(path_, {.first = kReservedByte, .by_description = true});
  EXPECT_EQ(Rows(""), "? reserved\n");
  const std::vector<DatabaseLock> locks = LocksOn(Question());
  ASSERT_EQ(locks.size(), 1U);
  EXPECT_TRUE(locks[0].BlocksWriting());
  EXPECT_EQ(locks[0].note,
            "writes are blocked until this process commits, rolls back or ends; reads go on; the "
            "holder cannot be seen from here: look in other containers and on other machines that "
            "use the file");
}

TEST_F(LocksTest, ALockOfAnOpenFileDescriptionIsFollowedToItsProcess) {
  const LockingProcess other(path_, {.first = kReservedByte, .by_description = true});
  const std::vector<DatabaseLock> locks = LocksOn({.database = path_});
  ASSERT_EQ(locks.size(), 1U);
  EXPECT_EQ(locks[0].pid, other.pid());
}

TEST_F(LocksTest, ALockWhoseProcessIsNotFoundStays) {
  EXPECT_EQ(Rows("1: OFDLCK ADVISORY  WRITE -1 " + DeviceAndInode() + " 1073741825 1073741825\n"),
            "? reserved\n");
}

TEST_F(LocksTest, WithoutAListThereMayBeMoreHolders) {
  proc_.Remove("locks");
  const LockingProcess other(path_, {.first = kReservedByte});
  const std::vector<DatabaseLock> locks = LocksOn(Question());
  ASSERT_EQ(locks.size(), 1U);
  EXPECT_EQ(locks[0].pid, other.pid());
  EXPECT_TRUE(locks[0].note.ends_with("; there may be other holders that are not listed"));
}

TEST_F(LocksTest, WhereNothingCanBeKnownARowSaysSo) {
  proc_.Remove("locks");
  tree_.File("other.sqlite3", "");
  LockQuestion question = Question();
  question.database = tree_.Path("other.sqlite3");
  const std::vector<DatabaseLock> locks = LocksOn(question);
  ASSERT_EQ(locks.size(), 1U);
  EXPECT_FALSE(locks[0].pid);
  EXPECT_EQ(LockName(locks[0].kind), "");
}

TEST_F(LocksTest, AProcessThatVanishesIsARowWithoutACommand) {
  proc_.File("locks", Line("READ", "7", DeviceAndInode(), "1073741826 1073742335"));
  const std::vector<DatabaseLock> locks = LocksOn(Question());
  ASSERT_EQ(locks.size(), 1U);
  EXPECT_FALSE(locks[0].process);
  EXPECT_EQ(locks[0].Who(), "process 7");
}

TEST_F(LocksTest, AHolderThatTakesNoNoticeOfSigtermIsKilledOnRequestAlone) {
  const LockingProcess other(path_, {.first = kReservedByte, .on_sigterm = kTakeNoNotice});
  const auto connection = sqlite::Connection::Borrow(db_.handle());
  const std::string pid = std::to_string(other.pid());

  Termination done =
      TerminateLockHolder(connection, other.pid(), {.grace = std::chrono::milliseconds(100)});
  EXPECT_FALSE(done.has_let_go);
  EXPECT_EQ(done.answer, "process " + pid +
                             " was asked to stop (SIGTERM) and holds on; SELECT "
                             "terminate_lock_holder(" +
                             pid + ", 'kill') ends it without letting it tidy up");
  EXPECT_EQ(kill(other.pid(), 0), 0);

  done = TerminateLockHolder(connection, other.pid(),
                             {.may_kill = true, .grace = std::chrono::milliseconds(2000)});
  EXPECT_TRUE(done.has_let_go);
  EXPECT_EQ(done.answer, "process " + pid + " has ended; what it had not committed is rolled back");
}

TEST_F(LocksTest, AHolderMayLetGoAndRunOn) {
  const LockingProcess other(path_, {.first = kReservedByte, .on_sigterm = kLetGo});
  const Termination done =
      TerminateLockHolder(sqlite::Connection::Borrow(db_.handle()), other.pid(),
                          {.may_kill = true, .grace = std::chrono::milliseconds(2000)});
  EXPECT_TRUE(done.has_let_go);
  EXPECT_EQ(done.answer, "process " + std::to_string(other.pid()) +
                             " has let go of the database and runs on; what it had not committed "
                             "is rolled back");
  EXPECT_EQ(kill(other.pid(), 0), 0);
}

}  // namespace
}  // namespace migext::recover
