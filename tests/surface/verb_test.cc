#include "surface/verb.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/text.h"
#include "rewrite/file_transaction.h"
#include "support/database.h"

namespace migext::surface {
namespace {

class VerbTest : public ::testing::Test {
 protected:
  VerbTest() {
    db.Execute("CREATE TABLE t(a)");
    session = std::make_shared<Session>(db.handle());
    sqlite::Register(db.handle(), MakeVerb(session, "act", 1, 1, [](Verb& verb) -> std::string {
                       verb.Report("  Acting...");
                       verb.db().Run("INSERT INTO t VALUES (1)");
                       verb.db().Execute(verb.Required(0, "a statement to run"));
                       return "acted";
                     }));
  }

  std::string Report() { return Join(session->output(), "\n"); }

  testing::Database db;
  SessionPtr session;
};

TEST_F(VerbTest, AnswersInOneLineAndKeepsItsReport) {
  EXPECT_EQ(db.Rows("SELECT act('SELECT 1')"), "acted\n");

  EXPECT_EQ(Report(), "  Acting...");
  EXPECT_EQ(db.Rows("SELECT count(*) FROM t"), "1\n");
}

TEST_F(VerbTest, ChangesNothingWhenItFails) {
  EXPECT_EQ(db.ErrorOf("SELECT act('SELECT nosuch')"), "no such column: nosuch");

  EXPECT_EQ(Report(), "  Acting...\nnothing was changed by act():\nno such column: nosuch");
  EXPECT_EQ(db.Rows("SELECT count(*) FROM t"), "0\n");
  EXPECT_EQ(db.ErrorOf("BEGIN; ROLLBACK"), "");
}

TEST_F(VerbTest, DoesNotSayThatNothingWasChangedWhereFilesCouldNotBePutBack) {
  sqlite::Register(db.handle(), MakeVerb(
                                    session, "write", 0, 0,
                                    [](Verb& /*verb*/) -> std::string {
                                      throw rewrite::NotTakenBack("this could not be taken back");
                                    },
                                    Lock::kNone));

  EXPECT_EQ(db.ErrorOf("SELECT write()"), "this could not be taken back");

  EXPECT_EQ(Report(), "this could not be taken back");
}

TEST_F(VerbTest, CanDropATableInsideTheCallersTransaction) {
  db.Execute("CREATE TABLE old(a); BEGIN; INSERT INTO t VALUES (2)");

  EXPECT_EQ(db.Rows("SELECT act('DROP TABLE old')"), "acted\n");

  db.Execute("ROLLBACK");
  EXPECT_EQ(db.Rows("SELECT count(*) FROM old"), "0\n");
}

TEST_F(VerbTest, IsRefusedWhereATableIsRead) {
  db.Execute("INSERT INTO t VALUES (7)");

  const std::string error = db.ErrorOf("SELECT act('SELECT 1') FROM t");

  EXPECT_EQ(error.substr(0, 59), "act() works only when it is called alone, and a statement i");
  EXPECT_EQ(db.Rows("SELECT count(*) FROM t"), "1\n");
}

TEST_F(VerbTest, IsRefusedInsideAWritingStatementAndATransaction) {
  db.Execute("BEGIN");
  EXPECT_NE(db.ErrorOf("INSERT INTO t SELECT act('SELECT 1')"), "");
  EXPECT_NE(db.ErrorOf("CREATE TABLE u AS SELECT act('SELECT 1')"), "");
  EXPECT_NE(db.ErrorOf("SELECT act('SELECT 1') FROM json_each('[1]')"), "");
  db.Execute("COMMIT");

  EXPECT_EQ(db.Rows("SELECT count(*) FROM t"), "0\n");
}

TEST_F(VerbTest, IsRefusedWhereATemporaryTableHidesOneOfTheDatabase) {
  db.Execute("CREATE TEMP TABLE T(a)");
  EXPECT_EQ(db.ErrorOf("SELECT act('INSERT INTO t VALUES (1)')"),
            "the temporary table or view \"T\" hides the table of the database, and would be taken "
            "for it; give it another name or drop it first: ALTER TABLE temp.\"T\" RENAME TO "
            "\"T_copy\";");
  db.Execute("ALTER TABLE temp.\"T\" RENAME TO \"T_copy\"");
  EXPECT_EQ(db.Rows("SELECT act('INSERT INTO t VALUES (1)')"), "acted\n");
  EXPECT_EQ(db.Rows("SELECT count(*) FROM main.t"), "2\n");
}

TEST_F(VerbTest, IsRefusedInsideItself) {
  EXPECT_EQ(db.ErrorOf("SELECT act('SELECT act(1)')"),
            "act() cannot run inside another verb; call it by itself");
}

TEST_F(VerbTest, AMissingArgumentIsNamed) {
  EXPECT_EQ(db.ErrorOf("SELECT act(NULL)"), "give a statement to run; it is missing here");
}

}  // namespace
}  // namespace migext::surface
