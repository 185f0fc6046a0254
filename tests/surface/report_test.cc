// migration_report(): what a browser shows of it is in tests/shell/report_test.sh.
#include <gtest/gtest.h>

#include <string>

#include "support/golden_blog.h"
#include "support/loaded_database.h"
#include "support/project_builder.h"

namespace migext::surface {
namespace {

class ReportTest : public ::testing::Test {
 protected:
  std::string PageOf(const std::string& state, const std::string& change = {}) {
    test::LayOutBlog(tree_, "project", "5.2");
    test::CopyBlogDatabase(state, tree_.Path("db.sqlite3"));
    testing::LoadedDatabase db(tree_.Path("db.sqlite3"));
    db.Execute(change);
    const std::string path = tree_.Path("report.html");
    EXPECT_EQ(db.Rows("SELECT migration_report('" + path + "')"),
              "wrote the report to " + path + "\n");
    EXPECT_NE(db.ErrorOf("SELECT migration_report('" + path + "')")
                  .find("is there already and is not overwritten"),
              std::string::npos);
    return tree_.Read("report.html");
  }

  static bool Contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }

  ProjectBuilder tree_;
};

TEST_F(ReportTest, ADatabaseInOrderIsSaidToBe) {
  const std::string page = PageOf("all_applied_small");

  EXPECT_TRUE(Contains(page, "<p class=\"verdict ok\">every migration is applied</p>")) << page;
  EXPECT_TRUE(Contains(page, "Nothing stands between the project and the database."));
  EXPECT_TRUE(Contains(page, "The schema is the one that the applied migrations promise."));
  EXPECT_TRUE(Contains(page, "<code>blog.0001_initial</code>"));
}

TEST_F(ReportTest, ConflictsDriftAndJournalAreTold) {
  const std::string page =
      PageOf("all_applied_small",
             "SELECT fake_unapply('blog', '0009'); ALTER TABLE blog_tag ADD COLUMN \"<b>\" text");

  EXPECT_TRUE(Contains(page, "SELECT fake_apply(&#39;blog&#39;, &#39;0009_"));
  EXPECT_TRUE(Contains(page, "blog_tag.&lt;b&gt;"));
  EXPECT_TRUE(Contains(page, "<code>fake_unapply blog.0009_"));
}

TEST_F(ReportTest, ADamagedDatabaseHasAReportToo) {
  const std::string page = PageOf("corrupted_page");

  EXPECT_TRUE(Contains(page, "class=\"verdict error\"")) << page;
}

}  // namespace
}  // namespace migext::surface
