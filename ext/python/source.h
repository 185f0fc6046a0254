// The text of one Python file: decoded to UTF-8, with plain line ends, and able to tell line and
// column of any offset.
//
//   Source source("shop/migrations/0002_price.py", bytes);
//   source.PlaceAt(17);  // shop/migrations/0002_price.py:2:5
//
// The encoding is found as PEP 263 says: a UTF-8 byte order mark, a coding cookie in the first two
// lines, else UTF-8.  CRLF and CR become LF, as Python's own reader makes them.
#ifndef MIGEXT_PYTHON_SOURCE_H_
#define MIGEXT_PYTHON_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace migext::python {

class Source {
 public:
  static constexpr std::size_t kMaxBytes = std::size_t{8} << 20U;

  /// Throws Error ("SyntaxError: …") when the bytes are not text in their encoding, hold a NUL, or
  /// are more than `max_bytes`.
  Source(std::string file, std::string bytes, std::size_t max_bytes = kMaxBytes);
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  const std::string& file() const { return file_; }
  /// UTF-8.  Offsets everywhere are bytes of this text.
  std::string_view text() const { return text_; }

  /// Columns count characters, from 1.  An offset past the end is the end.
  Place PlaceAt(std::size_t offset) const;
  /// The 1-based line of an offset.
  int LineAt(std::size_t offset) const;

 private:
  void Decode(std::size_t bom);
  void CheckUtf8() const;
  void CheckNoNul() const;
  void FindLines();
  Place PlaceOfBrokenByte(std::size_t offset) const;

  std::string file_;
  std::string text_;
  std::vector<std::uint32_t> line_starts_;
};

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_SOURCE_H_
