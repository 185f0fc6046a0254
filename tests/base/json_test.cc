#include "base/json.h"

#include <gtest/gtest.h>

namespace migext {
namespace {

TEST(JsonWriterTest, SeparatesItemsAsPythonDoes) {
  JsonWriter json;
  json.BeginObject();
  json.Key("a");
  json.BeginArray();
  json.Integer(1);
  json.Real(2);
  json.EndArray();
  json.Key("b");
  json.Null();
  json.Key("c");
  json.Bool(true);
  json.EndObject();

  EXPECT_EQ(json.Take(), R"({"a": [1, 2.0], "b": null, "c": true})");
}

TEST(JsonTextTest, EscapesQuotesBackslashesAndControls) {
  EXPECT_EQ(JsonText("a\"b\\c\n\x01\u00e9"), "\"a\\\"b\\\\c\\n\\u0001\u00e9\"");
}

}  // namespace
}  // namespace migext
