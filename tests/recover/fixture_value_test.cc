#include "recover/fixture_value.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/error.h"
#include "django/dialect.h"
#include "sqlite/connection.h"
#include "support/database.h"

namespace migext::recover {
namespace {

using django::Field;
using django::FieldType;

class FixtureValueTest : public ::testing::Test {
 protected:
  /// What stands in a fixture for a cell, given as an SQL literal, of a column of this type; the
  /// reason where Django stops.
  std::string Json(FieldType type, const std::string& declared, const std::string& literal,
                   ValueUse use = ValueUse::kField) {
    field_.type = type;
    testing::Database db;
    db.Execute("CREATE TABLE t (c " + declared + "); INSERT INTO t VALUES (" + literal + ")");
    const sqlite::Connection connection = sqlite::Connection::Borrow(db.handle());
    sqlite::Statement select = connection.Prepare("SELECT c FROM t");
    const ValueWriter writer(field_, use, select.DeclaredType(0), format_);
    std::string out;
    select.Step();
    try {
      is_understood_ = writer.Append(select.row(), 0, 0, out);
    } catch (const Error& error) {
      return error.what();
    }
    return out;
  }

  std::string Decimal(const std::string& literal, int digits, int places) {
    field_.max_digits = digits;
    field_.decimal_places = places;
    return Json(FieldType::kDecimal, "decimal", literal);
  }

