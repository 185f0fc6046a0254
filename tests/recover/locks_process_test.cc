#include "recover/locks_process.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "support/project_builder.h"

namespace migext::recover {
namespace {

using namespace std::string_literals;

const std::string kId = "4f66ad9c12de00112233445566778899aabbccddeeff00112233445566778899";

/// A folder that looks like /proc.
class FakeProc {
 public:
  FakeProc() { tree_.File("stat", "cpu 1 2\nbtime 1736763600\n"); }

  FakeProc& Process(const std::string& pid, std::string_view stat, std::string_view cmdline = "") {
    tree_.File(pid + "/stat", stat).File(pid + "/cmdline", cmdline);
    return *this;
  }
  FakeProc& File(const std::string& path, std::string_view text) {
    tree_.File(path, text);
    return *this;
  }
  ProcFolder proc() const { return ProcFolder(tree_.root()); }

 private:
  ProjectBuilder tree_;
};

std::string Stat(const std::string& name, const std::string& state, std::uint64_t start) {
  return "7 (" + name + ") " + state + " 3 7 7 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 " +
         std::to_string(start) + " 0 0\n";
}

TEST(LocksProcessTest, AProcessHasACommandAStartAndAParent) {
  const auto ticks = static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
  FakeProc given;
  given.Process("7", Stat("python", "S", 90 * ticks), "python\0manage.py\0runserver\0"s);
  const auto process = given.proc().Read(7);

  ASSERT_TRUE(process);
  EXPECT_EQ(process->command, "python manage.py runserver");
  EXPECT_EQ(process->started_at, "2025-01-13 10:21:30");
  EXPECT_EQ(process->parent, 3);
  EXPECT_EQ(process->start_ticks, 90 * ticks);
  EXPECT_FALSE(process->is_stopped);
  EXPECT_EQ(process->container, "");
}

TEST(LocksProcessTest, ANameMayHoldParenthesesAndBlanks) {
  FakeProc given;
  given.Process("7", Stat(") S (x) T ", "T", 5), "x");
  const auto process = given.proc().Read(7);
  ASSERT_TRUE(process);
  EXPECT_TRUE(process->is_stopped);
  EXPECT_EQ(process->parent, 3);
}

TEST(LocksProcessTest, ACommandThatWasWipedOutLeavesTheName) {
  EXPECT_EQ(FakeProc().Process("7", Stat("daemon", "S", 5), "\0\0"s).proc().Read(7)->command,
            "[daemon]");
}

TEST(LocksProcessTest, WhatIsNoProcessIsNothing) {
  FakeProc given;
  given.Process("1", "")
      .Process("2", "2 (x) S 1")
      .Process("3", ")(")
      .Process("4", "4 (x)")
      .File("5/cmdline", "x");
  for (int pid = 0; pid <= 6; ++pid) EXPECT_FALSE(given.proc().Read(pid)) << pid;
}

TEST(LocksProcessTest, AStartBeyondAllTimesIsNotShown) {
  FakeProc given;
  given.Process("7", Stat("x", "S", UINT64_MAX), "x");
  EXPECT_EQ(given.proc().Read(7)->started_at, "");
}

TEST(LocksProcessTest, ACommandIsOneLineOfUtf8) {
  EXPECT_EQ(CommandIn("a\nb\x1b[31m\x7f\0c"s), "a b [31m  c");
  EXPECT_EQ(CommandIn("a\xff\xed\xa0\x80"), "a\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(CommandIn("\xc2\x9b|ü"), " |ü");
}

TEST(LocksProcessTest, ALongCommandIsCut) {
  EXPECT_EQ(CommandIn(std::string(1000000, 'x')), std::string(200, 'x') + "…");
}

TEST(LocksProcessTest, AContainerIsKnownByItsControlGroup) {
  EXPECT_EQ(ContainerIn("0::/system.slice/docker-" + kId + ".scope\n"), "4f66ad9c12de");
  EXPECT_EQ(ContainerIn("4:memory:/docker/" + kId + "\n"), "4f66ad9c12de");
  EXPECT_EQ(ContainerIn("0::/kubepods.slice/x.slice/cri-containerd-" + kId + ".scope\n"),
            "4f66ad9c12de");
  EXPECT_EQ(ContainerIn("0::/lxc.payload.web/system.slice/x\n"), "web");
  EXPECT_EQ(ContainerIn("0::/user.slice/user-1000.slice/session-2.scope\n"), "");
  EXPECT_EQ(ContainerIn("0::/\n"), "");
}

TEST(LocksProcessTest, WithoutSuchAFolderNothingIsKnown) {
  const ProcFolder proc("/nonexistent");
  EXPECT_FALSE(proc.Locks());
  EXPECT_FALSE(proc.Read(1));
  EXPECT_FALSE(proc.HasOpen(1, "/"));
  EXPECT_TRUE(proc.OpenFileDescriptionLocks("/").empty());
}

}  // namespace
}  // namespace migext::recover
