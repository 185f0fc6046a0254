// Small operations on text that the standard library lacks.  ASCII unless the name says UTF-8.
#ifndef MIGEXT_BASE_TEXT_H_
#define MIGEXT_BASE_TEXT_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace migext {

std::string Join(std::span<const std::string> parts, std::string_view separator);
std::vector<std::string> Split(std::string_view text, char separator);
std::string_view Trim(std::string_view text);
std::string Lower(std::string_view text);
bool EqualsIgnoringCase(std::string_view a, std::string_view b);
std::string ReplaceAll(std::string_view text, std::string_view from, std::string_view to);

/// 1950 as "1,950".
std::string Grouped(std::int64_t number);

/// repr() of a float as Python shows it: "1.0", "1e+16", "-inf".
std::string FloatText(double number);

/// 'text' as an SQL string literal: it's becomes 'it''s'.
std::string SqlLiteral(std::string_view text);

/// "text" as an SQL identifier, a double quote inside doubled.
std::string SqlIdentifier(std::string_view text);

/// The candidate with the fewest edits to `word`, or "" when none is near enough to be meant.
std::string Nearest(std::string_view word, std::span<const std::string> candidates);

constexpr bool IsUtf8Continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// True if the bytes are UTF-8 without overlong forms, surrogates and values beyond U+10FFFF.
bool IsUtf8(std::string_view text);

/// Appends one code point.  A lone surrogate is written in three bytes (WTF-8), as Python strings
/// may hold one.
void AppendUtf8(std::string& out, char32_t code_point);

/// str.lower() for letters of Latin, Greek, Cyrillic and Armenian script; others stay as they are.
std::string LowerUtf8(std::string_view text);

/// The code point that begins at `offset`, which is moved behind it.  A broken byte gives U+FFFD
/// and is passed over.
char32_t NextUtf8(std::string_view text, std::size_t& offset);

}  // namespace migext

#endif  // MIGEXT_BASE_TEXT_H_
