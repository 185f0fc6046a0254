#include "python/strings.h"

#include "base/text.h"

namespace migext::python {
namespace {

constexpr char kHex[] = "0123456789abcdef";

// What str.isprintable() refuses, roughly: controls, surrogates, odd spaces, unassigned ends.
bool IsPrintable(char32_t c) {
  if (c < 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0xAD) return false;
  if (c >= 0xD800 && c <= 0xF8FF) return false;
  if ((c >= 0x2000 && c <= 0x200F) || (c >= 0x2028 && c <= 0x202F) || c == 0x205F ||
      (c >= 0x2060 && c <= 0x206F) || c == 0x3000 || c == 0x1680 || c == 0xFEFF) {
    return false;
  }
  return (c & 0xFFFEU) != 0xFFFEU && c < 0xE0000;
}

void AppendHex(std::string& out, char32_t value, int digits) {
  for (int i = digits - 1; i >= 0; --i)
    out += kHex[(value >> (4U * static_cast<unsigned>(i))) & 15U];
}

bool AppendEscape(std::string& out, char32_t c, char quote) {
  if (c == static_cast<unsigned char>(quote) || c == '\\') {
    out += '\\';
    out += static_cast<char>(c);
  } else if (c == '\n') {
    out += "\\n";
  } else if (c == '\r') {
    out += "\\r";
  } else if (c == '\t') {
    out += "\\t";
  } else {
    return false;
  }
  return true;
}

// The code point at `at`, lone surrogates included.
char32_t Decode(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(at) == 0xED && at + 2 < text.size() && byte(at + 1) >= 0xA0) {
    const char32_t c = 0xD000U | (byte(at + 1) & 0x3FU) << 6U | (byte(at + 2) & 0x3FU);
    at += 3;
    return c;
  }
  return NextUtf8(text, at);
}

char QuoteFor(std::string_view text) {
  const bool single = text.find('\'') != std::string_view::npos;
  return single && text.find('"') == std::string_view::npos ? '"' : '\'';
}

}  // namespace

std::size_t CountCodePoints(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += IsUtf8Continuation(c) ? 0 : 1;
  return count;
}

std::size_t CodePoints(const StrObject& text) {
  if (text.code_points == StrObject::kUnknown) {
    text.code_points = static_cast<std::uint32_t>(CountCodePoints(text.view()));
  }
  return text.code_points;
}

bool IsAscii(const StrObject& text) { return CodePoints(text) == text.size; }

std::size_t ByteOffset(const StrObject& text, std::size_t code_point) {
  if (IsAscii(text)) return code_point;
  const std::string_view bytes = text.view();
  std::size_t at = 0;
  for (; at < bytes.size(); ++at) {
    if (IsUtf8Continuation(bytes[at])) continue;
    if (code_point == 0) return at;
    --code_point;
  }
  return at;
}

std::string QuoteText(std::string_view text) {
  const char quote = QuoteFor(text);
  std::string out(1, quote);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const char32_t c = Decode(text, at);
    if (AppendEscape(out, c, quote)) continue;
    if (IsPrintable(c)) {
      out += text.substr(begin, at - begin);
    } else if (c < 0x100) {
      out += "\\x";
      AppendHex(out, c, 2);
    } else if (c < 0x10000) {
      out += "\\u";
      AppendHex(out, c, 4);
    } else {
      out += "\\U";
      AppendHex(out, c, 8);
    }
  }
  return out + quote;
}

std::string QuoteBytes(std::string_view bytes) {
  const char quote = QuoteFor(bytes);
  std::string out = "b";
  out += quote;
  for (const char byte : bytes) {
    const auto c = static_cast<unsigned char>(byte);
    if (AppendEscape(out, c, quote)) continue;
    if (c >= 0x20 && c < 0x7F) {
      out += byte;
    } else {
      out += "\\x";
      AppendHex(out, c, 2);
    }
  }
  return out + quote;
}

}  // namespace migext::python
