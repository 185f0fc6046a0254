#include "recover/locks_kernel.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace migext::recover {
namespace {

TEST(LocksKernelTest, ALineSaysWhoHasWhichBytesOfWhichFile) {
  const auto lock =
      ParseKernelLock("12: POSIX  ADVISORY  WRITE 4242 fe:0a:1835 1073741825 1073741826");

  ASSERT_TRUE(lock);
  EXPECT_EQ(lock->kind, KernelLock::Kind::kPosix);
  EXPECT_TRUE(lock->is_exclusive);
  EXPECT_FALSE(lock->is_waiting);
  EXPECT_EQ(lock->pid, 4242);
  EXPECT_EQ(lock->file, (FileIdentity{0xfe, 0x0a, 1835}));
  EXPECT_EQ(lock->range.first, 1073741825U);
  EXPECT_EQ(lock->range.last, 1073741826U);
}

TEST(LocksKernelTest, AnArrowIsSomebodyWhoWaits) {
  EXPECT_TRUE(ParseKernelLock("1: -> POSIX  ADVISORY  READ 7 00:1f:3 0 EOF")->is_waiting);
  EXPECT_TRUE(ParseKernelLock("1:  -> POSIX  ADVISORY  READ 7 00:1f:3 0 EOF")->is_waiting);
}

TEST(LocksKernelTest, EofIsTheLastByteThereCanBe) {
  EXPECT_EQ(ParseKernelLock("1: FLOCK  ADVISORY  READ 7 00:1f:3 0 EOF")->range.last, UINT64_MAX);
}

TEST(LocksKernelTest, ALockOfAnOpenFileDescriptionHasNoProcess) {
  const auto lock = ParseKernelLock("1: OFDLCK ADVISORY  READ -1 00:1f:3 120 120");
  ASSERT_TRUE(lock);
  EXPECT_EQ(lock->kind, KernelLock::Kind::kOpenFileDescription);
  EXPECT_EQ(lock->pid, -1);
}

TEST(LocksKernelTest, WhatIsNoLockIsLeftOut) {
  for (const char* line :
       {"", ":", "1:", "1: POSIX", "1: LEASE  ACTIVE    READ  7 00:1f:3 0 EOF",
        "1: POSIX  ADVISORY  UNLCK 7 00:1f:3 0 EOF", "1: POSIX  ADVISORY  READ x 00:1f:3 0 EOF",
        "1: POSIX  ADVISORY  READ 7 <none>:0 0 EOF", "1: POSIX  ADVISORY  READ 7 00:1f:3 0",
        "1: POSIX  ADVISORY  READ 7 00:1f 0 EOF", "1: POSIX  ADVISORY  READ 7 00:1f:3 -1 EOF",
        "1: POSIX  ADVISORY  READ 99999999999999999999 00:1f:3 0 EOF",
        "POSIX  ADVISORY  READ 7 00:1f:3 0 EOF"}) {
    EXPECT_FALSE(ParseKernelLock(line)) << line;
  }
}

TEST(LocksKernelTest, ABrokenLineDoesNotHideTheOthers) {
  const auto locks = ParseKernelLocks(
      "1: POSIX  ADVISORY  READ 7 00:1f:3 0 EOF\n\xff\n\n"
      "2: POSIX  ADVISORY  READ 8 00:1f:3 0 EOF");
  ASSERT_EQ(locks.size(), 2U);
  EXPECT_EQ(locks[1].pid, 8);
}

}  // namespace
}  // namespace migext::recover
