#include "python/source.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "base/text.h"
#include "python/encoding.h"
#include "python/value.h"

namespace migext::python {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool IsCookieLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

// The encoding a comment line names: "coding", ':' or '=', blanks, the name (PEP 263).
std::optional<std::string_view> CookieOf(std::string_view comment) {
  constexpr std::string_view kCoding = "coding";
  for (std::size_t at = comment.find(kCoding); at != std::string_view::npos;
       at = comment.find(kCoding, at + 1)) {
    std::size_t begin = at + kCoding.size();
    if (begin >= comment.size() || (comment[begin] != ':' && comment[begin] != '=')) continue;
    begin = std::min(comment.find_first_not_of(" \t", begin + 1), comment.size());
    std::size_t end = begin;
    while (end < comment.size() && IsCookieLetter(comment[end])) ++end;
    if (end > begin) return comment.substr(begin, end - begin);
  }
  return std::nullopt;
}

// The cookie in the first two lines; the second counts only below a blank or comment line.
std::optional<std::string_view> FindCookie(std::string_view text) {
  for (int line = 0; line < 2; ++line) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    const std::size_t first = std::min(text.find_first_not_of(" \t\f"), end);
    if (first < end) {
      if (text[first] != '#') return std::nullopt;
      if (const auto cookie = CookieOf(text.substr(first, end - first))) return cookie;
    }
    if (end == text.size()) return std::nullopt;
    text.remove_prefix(end + (text.substr(end, 2) == "\r\n" ? 2 : 1));
  }
  return std::nullopt;
}

std::string Hex(unsigned char byte) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  return {'0', 'x', kDigits[byte >> 4U], kDigits[byte & 0xFU]};
}

// The offset of the first byte that is not UTF-8.
std::size_t FirstBrokenByte(std::string_view text) {
  std::size_t offset = 0;
  while (offset < text.size()) {
    const std::size_t begin = offset;
    NextUtf8(text, offset);
    if (!IsUtf8(text.substr(begin, offset - begin))) return begin;
  }
  return offset;
}

// Python's reason for refusing the byte that begins `rest`.
std::string_view ReasonOfBrokenUtf8(std::string_view rest) {
  const auto lead = static_cast<unsigned char>(rest[0]);
  if (lead < 0xC2 || lead > 0xF4) return "invalid start byte";
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  for (std::size_t i = 1; i < length; ++i) {
    if (i >= rest.size()) return "unexpected end of data";
    if (!IsUtf8Continuation(rest[i])) break;
  }
  return "invalid continuation byte";
}

void NormalizeLineEnds(std::string& text) {
  std::size_t to = text.find('\r');
  if (to == std::string::npos) return;
  for (std::size_t from = to; from < text.size(); ++from) {
    if (text[from] == '\r') {
      text[to++] = '\n';
      if (from + 1 < text.size() && text[from + 1] == '\n') ++from;
    } else {
      text[to++] = text[from];
    }
  }
  text.resize(to);
}

bool IsAscii(std::string_view text) {
  std::uint64_t bits = 0;
  std::size_t i = 0;
  for (; i + sizeof bits <= text.size(); i += sizeof bits) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, sizeof word);
    bits |= word;
  }
  for (; i < text.size(); ++i) bits |= static_cast<unsigned char>(text[i]);
  return (bits & 0x8080808080808080U) == 0;
}

}  // namespace

Source::Source(std::string file, std::string bytes, std::size_t max_bytes)
    : file_(std::move(file)), text_(std::move(bytes)) {
  if (text_.size() > std::min<std::size_t>(max_bytes, UINT32_MAX - 1)) {
    throw Error(Place{file_, 1, 1, ""},
                "SyntaxError: the file has " + std::to_string(text_.size()) +
                    " bytes, more than the limit of " + std::to_string(max_bytes));
  }
  Decode(text_.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0);
  NormalizeLineEnds(text_);
  FindLines();
  CheckNoNul();
}

void Source::Decode(std::size_t bom) {
  const std::optional<std::string_view> cookie = FindCookie(std::string_view(text_).substr(bom));
  const std::string encoding = cookie ? CanonicalEncoding(*cookie) : "utf-8";
  const Place top{file_, 1, 1, ""};
  if (encoding.empty()) throw Error(top, "SyntaxError: unknown encoding: " + std::string(*cookie));
  if (bom > 0) {
    if (encoding != "utf-8") {
      throw Error(top, "SyntaxError: encoding problem: " + std::string(*cookie) + " with BOM");
    }
    text_.erase(0, bom);
  }
  if (IsAscii(text_)) return;
  if (encoding == "utf-8") return CheckUtf8();
  if (const auto broken = DecodeToUtf8(encoding, text_)) {
    const auto byte = static_cast<unsigned char>(text_[*broken]);
    throw Error(PlaceOfBrokenByte(*broken), "SyntaxError: (unicode error) '" + encoding +
                                                "' codec can't decode byte " + Hex(byte) +
                                                " in position " + std::to_string(*broken));
  }
}

void Source::CheckUtf8() const {
  if (IsUtf8(text_)) return;
  const std::size_t broken = FirstBrokenByte(text_);
  const std::string_view rest = std::string_view(text_).substr(broken);
  throw Error(PlaceOfBrokenByte(broken),
              "SyntaxError: (unicode error) 'utf-8' codec can't decode byte " +
                  Hex(static_cast<unsigned char>(rest[0])) + " in position " +
                  std::to_string(broken) + ": " + std::string(ReasonOfBrokenUtf8(rest)));
}

void Source::CheckNoNul() const {
  const std::size_t nul = text_.find('\0');
  if (nul == std::string::npos) return;
  Place place = PlaceAt(nul);
  place.text.resize(place.text.find('\0'));
  throw Error(std::move(place), "SyntaxError: source code cannot contain null bytes");
}

void Source::FindLines() {
  line_starts_.reserve(text_.size() / 32 + 2);
  line_starts_.push_back(0);
  for (std::size_t at = text_.find('\n'); at != std::string::npos; at = text_.find('\n', at + 1)) {
    line_starts_.push_back(static_cast<std::uint32_t>(at + 1));
  }
}

// Text that is not decoded yet has other line ends, and bytes that must not be shown.
Place Source::PlaceOfBrokenByte(std::size_t offset) const {
  std::string head = text_.substr(0, offset);
  NormalizeLineEnds(head);
  const auto line = std::count(head.begin(), head.end(), '\n') + 1;
  const std::size_t line_begin = head.rfind('\n') + 1;  // npos + 1 is 0
  std::string shown;
  for (std::size_t at = line_begin; at < head.size();) AppendUtf8(shown, NextUtf8(head, at));
  const auto letters =
      std::count_if(shown.begin(), shown.end(), [](char c) { return !IsUtf8Continuation(c); });
  return {file_, static_cast<int>(line), static_cast<int>(letters) + 1, shown};
}

int Source::LineAt(std::size_t offset) const {
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  return static_cast<int>(after - line_starts_.begin());
}

Place Source::PlaceAt(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const int line = LineAt(offset);
  const std::size_t begin = line_starts_[static_cast<std::size_t>(line) - 1];
  const std::size_t end = std::min(text_.find('\n', begin), text_.size());
  const std::string_view before = text().substr(begin, offset - begin);
  const auto letters =
      std::count_if(before.begin(), before.end(), [](char c) { return !IsUtf8Continuation(c); });
  return {file_, line, static_cast<int>(letters) + 1, text_.substr(begin, end - begin)};
}

Place Position::ToPlace() const { return known() ? source->PlaceAt(offset) : Place{}; }

}  // namespace migext::python
