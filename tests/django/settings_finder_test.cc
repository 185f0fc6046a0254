#include "django/settings_finder.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "support/project_builder.h"

namespace migext::django {
namespace {

std::string Candidates(const ProjectBuilder& given) {
  FolderModules modules;
  return Join(SettingsCandidates(modules, given.root()), " ");
}

TEST(SettingsFinderTest, TheModuleIsReadOffHoweverItIsWritten) {
  EXPECT_EQ(SettingsModuleNamedIn("os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'a.settings')"),
            "a.settings");
  EXPECT_EQ(SettingsModuleNamedIn("os.environ[\"DJANGO_SETTINGS_MODULE\"] = \"a.settings.dev\""),
            "a.settings.dev");
  EXPECT_EQ(
      SettingsModuleNamedIn("    os.environ.setdefault(\n        \"DJANGO_SETTINGS_MODULE\",\n"
                            "        \"a.settings\",\n    )\n"),
      "a.settings");
  EXPECT_EQ(SettingsModuleNamedIn("[pytest]\nDJANGO_SETTINGS_MODULE = a.test_settings\n"),
            "a.test_settings");
  EXPECT_EQ(SettingsModuleNamedIn("os.getenv('DJANGO_SETTINGS_MODULE', 'a.settings')"),
            "a.settings");
}

TEST(SettingsFinderTest, ACommentAndAMereMentionNameNothing) {
  EXPECT_EQ(SettingsModuleNamedIn("# DJANGO_SETTINGS_MODULE=a.settings\n"), "");
  EXPECT_EQ(SettingsModuleNamedIn("if not os.environ.get('DJANGO_SETTINGS_MODULE'):\n"), "");
  EXPECT_EQ(SettingsModuleNamedIn("DJANGO_SETTINGS_MODULE"), "");
}

TEST(SettingsFinderTest, ManagePyComesBeforeEverythingElse) {
  ProjectBuilder given;
  given.File("manage.py", "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings.local')")
      .File("site/wsgi.py", "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings.live')")
      .File("pytest.ini", "[pytest]\nDJANGO_SETTINGS_MODULE = site.settings.test\n")
      .File("site/settings/base.py", "");

  EXPECT_EQ(Candidates(given),
            "site.settings.local site.settings.live site.settings.test site.settings.base");
}

TEST(SettingsFinderTest, WithoutAHintModulesCalledSettingsAreTried) {
  ProjectBuilder given;
  given.File("site/settings/__init__.py", "")
      .File("site/settings/dev.py", "")
      .File("site/settings/production.py", "")
      .File("other/settings.py", "");

  EXPECT_EQ(Candidates(given),
            "other.settings site.settings.production site.settings.dev site.settings");
}

TEST(SettingsFinderTest, AnEmptyFolderHasNoSettings) {
  EXPECT_EQ(Candidates(ProjectBuilder()), "");
}

}  // namespace
}  // namespace migext::django
