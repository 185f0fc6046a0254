#include "tree/comment_tree.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sqlite/callback.h"
#include "sqlite/connection.h"
#include "support/database.h"
#include "tree/drawing.h"
#include "tree/scan.h"

namespace migext::tree {
namespace {

using sqlite::Connection;

class CommentTreeTest : public ::testing::Test {
 protected:
  // Comments as (id, parent, level, path) tuples of SQL.
  void Given(const std::string& values) {
    db.Execute(
        "CREATE TABLE blog_comment (id integer NOT NULL PRIMARY KEY, parent_id bigint NULL, "
        "level integer, path varchar(20));"
        "INSERT INTO blog_comment VALUES " +
        values);
  }

  std::vector<std::string> Problems() const {
    std::vector<std::string> lines;
    Check(db, table, [&](const Problem& p) {
      lines.push_back(ToString(p.id) + " " + p.problem + " " + p.expected.value_or("NULL") +
                      " <- " + p.actual.value_or("NULL"));
    });
    return lines;
  }

  std::string Rows() const {
    return *db.Value(
                  "SELECT group_concat(id || ' ' || ifnull(parent_id, '-') || ' ' || ifnull(level, "
                  "'?') || ' ' "
                  "|| ifnull(path, '?'), '; ') FROM (SELECT * FROM blog_comment ORDER BY id)")
                .Text();
  }

  CommentTreeTest() { sqlite::Register(given.handle(), sqlite::MigextCall()); }

