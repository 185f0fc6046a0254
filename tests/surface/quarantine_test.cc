// What a rollback drops is kept, and comes back.
#include <gtest/gtest.h>

#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/text.h"
#include "support/golden_blog.h"
#include "support/loaded_database.h"

namespace migext::surface {
namespace {

constexpr const char* kTwin = "sql/blog/0004_populate_comment_nesting_fields.sql";

class QuarantineTest : public ::testing::Test {
 protected:
  void Blog(const std::string& state) {
    test::LayOutBlog(tree_, "project", "5.2");
    tree_.File(kTwin, ReadFile(std::string(MIGEXT_TEST_DATA) + "/../../" + kTwin, 1 << 20));
    test::CopyBlogDatabase(state, tree_.Path("db.sqlite3"));
    Open();
  }

  void Open() { db_.emplace(tree_.Path("db.sqlite3")); }

  /// Of all tables but ours and Django's own, each row with its columns by name.
  std::string Contents() {
    std::string text;
    std::istringstream tables(
        db_->Rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE "
                  "'migext_%' AND name NOT LIKE 'django_%' AND name NOT LIKE 'sqlite_%' ORDER BY "
                  "name"));
    for (std::string table; std::getline(tables, table);) {
      const std::string columns = std::string(
          Trim(db_->Rows("SELECT group_concat('\"' || name || '\"') FROM (SELECT name FROM "
                         "pragma_table_info('" +
                         table + "') ORDER BY name)")));
      text += table + "(" + columns + ")\n";
      text += db_->Rows("SELECT " + columns + " FROM \"" + table + "\" ORDER BY rowid");
    }
    return text;
  }

  std::string Schema() {
    return db_->Rows("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'migext_j%' "
                     "ORDER BY type, name");
  }

  std::string KeptTables() {
    return db_->Rows("SELECT name FROM sqlite_master WHERE name LIKE 'migext_kept%' ORDER BY name");
  }

  void Run(const std::string& sql) { EXPECT_EQ(db_->ErrorOf(sql), "") << sql; }

  ProjectBuilder tree_;
  std::optional<testing::LoadedDatabase> db_;
};

TEST_F(QuarantineTest, TheBlogComesBackWhole) {
  Blog("all_applied");
  Run("SELECT migrate('blog', '0009')");
  const std::string before = Contents();
  Run("SELECT migrate('blog', '0002')");
  EXPECT_NE(KeptTables(), "");
  Run("SELECT migrate()");
  EXPECT_EQ(Contents(), before);
  EXPECT_EQ(KeptTables(), "");
}

}  // namespace
}  // namespace migext::surface
