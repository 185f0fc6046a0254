// What the lint tells at the shell, and how it is silenced.
#include <gtest/gtest.h>

#include <string>

#include "support/loaded_database.h"
#include "support/project_builder.h"

namespace migext::surface {
namespace {

class LintTableTest : public ::testing::Test {
 protected:
  LintTableTest() {
    given_.Apps({"shop", "blog"})
        .Migration("shop.0001_initial", {}, "migrations.RunSQL('SELECT 1')")
        .Migration("blog.0001_auto", {}, "migrations.RunSQL('SELECT 1', '')");
  }

  std::string Found() { return db_.Rows("SELECT app, rule FROM migration_lint"); }

  ProjectBuilder given_;
  testing::LoadedDatabase db_{given_.Path("db.sqlite3")};
};

TEST_F(LintTableTest, TheWorstComesFirst) {
  EXPECT_EQ(db_.Rows("SELECT * FROM migration_lint"),
            "warning|sql-without-reverse|shop|0001_initial|0|8|the RunSQL has no reverse_sql: no "
            "migrate goes back beyond it|add reverse_sql, migrations.RunSQL.noop where nothing is "
            "to be undone (RUNSQL_REVERSIBLE)\n"
            "info|meaningless-name|blog|0001_auto|||the name 0001_auto is the one that "
            "makemigrations makes up|rename the file before it is applied anywhere: manage.py "
            "makemigrations -n says_what_it_does\n");
}

TEST_F(LintTableTest, AdvisesTheNameThatDjangoWouldGive) {
  given_.Migration("shop.0002_20250610", {"shop.0001_initial"},
                   "migrations.CreateModel('Cart', [('id', models.AutoField(primary_key=True))]), "
                   "migrations.AddField('Cart', 'size', models.IntegerField(null=True))");
  EXPECT_EQ(db_.Rows("SELECT advice FROM migration_lint('shop') WHERE name = '0002_20250610' AND "
                     "rule = 'meaningless-name'"),
            "rename the file before it is applied anywhere, with what depends on it; Django would "
            "call it 0002_cart_cart_size\n");
}

TEST_F(LintTableTest, AnAppNarrowsIt) {
  EXPECT_EQ(db_.Rows("SELECT app, rule FROM migration_lint('blog')"), "blog|meaningless-name\n");
}

TEST_F(LintTableTest, ASettingSilencesARule) {
  db_.Execute("SELECT migext_setting('lint_ignore', 'blog:meaningless-name, RUNSQL_REVERSIBLE')");
  EXPECT_EQ(Found(), "");
  EXPECT_EQ(db_.ErrorOf("SELECT migext_setting('lint_ignore', 'nonsense')"),
            "there is no rule 'nonsense'; see SELECT rule, meaning FROM lint_rules");
}

TEST_F(LintTableTest, ACommentInTheFileSilencesARule) {
  given_.File("blog/migrations/0001_auto.py",
              "# migext: ignore meaningless-name\n" + given_.Read("blog/migrations/0001_auto.py"));
  given_.Migration("shop.0001_initial", {},
                   "# migext: ignore sql-without-reverse\nmigrations.RunSQL('SELECT 1')");
  EXPECT_EQ(Found(), "");
}

TEST_F(LintTableTest, AMigrationThatTheOtherLinterIsToIgnoreIsLeftAlone) {
  given_.File("requirements.txt", "django-migration-linter==5.2\n")
      .File("shop/migrations/0001_initial.py",
            "from django.db import migrations\n"
            "from django_migration_linter import IgnoreMigration\n"
            "class Migration(migrations.Migration):\n"
            "    operations = [IgnoreMigration(), migrations.RunSQL('SELECT 1')]\n");
  EXPECT_EQ(Found(), "blog|meaningless-name\n");
}

TEST_F(LintTableTest, TheRulesAreListedWithTheCodesOfTheOtherLinter) {
  EXPECT_EQ(db_.Rows("SELECT rule, severity FROM lint_rules WHERE codes = 'DROP_COLUMN'"),
            "drop-column|error\n");
  EXPECT_EQ(db_.Rows("SELECT count(*) - count(DISTINCT rule) FROM lint_rules"), "0\n");
}

TEST_F(LintTableTest, ABaselineSilencesWhatIsThereToday) {
  const std::string path = given_.Path("lint.txt");
  EXPECT_EQ(db_.Rows("SELECT lint_baseline('" + path + "')"),
            "silenced 2 findings, written to " + path + "\n");
  EXPECT_EQ(db_.Rows("SELECT line FROM migext_output LIMIT 2"),
            "  meaningless-name: 1 finding\n  sql-without-reverse: 1 finding\n");
  EXPECT_EQ(Found(), "");

  given_.Migration("shop.0002_b", {"shop.0001_initial"}, "migrations.RunSQL('SELECT 1')");
  EXPECT_EQ(Found(), "shop|sql-without-reverse\n");
}

TEST_F(LintTableTest, ABaselineOverwritesNothing) {
  given_.File("lint.txt", "mine");
  EXPECT_NE(db_.ErrorOf("SELECT lint_baseline('" + given_.Path("lint.txt") + "')"), "");
  EXPECT_EQ(given_.Read("lint.txt"), "mine");
}

TEST_F(LintTableTest, OfInformationFiveRowsOfAKindAreShown) {
  std::string parent = "blog.0001_auto";
  for (int number = 2; number <= 7; ++number) {
    const std::string key = "blog.000" + std::to_string(number) + "_auto";
    given_.Migration(key, {parent}, "migrations.RunSQL('SELECT 1', '')");
    parent = key;
  }
  EXPECT_EQ(db_.Rows("SELECT name, message LIKE '%; and 2 more of the kind in the app blog' FROM "
                     "migration_lint('blog')"),
            "0001_auto|0\n0002_auto|0\n0003_auto|0\n0004_auto|0\n0005_auto|1\n");
}

}  // namespace
}  // namespace migext::surface
