#include "django/version_finder.h"

#include <gtest/gtest.h>

#include "support/project_builder.h"

namespace migext::django {
namespace {

std::string Required(std::string_view text) {
  const std::optional<Version> version = RequiredDjango(text);
  return version ? version->text : "nothing";
}

TEST(VersionFinderTest, ARequirementSaysTheLeastVersion) {
  EXPECT_EQ(Required("asgiref==3.8\nDjango==5.2.10\n"), "5.2.10");
  EXPECT_EQ(Required("django[argon2] ~= 4.2  # long-term"), "4.2");
  EXPECT_EQ(Required("Django>=4.2,<5.0"), "4.2");
  EXPECT_EQ(Required("Django<5.0,>=4.1"), "4.1");
  EXPECT_EQ(Required("Django==4.2.*; python_version >= \"3.9\""), "4.2");
  EXPECT_EQ(Required("install_requires=['Django>=3.2', 'Pillow>=9.0']"), "3.2");
}

TEST(VersionFinderTest, TomlAndLockFilesAreUnderstood) {
  EXPECT_EQ(Required("[tool.poetry.dependencies]\npython = \"^3.11\"\ndjango = \"^5.1\"\n"), "5.1");
  EXPECT_EQ(Required("django = {version = \"~4.2.3\", extras = [\"bcrypt\"]}"), "4.2.3");
  EXPECT_EQ(Required("dependencies = [\n  \"django>=5.0\",\n  \"psycopg>=3.1\",\n]"), "5.0");
  EXPECT_EQ(Required("[[package]]\nname = \"django\"\nversion = \"5.2.1\"\n\n[[package]]\n"),
            "5.2.1");
  EXPECT_EQ(
      Required("\"django\": {\n \"hashes\": [\n \"sha256:1\"\n ],\n \"version\": \"==4.2.1\"\n}"),
      "4.2.1");
}

TEST(VersionFinderTest, OtherMentionsOfDjangoSayNothing) {
  EXPECT_EQ(Required("django-taggit==5.0\ndjangorestframework>=3.15\n"), "nothing");
  EXPECT_EQ(Required("# Django==1.11\nDjango\nDjango<5\nDjango!=4.1\n"), "nothing");
  EXPECT_EQ(Required("'Framework :: Django :: 5.0'"), "nothing");
  EXPECT_EQ(Required("django = \"*\""), "nothing");
  EXPECT_EQ(Required("django = \"2026-08-04T15:05:00Z\""), "nothing");
  EXPECT_EQ(Required(""), "nothing");
  EXPECT_EQ(Required("django["), "nothing");
}

TEST(VersionFinderTest, TheNewestRequirementOfTheFolderIsTakenAndItsFileNamed) {
  ProjectBuilder given;
  given.File("requirements.txt", "-r requirements/base.txt\nDjango>=3.2\n")
      .File("requirements/base.txt", "Django==5.1.4\n")
      .File("docs/requirements.txt", "Django==6.0\n");
  FolderModules modules;

  const std::optional<FoundVersion> found = FindRequiredVersion(modules, given.root());

  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->version.text, "5.1.4");
  EXPECT_EQ(found->origin, "requirements/base.txt");
}

TEST(VersionFinderTest, ADistributionIsRecognizedByTheModuleItBrings) {
  EXPECT_TRUE(MentionsDistribution("django-taggit==5.0", "taggit"));
  EXPECT_TRUE(MentionsDistribution("djangorestframework", "rest_framework"));
  EXPECT_FALSE(MentionsDistribution("django-taggit==5.0", "colourful"));
}

}  // namespace
}  // namespace migext::django
