#include "base/json_reader.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/text.h"

namespace migext {
namespace {

constexpr std::size_t kBufferSize = 1U << 16U;
constexpr int kDeepest = 900;
constexpr std::size_t kFewMembers = 16;

bool IsBlank(int c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
bool IsDigit(int c) { return c >= '0' && c <= '9'; }
bool IsSurrogate(char32_t c, char32_t first) { return c >= first && c < first + 0x400; }

int HexDigit(int c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// A key that comes again keeps its place and gets the later value, as in a dict.
void DropRepeatedMembers(std::vector<JsonMember>& members) {
  std::vector<JsonMember> kept;
  std::vector<std::pair<std::string_view, std::size_t>> order;
  for (std::size_t i = 0; i < members.size(); ++i) order.emplace_back(members[i].name, i);
  std::sort(order.begin(), order.end());
  std::vector<std::size_t> heir(members.size());
  for (std::size_t i = 0; i < order.size();) {
    std::size_t end = i + 1;
    while (end < order.size() && order[end].first == order[i].first) ++end;
    for (std::size_t j = i; j < end; ++j) heir[order[j].second] = members.size();
    heir[order[i].second] = order[end - 1].second;
    i = end;
  }
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (heir[i] == members.size()) continue;
    std::string name = members[i].name;
    kept.push_back({std::move(name), std::move(members[heir[i]].value)});
  }
  members = std::move(kept);
}

bool HasMember(const std::vector<JsonMember>& members, std::string_view name) {
  return std::any_of(members.begin(), members.end(),
                     [&](const JsonMember& member) { return member.name == name; });
}

bool HasRepeatedMember(const std::vector<JsonMember>& members) {
  std::vector<std::string_view> names;
  names.reserve(members.size());
  for (const JsonMember& member : members) names.emplace_back(member.name);
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

}  // namespace

const JsonNode* JsonNode::Find(std::string_view name) const {
  for (const JsonMember& member : members) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

JsonReader::JsonReader(std::string file, Fill fill)
    : file_(std::move(file)), fill_(std::move(fill)), buffer_(kBufferSize) {
  // A byte order mark, as editors of Windows write it.
  if (Peek() == 0xEF && size_ >= 3 && Byte(1) == 0xBB && Byte(2) == 0xBF) {
    position_ = 3;
    line_begin_ = 3;
  }
}

int JsonReader::Refill() {
  before_ += static_cast<std::int64_t>(size_);
  position_ = 0;
  size_ = fill_(buffer_.data(), buffer_.size());
  return size_ == 0 ? kEndOfFile : Byte(0);
}

int JsonReader::Column() const {
  const std::int64_t column =
      before_ + static_cast<std::int64_t>(position_) - line_begin_ - continuations_ + 1;
  return static_cast<int>(std::min<std::int64_t>(column, std::numeric_limits<int>::max()));
}

Place JsonReader::Here() const { return {file_, line_, Column(), {}}; }

void JsonReader::Fail(const Place& place, const std::string& message) {
  if (Peek() == kEndOfFile) {
    throw Error(place, message + "; the file ends here, in the middle: it may have been cut short");
  }
  throw Error(place, message);
}

int JsonReader::SkipBlanks() {
  int c = Peek();
  while (IsBlank(c)) {
    Advance();
    if (c == '\n') {
      ++line_;
      line_begin_ = before_ + static_cast<std::int64_t>(position_);
      continuations_ = 0;
    }
    c = Peek();
  }
  return c;
}

bool JsonReader::AtEnd() { return SkipBlanks() == kEndOfFile; }

bool JsonReader::Take(char symbol) {
  if (SkipBlanks() != symbol) return false;
  Advance();
  return true;
}

void JsonReader::RequireEnd() {
  if (!AtEnd()) FailHere("Extra data");
}

bool JsonReader::NextItem(bool first) {
  if (Take(']')) return false;
  if (!first && !Take(',')) FailHere("Expecting ',' delimiter");
  SkipBlanks();
  return true;
}

JsonNode JsonReader::ReadValue() { return ReadValue(0); }

JsonNode JsonReader::ReadValue(int depth) {
  const int c = SkipBlanks();
  JsonNode node;
  node.line = line_;
  node.column = Column();
  if (depth > kDeepest) FailHere("maximum recursion depth exceeded while decoding a JSON document");
  if (c == '"') {
    node.kind = JsonNode::Kind::kText;
    ReadText(node.text);
  } else if (c == '{') {
    ReadObject(node, depth);
  } else if (c == '[') {
    ReadArray(node, depth);
  } else if (c == '-' || IsDigit(c)) {
    ReadNumber(node);
  } else {
    ReadWord(node);
  }
  return node;
}

void JsonReader::ReadArray(JsonNode& node, int depth) {
  node.kind = JsonNode::Kind::kArray;
  Advance();
  for (bool first = true; NextItem(first); first = false) {
    node.items.push_back(ReadValue(depth + 1));
  }
}

void JsonReader::ReadObject(JsonNode& node, int depth) {
  node.kind = JsonNode::Kind::kObject;
  Advance();
  if (Take('}')) return;
  bool is_repeated = false;
  do {
    if (SkipBlanks() != '"') FailHere("Expecting property name enclosed in double quotes");
    std::string name;
    ReadText(name);
    if (!Take(':')) FailHere("Expecting ':' delimiter");
    // Looking through many each time would take forever on a hostile file.
    is_repeated =
        is_repeated || (node.members.size() < kFewMembers && HasMember(node.members, name));
    node.members.push_back({std::move(name), ReadValue(depth + 1)});
  } while (Take(','));
  if (!Take('}')) FailHere("Expecting ',' delimiter");
  if (node.members.size() > kFewMembers) is_repeated = HasRepeatedMember(node.members);
  if (is_repeated) DropRepeatedMembers(node.members);
}

void JsonReader::ReadText(std::string& text) {
  const Place begin = Here();
  Advance();
  while (true) {
    const int c = Peek();
    if (c == kEndOfFile) Fail(begin, "Unterminated string starting at");
    const std::size_t run = position_;
    std::size_t end = run;
    while (end < size_ && Byte(end) >= 0x20 && Byte(end) < 0x80 && buffer_[end] != '"' &&
           buffer_[end] != '\\') {
      ++end;
    }
    text.append(buffer_.data() + run, end - run);
    position_ = end;
    if (end == size_) continue;
    const int stop = Byte(end);
    if (stop == '"') return Advance();
    if (stop < 0x20) FailHere("Invalid control character at");
    if (stop == '\\') {
      ReadEscape(text);
    } else {
      ReadBeyondAscii(text);
    }
  }
}

char32_t JsonReader::ReadHex(const Place& place) {
  char32_t code = 0;
  for (int i = 0; i < 4; ++i) {
    const int digit = HexDigit(Peek());
    if (digit < 0) Fail(place, "Invalid \\uXXXX escape");
    code = code * 16 + static_cast<char32_t>(digit);
    Advance();
  }
  return code;
}

void JsonReader::ReadEscape(std::string& text) {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  const Place place = Here();
  Advance();
  const int c = Peek();
  if (c == kEndOfFile) Fail(place, "Unterminated string starting at");
  Advance();
  if (c != 'u') {
    const std::size_t at = kLetters.find(static_cast<char>(c));
    if (at == std::string_view::npos || c >= 0x80) Fail(place, "Invalid \\escape");
    text += kMeanings[at];
    return;
  }
  char32_t code = ReadHex(place);
  // A high surrogate may be followed by anything, another escape included.
  while (IsSurrogate(code, 0xD800) && Peek() == '\\') {
    Advance();
    if (Peek() != 'u') {
      AppendUtf8(text, code);
      // The backslash that has been passed over begins an escape of its own.
      const int letter = Peek();
      const std::size_t at = letter == kEndOfFile || letter >= 0x80
                                 ? std::string_view::npos
                                 : kLetters.find(static_cast<char>(letter));
      if (at == std::string_view::npos) FailHere("Invalid \\escape");
      Advance();
      text += kMeanings[at];
      return;
    }
    Advance();
    const char32_t second = ReadHex(place);
    if (IsSurrogate(second, 0xDC00)) {
      code = 0x10000 + ((code - 0xD800) << 10U) + (second - 0xDC00);
    } else {
      AppendUtf8(text, code);
      code = second;
    }
  }
  AppendUtf8(text, code);
}

void JsonReader::ReadBeyondAscii(std::string& text) {
  const Place place = Here();
  std::string letter;
  int following = 0;
  const int lead = Peek();
  if (lead >= 0xC2 && lead <= 0xDF) following = 1;
  if (lead >= 0xE0 && lead <= 0xEF) following = 2;
  if (lead >= 0xF0 && lead <= 0xF4) following = 3;
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = static_cast<unsigned>(lead);
  const std::string cannot = std::string("'utf-8' codec can't decode byte 0x") +
                             kDigits[byte >> 4U] + kDigits[byte & 15U] + ": ";
  if (following == 0) Fail(place, cannot + "invalid start byte");
  letter += static_cast<char>(lead);
  Advance();
  for (int i = 0; i < following; ++i) {
    const int c = Peek();
    if (c == kEndOfFile || (static_cast<unsigned>(c) & 0xC0U) != 0x80U) {
      Fail(place, cannot + "invalid continuation byte");
    }
    letter += static_cast<char>(c);
    Advance();
  }
  if (!IsUtf8(letter)) Fail(place, cannot + "invalid continuation byte");
  continuations_ += following;
  text += letter;
}

bool JsonReader::ReadDigits(std::string& text) {
  const std::size_t before = text.size();
  while (IsDigit(Peek())) {
    text += static_cast<char>(Peek());
    Advance();
  }
  return text.size() > before;
}

void JsonReader::ReadNumber(JsonNode& node) {
  const Place place = Here();
  node.kind = JsonNode::Kind::kInteger;
  if (Peek() == '-') {
    node.text += '-';
    Advance();
    if (Peek() == 'I') {
      ReadWord(node);
      node.text = "-Infinity";
      return;
    }
  }
  if (Peek() == '0') {
    node.text += '0';
    Advance();
  } else if (!ReadDigits(node.text)) {
    Fail(place, "Expecting value");
  }
  // Python takes "1." and "1e" for a number with something else behind it, which then is the error.
  if (Peek() == '.') {
    node.kind = JsonNode::Kind::kReal;
    node.text += '.';
    Advance();
    if (!ReadDigits(node.text)) FailHere("Expecting value");
  }
  if (Peek() == 'e' || Peek() == 'E') {
    node.kind = JsonNode::Kind::kReal;
    node.text += 'e';
    Advance();
    if (Peek() == '+' || Peek() == '-') {
      node.text += static_cast<char>(Peek());
      Advance();
    }
    if (!ReadDigits(node.text)) FailHere("Expecting value");
  }
}

void JsonReader::ReadWord(JsonNode& node) {
  using Kind = JsonNode::Kind;
  constexpr std::size_t kLongest = 8;
  const Place place = Here();
  std::string word;
  for (int c = Peek();
       word.size() <= kLongest && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')); c = Peek()) {
    word += static_cast<char>(c);
    Advance();
  }
  if (word == "null") {
    node.kind = Kind::kNull;
  } else if (word == "true") {
    node.kind = Kind::kTrue;
  } else if (word == "false") {
    node.kind = Kind::kFalse;
  } else if (word == "NaN" || word == "Infinity") {
    node.kind = Kind::kReal;
    node.text = std::move(word);
  } else {
    Fail(place, "Expecting value");
  }
}

}  // namespace migext
