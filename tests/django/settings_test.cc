#include "django/settings.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "django/natives.h"
#include "support/project_builder.h"

namespace migext::django {
namespace {

class SettingsTest : public testing::Test {
 protected:
  /// Settings as manage.py names them, with this text.
  Settings Read(std::string_view text) {
    given
        .File("manage.py",
              "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\n")
        .File("site/__init__.py", "")
        .File("site/settings.py", text);
    return ReadModule("");
  }

  Settings ReadModule(const std::string& wanted) {
    modules = std::make_unique<FolderModules>();
    modules->AddFolder(given.root(), FolderModules::Role::kProject);
    python = std::make_unique<python::Interpreter>(*modules);
    DefineDjango(*python, {5, 2, "5.2"});
    notes.clear();
    return ReadSettings(*python, *modules, given.root(), wanted, notes);
  }

  std::string Notes() const {
    std::string out;
    for (const ProjectNote& note : notes) {
      const std::string place = note.place.line > 0 ? std::to_string(note.place.line) + ": " : "";
      out += place + note.message + "\n";
    }
    return out;
  }

  static std::string Apps(const Settings& settings) { return Join(settings.installed_apps, " "); }

  ProjectBuilder given;
  std::unique_ptr<FolderModules> modules;
  std::unique_ptr<python::Interpreter> python;
  std::vector<ProjectNote> notes;
};

TEST_F(SettingsTest, ComputedSettingsAreComputed) {
  const Settings settings = Read(
      "import os\nfrom pathlib import Path\n"
      "BASE_DIR = Path(__file__).resolve().parent.parent\n"
      "CONTRIB = ['admin', 'auth']\n"
      "INSTALLED_APPS = [*('django.contrib.' + n for n in CONTRIB), 'blog']\n"
      "if os.environ.get('EXTRA'):\n    INSTALLED_APPS += ['extra']\n"
      "AUTH_USER_MODEL = 'blog.Author'\nCART_MODEL = 'blog.Cart'\nEMAIL_MODEL = 'nothing'\n"
      "DEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'\nUSE_TZ = False\nTIME_ZONE = 'UTC'\n"
      "DATABASES = {'default': {'NAME': os.environ.get('DB', str(BASE_DIR / 'db.sqlite3'))}}\n");

  EXPECT_EQ(Notes(), "");
  EXPECT_EQ(settings.module, "site.settings");
  EXPECT_TRUE(settings.installed_apps_known);
  EXPECT_EQ(Apps(settings), "django.contrib.admin django.contrib.auth blog");
  EXPECT_EQ(settings.auth_user_model, "blog.Author");
  ASSERT_EQ(settings.swappable.size(), 1U);
  EXPECT_EQ(settings.swappable[0].first, "CART_MODEL");
  EXPECT_EQ(settings.default_auto_field, "django.db.models.BigAutoField");
  EXPECT_EQ(settings.use_tz, std::optional(false));
  EXPECT_EQ(settings.time_zone, "UTC");
  EXPECT_EQ(settings.database_name, given.Path("db.sqlite3"));
}

TEST_F(SettingsTest, SplitSettingsAreFollowed) {
  given.File("site/base.py", "INSTALLED_APPS = ['shop']\nDEBUG = False\n");

  const Settings settings = Read("from .base import *\nINSTALLED_APPS += ['blog']\nDEBUG = True\n");

  EXPECT_EQ(Apps(settings), "shop blog");
}

TEST_F(SettingsTest, AStatementThatFailsIsPassedOverAndNoted) {
  const Settings settings = Read(
      "import os\nSECRET_KEY = os.environ['SECRET_KEY']\nINSTALLED_APPS = ['shop']\n"
      "KEY = SECRET_KEY[:8]\n");

  EXPECT_EQ(Apps(settings), "shop");
  EXPECT_TRUE(settings.installed_apps_known);
}

TEST_F(SettingsTest, PartsOfInstalledAppsThatAreKnownCount) {
  const Settings settings =
      Read("from plugins import APPS\nINSTALLED_APPS = ['shop'] + APPS + ['blog']\n");

  EXPECT_EQ(Apps(settings), "shop blog");
  EXPECT_FALSE(settings.installed_apps_known);
  EXPECT_EQ(Notes(),
            "INSTALLED_APPS of site.settings cannot be told in full; folders with migrations count "
            "as apps\n");
}

TEST_F(SettingsTest, DefaultsOfTheUsualEnvironmentReadersAreTaken) {
  const Settings settings = Read(
      "import environ\nfrom decouple import config, Csv\nimport dj_database_url\n"
      "env = environ.Env(DEBUG=(bool, False))\nenviron.Env.read_env('.env')\n"
      "DEBUG = env('DEBUG')\nSECRET_KEY = env('SECRET_KEY')\nTIME_ZONE = config('TZ', "
      "default='UTC')\n"
      "INSTALLED_APPS = ['shop'] + config('MORE', default='a,b', cast=Csv())\n"
      "if DEBUG:\n    INSTALLED_APPS += ['debug_toolbar']\n"
      "DATABASES = {'default': dj_database_url.config(default='sqlite:////data/site.db')}\n");

  EXPECT_EQ(Notes(), "");
  EXPECT_EQ(Apps(settings), "shop a b");
  EXPECT_EQ(settings.time_zone, "UTC");
  EXPECT_EQ(settings.database_name, "/data/site.db");
}

TEST_F(SettingsTest, FoldersPutIntoSysPathAreSearched) {
  given.File("apps/shop/__init__.py", "").File("lib/tools.py", "APPS = ['blog']\n");

  const Settings settings = Read(
      "import os, sys\nBASE_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))\n"
      "sys.path.insert(0, os.path.join(BASE_DIR, 'apps'))\nsys.path.append(BASE_DIR + '/lib')\n"
      "from tools import APPS\nINSTALLED_APPS = ['shop'] + APPS\n");

  EXPECT_EQ(Apps(settings), "shop blog");
  EXPECT_TRUE(modules->Locate("shop").has_value());
}

TEST_F(SettingsTest, AModuleThatIsWantedButNotThereIsNoted) {
  const Settings settings = ReadModule("site.live");

  EXPECT_EQ(settings.module, "");
  EXPECT_EQ(Notes(),
            "ModuleNotFoundError: No module named 'site.live'; set 'settings_module' to the dotted "
            "name of the settings\n");
}

TEST_F(SettingsTest, ASyntaxErrorLeavesNoSettingsAndANote) {
  const Settings settings = Read("INSTALLED_APPS = ['shop'\n");

  EXPECT_EQ(settings.module, "");
  EXPECT_EQ(Notes(), "1: SyntaxError: '[' was never closed\n");
}

TEST_F(SettingsTest, AListThatHoldsItselfManyTimesIsReadInPart) {
  const Settings settings = Read(
      "INSTALLED_APPS = ['shop']\n"
      "for _ in range(10):\n"
      "    INSTALLED_APPS.append(INSTALLED_APPS)\n");

  EXPECT_EQ(Apps(settings), "shop");
  EXPECT_FALSE(settings.installed_apps_known);
}

}  // namespace
}  // namespace migext::django
