#include <gtest/gtest.h>

#include <string>

#include "support/golden_blog.h"
#include "support/loaded_database.h"
#include "support/project_builder.h"

namespace migext::surface {
namespace {

// The blog's database with twenty comments misplaced; expected/common/bad_tree.json says how.
class CommentTreeSqlTest : public ::testing::Test {
 protected:
  static std::string Copy(const ProjectBuilder& tree) {
    test::CopyBlogDatabase("bad_tree", tree.Path("db.sqlite3"));
    return tree.Path("db.sqlite3");
  }

  ProjectBuilder tree;
  testing::LoadedDatabase db{Copy(tree)};
};

TEST_F(CommentTreeSqlTest, CheckFindsEachMisplacedComment) {
  EXPECT_EQ(db.Rows("SELECT id, problem, expected, actual FROM comment_tree_check"),
            "1|wrong-level|0|1\n"
            "2|orphan||parent 7777 is missing\n"
            "3|wrong-path|3|0/3\n"
            "4|wrong-path|4| 4\n"
            "11|orphan||parent 5555 is missing\n"
            "12|self-parent||is its own parent\n"
            "19|cycle||19 -> 33 -> 19\n"
            "25|cycle||25 -> 40 -> 62 -> 25\n"
            "33|cycle||33 -> 19 -> 33\n"
            "40|cycle||40 -> 62 -> 25 -> 40\n"
            "42|wrong-level|1|4\n"
            "45|wrong-level|1|2\n"
            "46|orphan||below 2, whose parent 7777 is missing\n"
            "47|wrong-path|8/47|1/2/47\n"
            "49|null-path|22/49|\n"
            "52|wrong-path|5/52|5\n"
            "59|orphan||parent 6666 is missing\n"
            "62|cycle||62 -> 25 -> 40 -> 62\n"
            "71|cycle||below the circle 25 -> 40 -> 62 -> 25\n");
}

TEST_F(CommentTreeSqlTest, RebuildMendsWhatParentsTellAndLeavesTheRest) {
  EXPECT_EQ(db.Rows("SELECT comment_tree_rebuild()"),
            "changed 8 of 120 rows, left 4 without a parent to hang on, left 7 in circles\n");

  EXPECT_EQ(db.Rows("SELECT DISTINCT problem FROM comment_tree_check ORDER BY 1"),
            "cycle\norphan\nself-parent\n");
  EXPECT_EQ(db.Rows("SELECT level, path FROM blog_comment WHERE id IN (47, 49)"),
            "1|8/47\n1|22/49\n");
  EXPECT_EQ(db.Rows("SELECT verb, target FROM migext_journal"),
            "comment_tree_rebuild|blog_comment\n");
  EXPECT_EQ(db.Rows("SELECT comment_tree_rebuild()"),
            "changed 0 of 120 rows, left 4 without a parent to hang on, left 7 in circles\n");
}

TEST_F(CommentTreeSqlTest, CutParentsAndARebuildLeaveNoProblem) {
  db.Execute(
      "UPDATE blog_comment SET parent_id = NULL WHERE id IN "
      "(SELECT id FROM comment_tree_check WHERE problem IN ('orphan', 'self-parent') AND actual "
      "NOT LIKE 'below%')"
      "OR id IN (19, 25)");
  db.Execute("SELECT comment_tree_rebuild()");

  EXPECT_EQ(db.Rows("SELECT count(*) FROM comment_tree_check"), "0\n");
  EXPECT_EQ(db.Rows("SELECT path FROM blog_comment WHERE id = 40"), "25/62/40\n");
}

TEST_F(CommentTreeSqlTest, ResetKeepsTheOldRows) {
  const std::string before =
      db.Rows("SELECT id, parent_id, level, path FROM blog_comment ORDER BY id");
  db.Execute("SELECT comment_tree_reset()");

  EXPECT_EQ(
      db.Rows(
          "SELECT count(*) FROM blog_comment WHERE parent_id IS NULL AND level = 0 AND path = id"),
      "120\n");
  const std::string undo = db.Rows(
      "SELECT substr(line, instr(line, 'UPDATE')) FROM migext_output WHERE line LIKE 'kept%'");
  db.Execute(undo);
  EXPECT_EQ(db.Rows("SELECT id, parent_id, level, path FROM blog_comment ORDER BY id"), before);
}

TEST_F(CommentTreeSqlTest, VerbsAreRefusedInAQueryOfATable) {
  EXPECT_NE(db.ErrorOf("SELECT comment_tree_rebuild() FROM blog_comment"), "");
  EXPECT_NE(db.ErrorOf("SELECT migext_call(1, 2)"), "");
}

TEST_F(CommentTreeSqlTest, FunctionsTellOneRowsPlace) {
  EXPECT_EQ(db.Rows("SELECT comment_tree_path(47), comment_tree_level(47), comment_tree_path(2)"),
            "8/47|1|\n");
  EXPECT_EQ(db.Rows("SELECT comment_tree_path(47, 'blog_comment', 'id', 'parent_id')"), "8/47\n");
  EXPECT_EQ(db.Rows("SELECT tree_depth('4/17/23'), tree_parent('4/17/23'), tree_root('4/17/23'), "
                    "tree_is_ancestor('4', '4/17'), tree_depth(''), tree_parent('4')"),
            "2|4/17|4|1||\n");
  EXPECT_EQ(db.Rows("SELECT '1/2' < '1/10', tree_key('1/2') < tree_key('1/10')"), "0|1\n");
}

TEST_F(CommentTreeSqlTest, TheTreeIsDrawnWithPositions) {
  db.Execute(
      "CREATE TABLE reply (id integer PRIMARY KEY, answers integer);"
      "INSERT INTO reply VALUES (1, NULL), (2, 1), (3, 2), (4, 1)");

  EXPECT_EQ(db.Rows("SELECT id, parent_id, level, path, position, children, descendants, line "
                    "FROM comment_tree('reply', 'id', 'answers')"),
            "1||0|1|1|2|3|1\n"
            "2|1|1|1/2|2|1|1|├── 2\n"
            "3|2|2|1/2/3|3|0|0|│   └── 3\n"
            "4|1|1|1/4|4|0|0|└── 4\n");
}

}  // namespace
}  // namespace migext::surface
