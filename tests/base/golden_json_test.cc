#include <gtest/gtest.h>

#include <stdexcept>

#include "support/json.h"

namespace migext::test {
namespace {

TEST(GoldenJsonTest, ReadsNestedValuesInTheOrderWritten) {
  const Json json = Json::Parse(R"( {"b": [1, -2.5e3, true, null], "a": {"x": "y"}} )");

  EXPECT_EQ(json.Members()[0].first, "b");
  EXPECT_EQ(json["b"][0].Integer(), 1);
  EXPECT_EQ(json["b"][1].NumberText(), "-2.5e3");
  EXPECT_TRUE(json["b"][2].Bool());
  EXPECT_TRUE(json["b"][3].IsNull());
  EXPECT_EQ(json["a"]["x"].Text(), "y");
}

TEST(GoldenJsonTest, EscapesBecomeUtf8) {
  EXPECT_EQ(Json::Parse(R"("\u00e9\n\ud83d\ude00\"")").Text(), "\xC3\xA9\n\xF0\x9F\x98\x80\"");
}

TEST(GoldenJsonTest, RefusesWhatIsNoJson) {
  for (const char* text : {"", "[1,]", "{\"a\" 1}", "\"\\x\"", "01x", "[1] 2", "\"open", "nul"}) {
    EXPECT_THROW(Json::Parse(text), std::runtime_error) << text;
  }
}

TEST(GoldenJsonTest, RefusesAMissingKeyAndAMissingFile) {
  EXPECT_THROW(Json::Parse("{}")["steps"], std::runtime_error);
  EXPECT_THROW(Json::ReadFile("no/such/file.json"), std::runtime_error);
}

}  // namespace
}  // namespace migext::test
