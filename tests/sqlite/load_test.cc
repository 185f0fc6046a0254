#include "sqlite/load.h"

#include <gtest/gtest.h>
#include <sqlite3ext.h>

#include <string>

#include "sqlite/api.h"
#include "sqlite/function.h"
#include "support/database.h"

namespace migext::sqlite {
namespace {

void RegisterVersion(sqlite3* connection) {
  Register(connection,
           {"migext_version", 0, 0, Safety::kPure, [](const Arguments&) -> Cell { return "1"; }});
}

void RegisterNothing(sqlite3* /*connection*/) { throw Error("no room"); }

class LoadTest : public ::testing::Test {
 protected:
  ~LoadTest() override {
    UseApi(real);
    sqlite3_free(message);
  }

  testing::Database db;
  const sqlite3_api_routines* real = sqlite3_api;
  char* message = nullptr;
};

TEST_F(LoadTest, RegistersOnce) {
  EXPECT_EQ(Load(db.handle(), &message, real, RegisterVersion), SQLITE_OK);
  EXPECT_EQ(Load(db.handle(), &message, real, RegisterNothing), SQLITE_OK);

  EXPECT_EQ(db.Rows("SELECT migext_version()"), "1\n");
}

TEST_F(LoadTest, AnOldSqliteIsRefusedInASentence) {
  sqlite3_api_routines old = *real;
  old.libversion_number = [] { return 3033000; };
  old.libversion = [] { return "3.33.0"; };

  EXPECT_EQ(Load(db.handle(), &message, &old, RegisterVersion), SQLITE_ERROR);

  EXPECT_STREQ(message, "migext needs SQLite 3.34.0 or newer; this is 3.33.0");
}

TEST_F(LoadTest, AFailureIsASentenceAndNeverThrown) {
  EXPECT_EQ(Load(db.handle(), &message, real, RegisterNothing), SQLITE_ERROR);

  EXPECT_STREQ(message, "migext cannot be loaded: no room");
}

}  // namespace
}  // namespace migext::sqlite
