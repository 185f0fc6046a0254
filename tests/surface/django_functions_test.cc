// Django's SQL functions on a connection that has loaded migext; values as Django gives them.
#include "surface/django_functions.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "support/loaded_database.h"
#include "surface/registry.h"

namespace migext::surface {
namespace {

class DjangoFunctionsTest : public ::testing::Test {
 protected:
  std::string Value(const std::string& expression) {
    std::string value = db.Rows("SELECT " + expression);
    value.pop_back();
    return value;
  }

  testing::LoadedDatabase db;
};

TEST_F(DjangoFunctionsTest, TextIsCountedInCharacters) {
  EXPECT_EQ(Value("lpad('é', 4, 'ab')"), "abaé");
  EXPECT_EQ(Value("lpad('abcd', 2, '.')"), "ab");
  EXPECT_EQ(Value("rpad('日', 3, 'xy')"), "日xy");
  EXPECT_EQ(Value("rpad('ab', 3, '')"), "ab");
  EXPECT_EQ(Value("reverse('aé日')"), "日éa");
  EXPECT_EQ(Value("repeat('ab', 3) || repeat('ab', -1)"), "ababab");
  EXPECT_EQ(db.ErrorOf("SELECT repeat('ab', 9000000000)"), "string or blob too big");
}

TEST_F(DjangoFunctionsTest, DigestsAreHexadecimal) {
  EXPECT_EQ(Value("md5('é')"), "66ddcd97cfdeabb2f6fb8a999b4bc76f");
  EXPECT_EQ(Value("sha1('é')"), "bf15be717ac1b080b4f1c456692825891ff5073d");
  EXPECT_EQ(Value("length(sha224('')) || length(sha256('')) || length(sha384('')) || "
                  "length(sha512(''))"),
            "566496128");
}

TEST_F(DjangoFunctionsTest, NullGivesNullAndAnotherTypeIsAnError) {
  EXPECT_EQ(Value("md5(NULL) IS NULL AND bitxor(1, NULL) IS NULL AND regexp(NULL, 'a') IS NULL"),
            "1");
  EXPECT_EQ(db.ErrorOf("SELECT md5(5)"), "TypeError: expected text, not 5");
  EXPECT_EQ(Value("bitxor(6, 3)"), "5");
}

TEST_F(DjangoFunctionsTest, RegexpSearchesAsPythonDoes) {
  EXPECT_EQ(Value("'x\n' REGEXP 'x$'"), "1");
  EXPECT_EQ(Value("'STRASSE' REGEXP '(?i)^stra(?=ss)'"), "1");
  EXPECT_EQ(Value("1.5 REGEXP '^1\\.5$'"), "1");
  EXPECT_NE(db.ErrorOf("SELECT 'a' REGEXP '('"), "");
}

TEST_F(DjangoFunctionsTest, MomentsAreReadInTheirZone) {
  EXPECT_EQ(Value("django_datetime_extract('hour', '2020-01-01 10:00:00', 'UTC', 'UTC')"), "10");
  EXPECT_EQ(Value("django_datetime_cast_date('2020-01-01 23:00:00', '+02:00', 'UTC')"),
            "2020-01-02");
  EXPECT_EQ(Value("django_date_extract('year', 5) IS NULL"), "1");
  EXPECT_EQ(Value("django_format_dtdelta('-', '2020-01-01 00:00:00', 1)"),
            "2019-12-31 23:59:59.999999");
  EXPECT_EQ(Value("django_format_dtdelta('*', 3, 4)"), "12");
}

TEST_F(DjangoFunctionsTest, ConstraintsDefaultsAndIndexesMayUseThem) {
  db.Execute("PRAGMA trusted_schema = OFF");
  db.Execute(
      "CREATE TABLE t (id char(32) DEFAULT (uuidv4()), code text CHECK (code REGEXP '^[A-Z]+$'), "
      "d date, y integer GENERATED ALWAYS AS (django_date_extract('year', d)) STORED)");
  db.Execute("CREATE INDEX i ON t (md5(code))");
  db.Execute("INSERT INTO t (code, d) VALUES ('AB', '2020-02-03')");

  EXPECT_EQ(db.Rows("SELECT length(id), code, y FROM t"), "32|AB|2020\n");
  EXPECT_EQ(db.ErrorOf("INSERT INTO t (code) VALUES ('ab')"),
            "CHECK constraint failed: code REGEXP '^[A-Z]+$'");
}

/// A host's function that answers every call with 1.
void One(sqlite3_context* context, int, sqlite3_value**) { sqlite3_result_int(context, 1); }
/// A host's function that answers every call with 0.
void Zero(sqlite3_context* context, int, sqlite3_value**) { sqlite3_result_int(context, 0); }

std::string ResultOn(const char* name, int arguments,
                     void (*host)(sqlite3_context*, int, sqlite3_value**),
                     const std::string& query) {
  testing::Database db;
  sqlite3_create_function(db.handle(), name, arguments, SQLITE_UTF8, nullptr, host, nullptr,
                          nullptr);
  RegisterAll(db.handle());
  return db.Rows(query);
}

TEST(HostFunctionsTest, AHostKeepsItsOwn) {
  EXPECT_EQ(ResultOn("lpad", 3, Zero, "SELECT lpad('a', 3, '.')"), "0\n");
  EXPECT_EQ(ResultOn("lpad", 2, Zero, "SELECT lpad('a', 3, '.')"), "..a\n");
}

TEST(HostFunctionsTest, ARegexpThatKnowsPythonsSyntaxStaysAndAnotherGivesWay) {
  EXPECT_EQ(ResultOn("regexp", 2, One, "SELECT 'a' REGEXP 'b'"), "1\n");
  EXPECT_EQ(ResultOn("regexp", 2, Zero, "SELECT 'a' REGEXP 'a'"), "1\n");
}

}  // namespace
}  // namespace migext::surface
