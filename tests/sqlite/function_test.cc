#include "sqlite/function.h"

#include <gtest/gtest.h>

#include <new>

#include "base/error.h"
#include "support/database.h"

namespace migext::sqlite {
namespace {

class FunctionTest : public ::testing::Test {
 protected:
  void Given(Function function) { Register(db.handle(), std::move(function)); }

  testing::Database db;
};

TEST_F(FunctionTest, TakesAndGivesEveryKindOfValue) {
  Given({"echo", 1, 1, Safety::kPure, [](const Arguments& given) { return given.Get(0); }});

  EXPECT_EQ(db.Rows("SELECT echo(NULL), echo(1), echo(1.5), echo('a'), typeof(echo(x'00'))"),
            "|1|1.5|a|blob\n");
}

TEST_F(FunctionTest, AWrongNumberOfArgumentsIsRefusedBySqlite) {
  Given({"f", 1, 2, Safety::kPure, [](const Arguments& given) { return Cell(given.size()); }});

  EXPECT_EQ(db.Rows("SELECT f(1), f(1, 2)"), "1|2\n");
  EXPECT_EQ(db.ErrorOf("SELECT f()"), "wrong number of arguments to function f()");
}

TEST_F(FunctionTest, AnErrorBecomesTheErrorOfTheStatementWithItsCaret) {
  Given({"f", 0, 0, Safety::kPure, [](const Arguments&) -> Cell {
           throw Error(Place{"a.py", 2, 3, "x = ("}, "expected ')'");
         }});

  EXPECT_EQ(db.ErrorOf("SELECT f()"), "a.py:2:3: expected ')'\n    x = (\n      ^");
}

TEST_F(FunctionTest, NothingThatIsThrownReachesSqlite) {
  Given({"memory", 0, 0, Safety::kPure, [](const Arguments&) -> Cell { throw std::bad_alloc(); }});
  Given({"odd", 0, 0, Safety::kPure, [](const Arguments&) -> Cell { throw 7; }});

  EXPECT_EQ(db.ErrorOf("SELECT memory()"), "out of memory");
  EXPECT_EQ(db.ErrorOf("SELECT odd()"), "internal error");
}

TEST_F(FunctionTest, WhatActsIsRefusedInTheSchemasViews) {
  Given({"act", 0, 0, Safety::kDirectOnly, [](const Arguments&) { return Cell(1); }});
  db.Execute("CREATE VIEW v AS SELECT act()");

  EXPECT_EQ(db.ErrorOf("SELECT * FROM v"), "unsafe use of act()");
}

TEST_F(FunctionTest, WhatIsPureWorksInViewsOfAnUntrustedSchema) {
  Given({"pure", 0, 0, Safety::kPure, [](const Arguments&) { return Cell(1); }});
  db.Execute("PRAGMA trusted_schema = OFF; CREATE VIEW v AS SELECT pure()");

  EXPECT_EQ(db.Rows("SELECT * FROM v"), "1\n");
}

}  // namespace
}  // namespace migext::sqlite
