#include "django/dialect.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace migext::django {
namespace {

TEST(DialectTest, AVersionHasTheNameOfItsLine) {
  EXPECT_EQ(DialectFor("3.2.25").version, "3.2");
  EXPECT_EQ(DialectFor("4.0").version, "4.2");
  EXPECT_EQ(DialectFor("4.2.27").version, "4.2");
  EXPECT_EQ(DialectFor("5").version, "5.2");
  EXPECT_EQ(DialectFor("5.2rc1").version, "5.2");
  EXPECT_EQ(DialectFor(" 6.0.3 ").version, "6.0");
  EXPECT_EQ(DialectFor("6.1").version, "6.1");
}

TEST(DialectTest, AVersionInsideALineHasItsOwnDifferences) {
  const Dialect dialect = DialectFor("5.1.4");

  EXPECT_TRUE(dialect.condition_keyword);
  EXPECT_TRUE(dialect.db_default);
  EXPECT_FALSE(dialect.index_together);
  EXPECT_FALSE(dialect.composite_primary_key);
}

TEST(DialectTest, AnUnknownNewVersionIsTheNewestKnown) {
  EXPECT_EQ(DialectFor("6.2a1").version, "6.1");
  EXPECT_TRUE(DialectFor("7.0").database_on_delete);
}

TEST(DialectTest, WhatIsNoVersionIsRefused) {
  for (const char* text : {"", "five", "5.", "-1.2", "5,2", "v5.2", "99999999999.1"}) {
    EXPECT_THROW(DialectFor(text), Error) << text;
  }
}

TEST(DialectTest, AVersionBeforeTheOldestKnownIsRefused) {
  try {
    DialectFor("2.2.28");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(),
              "Django 2.2.28 is not supported; the oldest version that is known is 3.2");
  }
}

}  // namespace
}  // namespace migext::django
