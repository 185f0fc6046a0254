#include "lint/lint_test.h"

namespace migext::lint {
namespace {

TEST_F(LintTest, AFileThatDjangoCannotReadFails) {
  given_.File("shop/migrations/__init__.py", "").File("shop/migrations/0001_initial.py", "class (");

  EXPECT_EQ(Found("cannot-load"), "error shop.0001_initial: SyntaxError: invalid syntax\n");
}

TEST_F(LintTest, OfFailuresThatFollowFromEachOtherTheFirstIsTold) {
  given_.Migration("shop.0002_b", {"shop.0001_a"}).Migration("shop.0003_c", {"shop.0009_x"});

  EXPECT_EQ(Found("cannot-load"),
            "error shop.0002_b: NodeNotFoundError: Migration shop.0002_b dependencies reference "
            "nonexistent parent node ('shop', '0001_a')\n");
}

TEST_F(LintTest, TwoEndsOfAnAppFail) {
  given_.Migration("shop.0001_a").Migration("shop.0002_b", {"shop.0001_a"});
  EXPECT_EQ(Found("cannot-load"), "");

  given_.Migration("shop.0002_c", {"shop.0001_a"});
  EXPECT_EQ(Found("cannot-load"),
            "error shop: the app shop has 2 ends: 0002_b, 0002_c; Django refuses every migrate\n");
}

TEST_F(LintTest, EndsOfAFoundAppAreDoubtfulWhereAFileCannotBeRead) {
  given_.Remove("config/settings.py")
      .Migration("shop.0001_a")
      .Migration("shop.0002_b", {"shop.0001_a"})
      .Migration("shop.0002_c", {"shop.0001_a"})
      .Migration("blog.0001_initial")
      .File("blog/migrations/0001_initial.py", "class (");

  EXPECT_EQ(Found("cannot-load"),
            "error blog.0001_initial: SyntaxError: invalid syntax\n"
            "warning shop: the app shop has 2 ends: 0002_b, 0002_c; Django refuses every "
            "migrate\n");
}

TEST_F(LintTest, AFolderThatIsOnlyCalledMigrationsIsNoApp) {
  given_.Remove("config/settings.py")
      .Migration("shop.0001_a")
      .File("blocks/__init__.py", "")
      .File("blocks/migrations/__init__.py", "")
      .File("blocks/migrations/utils.py", "");

  EXPECT_EQ(Found("cannot-load"),
            "info blocks.utils: BadMigrationError: Migration utils in app blocks has no Migration "
            "class\n");
}

TEST_F(LintTest, AnAppliedMigrationNeedsItsParentsApplied) {
  given_.Migration("shop.0001_a").Migration("shop.0002_b", {"shop.0001_a"});
  Applied("shop.0002_b");

  EXPECT_EQ(Found("cannot-load"),
            "error: InconsistentMigrationHistory: Migration shop.0002_b is applied before its "
            "dependency shop.0001_a on database 'default'.\n");
}

TEST_F(LintTest, ANameSaysWhatAMigrationDoes) {
  const std::string operation = "migrations.RunSQL('', '')";
  given_.Migration("shop.0001_initial", {}, operation)
      .Migration("shop.0002_auto_20250610_0845", {"shop.0001_initial"}, operation)
      .Migration("shop.0003_a_b_and_more", {"shop.0002_auto_20250610_0845"}, operation)
      .Migration("shop.0004_20250610", {"shop.0003_a_b_and_more"}, operation)
      .Migration("shop.0005", {"shop.0004_20250610"}, operation)
      .Migration("shop.0006_automatic", {"shop.0005"}, operation);

  EXPECT_EQ(Found("meaningless-name"),
            "info shop.0002_auto_20250610_0845: the name 0002_auto_20250610_0845 is the one that "
            "makemigrations makes up\n"
            "info shop.0003_a_b_and_more: the name 0003_a_b_and_more leaves out what else it does\n"
            "info shop.0004_20250610: the name 0004_20250610 is a date\n"
            "info shop.0005: the name 0005 is a number alone\n");
}

TEST_F(LintTest, AMergeMayHaveADateForAName) {
  given_.Migration("shop.0003_merge_20250610_0845");
  EXPECT_EQ(Found("meaningless-name"), "");
}

TEST_F(LintTest, ANumberStandsBeforeOneName) {
  given_.Migration("shop.0001_a").Migration("shop.0002_b", {"shop.0001_a"});
  EXPECT_EQ(Found("duplicate-number"), "");

  given_.Migration("shop.0002_c", {"shop.0002_b"});
  EXPECT_EQ(Found("duplicate-number"),
            "info shop.0002_c: the number 0002 stands before 0002_b and 0002_c\n");
}

TEST_F(LintTest, FilesThatAnAppliedSquashReplacesCanGo) {
  given_.Migration("shop.0001_a")
      .Migration("shop.0002_b", {"shop.0001_a"})
      .Migration("shop.0003_c", {"shop.0002_b"})
      .Migration("shop.0001_squashed_0002_b", {}, "",
                 "replaces = [('shop', '0001_a'), ('shop', '0002_b')]");
  EXPECT_EQ(Found("squash-leftover"), "");

  Applied("shop.0001_a").Applied("shop.0002_b").Applied("shop.0001_squashed_0002_b");
  EXPECT_EQ(Found("squash-leftover"),
            "info shop.0001_squashed_0002_b: 0001_squashed_0002_b is applied: 2 files that it "
            "replaces can go\n");
  EXPECT_EQ(All().back().advice,
            "once every database has it recorded: let shop.0003_c depend on it, delete the files, "
            "take out replaces, and SELECT prune_history('shop')");
}

}  // namespace
}  // namespace migext::lint
