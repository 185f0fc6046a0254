#include "django/module_finder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/error.h"
#include "support/project_builder.h"

namespace migext::django {
namespace {

using Role = FolderModules::Role;

class ModuleFinderTest : public testing::Test {
 protected:
  std::string Where(std::string_view dotted_name) {
    const auto location = modules.Locate(dotted_name);
    return location ? location->path.substr(given.root().size() + 1) : "nowhere";
  }

  ProjectBuilder given;
  FolderModules modules;
};

TEST_F(ModuleFinderTest, PackagesAndModulesAreFoundByTheirDottedName) {
  given.File("blog/__init__.py", "").File("blog/models.py", "").File("tools.py", "");
  modules.AddFolder(given.root(), Role::kProject);

  EXPECT_EQ(Where("blog"), "blog");
  EXPECT_EQ(Where("blog.models"), "blog/models.py");
  EXPECT_EQ(Where("tools"), "tools.py");
  EXPECT_EQ(Where("blog.views"), "nowhere");
  EXPECT_EQ(Where("tools.part"), "nowhere");
}

TEST_F(ModuleFinderTest, TheFirstFolderWinsButANamespaceYieldsToAPackage) {
  given.Folder("a/shop").File("b/shop/__init__.py", "").File("a/one.py", "").File("b/one.py", "");
  modules.AddFolder(given.Path("a"), Role::kProject);
  modules.AddFolder(given.Path("b"), Role::kProject);

  EXPECT_EQ(Where("shop"), "b/shop");
  EXPECT_EQ(Where("one"), "a/one.py");
}

TEST_F(ModuleFinderTest, APackageWithoutInitIsAnEmptyNamespace) {
  given.File("blog/models.py", "x = 1");
  modules.AddFolder(given.root(), Role::kProject);

  const auto blog = modules.FindModule("blog");

  ASSERT_TRUE(blog.has_value());
  EXPECT_TRUE(blog->is_package);
  EXPECT_EQ(blog->bytes, "");
  EXPECT_EQ(modules.FindModule("blog.models")->bytes, "x = 1");
}

TEST_F(ModuleFinderTest, DjangoIsNeverReadFromItsSource) {
  given.File("django/__init__.py", "raise SystemExit");
  modules.AddFolder(given.root(), Role::kLibrary);

  EXPECT_FALSE(modules.FindModule("django").has_value());
  EXPECT_FALSE(modules.IsProjectPackage("django"));
}

TEST_F(ModuleFinderTest, AModuleThatIsAPipeIsAnErrorAndNoHang) {
  ASSERT_EQ(mkfifo(given.Path("pipe.py").c_str(), 0600), 0);
  modules.AddFolder(given.root(), Role::kProject);

  EXPECT_THROW(modules.FindModule("pipe"), Error);
}

TEST_F(ModuleFinderTest, WhatWasReadOrListedIsWatched) {
  given.File("blog/__init__.py", "").File("blog/models.py", "x = 1").File("other.txt", "");
  modules.AddFolder(given.root(), Role::kProject);
  modules.FindModule("blog.models");
  ASSERT_TRUE(modules.IsCurrent());

  given.File("other.txt", "longer");
  EXPECT_TRUE(modules.IsCurrent());
  given.File("blog/models.py", "x = 10");
  EXPECT_FALSE(modules.IsCurrent());
}

TEST_F(ModuleFinderTest, ANewFileInAListedFolderIsNoticed) {
  given.File("blog/__init__.py", "");
  modules.AddFolder(given.root(), Role::kProject);
  modules.Locate("blog.models");
  ASSERT_TRUE(modules.IsCurrent());

  given.File("blog/models.py", "");

  EXPECT_FALSE(modules.IsCurrent());
}

}  // namespace
}  // namespace migext::django
