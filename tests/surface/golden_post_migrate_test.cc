// What migrate() leaves in the tables of contenttypes, auth and sites, called as in a shell,
// against the rows that each version of Django has made.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "support/contrib_rows.h"
#include "support/golden_blog.h"
#include "support/golden_zoo.h"
#include "support/loaded_database.h"

namespace migext {
namespace {

using test::ContribRows;
using test::Json;

/// ["migrate", "blog", "0007"] as a call.
std::string Call(const std::vector<std::string>& command) {
  std::vector<std::string> arguments;
  for (std::size_t i = 1; i < command.size(); ++i) arguments.push_back(SqlLiteral(command[i]));
  return "SELECT " + command.front() + "(" + Join(arguments, ", ") + ")";
}

void Set(testing::LoadedDatabase& db, const std::string& setting, const std::string& value) {
  db.Rows("SELECT migext_setting(" + SqlLiteral(setting) + ", " + SqlLiteral(value) + ")");
}

/// A database of a project that follows this version of Django.
struct Site {
  Site(const ProjectBuilder& tree, const std::string& name, const std::string& version)
      : db(tree.Path(name)) {
    db.Execute("PRAGMA synchronous = OFF");
    Set(db, "django_version", version);
  }

  testing::LoadedDatabase db;
};

struct GoldenPostMigrateTest : ::testing::TestWithParam<std::string> {};

TEST_P(GoldenPostMigrateTest, EachStepOfTheZooLeavesTheRowsOfDjango) {
  for (const std::string app : {"ct_conflict", "ct_nomodels", "ct_only", "ct_perms"}) {
    const Json expected = test::ReadZoo(GetParam(), app);
    const Json rows = test::ReadZooRows(GetParam(), app);
    ProjectBuilder tree;
    const django::ProjectOptions options = test::ZooProject(tree, GetParam(), expected);
    Site site(tree, "db.sqlite3", GetParam());
    testing::LoadedDatabase& db = site.db;
    Set(db, "search_path", Join(options.search_path, ":"));
    for (const Json& command : expected["setup"].Items()) db.Rows(Call(command.Texts()));
    for (std::size_t i = 0; i < rows.Items().size(); ++i) {
      const Json& step = expected["steps"][i];
      const std::string call = Call(step["command"].Texts());
      const std::string error = db.ErrorOf(call);
      const Json* refusal = step.Find("error");
      if (refusal == nullptr) {
        EXPECT_EQ(error, "") << call;
      } else {
        EXPECT_NE(error.find((*refusal)["message"].Text()), std::string::npos) << call << error;
      }
      EXPECT_EQ(ContribRows(db), ContribRows(rows[i])) << GetParam() << " " << call;
    }
  }
}

TEST_P(GoldenPostMigrateTest, TheBlogHasTheRowsOfDjangoHoweverItGetsThere) {
  ProjectBuilder tree;
  test::LayOutBlog(tree, "project", GetParam());
  tree.File("sql/blog/0004_populate_comment_nesting_fields.sql", "-- forwards\n-- backwards\n");
  const auto permissions = [](const std::string& name) {
    return test::ReadBlogPermissions(GetParam(), name);
  };
  Site at_once(tree, "db.sqlite3", GetParam());
  at_once.db.Rows("SELECT migrate()");
  EXPECT_EQ(ContribRows(at_once.db), ContribRows(permissions("permissions")));

  Site stepwise(tree, "stepwise.sqlite3", GetParam());
  const Json steps = permissions("permissions_stepwise");
  stepwise.db.Rows("SELECT migrate('blog', '0007')");
  EXPECT_EQ(ContribRows(stepwise.db), ContribRows(steps["at blog 0007"]));
  stepwise.db.Rows("SELECT migrate()");
  EXPECT_EQ(ContribRows(stepwise.db), ContribRows(steps["all"]));
  stepwise.db.Rows("SELECT migrate('blog', '0007')");
  EXPECT_EQ(ContribRows(stepwise.db), ContribRows(permissions("permissions_after_rollback")));
}

INSTANTIATE_TEST_SUITE_P(Versions, GoldenPostMigrateTest,
                         ::testing::Values("4.2", "5.2", "6.0", "6.1"),
                         [](const auto& version) { return ReplaceAll(version.param, ".", "_"); });

}  // namespace
}  // namespace migext
