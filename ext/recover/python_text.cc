#include "recover/python_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>

#include "base/text.h"

namespace migext::recover {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

/// What stands for itself inside a JSON text.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (std::size_t c = 0x20; c < 0x80; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}();

void AppendEscape(char c, std::string& out) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\b':
      out += "\\b";
      return;
    default:
      out += "\\u00";
      out += kHexDigits[static_cast<unsigned char>(c) >> 4U];
      out += kHexDigits[static_cast<unsigned char>(c) & 0xfU];
  }
}

std::size_t EndOfPlain(std::string_view text, std::size_t at) {
  while (at < text.size() && kPlain[static_cast<unsigned char>(text[at])]) ++at;
  return at;
}

}  // namespace

bool AppendJsonText(std::string_view text, std::string& out) {
  const std::size_t before = out.size();
  out += '"';
  std::size_t at = 0;
  bool is_ascii = true;
  while (at < text.size()) {
    const std::size_t end = EndOfPlain(text, at);
    out.append(text, at, end - at);
    at = end;
    if (at == text.size()) break;
    if (static_cast<unsigned char>(text[at]) >= 0x80) {
      is_ascii = false;
      out += text[at++];
    } else {
      AppendEscape(text[at++], out);
    }
  }
  out += '"';
  if (is_ascii || IsUtf8(text)) return true;
  out.resize(before);
  return false;
}

void AppendInteger(std::int64_t number, std::string& out) {
  std::array<char, 24> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), end);
}

void AppendPadded(std::int64_t number, int width, std::string& out) {
  std::array<char, 24> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  const auto length = end - digits.data();
  if (length < width) out.append(static_cast<std::size_t>(width - length), '0');
  out.append(digits.data(), end);
}

void AppendFloat(double number, std::string& out) {
  if (!std::isfinite(number)) {
    out += std::isnan(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
    return;
  }
  const double size = std::fabs(number);
  const bool is_scientific = size != 0 && (size < 1e-4 || size >= 1e16);
  std::array<char, 64> digits{};
  const auto [end, error] =
      std::to_chars(digits.data(), digits.data() + digits.size(), number,
                    is_scientific ? std::chars_format::scientific : std::chars_format::fixed);
  const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
  out += text;
  if (!is_scientific && text.find('.') == std::string_view::npos) out += ".0";
}

void AppendBase64(std::string_view bytes, std::string& out) {
  constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      group = group << 8U | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      out += i <= count ? kLetters[group >> (18U - 6U * i) & 0x3fU] : '=';
    }
  }
}

std::optional<std::string> UuidDigits(std::string_view text) {
  constexpr std::size_t kLength = 32;
  if (text.starts_with("urn:")) text.remove_prefix(4);
  if (text.starts_with("uuid:")) text.remove_prefix(5);
  while (!text.empty() && (text.front() == '{' || text.front() == '}')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == '{' || text.back() == '}')) text.remove_suffix(1);
  std::string digits;
  for (const char c : text) {
    if (c == '-') continue;
    const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c + ('a' - 'A')) : c;
    const bool is_digit = (lower >= '0' && lower <= '9') || (lower >= 'a' && lower <= 'f');
    if (!is_digit || digits.size() == kLength) return std::nullopt;
    digits += lower;
  }
  if (digits.size() != kLength) return std::nullopt;
  return digits;
}

}  // namespace migext::recover
