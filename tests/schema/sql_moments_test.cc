// The values are those that Django's functions give.
#include "schema/sql_moments.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace migext::schema {
namespace {

const SqlMoments::Zones kUtc = {"UTC", "UTC"};

class SqlMomentsTest : public testing::Test {
 protected:
  SqlMoments moments;
};

TEST_F(SqlMomentsTest, PartsAreThoseOfDatetime) {
  const char* moment = "2021-01-03 04:05:06.789";

  EXPECT_EQ(moments.Part("year", moment, kUtc), 2021);
  EXPECT_EQ(moments.Part("quarter", moment, kUtc), 1);
  EXPECT_EQ(moments.Part("week", moment, kUtc), 53);
  EXPECT_EQ(moments.Part("iso_year", moment, kUtc), 2020);
  EXPECT_EQ(moments.Part("week_day", moment, kUtc), 1);
  EXPECT_EQ(moments.Part("iso_week_day", moment, kUtc), 7);
  EXPECT_EQ(moments.Part("microsecond", moment, kUtc), 789000);
  EXPECT_EQ(moments.Part("day", "2024-02-29", {}), 29);
  EXPECT_THROW(moments.Part("hour", "2024-02-29", {}), Error);
  EXPECT_THROW(moments.Part("decade", moment, kUtc), Error);
}

TEST_F(SqlMomentsTest, WhatIsNoMomentGivesNothing) {
  for (const char* text : {"2021-02-29", "abc", "2021-01-01T10:00:00", "2021-01-01 25:00:00", ""}) {
    EXPECT_EQ(moments.Part("year", text, {}), std::nullopt) << text;
  }
  EXPECT_THROW(moments.Part("year", "2021-01-01 10:00", {}), Error);
}

TEST_F(SqlMomentsTest, AMomentIsReadInOneZoneAndShownInAnother) {
  EXPECT_EQ(moments.DateOf("2024-01-01 23:30:00", {"UTC+01:00", "UTC"}), "2024-01-02");
  EXPECT_EQ(moments.TimeOf("2024-01-01 23:30:00.5", {"-02:30", "UTC"}), "21:00:00.500000");
  EXPECT_THROW(moments.DateOf("2024-01-01 00:00:00", {"Nowhere/Land", "UTC"}), Error);
}

TEST_F(SqlMomentsTest, TruncationGivesTheBeginning) {
  EXPECT_EQ(moments.TruncateDate("quarter", "2020-08-17", {}), "2020-07-01");
  EXPECT_EQ(moments.TruncateDate("week", "2020-08-16", {}), "2020-08-10");
  EXPECT_EQ(moments.TruncateMoment("month", "2020-08-17 10:20:30", kUtc), "2020-08-01 00:00:00");
  EXPECT_EQ(moments.TruncateMoment("minute", "2020-08-17 10:20:30.5", kUtc), "2020-08-17 10:20:00");
  EXPECT_EQ(moments.TruncateTime("second", "10:20:30.5", kUtc), "10:20:30");
}

TEST_F(SqlMomentsTest, DifferencesAreMicroseconds) {
  EXPECT_EQ(SqlMoments::TimeDifference("10:00:00", "10:00:01.5"), -1'500'000);
  EXPECT_EQ(SqlMoments::MomentDifference("2020-03-01", "2020-02-28"), 172'800'000'000);
  EXPECT_THROW(SqlMoments::MomentDifference("2020-03-01", "x"), Error);
}

TEST_F(SqlMomentsTest, MomentsAndDurationsAreCombined) {
  EXPECT_EQ(SqlMoments::Combine(false, "2020-02-28 23:00:00", 3'600'000'001),
            "2020-02-29 00:00:00.000001");
  EXPECT_EQ(SqlMoments::Combine(true, "2020-03-01", 129'600'000'000), "2020-02-29");
  EXPECT_EQ(SqlMoments::Combine(true, 0, 1), "-1 day, 23:59:59.999999");
  EXPECT_EQ(SqlMoments::Combine(true, "2020-01-03 00:00:00", "2020-01-01 12:00:00"),
            "1 day, 12:00:00");
  EXPECT_EQ(SqlMoments::Combine(false, "never", 1), std::nullopt);
  EXPECT_THROW(SqlMoments::Combine(false, "9999-12-31 23:59:59", 1'000'000), Error);
}

}  // namespace
}  // namespace migext::schema
