#include <gtest/gtest.h>

#include <string>

#include "support/loaded_database.h"

namespace migext::surface {
namespace {

class AboutTest : public ::testing::Test {
 protected:
  testing::LoadedDatabase db;
};

TEST_F(AboutTest, TheVersionNamesSqliteAndDjango) {
  EXPECT_EQ(db.Rows("SELECT migext_version() = '0.1.0 (sqlite ' || sqlite_version() || ', django "
                    "3.2–6.1)'"),
            "1\n");
}

TEST_F(AboutTest, ASettingIsReadBackWithItsOrigin) {
  EXPECT_EQ(db.Rows("SELECT migext_setting('django_version', '4.2')"), "4.2\n");

  EXPECT_EQ(db.Rows("SELECT value, origin FROM migext_settings WHERE name = 'django_version'"),
            "4.2|setting\n");
}

TEST_F(AboutTest, AnEmptyValueGoesBackToTheDefault) {
  db.Rows("SELECT migext_setting('journal', 'off')");

  EXPECT_EQ(db.Rows("SELECT migext_setting('journal', '')"), "on\n");
}

TEST_F(AboutTest, WhatIsSilencedIsNothingUntilItIsSet) {
  EXPECT_EQ(db.Rows("SELECT name, value, origin FROM migext_settings WHERE name LIKE 'lint%'"),
            "lint_baseline||default\nlint_ignore||default\n");
}

TEST_F(AboutTest, TheBusyTimeoutIsThatOfTheConnection) {
  db.Rows("SELECT migext_setting('busy_timeout_ms', '1234')");

  EXPECT_EQ(db.Rows("PRAGMA busy_timeout"), "1234\n");
}

TEST_F(AboutTest, AnUnknownSettingNamesTheNearestOne) {
  EXPECT_EQ(db.ErrorOf("SELECT migext_setting('django_versoin')"),
            "there is no setting 'django_versoin'; did you mean 'django_version'?");
}

TEST_F(AboutTest, AValueThatCannotBeOneIsRefusedAndChangesNothing) {
  EXPECT_EQ(db.ErrorOf("SELECT migext_setting('journal', 'maybe')"),
            "'maybe' cannot be the value: give 'on' or 'off'");
  EXPECT_EQ(db.ErrorOf("SELECT migext_setting('auth_user_model', 'User')"),
            "'User' cannot be the value: give app and model, like 'accounts.User'");
  EXPECT_EQ(db.ErrorOf("SELECT migext_setting('busy_timeout_ms', '-1')"),
            "'-1' cannot be the value: give milliseconds, like '5000'");

  EXPECT_EQ(db.Rows("SELECT migext_setting('journal')"), "on\n");
}

TEST_F(AboutTest, HelpIsThereForEveryKind) {
  EXPECT_EQ(db.Rows("SELECT signature FROM migext_help WHERE name = 'migext_setting'"),
            "migext_setting(name[, value])\n");
  EXPECT_EQ(db.Rows("SELECT columns FROM migext_help WHERE name = 'migext_output'"), "line\n");
}

TEST_F(AboutTest, TheReportIsEmptyBeforeTheFirstVerb) {
  EXPECT_EQ(db.Rows("SELECT * FROM migext_output"), "");
}

}  // namespace
}  // namespace migext::surface
