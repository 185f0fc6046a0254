#include "sqlite/table_function.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "support/database.h"

namespace migext::sqlite {
namespace {

struct Leaf {
  std::string app;
  std::int64_t line;
};

class TableFunctionTest : public ::testing::Test {
 protected:
  TableFunctionTest() {
    Register(db.handle(),
             MakeTable<Leaf>({
                 .name = "leaves",
                 .arguments = {"for_app", "lines"},
                 .columns = {{"app", [](const Leaf& leaf) -> Cell { return leaf.app; }},
                             {"line",
                              [](const Leaf& leaf) -> Cell {
                                if (leaf.line > 5) throw Error("line is too long");
                                return leaf.line;
                              }}},
                 .rows = [this](const Arguments& given) { return Rows(given); },
             }));
  }

  std::vector<Leaf> Rows(const Arguments& given) {
    ++readings;
    if (given.Text(0) == "bad") throw Error(Place{"a.py", 1, 2, "x("}, "bad app");
    const std::int64_t lines = given.Has(1) ? given.Int(1) : 2;
    std::vector<Leaf> leaves;
    for (std::int64_t i = 1; i <= lines; ++i) {
      leaves.push_back({given.Has(0) ? given.Text(0) : "any", i});
    }
    return leaves;
  }

  testing::Database db;
  int readings = 0;
};

TEST_F(TableFunctionTest, NeedsNoArguments) {
  EXPECT_EQ(db.Rows("SELECT * FROM leaves"), "any|1\nany|2\n");
}

TEST_F(TableFunctionTest, TakesArgumentsByPosition) {
  EXPECT_EQ(db.Rows("SELECT * FROM leaves('blog', 1)"), "blog|1\n");
}

TEST_F(TableFunctionTest, TakesArgumentsByName) {
  EXPECT_EQ(db.Rows("SELECT * FROM leaves WHERE lines = 1 AND for_app = 'shop'"), "shop|1\n");
}

TEST_F(TableFunctionTest, ANullArgumentCountsAsLeftOut) {
  EXPECT_EQ(db.Rows("SELECT * FROM leaves(NULL, 1)"), "any|1\n");
}

TEST_F(TableFunctionTest, AJoinFeedsArgumentsWhicheverComesFirst) {
  db.Execute("CREATE TABLE apps(name); INSERT INTO apps VALUES ('a'), ('b')");

  EXPECT_EQ(db.Rows("SELECT app FROM leaves(apps.name, 1), apps"), "a\nb\n");
  EXPECT_EQ(db.Rows("SELECT app FROM apps JOIN leaves ON for_app = name AND lines = 1"), "a\nb\n");
}

TEST_F(TableFunctionTest, VisibleColumnsAreFilteredAndSorted) {
  EXPECT_EQ(db.Rows("SELECT line FROM leaves('x', 4) WHERE line > 2 ORDER BY line DESC"), "4\n3\n");
}

TEST_F(TableFunctionTest, TheInnerTableOfAJoinIsReadOnce) {
  db.Execute("CREATE TABLE t(a); INSERT INTO t VALUES (1), (2), (3)");

  EXPECT_EQ(db.Rows("SELECT count(*) FROM t CROSS JOIN leaves ON line <= a"), "5\n");
  EXPECT_EQ(readings, 1);
}

TEST_F(TableFunctionTest, ASecondQueryReadsAgain) {
  db.Rows("SELECT * FROM leaves");
  db.Rows("SELECT * FROM leaves");

  EXPECT_EQ(readings, 2);
}

TEST_F(TableFunctionTest, AnErrorOfTheRowsCarriesItsCaret) {
  EXPECT_EQ(db.ErrorOf("SELECT * FROM leaves('bad')"), "a.py:1:2: bad app\n    x(\n     ^");
}

TEST_F(TableFunctionTest, AnErrorOfAColumnEndsTheQuery) {
  EXPECT_EQ(db.ErrorOf("SELECT line FROM leaves('x', 6)"), "line is too long");
}

TEST_F(TableFunctionTest, TooManyArgumentsAreRefusedBySqlite) {
  EXPECT_EQ(db.ErrorOf("SELECT * FROM leaves(1, 2, 3)"), "too many arguments on leaves() - max 2");
}

TEST_F(TableFunctionTest, IsRefusedInTheSchemasViews) {
  db.Execute("CREATE VIEW v AS SELECT * FROM leaves");

  EXPECT_EQ(db.ErrorOf("SELECT * FROM v"), "unsafe use of virtual table \"leaves\"");
}

TEST_F(TableFunctionTest, CannotBeWritten) {
  EXPECT_EQ(db.ErrorOf("DELETE FROM leaves"), "table leaves may not be modified");
}

}  // namespace
}  // namespace migext::sqlite
