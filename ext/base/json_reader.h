// Reading JSON from a stream: one value at a time, so that a file need not fit into memory.
//
//   JsonReader reader("posts.json", fill);
//   for (bool first = true; reader.NextItem(first); first = false) {  // behind reader.Take('[')
//     const JsonNode post = reader.ReadValue();
//     post.Find("title")->text
//   }
//
// What is taken for JSON, and the words for what is not, are those of Python's json module: NaN and
// Infinity are numbers, a key that is written twice has the value written last, a surrogate may
// stand alone.  Numbers stay the text they are, so that none is too large or loses a digit.
#ifndef MIGEXT_BASE_JSON_READER_H_
#define MIGEXT_BASE_JSON_READER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace migext {

struct JsonMember;

struct JsonNode {
  enum class Kind : std::uint8_t { kNull, kFalse, kTrue, kInteger, kReal, kText, kArray, kObject };

  Kind kind = Kind::kNull;
  int line = 0;  ///< Where it begins, as Place counts.
  int column = 0;
  /// Of kText, in UTF-8 with a lone surrogate in three bytes; the digits of a number; "NaN",
  /// "Infinity" and "-Infinity" are kReal.
  std::string text;
  std::vector<JsonNode> items;      ///< Of kArray.
  std::vector<JsonMember> members;  ///< Of kObject, in the order of Python's dict.

  bool Is(Kind wanted) const { return kind == wanted; }
  bool IsNull() const { return kind == Kind::kNull; }
  bool IsBool() const { return kind == Kind::kTrue || kind == Kind::kFalse; }
  bool IsNumber() const { return kind == Kind::kInteger || kind == Kind::kReal; }
  /// A member of an object by its name; nullptr when there is none.
  const JsonNode* Find(std::string_view name) const;
};

struct JsonMember {
  std::string name;
  JsonNode value;
};

class JsonReader {
 public:
  /// Puts at most `size` bytes into `buffer` and gives back how many; 0 is the end.
  using Fill = std::function<std::size_t(char* buffer, std::size_t size)>;

  /// `file` names the stream in errors.
  JsonReader(std::string file, Fill fill);

  /// True when nothing but blanks is left.
  bool AtEnd();
  /// Passes over blanks, and over `symbol` if it comes next.
  bool Take(char symbol);
  /// Inside an array, on to its next item; false behind its end.  `first`: none has been read yet.
  bool NextItem(bool first);
  /// The value that comes next, whole.
  JsonNode ReadValue();
  /// Throws Error for anything but blanks.
  void RequireEnd();

  Place Here() const;

 private:
  static constexpr int kEndOfFile = -1;

  int Peek() { return position_ < size_ ? Byte(position_) : Refill(); }
  int Byte(std::size_t at) const { return static_cast<unsigned char>(buffer_[at]); }
  void Advance() { ++position_; }
  int Refill();
  int SkipBlanks();
  int Column() const;

  JsonNode ReadValue(int depth);
  void ReadArray(JsonNode& node, int depth);
  void ReadObject(JsonNode& node, int depth);
  void ReadText(std::string& text);
  void ReadEscape(std::string& text);
  char32_t ReadHex(const Place& place);
  void ReadBeyondAscii(std::string& text);
  void ReadNumber(JsonNode& node);
  bool ReadDigits(std::string& text);
  void ReadWord(JsonNode& node);
  [[noreturn]] void Fail(const Place& place, const std::string& message);
  [[noreturn]] void FailHere(const std::string& message) { Fail(Here(), message); }

  std::string file_;
  Fill fill_;
  std::vector<char> buffer_;
  std::size_t position_ = 0;
  std::size_t size_ = 0;
  std::int64_t before_ = 0;  // bytes of the file in front of the buffer
  int line_ = 1;
  std::int64_t line_begin_ = 0;
  std::int64_t continuations_ = 0;  // bytes of this line that begin no letter
};

}  // namespace migext

#endif  // MIGEXT_BASE_JSON_READER_H_
