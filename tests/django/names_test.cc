#include "django/names.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "support/migrations.h"

namespace migext::django {
namespace {

using test::Migrations;

Migrations Blog() {
  Migrations given;
  given.Add("blog.0001_initial")
      .Add("blog.0006_tags", {"blog.0001_initial"})
      .Add("blog.0006_votes", {"blog.0006_tags"});
  given.App("blog").package = "site.apps.blog";
  given.App("messages").package = "django.contrib.messages";
  return given;
}

template <typename Call>
std::string Refusal(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.message();
  }
  return "no error";
}

TEST(NamesTest, AUniqueBeginningNamesAMigration) {
  const Migrations given = Blog();
  EXPECT_EQ(FindMigration(given.source(), "blog", "0001"), test::Key("blog.0001_initial"));
  EXPECT_EQ(FindMigration(given.source(), "blog", "0006_v"), test::Key("blog.0006_votes"));
}

TEST(NamesTest, ABeginningOfSeveralIsAmbiguousAndTheyAreNamed) {
  const Migrations given = Blog();
  EXPECT_EQ(Refusal([&] { FindMigration(given.source(), "blog", "0006"); }),
            "More than one migration matches '0006' in app 'blog'. Please be more specific.\n"
            "it is the beginning of '0006_tags', '0006_votes'");
}

TEST(NamesTest, AnUnknownNameIsRefusedWithTheNearestOne) {
  const Migrations given = Blog();
  EXPECT_EQ(Refusal([&] { FindMigration(given.source(), "blog", "0006_tag5"); }),
            "Cannot find a migration matching '0006_tag5' from app 'blog'.\n"
            "did you mean '0006_tags'?");
  EXPECT_EQ(Refusal([&] { FindMigration(given.source(), "blog", "0042"); }),
            "Cannot find a migration matching '0042' from app 'blog'.\n"
            "its migrations are '0001_initial', '0006_tags', '0006_votes'");
}

TEST(NamesTest, AnUnreadableFileHasANameToo) {
  Migrations given = Blog();
  given.Unreadable("blog.0007_broken", "SyntaxError: invalid syntax");
  EXPECT_EQ(FindMigration(given.source(), "blog", "0007"), test::Key("blog.0007_broken"));
}

TEST(NamesTest, AnAppIsNamedByItsLabelAndAPackageIsSetRight) {
  const Migrations given = Blog();
  EXPECT_EQ(RequireApp(given.source(), "blog").label, "blog");
  EXPECT_EQ(Refusal([&] { RequireApp(given.source(), "blogs"); }),
            "No installed app with label 'blogs'.\ndid you mean 'blog'?");
  EXPECT_EQ(Refusal([&] { RequireApp(given.source(), "site.apps.blog"); }),
            "No installed app with label 'site.apps.blog'. Did you mean 'blog'?\n"
            "the apps are 'blog', 'messages'");
}

TEST(NamesTest, AnAppWithoutMigrationsCannotBeMigrated) {
  const Migrations given = Blog();
  EXPECT_EQ(Refusal([&] { RequireMigratedApp(given.source(), "messages"); }),
            "App 'messages' does not have migrations.\n"
            "there is no package 'django.contrib.messages.migrations' (a folder with an "
            "__init__.py)");
}

TEST(NamesTest, ZeroIsBeforeTheFirstMigration) {
  const Migrations given = Blog();
  EXPECT_TRUE(ResolveTarget(given.graph(), "blog", "zero").IsZero());
  EXPECT_EQ(ResolveTarget(given.graph(), "blog", "0001"), (Target{"blog", "0001_initial"}));
}

TEST(NamesTest, TheLastPartStandsForASquashThatIsPartlyApplied) {
  Migrations given = Blog();
  given.Add("blog.0009_squash").Replaces({"blog.0001_initial", "blog.0006_tags"});

  EXPECT_EQ(ResolveTarget(given.graph({"blog.0001_initial"}), "blog", "0009"),
            (Target{"blog", "0006_tags"}));
  EXPECT_EQ(ResolveTarget(given.graph(), "blog", "0009"), (Target{"blog", "0009_squash"}));
}

}  // namespace
}  // namespace migext::django