  testing::Database given;
  Connection db = Connection::Borrow(given.handle());
  TreeTable table;
};

using Lines = std::vector<std::string>;

TEST_F(CommentTreeTest, ARightTreeHasNoProblems) {
  Given("(1, NULL, 0, '1'), (2, 1, 1, '1/2'), (3, 9, 1, '9/3'), (9, NULL, 0, '9')");

  EXPECT_EQ(Problems(), Lines{});
  EXPECT_EQ(Rebuild(db, table).changed, 0);
}

TEST_F(CommentTreeTest, EachProblemIsNamedWithWhatIsExpectedAndWhatIsThere) {
  Given(
      "(1, NULL, 3, '1'), (2, 1, 1, '2'), (3, 77, 0, '3'), (4, 3, 0, '4'), (5, 5, 0, '5'), (6, 7, "
      "0, '6'), "
      "(7, 6, 0, '7'), (8, 7, 0, '8'), (10, NULL, 0, NULL), (11, NULL, NULL, ''), (12, 1, 1, "
      "'nonsense')");

  EXPECT_EQ(Problems(), (Lines{
                            "1 wrong-level 0 <- 3",
                            "2 wrong-path 1/2 <- 2",
                            "3 orphan NULL <- parent 77 is missing",
                            "4 orphan NULL <- below 3, whose parent 77 is missing",
                            "5 self-parent NULL <- is its own parent",
                            "6 cycle NULL <- 6 -> 7 -> 6",
                            "7 cycle NULL <- 7 -> 6 -> 7",
                            "8 cycle NULL <- below the circle 7 -> 6 -> 7",
                            "10 null-path 10 <- NULL",
                            "11 wrong-level 0 <- NULL",
                            "11 null-path 11 <- ",
                            "12 wrong-path 1/12 <- nonsense",
                        }));
}

TEST_F(CommentTreeTest, APathLongerThanItsColumnIsAProblem) {
  Given(
      "(1000000, NULL, 0, '1000000'), (2000000, 1000000, 1, '1000000/2000000'), "
      "(3000000, 2000000, 2, '1000000/2000000/3000000')");

  EXPECT_EQ(Problems(), Lines{"3000000 path-too-long at most 20 letters <- 23 letters"});
}

TEST_F(CommentTreeTest, RebuildWritesWhatDiffersAndLeavesFaults) {
  Given("(1, NULL, 0, '1'), (2, 4, 0, ''), (3, 3, 7, 'x'), (4, 1, 0, ''), (5, 99, 7, 'y')");

  const RebuildCounts counts = Rebuild(db, table);

  EXPECT_EQ(Rows(), "1 - 0 1; 2 4 2 1/4/2; 3 3 7 x; 4 1 1 1/4; 5 99 7 y");
  EXPECT_EQ(counts.rows, 5);
  EXPECT_EQ(counts.changed, 2);
  EXPECT_EQ(counts.orphans, 1);
  EXPECT_EQ(counts.circular, 1);
  EXPECT_EQ(Rebuild(db, table).changed, 0);
}

TEST_F(CommentTreeTest, RowsThatATriggerKeepsAreNotCounted) {
  Given("(1, NULL, 0, '1'), (2, 1, 0, ''), (3, 1, 0, '')");
  db.Execute("CREATE TRIGGER keep BEFORE UPDATE ON " + table.table +
             " WHEN old.id = 2 BEGIN SELECT raise(IGNORE); END");

  EXPECT_EQ(Rebuild(db, table).changed, 1);
}

TEST_F(CommentTreeTest, ARootThatLosesAPathNamingItsParentIsCopiedFirst) {
  Given("(1, NULL, 0, '1'), (2, NULL, 1, '1/2'), (3, NULL, 5, '3')");

  const RebuildCounts counts = Rebuild(db, table);

  EXPECT_EQ(counts.kept, 1);
  EXPECT_EQ(Rows(), "1 - 0 1; 2 - 0 2; 3 - 0 3");
  db.Run(UndoStatement(db, table));
  EXPECT_EQ(Rows(), "1 - 0 1; 2 - 1 1/2; 3 - 0 3");
}

TEST_F(CommentTreeTest, ResetMakesRootsAndCanBeTakenBack) {
  Given("(1, NULL, 0, '1'), (2, 1, 1, '1/2'), (3, 2, 2, '1/2/3')");
  const std::string before = Rows();

  const RebuildCounts counts = Reset(db, table);

  EXPECT_EQ(Rows(), "1 - 0 1; 2 - 0 2; 3 - 0 3");
  EXPECT_EQ(counts.changed, 2);
  db.Run(UndoStatement(db, table));
  EXPECT_EQ(Rows(), before);
}

TEST_F(CommentTreeTest, OtherTablesAndColumnsAreTreesToo) {
  db.Execute(
      "CREATE TABLE \"my \"\"notes\"\"\" (key char(4) PRIMARY KEY, reply_to char(4), depth int, "
      "way text);"
      "INSERT INTO \"my \"\"notes\"\"\" VALUES ('bbbb', NULL, 0, ''), ('aaaa', 'bbbb', 0, '')");
  table = {"my \"notes\"", "key", "reply_to", "depth", "way"};

  EXPECT_EQ(Rebuild(db, table).changed, 2);
  EXPECT_EQ(db.Value("SELECT way FROM \"my \"\"notes\"\"\" WHERE key = 'aaaa'"),
            sqlite::Cell("bbbb/aaaa"));
  EXPECT_EQ(ExpectedPath(db, table, "aaaa"), "bbbb/aaaa");
}

TEST_F(CommentTreeTest, ColumnsNamedByMistakeAreNotOverwritten) {
  db.Execute(
      "CREATE TABLE blog_comment (id integer PRIMARY KEY, parent_id bigint, level int, body text);"
      "INSERT INTO blog_comment VALUES (1, NULL, 0, 'Nice post!'), (2, 1, 0, 'Thanks')");
  table.path = "body";
  EXPECT_THROW(Rebuild(db, table), Error);
  EXPECT_THROW(Reset(db, table), Error);
  table.path = "level";
  EXPECT_THROW(Rebuild(db, table), Error);

  EXPECT_EQ(db.Value("SELECT group_concat(level || body) FROM blog_comment"),
            sqlite::Cell("0Nice post!,0Thanks"));
}

TEST_F(CommentTreeTest, AMissingTableOrColumnSaysWhatIsThere) {
  EXPECT_THROW(Check(db, table, [](const Problem&) {}), Error);
  db.Execute("CREATE TABLE blog_comment (id integer PRIMARY KEY, parent_id bigint)");
  try {
    Rebuild(db, table);
    FAIL() << "a tree without levels was rebuilt";
  } catch (const Error& error) {
    EXPECT_EQ(error.message(),
              "table \"blog_comment\" has no column \"level\", only id, parent_id; name its "
              "columns after the "
              "table: ('blog_comment', 'id', 'parent_id', 'level', 'path')");
  }
}

TEST_F(CommentTreeTest, ARowThatTheTableRefusesIsNamed) {
  db.Execute(
      "CREATE TABLE blog_comment (id integer PRIMARY KEY, parent_id bigint, level int, path text, "
      "CONSTRAINT shallow CHECK (level <= 1));"
      "INSERT INTO blog_comment VALUES (1, NULL, 0, '1'), (2, 1, 1, '1/2'), (3, 2, 0, '')");
  try {
    Rebuild(db, table);
    FAIL() << "the check constraint was passed over";
  } catch (const Error& error) {
    EXPECT_EQ(error.message(),
              "row 3 of \"blog_comment\" can't take level 2 and path '1/2/3': CHECK constraint "
              "failed: shallow; "
              "nothing was changed");
  }
}

TEST_F(CommentTreeTest, ExpectedPathFollowsTheChainAndEndsAtFaults) {
  Given("(1, NULL, 9, ''), (2, 1, 9, ''), (3, 3, 9, ''), (4, 77, 9, '')");

  EXPECT_EQ(ExpectedPath(db, table, 2), "1/2");
  EXPECT_EQ(ExpectedLevel(db, table, 2), 1);
  EXPECT_EQ(ExpectedPath(db, table, 3), std::nullopt);
  EXPECT_EQ(ExpectedPath(db, table, 4), std::nullopt);
  EXPECT_EQ(ExpectedPath(db, table, 500), std::nullopt);
}

TEST_F(CommentTreeTest, DrawsDepthFirstWithBranchesAndFaultsLast) {
  Given(
      "(1, NULL, 0, ''), (2, 1, 0, ''), (3, 1, 0, ''), (4, 2, 0, ''), (5, 77, 0, ''), (6, 7, 0, "
      "''), (7, 6, 0, '')");

  const Forest forest = ReadForest(db, table);
  const Drawing drawing(forest);
  Lines lines;
  for (std::size_t row = 0; row < drawing.size(); ++row) {
    lines.push_back(std::to_string(drawing.ChildrenAt(row)) + " " +
                    std::to_string(drawing.DescendantsAt(row)) + " " + drawing.LineAt(row));
  }

  EXPECT_EQ(lines, (Lines{
                       "2 3 1",
                       "1 1 ├── 2",
                       "0 0 │   └── 4",
                       "0 0 └── 3",
                       "0 0 5  (parent 77 is missing)",
                       "1 1 6  (in a circle: its parent is 7)",
                       "1 0 └── 7",
                   }));
}

}  // namespace
}  // namespace migext::tree
