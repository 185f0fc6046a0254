#include "django/app_folders.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "support/project_builder.h"

namespace migext::django {
namespace {

std::string Found(const ProjectBuilder& given) {
  FolderModules modules;
  std::string packages;
  for (const AppFolder& folder : FindAppFolders(modules, given.root())) {
    packages += folder.package + " ";
  }
  return packages;
}

TEST(AppFoldersTest, AFolderWithAMigrationsPackageIsAnApp) {
  ProjectBuilder given;
  given.File("shop/migrations/__init__.py", "")
      .File("apps/blog/migrations/__init__.py", "")
      .File("alembic/migrations/env.py", "");

  EXPECT_EQ(Found(given), "blog shop ");
}

TEST(AppFoldersTest, PackagesAboveAnAppBelongToItsName) {
  ProjectBuilder given;
  given.File("src/site/__init__.py", "")
      .File("src/site/shop/__init__.py", "")
      .File("src/site/shop/migrations/__init__.py", "");
  FolderModules modules;

  const std::vector<AppFolder> found = FindAppFolders(modules, given.root());

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].package, "site.shop");
  EXPECT_EQ(found[0].base, given.Path("src"));
}

TEST(AppFoldersTest, EnvironmentsAndHiddenFoldersAreLeftOut) {
  ProjectBuilder given;
  given.File("venv/pyvenv.cfg", "")
      .File("venv/lib/x/migrations/__init__.py", "")
      .File(".tox/x/migrations/__init__.py", "")
      .File("node_modules/x/migrations/__init__.py", "")
      .File("lib/site-packages/x/migrations/__init__.py", "");

  EXPECT_EQ(Found(given), "");
}

TEST(AppFoldersTest, LinksInCirclesEnd) {
  ProjectBuilder given;
  given.File("shop/migrations/__init__.py", "");
  ASSERT_EQ(symlink("..", given.Path("shop/up").c_str()), 0);
  ASSERT_EQ(symlink(".", given.Path("shop/here").c_str()), 0);
  ASSERT_EQ(symlink("shop", given.Path("again").c_str()), 0);

  EXPECT_EQ(Found(given), "shop ");
}

TEST(AppFoldersTest, ALinkToTheWholeDiskIsNotFollowed) {
  ProjectBuilder given;
  given.File("shop/migrations/__init__.py", "");
  ASSERT_EQ(symlink("/", given.Path("shop/disk").c_str()), 0);
  FolderModules modules;

  EXPECT_EQ(FindAppFolders(modules, given.root()).size(), 1U);
  EXPECT_TRUE(modules.IsCurrent());
}

TEST(AppFoldersTest, VeryDeepFoldersAreNotFollowedToTheEnd) {
  ProjectBuilder given;
  std::string path;
  for (int i = 0; i < 60; ++i) path += "d/";
  given.File(path + "migrations/__init__.py", "");

  EXPECT_EQ(Found(given), "");
}

}  // namespace
}  // namespace migext::django
