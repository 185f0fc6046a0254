#include "support/json.h"

#include <charconv>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "base/text.h"

namespace migext::test {

class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : text_(text) {}

  Json ReadDocument() {
    Json value = ReadValue(0);
    SkipBlanks();
    if (at_ != text_.size()) Fail("end of text");
    return value;
  }

 private:
  static constexpr int kDeepest = 200;

  [[noreturn]] void Fail(const std::string& wanted) const {
    throw std::runtime_error("JSON: expected " + wanted + " at offset " + std::to_string(at_));
  }

  void SkipBlanks() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string::npos)
      ++at_;
  }

  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool Take(std::string_view token) {
    if (text_.substr(at_, token.size()) != token) return false;
    at_ += token.size();
    return true;
  }

  void Expect(std::string_view token) {
    SkipBlanks();
    if (!Take(token)) Fail("'" + std::string(token) + "'");
  }

  Json ReadValue(int depth) {
    if (depth > kDeepest) Fail("less nesting");
    SkipBlanks();
    Json value;
    if (Peek() == '{') {
      value.value_ = ReadObject(depth);
    } else if (Peek() == '[') {
      value.value_ = ReadArray(depth);
    } else if (Peek() == '"') {
      value.value_ = ReadText();
    } else if (Take("true")) {
      value.value_ = true;
    } else if (Take("false")) {
      value.value_ = false;
    } else if (!Take("null")) {
      value.value_ = ReadNumber();
    }
    return value;
  }

  Json::Object ReadObject(int depth) {
    Json::Object members;
    Expect("{");
    SkipBlanks();
    if (Take("}")) return members;
    for (;;) {
      SkipBlanks();
      std::string key = ReadText();
      Expect(":");
      members.emplace_back(std::move(key), ReadValue(depth + 1));
      SkipBlanks();
      if (Take("}")) return members;
      Expect(",");
    }
  }

  Json::Array ReadArray(int depth) {
    Json::Array items;
    Expect("[");
    SkipBlanks();
    if (Take("]")) return items;
    for (;;) {
      items.push_back(ReadValue(depth + 1));
      SkipBlanks();
      if (Take("]")) return items;
      Expect(",");
    }
  }

  std::string ReadText() {
    if (!Take("\"")) Fail("a string");
    std::string out;
    while (!Take("\"")) {
      if (at_ >= text_.size() || static_cast<unsigned char>(Peek()) < 0x20U) Fail("'\"'");
      if (Take("\\")) {
        ReadEscape(out);
      } else {
        out += text_[at_++];
      }
    }
    return out;
  }

  void ReadEscape(std::string& out) {
    static constexpr std::string_view kLetters = "\"\\/bfnrt";
    static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const char letter = Peek();
    if (const auto place = kLetters.find(letter); letter != '\0' && place != std::string::npos) {
      out += kMeanings[place];
      ++at_;
      return;
    }
    if (!Take("u")) Fail("an escape");
    char32_t code_point = ReadHex();
    if (code_point >= 0xD800 && code_point < 0xDC00 && Take("\\u")) {
      const char32_t low = ReadHex();
      if (low < 0xDC00 || low > 0xDFFF) Fail("a low surrogate");
      code_point = 0x10000 + ((code_point - 0xD800) << 10U) + (low - 0xDC00);
    }
    AppendUtf8(out, code_point);
  }

  char32_t ReadHex() {
    std::uint32_t value = 0;
    const std::string_view digits = text_.substr(at_, 4);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (error != std::errc() || digits.size() != 4 || end != digits.data() + 4)
      Fail("four hexadecimal digits");
    at_ += 4;
    return value;
  }

  Json::Number ReadNumber() {
    const std::size_t begin = at_;
    Take("-");
    if (!SkipDigits()) Fail("a value");
    if (Take(".") && !SkipDigits()) Fail("digits");
    if (Take("e") || Take("E")) {
      if (!Take("+")) Take("-");
      if (!SkipDigits()) Fail("digits");
    }
    return {std::string(text_.substr(begin, at_ - begin))};
  }

  bool SkipDigits() {
    const std::size_t begin = at_;
    while (Peek() >= '0' && Peek() <= '9') ++at_;
    return at_ > begin;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

Json Json::Parse(std::string_view text) { return JsonReader(text).ReadDocument(); }

Json Json::ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("missing test data: " + path);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  try {
    return Parse(text);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(path + ": " + error.what());
  }
}

void Json::Refuse(const std::string& wanted) {
  throw std::runtime_error("JSON: expected " + wanted);
}

std::int64_t Json::Integer() const {
  const std::string& text = NumberText();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) Refuse("an integer");
  return value;
}

const Json* Json::Find(std::string_view key) const {
  for (const Member& member : Members()) {
    if (member.first == key) return &member.second;
  }
  return nullptr;
}

const Json& Json::operator[](std::string_view key) const {
  if (const Json* found = Find(key)) return *found;
  Refuse("the key '" + std::string(key) + "'");
}

const Json& Json::operator[](std::size_t index) const {
  if (index >= Items().size()) Refuse("an item " + std::to_string(index));
  return Items()[index];
}

std::vector<std::string> Json::Texts() const {
  std::vector<std::string> texts;
  for (const Json& item : Items()) texts.push_back(item.Text());
  return texts;
}

}  // namespace migext::test
