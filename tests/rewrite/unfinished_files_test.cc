// What is said of files that a call left when it was killed.
#include "rewrite/unfinished_files.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "support/project_builder.h"

namespace migext::rewrite {
namespace {

struct UnfinishedFilesTest : ::testing::Test {
  UnfinishedFilesTest() { given.Apps({"shop", "stock"}).Migration("shop.0001_initial"); }

  /// "app: what is left; advice", a line each; paths from the root.
  std::string Found() const {
    std::string found;
    const auto project = django::Project::Read(given.root(), {});
    for (const UnfinishedWrite& write : FindUnfinishedWrites(project->apps())) {
      found += write.app + ": " + Join(write.left, ", ") + "\n" + write.Advice("\n") + "\n";
    }
    return ReplaceAll(found, given.root() + "/", "");
  }

  ProjectBuilder given;
};

TEST_F(UnfinishedFilesTest, WithoutLeftoversThereIsNothingToSay) {
  given.Folder("shop/migrations_before_20261122_203000")
      .File("shop/migrations_before_20261122_203000/0001_old.py", "");
  EXPECT_EQ(Found(), "");
}

TEST_F(UnfinishedFilesTest, WhileANewFileIsMissingTheWayLeadsBack) {
  given.File("shop/migrations/0002_a.py.migext-old", "a")
      .File("shop/migrations/0003_a.py", "new a")
      .File("shop/migrations/0003_a.py.migext-new", "new a")
      .File("shop/migrations/0004_b.py.migext-new", "new b");
  EXPECT_EQ(Found(),
            "shop: 0002_a.py.migext-old, 0003_a.py.migext-new, 0004_b.py.migext-new\n"
            "to have the files as they were, run in a shell: rm 'shop/migrations/0003_a.py'\n"
            "mv 'shop/migrations/0002_a.py.migext-old' 'shop/migrations/0002_a.py'\n"
            "rm 'shop/migrations/0003_a.py.migext-new'\n"
            "rm 'shop/migrations/0004_b.py.migext-new'\n");
}

TEST_F(UnfinishedFilesTest, AFileThatGaveWayReplacesTheNewOneWhichIsNamed) {
  given.File("shop/migrations/0001_initial.py.migext-old", "as it was")
      .File("shop/migrations/0002_b.py.migext-new", "new b");
  EXPECT_EQ(Found(),
            "shop: 0001_initial.py.migext-old, 0002_b.py.migext-new\n"
            "to have the files as they were, run in a shell: mv "
            "'shop/migrations/0001_initial.py.migext-old' 'shop/migrations/0001_initial.py'\n"
            "rm 'shop/migrations/0002_b.py.migext-new'\n"
            "0001_initial.py is there too, and gives way: look at it before\n");
}

TEST_F(UnfinishedFilesTest, WhenAllNewFilesAreThereTheRestMayGo) {
  given.File("shop/migrations/0001_initial.py.migext-old", "as it was")
      .File("shop/migrations/0002_a.py.migext-old", "a")
      .File("shop/migrations/0003_a.py", "new a")
      .File("shop/migrations/0003_a.py.migext-new", "new a");
  EXPECT_EQ(Found(),
            "shop: 0001_initial.py.migext-old, 0002_a.py.migext-old, 0003_a.py.migext-new\n"
            "the new files are all there, and what is left of the call can go: rm "
            "'shop/migrations/0001_initial.py.migext-old'\n"
            "rm 'shop/migrations/0002_a.py.migext-old'\n"
            "rm 'shop/migrations/0003_a.py.migext-new'\n"
            "there is no 0002_a.py: where no renumbered file has taken its place, put it back "
            "instead: mv 'shop/migrations/0002_a.py.migext-old' 'shop/migrations/0002_a.py'\n");
}

TEST_F(UnfinishedFilesTest, FilesOfSeveralAppsGoTheSameWay) {
  given
      .File("shop/migrations/0001_initial.py.migext-old",
            given.Read("shop/migrations/0001_initial.py"))
      .Migration("stock.0001_initial")
      .File("stock/migrations/0002_a.py.migext-new", "new a");
  EXPECT_EQ(Found(),
            "shop: 0001_initial.py.migext-old\n"
            "to have the files as they were, run in a shell: rm "
            "'shop/migrations/0001_initial.py.migext-old'\n"
            "stock: 0002_a.py.migext-new\n"
            "to have the files as they were, run in a shell: rm "
            "'stock/migrations/0002_a.py.migext-new'\n");
}

TEST_F(UnfinishedFilesTest, FilesOnTheirWayToAMarkedFolderComeBackFromIt) {
  given.File("shop/migrations_before_1/0001_initial.py", "an older one")
      .File("shop/migrations_before_2/0002_a.py", "a")
      .File("shop/migrations_before_2/unfinished.migext-new", "")
      .File("shop/migrations/0001_initial.py.migext-new", "new");
  EXPECT_EQ(Found(),
            "shop: 0001_initial.py.migext-new, ../migrations_before_2\n"
            "to have the files as they were, run in a shell: rm "
            "'shop/migrations/0001_initial.py.migext-new'\n"
            "mv 'shop/migrations_before_2/0002_a.py' 'shop/migrations/0002_a.py'\n"
            "rm 'shop/migrations_before_2/unfinished.migext-new'\n"
            "rmdir 'shop/migrations_before_2'\n");
}

TEST_F(UnfinishedFilesTest, AMarkThatIsLeftBehindGoes) {
  given.File("shop/migrations_before_2/0001_initial.py", "old")
      .File("shop/migrations_before_2/unfinished.migext-new", "");
  EXPECT_EQ(Found(),
            "shop: ../migrations_before_2\n"
            "the new files are all there, and what is left of the call can go: rm "
            "'shop/migrations_before_2/unfinished.migext-new'\n");
}

TEST_F(UnfinishedFilesTest, ACopyMadeToBeKeptGoesWhereNothingTookThePlaceOfTheFile) {
  given.File("shop/migrations/0001_initial.py.old", given.Read("shop/migrations/0001_initial.py"))
      .File("shop/migrations/0001_initial.py.migext-new", "shorter");
  EXPECT_EQ(Found(),
            "shop: 0001_initial.py.migext-new\n"
            "to have the files as they were, run in a shell: rm "
            "'shop/migrations/0001_initial.py.migext-new'\n"
            "rm 'shop/migrations/0001_initial.py.old'\n");
}

TEST_F(UnfinishedFilesTest, AFolderWithoutFilesBesideOneWithOldFilesIsExplained) {
  given.Remove("shop/migrations/0001_initial.py")
      .File("shop/migrations_before_1/0001_initial.py", "it's");
  EXPECT_EQ(Found(),
            "shop: ../migrations_before_1\n"
            "to have the files as they were, run in a shell: mv "
            "'shop/migrations_before_1/0001_initial.py' 'shop/migrations/0001_initial.py'\n"
            "rmdir 'shop/migrations_before_1'\n");
}

TEST_F(UnfinishedFilesTest, FoldersThatSettingsMoveAreLookedThroughToo) {
  given.Apps({"shop"}, "MIGRATION_MODULES = {'shop': 'moved.shop'}\n")
      .File("moved/__init__.py", "")
      .File("moved/shop/__init__.py", "")
      .File("moved/shop/0002_a.py.migext-old", "a")
      .File("moved/shop/0002_a.py.migext-new", "b");
  EXPECT_EQ(Found(),
            "shop: 0002_a.py.migext-old, 0002_a.py.migext-new\n"
            "to have the files as they were, run in a shell: mv "
            "'moved/shop/0002_a.py.migext-old' 'moved/shop/0002_a.py'\n"
            "rm 'moved/shop/0002_a.py.migext-new'\n");
}

}  // namespace
}  // namespace migext::rewrite