  Field field_;
  ValueFormat format_{.dialect = django::DialectFor("5.2")};
  bool is_understood_ = true;
};

TEST_F(FixtureValueTest, NumbersAndTextsAreWhatTheCellHolds) {
  EXPECT_EQ(Json(FieldType::kInteger, "integer", "-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(Json(FieldType::kInteger, "integer", "'abc'"), "\"abc\"");
  EXPECT_EQ(Json(FieldType::kInteger, "integer", "1.5"), "1.5");
  EXPECT_EQ(Json(FieldType::kInteger, "integer", "NULL"), "null");
  EXPECT_EQ(Json(FieldType::kChar, "varchar(9)", "x'00ff27'"), "\"b\\\"\\\\x00\\\\xff'\\\"\"");
}

TEST_F(FixtureValueTest, TextsHaveTheEscapesOfPython) {
  EXPECT_EQ(Json(FieldType::kText, "text",
                 "'\"\\/' || char(8, 9, 10, 12, 13, 1, 31, 127, 0, 8232, 128512) || 'é'"),
            "\"\\\"\\\\/\\b\\t\\n\\f\\r\\u0001\\u001f\x7f\\u0000\u2028\U0001F600é\"");
  EXPECT_EQ(Json(FieldType::kText, "text", "CAST(x'61ff' AS TEXT)"), "it is not UTF-8");
  EXPECT_EQ(Json(FieldType::kText, "text", "CAST(x'eda080' AS TEXT)"), "it is not UTF-8");
}

TEST_F(FixtureValueTest, FloatsAreThoseOfRepr) {
  const auto real = [&](const std::string& literal) {
    return Json(FieldType::kFloat, "real", literal);
  };
  EXPECT_EQ(real("1"), "1.0");
  EXPECT_EQ(real("0.1"), "0.1");
  EXPECT_EQ(real("1e15"), "1000000000000000.0");
  EXPECT_EQ(real("1e16"), "1e+16");
  EXPECT_EQ(real("123456789012345680.0"), "1.2345678901234568e+17");
  EXPECT_EQ(real("0.0001"), "0.0001");
  EXPECT_EQ(real("0.00001"), "1e-05");
  EXPECT_EQ(real("5e-324"), "5e-324");
  EXPECT_EQ(real("9e999"), "Infinity");
  EXPECT_EQ(real("-9e999"), "-Infinity");
}

TEST_F(FixtureValueTest, AColumnDeclaredBoolIsTrueForOneAlone) {
  EXPECT_EQ(Json(FieldType::kBoolean, "bool", "1"), "true");
  EXPECT_EQ(Json(FieldType::kBoolean, "bool", "0"), "false");
  EXPECT_EQ(Json(FieldType::kBoolean, "bool", "5"), "false");
  EXPECT_EQ(Json(FieldType::kBoolean, "bool", "NULL"), "null");
  EXPECT_EQ(Json(FieldType::kBoolean, "integer", "1"), "true");
  EXPECT_EQ(Json(FieldType::kBoolean, "integer", "5"), "5");
}

TEST_F(FixtureValueTest, DecimalsHaveTheirPlaces) {
  EXPECT_EQ(Decimal("1", 8, 2), "\"1.00\"");
  EXPECT_EQ(Decimal("0.125", 8, 2), "\"0.12\"");
  EXPECT_EQ(Decimal("0.375", 8, 2), "\"0.38\"");
  EXPECT_EQ(Decimal("0", 12, 7), "\"0E-7\"");
  EXPECT_EQ(Decimal("0.0000012", 12, 8), "\"0.00000120\"");
  EXPECT_EQ(Decimal("0.00000012", 12, 8), "\"1.2E-7\"");
  EXPECT_EQ(Decimal("0.1 + 0.2", 30, 20), "\"0.30000000000000000000\"");
  EXPECT_EQ(Decimal("1234567.5", 8, 2), "it does not fit into max_digits=8, decimal_places=2");
  EXPECT_EQ(Decimal("'abc'", 8, 2), "a text is no decimal");
  format_.dialect = django::DialectFor("6.1");
  EXPECT_EQ(Decimal("1234567890123456789", 30, 2), "\"1234567890123456789.00\"");
}

TEST_F(FixtureValueTest, TimesAreCutToMillisecondsAndAwareWhereTheProjectIs) {
  const auto json = [&](const std::string& literal) {
    return Json(FieldType::kDateTime, "datetime", literal);
  };
  EXPECT_EQ(json("'2024-02-03 04:05:06.789999'"), "\"2024-02-03T04:05:06.789Z\"");
  EXPECT_EQ(json("'2024-02-03 04:05:06.000001'"), "\"2024-02-03T04:05:06.000Z\"");
  EXPECT_EQ(json("'2024-02-03 04:05:06'"), "\"2024-02-03T04:05:06Z\"");
  EXPECT_EQ(json("'2024-02-03T04:05'"), "\"2024-02-03T04:05:00Z\"");
  EXPECT_EQ(json("'2024-02-03'"), "\"2024-02-03T00:00:00Z\"");
  EXPECT_EQ(json("'2024-02-03 04:05:06+05:30'"), "\"2024-02-03T04:05:06+05:30\"");
  EXPECT_EQ(json("'0001-01-01 00:00:00'"), "\"0001-01-01T00:00:00Z\"");
  EXPECT_EQ(json("'2024-02-30 04:05:06'"), "no such day or time exists");
  format_.use_tz = false;
  EXPECT_EQ(json("'2024-02-03 04:05:06.5'"), "\"2024-02-03T04:05:06.500\"");
}

TEST_F(FixtureValueTest, ATextThatIsNoTimeIsNullAsDjangoTakesIt) {
  EXPECT_EQ(Json(FieldType::kDateTime, "datetime", "'soon'"), "null");
  EXPECT_FALSE(is_understood_);
  EXPECT_EQ(Json(FieldType::kDate, "date", "''"), "null");
  EXPECT_FALSE(is_understood_);
  EXPECT_EQ(Json(FieldType::kDate, "date", "NULL"), "null");
  EXPECT_TRUE(is_understood_);
}

TEST_F(FixtureValueTest, DatesAndTimesAreIso) {
  EXPECT_EQ(Json(FieldType::kDate, "date", "'2024-2-3'"), "\"2024-02-03\"");
  EXPECT_EQ(Json(FieldType::kDate, "date", "'20240203'"), "\"2024-02-03\"");
  EXPECT_EQ(Json(FieldType::kDate, "date", "'2024-W05-6'"), "\"2024-02-03\"");
  EXPECT_EQ(Json(FieldType::kTime, "time", "'04:05'"), "\"04:05:00\"");
  EXPECT_EQ(Json(FieldType::kTime, "time", "'23:59:59.999999'"), "\"23:59:59.999\"");
  EXPECT_EQ(Json(FieldType::kTime, "integer", "5"), "an integer is no date and no time");
}

TEST_F(FixtureValueTest, ADurationIsSpelledByWhoAsks) {
  const std::string micros = "93784000500";
  EXPECT_EQ(Json(FieldType::kDuration, "bigint", micros), "\"1 02:03:04.000500\"");
  EXPECT_EQ(Json(FieldType::kDuration, "bigint", micros, ValueUse::kKey),
            "\"1 day, 2:03:04.000500\"");
  EXPECT_EQ(Json(FieldType::kDuration, "bigint", micros, ValueUse::kNaturalKey),
            "\"P1DT02H03M04.000500S\"");
  EXPECT_EQ(Json(FieldType::kDuration, "bigint", "-1"), "\"-1 23:59:59.999999\"");
  EXPECT_EQ(Json(FieldType::kDuration, "bigint", "-1", ValueUse::kNaturalKey),
            "\"-P0DT00H00M00.000001S\"");
  EXPECT_EQ(Json(FieldType::kDuration, "bigint", "0"), "\"00:00:00\"");
}

TEST_F(FixtureValueTest, UuidsHaveDashesAndBytesAreBase64) {
  EXPECT_EQ(Json(FieldType::kUuid, "char(32)", "'00112233445566778899AABBCCDDEEFF'"),
            "\"00112233-4455-6677-8899-aabbccddeeff\"");
  EXPECT_EQ(Json(FieldType::kUuid, "char(32)", "'0011'"), "it is no UUID");
  EXPECT_EQ(Json(FieldType::kBinary, "BLOB", "x'00ff10'"), "\"AP8Q\"");
  EXPECT_EQ(Json(FieldType::kBinary, "BLOB", "x'00'"), "\"AA==\"");
  EXPECT_EQ(Json(FieldType::kBinary, "BLOB", "x''"), "\"\"");
}

TEST_F(FixtureValueTest, AFileWithoutANameIsEmpty) {
  EXPECT_EQ(Json(FieldType::kFile, "varchar(100)", "NULL"), "\"\"");
  EXPECT_EQ(Json(FieldType::kFile, "varchar(100)", "'a/b.png'"), "\"a/b.png\"");
}

TEST_F(FixtureValueTest, JsonIsReadAndWrittenAgainByPython) {
  const auto json = [&](const std::string& text) {
    return Json(FieldType::kJson, "text", "'" + text + "'");
  };
  EXPECT_EQ(json("{\"b\":1,\"a\":[1.0,1e2,-0,true,null],\"b\":{}}"),
            "{\"b\": {}, \"a\": [1.0, 100.0, 0, true, null]}");
  EXPECT_EQ(json("123456789012345678901234567890"), "123456789012345678901234567890");
  EXPECT_EQ(json("\"\\u00e9\\u0001/\\/\""), "\"é\\u0001//\"");
  EXPECT_EQ(json("[NaN, 1e999]"), "[NaN, Infinity]");
  EXPECT_EQ(json("{no json"), "\"{no json\"");
  EXPECT_EQ(json("\"\\ud800\""), "its JSON holds half of a surrogate pair, which no file can hold");
  EXPECT_EQ(Json(FieldType::kJson, "text", "'{\"a\": [null, \"x\"]}'", ValueUse::kKey),
            "\"{'a': [None, 'x']}\"");
  format_.layout.indent = 2;
  EXPECT_EQ(json("{\"a\": [1, {}], \"b\": []}"),
            "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
}

}  // namespace
}  // namespace migext::recover
