// Fixtures that manage.py dumpdata wrote, byte for byte: of the blog, and of every kind of field
// and relation.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/sha.h"
#include "base/text.h"
#include "support/golden_blog.h"
#include "support/loaded_database.h"
#include "support/project_builder.h"

namespace migext::surface {
namespace {

namespace fs = std::filesystem;
using test::Json;

const std::string kGolden = std::string(MIGEXT_TEST_DATA) + "/golden/";

class GoldenDumpTest : public ::testing::TestWithParam<std::string> {
 protected:
  /// The statement that dumps into "dump" of the tree, as `manage.py dumpdata WORDS`.
  static std::string Statement(const ProjectBuilder& tree, const std::vector<std::string>& words) {
    std::string sql = "SELECT dumpdata(" + SqlLiteral(tree.Path("dump"));
    for (const std::string& word : words) sql += ", " + SqlLiteral(word);
    return sql + ")";
  }

  static void Choose(testing::LoadedDatabase& db, const std::string& version) {
    db.Rows("SELECT migext_setting('django_version', " + SqlLiteral(version) + ")");
  }
};

class GoldenBlogDumpTest : public GoldenDumpTest {};

TEST_P(GoldenBlogDumpTest, TheBlogIsDumpedAsByDjango) {
  const std::string version = GetParam();
  const Json dumps =
      Json::ReadFile(kGolden + "blog/expected/" + version + "/project/dumpdata.json");
  int compared = 0;
  for (const Json& dump : dumps.Items()) {
    std::vector<std::string> words = Split(dump["command"].Text(), ' ');
    words.erase(words.begin());
    if (dump["command"].Text().find("--format xml") != std::string::npos) continue;
    ProjectBuilder tree;
    test::LayOutBlog(tree, "project", version);
    test::CopyBlogDatabase(dump["database"].Text(), tree.Path("db.sqlite3"));
    testing::LoadedDatabase db(tree.Path("db.sqlite3"));
    Choose(db, version);
    EXPECT_EQ(db.ErrorOf(Statement(tree, words)), "") << dump["command"].Text();
    const std::string written = ReadFile(tree.Path("dump"), std::size_t{1} << 30U);
    EXPECT_EQ(written.size(), static_cast<std::size_t>(dump["bytes"].Integer()));
    EXPECT_EQ(Sha256Hex(written), dump["sha256"].Text()) << dump["command"].Text();
    ++compared;
  }
  EXPECT_EQ(compared, 13);
}

class GoldenFixturesDumpTest : public GoldenDumpTest {};

/// One of the two projects, with its database open.
struct Site {
  Site(const std::string& project, const std::string& version) {
    tree.Copy(kGolden + "fixtures/" + project);
    db = std::make_unique<testing::LoadedDatabase>(tree.Path("db.sqlite3"));
    db->Rows("SELECT migext_setting('django_version', " + SqlLiteral(version) + ")");
  }

  ProjectBuilder tree;
  std::unique_ptr<testing::LoadedDatabase> db;
};

TEST_P(GoldenFixturesDumpTest, EveryFieldAndRelationIsDumpedAsByDjango) {
  const std::string version = GetParam();
  const std::string expected = kGolden + "fixtures/expected/";
  const Json dumps = Json::ReadFile(expected + version + "/dumps.json");
  std::map<std::string, std::unique_ptr<Site>> sites;
  int compared = 0;
  for (const Json& dump : dumps.Items()) {
    const std::vector<std::string> words = dump["arguments"].Texts();
    const std::string after = dump.Has("after") ? dump["after"].Text() : "";
    const std::string where = Join(words, " ") + " " + after;
    std::unique_ptr<Site>& site = sites[dump["project"].Text()];
    if (site == nullptr) site = std::make_unique<Site>(dump["project"].Text(), version);
    site->db->Execute("BEGIN; " + after);
    const std::string error = site->db->ErrorOf(Statement(site->tree, words));
    site->db->Execute("ROLLBACK");
    ++compared;
    if (!dump.Has("error")) {
      EXPECT_EQ(error, "") << where;
      EXPECT_EQ(site->tree.Read("dump"), ReadFile(expected + dump["file"].Text(), 1 << 24))
          << where;
      site->tree.Remove("dump");
      continue;
    }
    EXPECT_FALSE(fs::exists(site->tree.Path("dump"))) << where;
    EXPECT_FALSE(fs::exists(site->tree.Path("dump.partial"))) << where;
    // What is wrong with a cell is told in other words, as Django does not say where it is.
    if (after.empty()) {
      EXPECT_TRUE(error.starts_with(dump["error"].Text())) << where << error;
    }
    EXPECT_NE(error, "") << where;
  }
  EXPECT_GE(compared, 50);
}

const auto kVersionName = [](const auto& version) { return ReplaceAll(version.param, ".", "_"); };

INSTANTIATE_TEST_SUITE_P(Versions, GoldenBlogDumpTest,
                         ::testing::Values("4.2", "5.2", "6.0", "6.1"), kVersionName);
INSTANTIATE_TEST_SUITE_P(Versions, GoldenFixturesDumpTest,
                         ::testing::Values("3.2", "4.2", "5.2", "6.0", "6.1"), kVersionName);

}  // namespace
}  // namespace migext::surface
