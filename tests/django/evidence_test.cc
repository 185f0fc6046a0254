#include "django/evidence.h"

#include <gtest/gtest.h>

#include "support/project_builder.h"

namespace migext::django {
namespace {

class EvidenceTest : public testing::Test {
 protected:
  bool SpeaksFor(std::string_view module, const std::vector<std::string>& apps = {}) {
    FolderModules modules;
    Settings settings;
    settings.installed_apps = apps;
    return Evidence(modules, given.root()).SpeaksFor(module, settings);
  }

  ProjectBuilder given;
};

TEST_F(EvidenceTest, NothingSpeaksForAModuleThatIsNeverMentioned) {
  given.File("shop/migrations/0001_initial.py", "import colourful.fields\n")
      .File("venv/pyvenv.cfg", "")
      .File("venv/other.py", "import colourful\n");

  EXPECT_FALSE(SpeaksFor("colourful"));
}

TEST_F(EvidenceTest, TheStandardLibraryIsAlwaysThere) {
  EXPECT_TRUE(SpeaksFor("zoneinfo"));
  EXPECT_TRUE(SpeaksFor("_thread"));
  EXPECT_TRUE(SpeaksFor("pytz"));
}

TEST_F(EvidenceTest, InstalledAppsRequirementsAndEnvironmentsSpeak) {
  given.File("requirements.txt", "django-colourful==1.0\n")
      .File(".venv/lib/python3.12/site-packages/mptt/__init__.py", "");

  EXPECT_TRUE(SpeaksFor("taggit", {"taggit.apps.TaggitAppConfig"}));
  EXPECT_TRUE(SpeaksFor("colourful"));
  EXPECT_TRUE(SpeaksFor("mptt"));
  EXPECT_FALSE(SpeaksFor("tag", {"taggit"}));
}

TEST_F(EvidenceTest, AnImportInAnyOtherFileSpeaks) {
  given.File("shop/models.py", "def f():\n    from colourful.fields import ColourField\n")
      .File("shop/views.py", "import json, mptt.models as m\n");

  EXPECT_TRUE(SpeaksFor("colourful"));
  EXPECT_TRUE(SpeaksFor("mptt"));
  EXPECT_FALSE(SpeaksFor("fields"));
}

TEST_F(EvidenceTest, ASettingThatHoldsItselfManyTimesSaysNothing) {
  FolderModules modules;
  python::Interpreter python(modules);
  const python::Value module = python.Run(
      "m", {"m.py", "LOGGING = []\nfor _ in range(2000):\n    LOGGING.append(LOGGING)\n"});
  Settings settings;
  settings.values = {{"LOGGING", *python::FindAttribute(module, "LOGGING")}};

  EXPECT_FALSE(Evidence(modules, given.root()).SpeaksFor("colourful", settings));
}

}  // namespace
}  // namespace migext::django
