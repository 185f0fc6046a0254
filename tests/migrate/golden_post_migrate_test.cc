// Content types, permissions and sites against the rows that each version of Django has made.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "migrate/migration_run.h"
#include "support/contrib_rows.h"
#include "support/database.h"
#include "support/golden_blog.h"
#include "support/golden_zoo.h"
#include "support/json.h"

namespace migext::test {
namespace {

struct GoldenPostMigrateTest : ::testing::TestWithParam<std::string> {
  static std::string Where(const Json& step) {
    return GetParam() + " " + Join(step["command"].Texts(), " ");
  }

  /// "" or the error that Django ends in.
  static std::string ErrorOf(MigrationRun& run, const Json& command) {
    const std::vector<std::string> words = command.Texts();
    try {
      run.Migrate(words[1], words.size() > 2 ? words[2] : "");
    } catch (const Error& error) {
      return error.message();
    }
    return {};
  }

  /// The error's class and message, then what was printed about it.
  static std::string ExpectedError(const Json& step) {
    const Json* error = step.Find("error");
    if (error == nullptr) return {};
    std::string text =
        ReplaceAll((*error)["type"].Text(), "builtins.", "") + ": " + (*error)["message"].Text();
    for (const std::string& line : step["stdout"].Texts()) {
      if (line.starts_with("Failed to rename")) text += "\n" + line;
    }
    return text;
  }
};

TEST_P(GoldenPostMigrateTest, EachStepOfTheZooLeavesTheRowsOfDjango) {
  std::size_t steps = 0;
  for (const std::string app : {"ct_conflict", "ct_nomodels", "ct_only", "ct_perms"}) {
    const Json expected = ReadZoo(GetParam(), app);
    const Json rows = ReadZooRows(GetParam(), app);
    ProjectBuilder tree;
    const auto project = django::Project::Read(tree.root(), ZooProject(tree, GetParam(), expected));
    testing::Database db;
    db.Execute(kPostMigrateTables);
    MigrationRun run(*project, db);
    for (const Json& command : expected["setup"].Items()) ASSERT_EQ(ErrorOf(run, command), "");
    for (std::size_t i = 0; i < expected["steps"].Items().size(); ++i) {
      const Json& step = expected["steps"][i];
      EXPECT_EQ(ErrorOf(run, step["command"]), ExpectedError(step)) << Where(step);
      EXPECT_EQ(ContribRows(db), ContribRows(rows[i])) << Where(step);
      ++steps;
    }
  }
  EXPECT_EQ(steps, GetParam() == "6.1" ? 20U : 22U);
}

TEST_P(GoldenPostMigrateTest, TheBlogHasTheRowsOfDjangoHoweverItGetsThere) {
  ProjectBuilder tree;
  LayOutBlog(tree, "project", GetParam());
  django::ProjectOptions options;
  options.django_version = GetParam();
  const auto project = django::Project::Read(tree.root(), options);

  testing::Database db;
  db.Execute(kPostMigrateTables);
  MigrationRun(*project, db).Migrate();
  EXPECT_EQ(ContribRows(db), ContribRows(ReadBlogPermissions(GetParam(), "permissions")))
      << "one run";

  testing::Database stepwise;
  stepwise.Execute(kPostMigrateTables);
  // blog.0007 needs contenttypes.0001 alone, with which a content type has a name.
  stepwise.Execute(
      "ALTER TABLE django_content_type ADD COLUMN name varchar(100) NOT NULL DEFAULT 'none'");
  const Json expected = ReadBlogPermissions(GetParam(), "permissions_stepwise");
  MigrationRun run(*project, stepwise);
  run.Migrate("blog", "0007");
  EXPECT_EQ(ContribRows(stepwise), ContribRows(expected["at blog 0007"])) << "at 0007";
  run.Migrate();
  EXPECT_EQ(ContribRows(stepwise), ContribRows(expected["all"])) << "all";
  run.Migrate("blog", "0007");
  EXPECT_EQ(ContribRows(stepwise),
            ContribRows(ReadBlogPermissions(GetParam(), "permissions_after_rollback")))
      << "rollback";
}

INSTANTIATE_TEST_SUITE_P(Versions, GoldenPostMigrateTest,
                         ::testing::Values("4.2", "5.2", "6.0", "6.1"),
                         [](const auto& version) { return ReplaceAll(version.param, ".", "_"); });

}  // namespace
}  // namespace migext::test
