#include "recover/load_value.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <string>

#include "base/error.h"
#include "base/time_zone.h"
#include "django/dialect.h"
#include "recover/ipv6_text.h"
#include "recover/parse_duration.h"
#include "recover/python_set.h"
#include "sqlite/connection.h"
#include "support/database.h"

namespace migext::recover {
namespace {

using django::Field;
using django::FieldType;

JsonNode Parse(const std::string& text) {
  JsonReader reader("value", [&text, at = std::size_t{0}](char* buffer, std::size_t size) mutable {
    const std::size_t count = std::min(size, text.size() - at);
    std::memcpy(buffer, text.data() + at, count);
    at += count;
    return count;
  });
  return reader.ReadValue();
}

struct Known {
  FieldType type;
  std::string column_type;
};

/// The fields of stored_values.py.
Known KnownField(const std::string& name) {
  static const std::map<std::string, Known> fields = {
      {"IntegerField", {FieldType::kInteger, "integer"}},
      {"FloatField", {FieldType::kFloat, "real"}},
      {"DecimalField", {FieldType::kDecimal, "decimal"}},
      {"BooleanField", {FieldType::kBoolean, "bool"}},
      {"CharField", {FieldType::kChar, "varchar(9)"}},
      {"TextField", {FieldType::kText, "text"}},
      {"JSONField", {FieldType::kJson, "text"}},
      {"DateField", {FieldType::kDate, "date"}},
      {"DateTimeField", {FieldType::kDateTime, "datetime"}},
      {"TimeField", {FieldType::kTime, "time"}},
      {"DurationField", {FieldType::kDuration, "bigint"}},
      {"UUIDField", {FieldType::kUuid, "char(32)"}},
      {"GenericIPAddressField", {FieldType::kGenericIPAddress, "char(39)"}},
      {"BinaryField", {FieldType::kBinary, "BLOB"}},
      {"FilePathField", {FieldType::kFilePath, "varchar(100)"}},
  };
  return fields.at(name);
}

class LoadValueTest : public ::testing::Test {
 protected:
  LoadValueTest() {
    context_.dialect = &dialect_;
    context_.zone_offset = [this](std::int64_t micros, bool local) {
      std::int64_t seconds = micros / 1'000'000;
      if (micros % 1'000'000 < 0) --seconds;
      return (local ? zone_.OffsetAtLocal(seconds) : zone_.OffsetAtUtc(seconds)) * 1'000'000;
    };
  }

  /// As SQLite's quote() shows what is stored in a column of that type, or the error.
  std::string Stored(const JsonNode& value, const Field& field, const std::string& column_type) {
    try {
      const sqlite::Cell cell = StoredValue(value, field, context_);
      testing::Database db;
      db.Execute("CREATE TABLE t (x " + column_type + ")");
      const sqlite::Connection connection = sqlite::Connection::Borrow(db.handle());
      connection.Run("INSERT INTO t VALUES (?)", {cell});
      return connection.Value("SELECT quote(x) FROM t").ToString();
    } catch (const Error& error) {
      return std::string("! ") + error.what();
    }
  }

