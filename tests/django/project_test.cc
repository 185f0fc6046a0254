#include "django/project.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/error.h"
#include "support/project_builder.h"

namespace migext::django {
namespace {

class ProjectTest : public testing::Test {
 protected:
  std::shared_ptr<const Project> Read(const ProjectOptions& options = {}) {
    return Project::Read(given.root(), options);
  }

  /// "shop(settings) blog(found, no migrations)".
  static std::string Apps(const Project& project) {
    std::string out;
    for (const App& app : project.apps()) {
      if (!out.empty()) out += " ";
      out += app.label + "(" + std::string(OriginName(app.origin));
      out += app.has_migrations ? ")" : ", no migrations)";
    }
    return out;
  }

  static std::string Migrations(const Project& project) {
    std::string out;
    for (const auto& [key, migration] : project.migrations()) out += key.ToString() + " ";
    return out;
  }

  static std::string Notes(const Project& project) {
    std::string out;
    for (const ProjectNote& note : project.notes()) out += note.message + "\n";
    return out;
  }

  ProjectBuilder given;
};

TEST_F(ProjectTest, TheAppsAreThoseOfTheSettingsInTheirOrder) {
  given.Apps({"shop", "blog"})
      .Migration("blog.0001_initial")
      .Migration("shop.0001_initial")
      .Migration("shop.0002_price", {"shop.0001_initial"})
      .Migration("unlisted.0001_initial");

  const auto project = Read();

  EXPECT_EQ(project->settings_module(), "config.settings");
  EXPECT_EQ(Apps(*project), "shop(settings) blog(settings)");
  EXPECT_EQ(Migrations(*project), "blog.0001_initial shop.0001_initial shop.0002_price ");
  const Migration* price = project->FindMigration({"shop", "0002_price"});
  ASSERT_NE(price, nullptr);
  EXPECT_EQ(price->path, "shop/migrations/0002_price.py");
  ASSERT_EQ(price->dependencies.size(), 1U);
  EXPECT_EQ(price->dependencies[0].key.ToString(), "shop.0001_initial");
}

TEST_F(ProjectTest, WithoutSettingsEveryFolderWithMigrationsIsAnApp) {
  given.Migration("shop.0001_initial").Migration("blog.0001_initial");

  const auto project = Read();

  EXPECT_EQ(project->settings_module(), "");
  EXPECT_EQ(Apps(*project), "blog(found) shop(found)");
  EXPECT_EQ(Migrations(*project), "blog.0001_initial shop.0001_initial ");
}

TEST_F(ProjectTest, WithoutSettingsTheAppsOfDjangoThatAreNeededJoin) {
  given.Migration("shop.0001_initial", {"auth.0001_initial"});

  EXPECT_EQ(Apps(*Read()), "shop(found) auth(built-in) contenttypes(built-in)");
}

TEST_F(ProjectTest, AnAppWithoutFilesIsMissing) {
  given.Apps({"django.contrib.auth", "taggit", "allauth.apps.AllauthConfig", "shop"})
      .Migration("shop.0001_initial");

  EXPECT_EQ(Apps(*Read()),
            "auth(built-in) taggit(missing, no migrations) allauth(missing, no migrations) "
            "shop(settings)");
}

TEST_F(ProjectTest, AnAppIsFoundInTheSearchPath) {
  given.Apps({"taggit"})
      .File("lib/taggit/__init__.py", "")
      .File("lib/taggit/models.py", "")
      .File("lib/taggit/migrations/__init__.py", "")
      .File("lib/taggit/migrations/0001_initial.py",
            "from django.db import migrations\nclass Migration(migrations.Migration):\n    pass\n");

  const auto project = Read({.search_path = {"lib"}});

  EXPECT_EQ(Apps(*project), "taggit(search path)");
  EXPECT_EQ(Migrations(*project), "taggit.0001_initial ");
  EXPECT_TRUE(project->apps()[0].has_models_module);
}

TEST_F(ProjectTest, AnAppConfigNamesPackageAndLabel) {
  given.Apps({"site.shop.apps.ShopConfig", "site.blog"})
      .File("site/__init__.py", "")
      .File("site/shop/__init__.py", "")
      .File("site/shop/apps.py",
            "from django.apps import AppConfig\n"
            "class ShopConfig(AppConfig):\n    name = 'site.shop'\n    label = 'store'\n")
      .File("site/shop/migrations/__init__.py", "")
      .File("site/blog/__init__.py", "")
      .File("site/blog/apps.py",
            "from django.apps import AppConfig\n"
            "class Base(AppConfig):\n    default = False\n"
            "class BlogConfig(Base):\n    default = True\n    name = 'site.blog'\n    label = "
            "'diary'\n");

  const auto project = Read();

  EXPECT_EQ(Apps(*project), "store(settings) diary(settings, no migrations)");
  EXPECT_EQ(project->FindApp("store")->package, "site.shop");
  EXPECT_EQ(project->FindApp("store")->directory, given.Path("site/shop"));
  EXPECT_EQ(project->FindApp("shop"), nullptr);
}

TEST_F(ProjectTest, LabelsThatAreNotUniqueAreNotedInDjangosWords) {
  given.Apps({"a.shop", "b.shop"}).File("a/shop/__init__.py", "").File("b/shop/__init__.py", "");

  const auto project = Read();

  EXPECT_EQ(Apps(*project), "shop(settings, no migrations)");
  EXPECT_EQ(Notes(*project),
            "ImproperlyConfigured: Application labels aren't unique, duplicates: shop\n");
}

TEST_F(ProjectTest, MigrationModulesMoveAndSwitchOff) {
  given.Apps({"shop", "blog"}, "MIGRATION_MODULES = {'shop': 'history.shop', 'blog': None}\n")
      .File("shop/__init__.py", "")
      .File("history/__init__.py", "")
      .File("history/shop/__init__.py", "")
      .File("history/shop/0001_initial.py",
            "from django.db import migrations\nclass Migration(migrations.Migration):\n    pass\n")
      .Migration("blog.0001_initial");

  const auto project = Read();

  EXPECT_EQ(Apps(*project), "shop(settings) blog(settings, no migrations)");
  EXPECT_EQ(Migrations(*project), "shop.0001_initial ");
  EXPECT_EQ(project->FindApp("blog")->migrations_module, "");
}

TEST_F(ProjectTest, AMigrationsFolderWithoutInitCountsAsNone) {
  given.Apps({"shop"}).Migration("shop.0001_initial").Remove("shop/migrations/__init__.py");

  const auto project = Read();

  EXPECT_EQ(Apps(*project), "shop(settings, no migrations)");
  EXPECT_EQ(Notes(*project),
            "'shop/migrations' has no __init__.py: Django takes shop for an app without "
            "migrations; create the empty file\n");
}

TEST_F(ProjectTest, OnlyModulesThatDjangoWouldLoadAreMigrations) {
  given.Apps({"shop"})
      .Migration("shop.0001_initial")
      .File("shop/migrations/_helpers.py", "")
      .File("shop/migrations/~0002_backup.py", "")
      .File("shop/migrations/0002_v1.5.py", "")
      .File("shop/migrations/0003_folder/__init__.py", "")
      .File("shop/migrations/0004_note.txt", "");

  EXPECT_EQ(Migrations(*Read()), "shop.0001_initial ");
}

TEST_F(ProjectTest, AMigrationOfWhichOnlyTheCompiledFileIsThereIsUnreadable) {
  given.Apps({"shop"})
      .Migration("shop.0001_initial")
      .File("shop/migrations/0001_initial.pyc", "\x01")
      .File("shop/migrations/0002_price.pyc", "\x01");

  const auto project = Read();

  ASSERT_EQ(project->unreadable().size(), 1U);
  const UnreadableMigration& price = project->unreadable().begin()->second;
  EXPECT_EQ(price.path, "shop/migrations/0002_price.pyc");
  EXPECT_EQ(price.error, "only the compiled file is here; put 0002_price.py beside it");
}

TEST_F(ProjectTest, AnUnreadableFileIsOneRowAndTheOthersAreRead) {
  given.Apps({"shop"})
      .Migration("shop.0001_initial")
      .File("shop/migrations/0002_name.py", "x = UNKNOWN\n")
      .File("shop/migrations/0003_nothing.py", "# nothing\n")
      .File("shop/migrations/0004_import.py", "import colourful.fields\n")
      .File("shop/migrations/0005_syntax.py", "class Migration(:\n")
      .Migration("shop.0006_last");
  ASSERT_EQ(mkfifo(given.Path("shop/migrations/0007_pipe.py").c_str(), 0600), 0);

  const auto project = Read();

  EXPECT_EQ(Migrations(*project), "shop.0001_initial shop.0006_last ");
  std::string errors;
  for (const auto& [key, unreadable] : project->unreadable()) {
    errors += Describe(unreadable.place) + ": " + unreadable.error + "\n";
  }
  const std::string pipe = given.Path("shop/migrations/0007_pipe.py");
  EXPECT_EQ(
      errors,
      "shop/migrations/0002_name.py:1:5: NameError: name 'UNKNOWN' is not defined\n"
      "shop/migrations/0003_nothing.py: BadMigrationError: Migration 0003_nothing in app shop "
      "has no Migration class\n"
      "shop/migrations/0004_import.py:1:8: ModuleNotFoundError: No module named 'colourful'\n"
      "shop/migrations/0005_syntax.py:1:17: SyntaxError: invalid syntax\n"
      "shop/migrations/0007_pipe.py: cannot read '" +
          pipe + "': it is not a regular file\n");
}

TEST_F(ProjectTest, AForeignModuleThatTheProjectUsesElsewhereIsTakenForInstalled) {
  given.Apps({"shop"})
      .File("shop/migrations/__init__.py", "")
      .File("shop/models.py", "from colourful.fields import ColourField\n")
      .File("shop/migrations/0001_initial.py",
            "import colourful.fields\nfrom django.db import migrations\n"
            "class Migration(migrations.Migration):\n    pass\n");

  EXPECT_EQ(Migrations(*Read()), "shop.0001_initial ");
}

TEST_F(ProjectTest, TheVersionIsTheNewestThatAnythingTellsOf) {
  given.Apps({"shop"}).Migration("shop.0001_initial");
  EXPECT_EQ(Read()->django_version() + " " + Read()->django_version_origin(), "5.2 default");

  given.File("shop/migrations/0002_a.py",
             "# Generated by Django 4.2.7 on 2024-01-01 10:00\nfrom django.db import migrations\n"
             "class Migration(migrations.Migration):\n    pass\n");
  EXPECT_EQ(Read()->django_version() + " " + Read()->django_version_origin(),
            "4.2.7 header of shop.0002_a");

  given.File("requirements.txt", "Django==6.0.1\n");
  EXPECT_EQ(Read()->django_version() + " " + Read()->django_version_origin(),
            "6.0.1 requirements.txt");
  EXPECT_EQ(Read()->dialect().version, "6.0");

  EXPECT_EQ(Read({.django_version = "3.2"})->dialect().version, "3.2");
}

TEST_F(ProjectTest, AVersionOlderThanAllKnownOnesIsReadAsTheOldest) {
  given.File("requirements.txt", "Django==1.11\n");

  const auto project = Read();

  EXPECT_EQ(project->django_version(), "1.11");
  EXPECT_EQ(project->dialect().version, "3.2");
  EXPECT_EQ(Notes(*project),
            "Django 1.11 (requirements.txt) is older than all that are known; read as 3.2\n");
}

TEST_F(ProjectTest, AChangedNewOrRemovedFileMakesItStale) {
  given.Apps({"shop"}).Migration("shop.0001_initial");

  const auto before_change = Read();
  EXPECT_TRUE(before_change->IsCurrent());
  given.Migration("shop.0001_initial", {}, "migrations.RunSQL('SELECT 1'),");
  EXPECT_FALSE(before_change->IsCurrent());

  const auto before_new = Read();
  given.Migration("shop.0002_price", {"shop.0001_initial"});
  EXPECT_FALSE(before_new->IsCurrent());

  const auto before_removal = Read();
  given.Remove("shop/migrations/0002_price.py");
  EXPECT_FALSE(before_removal->IsCurrent());
}

TEST_F(ProjectTest, WhatComesBesideTheProjectLeavesItCurrent) {
  given.File("site/manage.py", "").File("site/shop/migrations/__init__.py", "");
  const auto project = Project::Read(given.Path("site"), {});

  given.File("notes.txt", "");

  EXPECT_TRUE(project->IsCurrent());
}

TEST_F(ProjectTest, AFolderAboveTheProjectLeadsToIt) {
  given.File("backend/manage.py", "").File("docs/index.txt", "").File(".hidden/manage.py", "");

  EXPECT_EQ(Read()->root(), given.Path("backend"));

  given.File("frontend/manage.py", "");
  EXPECT_EQ(Read()->root(), given.root());
}

TEST_F(ProjectTest, OnlyAFolderIsAProject) {
  EXPECT_THROW(Project::Read(given.Path("nowhere"), {}), Error);
}

TEST_F(ProjectTest, TheRootIsTheNearestFolderWithManagePy) {
  given.File("manage.py", "").Folder("shop/data");

  EXPECT_EQ(FindProjectRoot(given.Path("shop/data")), given.root());
  EXPECT_EQ(FindProjectRoot("/proc"), "/proc");
}

}  // namespace
}  // namespace migext::django
