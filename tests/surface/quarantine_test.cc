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

TEST_F(QuarantineTest, NothingIsKeptWhenThatIsOff) {
  Blog("all_applied_small");
  Run("SELECT migext_setting('keep_dropped', 'off')");
  Run("SELECT migrate('blog', '0004')");
  EXPECT_EQ(KeptTables(), "");
}

TEST_F(QuarantineTest, ThePlanSaysWhatIsDroppedAndWhereItIsKept) {
  Blog("all_applied_small");
  EXPECT_EQ(db_->Rows("SELECT operation, note FROM migration_plan('blog', '0002') WHERE name LIKE "
                      "'0003%' OR name LIKE '0004%'"),
            "RunPython|runs Python: SQL twin "
            "sql/blog/0004_populate_comment_nesting_fields.sql\n"
            "AddField|drops column blog_comment.level with 67 values in it; they are kept in "
            "migext_kept_blog_0003_add_comment_nesting_fields_blog_comment\n"
            "AddField|drops column blog_comment.path with 120 values in it; they are kept in "
            "migext_kept_blog_0003_add_comment_nesting_fields_blog_comment\n");
}

TEST_F(QuarantineTest, HoweverFarBackAndInHowManyStepsForwards) {
  Blog("all_applied_small");
  Run("SELECT migrate('blog', '0009')");
  const std::string before = Contents();
  for (const char* target : {"0008", "0005", "0002", "zero"}) {
    Run(std::string("SELECT migrate('blog', '") + target + "')");
    if (std::string(target) < "0003" || std::string(target) == "zero") {
      Run("SELECT migrate('blog', '0003')");
    }
    Run("SELECT migrate()");
    EXPECT_EQ(Contents(), before) << target;
    EXPECT_EQ(KeptTables(), "") << target;
  }
}

TEST_F(QuarantineTest, RowsThatAreGoneStayInQuarantine) {
  Blog("all_applied_small");
  Run("SELECT migrate('blog', '0004')");
  Run("DELETE FROM blog_comment WHERE id IN (SELECT id FROM blog_comment ORDER BY id DESC LIMIT "
      "3)");
  Run("SELECT migrate('blog', '0005')");
  EXPECT_EQ(db_->Rows("SELECT count(*) FROM "
                      "migext_kept_blog_0005_comment_parent_and_more_blog_comment"),
            "3\n");
}

TEST_F(QuarantineTest, ATriggerDoesNotSeeWhatIsPutBack) {
  Blog("all_applied_small");
  Run("CREATE TABLE log (id integer PRIMARY KEY)");
  Run("SELECT migrate('blog', '0004')");
  Run("CREATE TRIGGER touched AFTER UPDATE ON blog_comment BEGIN INSERT INTO log VALUES (NULL); "
      "END");
  Run("SELECT migrate('blog', '0005')");
  EXPECT_EQ(db_->Rows("SELECT count(*) FROM log"), "0\n");
}

}  // namespace
}  // namespace migext::surface
