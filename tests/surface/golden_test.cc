// The reports of the golden blog, asked for by SQL: what manage.py printed, line by line.
#include <gtest/gtest.h>

#include <string>

#include "base/text.h"
#include "support/golden_blog.h"
#include "support/loaded_database.h"
#include "support/transcript.h"

namespace migext::surface {
namespace {

/// The table that prints what the command prints; "" for a command that is none of the three.
std::string TableOf(const test::Step& step) {
  const std::vector<std::string>& words = step.command;
  if (words == std::vector<std::string>{"showmigrations"}) return "showmigrations";
  if (words == std::vector<std::string>{"showmigrations", "--plan"}) {
    return "showmigrations(NULL, 'plan')";
  }
  if (words == std::vector<std::string>{"migrate", "--plan"}) return "migrate_plan";
  return {};
}

class GoldenTest : public ::testing::TestWithParam<std::string> {};

TEST_P(GoldenTest, ReportsAreDjangosByteForByte) {
  const std::string version = GetParam();
  int compared = 0;
  for (const std::string& name : test::BlogTranscripts(version)) {
    for (const test::Session& session :
         test::ReadTranscript(test::BlogTranscriptPath(version, name))) {
      ProjectBuilder tree;
      test::LayOutBlog(tree, name, version);
      test::CopyBlogDatabase(session.database, tree.Path("db.sqlite3"));
      testing::LoadedDatabase db(tree.Path("db.sqlite3"));
      db.Rows("SELECT migext_setting('django_version', '" + version + "')");
      for (const test::Step& step : session.steps) {
        const std::string table = TableOf(step);
        if (!table.empty()) {
          const std::string sql = "SELECT line FROM " + table;
          const std::string where = name + " / " + session.title + " / " + step.Text();
          if (step.exit_status == 0) {
            EXPECT_EQ(db.Rows(sql), step.output) << where;
          } else {
            EXPECT_NE(db.ErrorOf(sql), "") << where;
          }
          ++compared;
        }
        if (step.changes.has_value() || !step.files.empty()) break;
      }
    }
  }
  EXPECT_GT(compared, 100);
}

INSTANTIATE_TEST_SUITE_P(Versions, GoldenTest, ::testing::Values("4.2", "5.2", "6.0", "6.1"),
                         [](const auto& version) { return ReplaceAll(version.param, ".", "_"); });

}  // namespace
}  // namespace migext::surface
