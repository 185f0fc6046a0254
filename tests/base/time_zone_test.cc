#include "base/time_zone.h"

#include <gtest/gtest.h>

#include <string>

#include "base/error.h"

namespace migext {
namespace {

constexpr std::int64_t kHour = 3600;

std::string Number(std::int64_t number, int width) {
  std::string bytes;
  for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
    bytes += static_cast<char>((static_cast<std::uint64_t>(number) >> shift) & 0xFFU);
  }
  return bytes;
}

/// A file with two local times, +1 and +2 hours, and changes from one to the other.
std::string File(const std::vector<std::int64_t>& changes, const std::string& rule) {
  const auto header = [&](std::size_t times) {
    return "TZif2" + std::string(15, '\0') + Number(0, 4) + Number(0, 4) + Number(0, 4) +
           Number(static_cast<std::int64_t>(times), 4) + Number(2, 4) + Number(4, 4);
  };
  const std::string types = Number(kHour, 4) + std::string("\0\0", 2) + Number(2 * kHour, 4) +
                            std::string("\1\0", 2) + std::string("CET\0", 4);
  std::string file = header(0) + types + header(changes.size());
  for (const std::int64_t change : changes) file += Number(change, 8);
  for (std::size_t i = 0; i < changes.size(); ++i) file += i % 2 == 0 ? '\1' : '\0';
  return file + types + "\n" + rule + "\n";
}

TEST(TimeZoneTest, UtcNeedsNoFile) {
  EXPECT_EQ(TimeZone::Load("UTC").OffsetAtUtc(1'700'000'000), 0);
  EXPECT_EQ(TimeZone::Load("").OffsetAtLocal(0), 0);
}

TEST(TimeZoneTest, AChangeCountsFromItsMomentOn) {
  const TimeZone zone = TimeZone::Parse(File({1'000'000, 2'000'000}, ""));

  EXPECT_EQ(zone.OffsetAtUtc(999'999), kHour);
  EXPECT_EQ(zone.OffsetAtUtc(1'000'000), 2 * kHour);
  EXPECT_EQ(zone.OffsetAtUtc(1'999'999), 2 * kHour);
  EXPECT_EQ(zone.OffsetAtUtc(2'000'000), kHour);
}

TEST(TimeZoneTest, ALocalTimeThatIsLeftOutCountsAsBeforeTheChange) {
  const TimeZone zone = TimeZone::Parse(File({1'000'000, 2'000'000}, ""));

  EXPECT_EQ(zone.OffsetAtLocal(1'000'000 + kHour), kHour);
  EXPECT_EQ(zone.OffsetAtLocal(1'000'000 + 2 * kHour - 1), kHour);
  EXPECT_EQ(zone.OffsetAtLocal(1'000'000 + 2 * kHour), 2 * kHour);
}

TEST(TimeZoneTest, ALocalTimeThatOccursTwiceCountsAsTheFirst) {
  const TimeZone zone = TimeZone::Parse(File({1'000'000, 2'000'000}, ""));

  EXPECT_EQ(zone.OffsetAtLocal(2'000'000 + 2 * kHour - 1), 2 * kHour);
  EXPECT_EQ(zone.OffsetAtLocal(2'000'000 + 2 * kHour), kHour);
}

TEST(TimeZoneTest, BehindTheLastChangeTheRuleHolds) {
  const TimeZone zone = TimeZone::Parse(File({1'000'000}, "CET-1CEST,M3.5.0,M10.5.0/3"));

  EXPECT_EQ(zone.OffsetAtUtc(1'706'933'106), kHour);      // 2024-02-03
  EXPECT_EQ(zone.OffsetAtUtc(1'719'792'000), 2 * kHour);  // 2024-07-01
  EXPECT_EQ(zone.OffsetAtUtc(1'711'846'799), kHour);      // 2024-03-31 00:59:59
  EXPECT_EQ(zone.OffsetAtUtc(1'711'846'800), 2 * kHour);
  EXPECT_EQ(zone.OffsetAtUtc(1'729'990'799), 2 * kHour);  // 2024-10-27 00:59:59
  EXPECT_EQ(zone.OffsetAtUtc(1'729'990'800), kHour);
  EXPECT_EQ(zone.OffsetAtLocal(1'729'994'400), 2 * kHour);  // 02:00, for the first time
  EXPECT_EQ(zone.OffsetAtLocal(1'729'998'000), kHour);      // 03:00
}

TEST(TimeZoneTest, ARuleMayCountDaysAndRunOverTheEndOfTheYear) {
  const auto south = PosixTimeZone::Parse("<-03>3<-02>,J300/0,59/24:30");
  ASSERT_TRUE(south.has_value());

  EXPECT_EQ(south->OffsetAtUtc(1'704'067'200), -2 * kHour);  // 2024-01-01
  EXPECT_EQ(south->OffsetAtUtc(1'719'792'000), -3 * kHour);  // 2024-07-01
  EXPECT_FALSE(PosixTimeZone::Parse("CET").has_value());
  EXPECT_FALSE(PosixTimeZone::Parse("CET-1CEST,M13.1.0,M10.5.0").has_value());
  EXPECT_FALSE(PosixTimeZone::Parse("CET-1CEST,M3.5.0").has_value());
}

TEST(TimeZoneTest, ADamagedFileIsRefused) {
  const std::string file = File({1'000'000}, "CET-1");
  for (std::size_t length = 0; length + 7 < file.size(); ++length) {
    EXPECT_THROW(TimeZone::Parse(file.substr(0, length)), Error) << length;
  }
  EXPECT_THROW(TimeZone::Parse("TZif2" + std::string(15, '\0') + std::string(24, '\xff')), Error);
}

TEST(TimeZoneTest, AnUnknownZoneSaysWhatToDo) {
  for (const char* name : {"Nowhere/Land", "../../etc/passwd", "/etc/passwd"}) {
    try {
      TimeZone::Load(name);
      ADD_FAILURE() << name;
    } catch (const Error& error) {
      EXPECT_NE(error.message().find("install the package tzdata"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace migext
