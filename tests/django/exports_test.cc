#include "django/exports.h"

#include <gtest/gtest.h>

namespace migext::django {
namespace {

TEST(ExportsTest, ANameThatNoVersionHasIsLacking) {
  EXPECT_TRUE(LacksName({5, 2, ""}, "django.db.models", "NoSuchField"));
  EXPECT_FALSE(LacksName({5, 2, ""}, "django.db.models", "CharField"));
  EXPECT_FALSE(LacksName({5, 2, ""}, "django.db.migrations", "AddField"));
}

TEST(ExportsTest, ANameComesWithItsVersion) {
  EXPECT_TRUE(LacksName({4, 2, ""}, "django.db.models", "GeneratedField"));
  EXPECT_FALSE(LacksName({5, 0, ""}, "django.db.models", "GeneratedField"));
  EXPECT_TRUE(LacksName({6, 0, ""}, "django.db.models", "DB_CASCADE"));
  EXPECT_FALSE(LacksName({6, 1, ""}, "django.db.models", "DB_CASCADE"));
}

TEST(ExportsTest, ANameGoesWithItsVersion) {
  EXPECT_FALSE(LacksName({3, 2, ""}, "django.utils.translation", "ugettext_lazy"));
  EXPECT_TRUE(LacksName({4, 0, ""}, "django.utils.translation", "ugettext_lazy"));
  EXPECT_TRUE(LacksName({5, 0, ""}, "django.utils.timezone", "utc"));
}

TEST(ExportsTest, ModulesThatAreNotListedLackNothing) {
  EXPECT_FALSE(LacksName({5, 2, ""}, "django.db.models.functions", "Anything"));
  EXPECT_FALSE(LacksName({5, 2, ""}, "taggit.managers", "TaggableManager"));
  EXPECT_FALSE(LacksName({5, 2, ""}, "django.db.models", "__file__"));
}

}  // namespace
}  // namespace migext::django
