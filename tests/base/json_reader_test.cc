#include "base/json_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "base/json_dump.h"

namespace migext {
namespace {

/// Hands the text over in pieces, so that every token is cut somewhere.
JsonReader ReaderOf(const std::string& text, std::size_t piece = 3) {
  return JsonReader("f.json", [=, at = std::size_t{0}](char* buffer, std::size_t size) mutable {
    const std::size_t count = std::min({piece, size, text.size() - at});
    std::memcpy(buffer, text.data() + at, count);
    at += count;
    return count;
  });
}

/// What json.dumps(json.loads(text)) gives, or the error.
std::string Again(const std::string& text) {
  try {
    JsonReader reader = ReaderOf(text);
    const JsonNode node = reader.ReadValue();
    reader.RequireEnd();
    return PythonJson(node, JsonLetters::kAscii);
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(JsonReaderTest, ReadsWhatPythonReads) {
  EXPECT_EQ(Again(" [1, -2.50, 1e3, true,false , null]\n"), "[1, -2.5, 1000.0, true, false, null]");
  EXPECT_EQ(Again(R"({"a": {"b": []}, "c": {}})"), R"({"a": {"b": []}, "c": {}})");
  EXPECT_EQ(Again("[NaN, Infinity, -Infinity, 1e999, -0, -0.0]"),
            "[NaN, Infinity, -Infinity, Infinity, 0, -0.0]");
  EXPECT_EQ(Again("[100000.0, 1e16, 0.00001]"), "[100000.0, 1e+16, 1e-05]");
  EXPECT_EQ(Again("123456789012345678901234567890"), "123456789012345678901234567890");
}

TEST(JsonReaderTest, ReadsEscapesAndSurrogates) {
  EXPECT_EQ(Again(R"("\"\\\/\b\f\n\r\té€")"), R"("\"\\/\b\f\n\r\t\u00e9\u20ac")");
  EXPECT_EQ(Again(R"("\ud83d\ude00 \ud83d \ude00")"), R"("\ud83d\ude00 \ud83d \ude00")");
  EXPECT_EQ(Again(R"("\ud83d\n\ud83d\u0041")"), R"("\ud83d\n\ud83dA")");
  EXPECT_EQ(Again("\"caf\u00e9 \U0001F600\""), R"("caf\u00e9 \ud83d\ude00")");
}

TEST(JsonReaderTest, PassesOverAByteOrderMark) {
  JsonReader reader = ReaderOf("\xEF\xBB\xBF{}", 100);
  EXPECT_EQ(reader.ReadValue().column, 1);
}

TEST(JsonReaderTest, TheLastOfRepeatedKeysCounts) {
  EXPECT_EQ(Again(R"({"a": 1, "b": 2, "a": 3})"), R"({"a": 3, "b": 2})");
  std::string many = "{";
  for (int i = 0; i < 40; ++i) many += "\"k" + std::to_string(i % 20) + "\": 1, ";
  EXPECT_EQ(Again(many + R"("k0": 7})").substr(0, 17), R"({"k0": 7, "k1": 1)");
}

TEST(JsonReaderTest, SaysWhereAndInPythonsWordsWhatIsWrong) {
  EXPECT_EQ(Again("[1 2]"), "f.json:1:4: Expecting ',' delimiter");
  EXPECT_EQ(Again("{\"a\" 1}"), "f.json:1:6: Expecting ':' delimiter");
  EXPECT_EQ(Again("{1: 2}"), "f.json:1:2: Expecting property name enclosed in double quotes");
  EXPECT_EQ(Again("[\n  \"\u00e9\", x]"), "f.json:2:8: Expecting value");
  EXPECT_EQ(Again("[1,]"), "f.json:1:4: Expecting value");
  EXPECT_EQ(Again("[] []"), "f.json:1:4: Extra data");
  EXPECT_EQ(Again("\"a\nb\""), "f.json:1:3: Invalid control character at");
  EXPECT_EQ(Again(R"("\x")"), "f.json:1:2: Invalid \\escape");
  EXPECT_EQ(Again(R"("\u12g4")"), "f.json:1:2: Invalid \\uXXXX escape");
  EXPECT_EQ(Again("nul "), "f.json:1:1: Expecting value");
  EXPECT_EQ(Again("\"\xff\""),
            "f.json:1:2: 'utf-8' codec can't decode byte 0xff: invalid start byte");
  EXPECT_EQ(Again("\"\xe2\x28\xa1\""),
            "f.json:1:2: 'utf-8' codec can't decode byte 0xe2: invalid continuation byte");
}

TEST(JsonReaderTest, TellsAFileThatIsCutShort) {
  const std::string cut = "; the file ends here, in the middle: it may have been cut short";
  EXPECT_EQ(Again("[{\"a\": 1}"), "f.json:1:10: Expecting ',' delimiter" + cut);
  EXPECT_EQ(Again("[\"ab"), "f.json:1:2: Unterminated string starting at" + cut);
  EXPECT_EQ(Again("["), "f.json:1:2: Expecting value" + cut);
  EXPECT_EQ(Again(""), "f.json:1:1: Expecting value" + cut);
}

TEST(JsonReaderTest, BoundsTheDepth) {
  EXPECT_EQ(Again(std::string(800, '[') + std::string(800, ']')).size(), 1600U);
  EXPECT_EQ(Again(std::string(1'000'000, '[')),
            "f.json:1:902: maximum recursion depth exceeded while decoding a JSON document");
}

TEST(JsonReaderTest, WalksAnArrayItemByItem) {
  JsonReader reader = ReaderOf("[{\"a\": 1},\n {\"a\": 2}]");
  std::string seen;
  ASSERT_TRUE(reader.Take('['));
  for (bool first = true; reader.NextItem(first); first = false) {
    const JsonNode node = reader.ReadValue();
    seen += std::to_string(node.line) + ":" + std::to_string(node.column) + "=" +
            node.Find("a")->text + " ";
  }
  reader.RequireEnd();

  EXPECT_EQ(seen, "1:2=1 2:2=2 ");
}

}  // namespace
}  // namespace migext