  django::Dialect dialect_ = django::DialectFor("5.2");
  schema::SchemaContext context_;
  TimeZone zone_ = TimeZone::Load("America/New_York");
};

/// Python names the type in some messages; ours names the value or nothing.
std::string WithoutDetail(const std::string& message) {
  for (const std::string begin :
       {"memoryview: a bytes-like object is required", "expected string or bytes-like object",
        "Invalid base64-encoded string", "Incorrect padding", "'ascii' codec",
        "['Enter a valid IPv"}) {
    if (message.starts_with("! " + begin)) return begin;
  }
  return message;
}

TEST_F(LoadValueTest, StoresWhatDjangoStoresAndSaysWhatItSays) {
  std::ifstream lines(MIGEXT_TEST_DATA "/golden/fixtures/stored_values.jsonl");
  int checked = 0;
  for (std::string line; std::getline(lines, line); ++checked) {
    const JsonNode golden = Parse(line);
    std::string name = golden.Find("field")->text;
    Field field;
    field.null = name.ends_with(" null") || name == "JSONField";
    field.max_digits = 8;
    field.decimal_places = 2;
    if (name.ends_with(" unpack_ipv4")) {
      field.kwargs.emplace_back("unpack_ipv4", python::Value::Bool(true));
    }
    name = name.substr(0, name.find(' '));
    const Known known = KnownField(name);
    field.type = known.type;
    const JsonNode* stored = golden.Find("stored");
    const std::string expected =
        stored != nullptr ? stored->text : "! " + golden.Find("error")->text;
    EXPECT_EQ(WithoutDetail(Stored(*golden.Find("value"), field, known.column_type)),
              WithoutDetail(expected))
        << line;
  }
  EXPECT_EQ(checked, 794);
}

TEST_F(LoadValueTest, BeforeDjango5ADecimalIsRoundedToItsPlaces) {
  dialect_ = django::DialectFor("4.2");
  Field field;
  field.type = FieldType::kDecimal;
  field.max_digits = 5;
  field.decimal_places = 2;

  EXPECT_EQ(Stored(Parse("\"1.005\""), field, "text"), "'1.00'");
  EXPECT_EQ(Stored(Parse("\"1.015\""), field, "text"), "'1.02'");
  EXPECT_EQ(Stored(Parse("\"12345\""), field, "text"), "! [<class 'decimal.InvalidOperation'>]");
}

TEST_F(LoadValueTest, WithoutTimeZonesAnAwareTimeIsRefused) {
  context_.use_tz = false;
  Field field;
  field.type = FieldType::kDateTime;

  EXPECT_EQ(Stored(Parse("\"2024-02-03T04:05:06.5\""), field, "datetime"),
            "'2024-02-03 04:05:06.500000'");
  EXPECT_EQ(Stored(Parse("\"2024-02-03T04:05:06Z\""), field, "datetime"),
            "! SQLite backend does not support timezone-aware datetimes when USE_TZ is False.");
}

TEST_F(LoadValueTest, ANullThatAColumnRefusesIsJsonsOwnNullInAJsonField) {
  Field field;
  field.type = FieldType::kJson;

  EXPECT_EQ(Stored(Parse("null"), field, "text"), "'null'");
}

TEST_F(LoadValueTest, AKeyThatLeadsToABinaryOneIsReadAsDjangoWritesIt) {
  Field field;
  field.type = FieldType::kBinary;

  EXPECT_EQ(Stored(Parse(R"("b\"it's\\x00\\xff\"")"), field, "BLOB"), "X'6974277300FF'");
}

TEST_F(LoadValueTest, ALoneSurrogateIsNoTextButJson) {
  Field field;
  field.type = FieldType::kText;
  EXPECT_EQ(Stored(Parse(R"("\ud800")"), field, "text"),
            "! 'utf-8' codec can't encode characters: surrogates not allowed");
  field.type = FieldType::kJson;
  EXPECT_EQ(Stored(Parse(R"("\ud800")"), field, "text"), R"('"\ud800"')");
}

TEST_F(LoadValueTest, ANumberOfAMillionDigitsIsRefusedByItsField) {
  Field field;
  field.type = FieldType::kInteger;

  EXPECT_EQ(Stored(Parse(std::string(1'000'000, '9')), field, "integer"),
            "! Python int too large to convert to SQLite INTEGER");
  field.type = FieldType::kFloat;
  EXPECT_EQ(Stored(Parse(std::string(1'000'000, '9')), field, "real"),
            "! int too large to convert to float");
}

TEST(PythonSetTest, WalksAsCPythonDoes) {
  const auto order = [](std::vector<std::int64_t> values) {
    std::string text;
    for (const std::int64_t value : PythonSetOrder(values)) text += std::to_string(value) + " ";
    return text;
  };
  // list({…}) of CPython 3.12.
  EXPECT_EQ(order({44, 41, 8}), "8 41 44 ");
  EXPECT_EQ(order({3, 1, 2, 1}), "1 2 3 ");
  EXPECT_EQ(order({57, 8, 16, 24, 32, 40}), "32 8 40 16 24 57 ");
  EXPECT_EQ(order({-1, -2, 5}), "5 -1 -2 ");
  EXPECT_EQ(order({}), "");
}

}  // namespace
}  // namespace migext::recover
