// loaddata() on a database that migrate() has made, against what Django's loaddata answers and
// leaves, dump by dump.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/sha.h"
#include "base/text.h"
#include "support/golden_blog.h"
#include "support/loaded_database.h"
#include "support/transcript.h"

namespace migext {
namespace {

using test::Json;
using testing::LoadedDatabase;

const std::string kExpected = MIGEXT_TEST_DATA "/golden/blog/expected/";
const std::string kDumps = kExpected + "5.2/project/all_applied_small/";

std::vector<std::string> Lines(const std::string& rows) {
  std::vector<std::string> lines = Split(rows, '\n');
  lines.pop_back();
  return lines;
}

/// As tests/data/README.md tells: SHA-256 over the rows by primary key.
std::string HashOf(LoadedDatabase& db, const std::string& table) {
  const std::string info = "pragma_table_info(" + SqlLiteral(table) + ")";
  const std::vector<std::string> columns = Lines(db.Rows("SELECT name FROM " + info));
  const std::vector<std::string> key =
      Lines(db.Rows("SELECT name FROM " + info + " WHERE pk > 0 ORDER BY pk"));
  std::string line;
  for (const std::string& column : columns) {
    line += (line.empty() ? "quote(" : " || ',' || quote(") + SqlIdentifier(column) + ")";
  }
  return Sha256Hex(
      db.Rows("SELECT " + line + " FROM " + SqlIdentifier(table) + " ORDER BY " + Join(key, ", ")));
}

std::set<std::string> TablesEqual(LoadedDatabase& db, const Json& source) {
  std::set<std::string> equal;
  for (const Json::Member& table : source.Members()) {
    if (HashOf(db, table.first) == table.second["sha256"].Text()) equal.insert(table.first);
  }
  return equal;
}

struct GoldenLoadTest : ::testing::TestWithParam<std::string> {
  void SetUp() override {
    test::LayOutBlog(tree_, "project", GetParam());
    tree_.File("sql/blog/0004_populate_comment_nesting_fields.sql", "-- forwards\n-- backwards\n");
    LoadedDatabase db(tree_.Path("fresh.sqlite3"));
    Follow(db);
    db.Rows("SELECT migrate()");
  }

  std::string Fresh() {
    const std::string path = tree_.Path("db.sqlite3");
    std::filesystem::copy_file(tree_.Path("fresh.sqlite3"), path,
                               std::filesystem::copy_options::overwrite_existing);
    return path;
  }

  void Follow(LoadedDatabase& db) {
    db.Execute("PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON");
    db.Rows("SELECT migext_setting('django_version', '" + GetParam() + "')");
  }

  ProjectBuilder tree_;
};

/// SELECT loaddata(…) of the files that a command names.
std::string CallOf(const test::Step& step) {
  std::vector<std::string> paths;
  for (std::size_t i = 1; i < step.command.size(); ++i) {
    paths.push_back(SqlLiteral(kDumps + step.command[i]));
  }
  return "SELECT loaddata(" + Join(paths, ", ") + ")";
}

TEST_P(GoldenLoadTest, InstallsWhatDjangoInstallsAndLeavesTheSameRows) {
  const Json source =
      Json::ReadFile(kExpected + "5.2/project/table_hashes.json")["all_applied_small"];
  int sessions = 0;
  for (const test::Session& session :
       test::ReadTranscript(kExpected + GetParam() + "/project/loaddata.txt")) {
    if (session.title == "xml") continue;
    ++sessions;
    LoadedDatabase db(Fresh());
    Follow(db);
    // What ends in an IntegrityError for Django: content types that are there already.
    const bool is_ours_to_win = session.title == "everything";
    for (const test::Step& step : session.steps) {
      const std::string call = CallOf(step);
      if (step.exit_status != 0 && !is_ours_to_win) {
        const std::string error = db.ErrorOf(call);
        EXPECT_NE(error.find("Problem installing fixtures: "), std::string::npos) << error;
      } else if (is_ours_to_win) {
        EXPECT_EQ(db.Rows(call), "Installed 288 object(s) from 1 fixture(s)\n");
      } else {
        EXPECT_EQ(db.Rows(call), step.output) << session.title;
      }
    }
    const Json& changes = *session.steps.back().changes;
    const std::set<std::string> equal = TablesEqual(db, source);
    for (const std::string& table : changes["tables_equal"].Texts()) {
      EXPECT_TRUE(equal.contains(table)) << session.title << ": " << table;
    }
    for (const Json::Member& table : changes["tables_different"].Members()) {
      const std::string count = db.Rows("SELECT count(*) FROM " + SqlIdentifier(table.first));
      const std::size_t side = is_ours_to_win ? 0 : 1;
      EXPECT_EQ(count, table.second[side].NumberText() + "\n") << session.title << table.first;
    }
    EXPECT_EQ(db.Rows("PRAGMA foreign_key_check"), "") << session.title;
  }
  EXPECT_EQ(sessions, 9);
}

TEST_P(GoldenLoadTest, EverythingLoadsIntoADatabaseThatHasItsOwnContentTypes) {
  LoadedDatabase db(Fresh());
  Follow(db);
  const std::string permissions =
      "SELECT g.name, p.codename, t.app_label, t.model FROM auth_group_permissions x JOIN "
      "auth_group g ON g.id = x.group_id JOIN auth_permission p ON p.id = x.permission_id JOIN "
      "django_content_type t ON t.id = p.content_type_id ORDER BY 1, 2, 3, 4";
  const std::string log =
      "SELECT l.id, t.app_label, t.model FROM django_admin_log l JOIN django_content_type t ON "
      "t.id = l.content_type_id ORDER BY l.id";
  const std::string types = "SELECT id, app_label, model FROM django_content_type ORDER BY id";
  const std::string before = db.Rows(types);
  LoadedDatabase source(tree_.Path("source.sqlite3"));
  source.Execute("ATTACH '" MIGEXT_TEST_DATA "/golden/blog/db/all_applied_small.sqlite3' AS s");
  const auto of_source = [&](std::string sql) {
    for (const char* table : {"auth_", "django_"}) {
      sql = ReplaceAll(sql, std::string(" ") + table, std::string(" s.") + table);
    }
    return source.Rows(sql);
  };

  db.Rows("SELECT loaddata(" + SqlLiteral(kDumps + "dumpdata_everything.json") + ")");

  EXPECT_EQ(db.Rows(types), before);
  EXPECT_EQ(db.Rows(permissions), of_source(permissions));
  EXPECT_EQ(db.Rows(log), of_source(log));
}

INSTANTIATE_TEST_SUITE_P(Versions, GoldenLoadTest, ::testing::Values("4.2", "5.2", "6.0", "6.1"),
                         [](const auto& version) { return ReplaceAll(version.param, ".", "_"); });

}  // namespace
}  // namespace migext
