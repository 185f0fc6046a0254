#include "recover/fixture_bytes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "base/error.h"

namespace migext::recover {
namespace {

int Base64Digit(char c) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::size_t at = kDigits.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

/// repr() of bytes read back: what Django writes for a key that leads to a binary one, and cannot
/// load.  No base64 has quotes.
std::optional<std::string> BytesOfRepr(std::string_view text) {
  const bool is_repr = text.size() >= 3 && text[0] == 'b' && (text[1] == '\'' || text[1] == '"') &&
                       text.back() == text[1];
  if (!is_repr) return std::nullopt;
  text = text.substr(2, text.size() - 3);
  constexpr std::string_view kLetters = "nrt";
  constexpr std::string_view kMeanings = "\n\r\t";
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      bytes += text[i];
      continue;
    }
    const char c = text[++i];
    const std::size_t letter = kLetters.find(c);
    unsigned code = 0;
    if (c == 'x' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, code, 16).ec == std::errc()) {
      bytes += static_cast<char>(code);
      i += 2;
    } else {
      bytes += letter == std::string_view::npos ? c : kMeanings[letter];
    }
  }
  return bytes;
}

}  // namespace

std::string HexOfInteger(std::string_view digits) {
  std::array<std::uint32_t, 4> words{};  // from the lowest
  if (digits.size() > 39) return {};
  for (const char c : digits) {
    std::uint64_t carry = static_cast<std::uint64_t>(c - '0');
    for (std::uint32_t& word : words) {
      const std::uint64_t product = std::uint64_t{word} * 10 + carry;
      word = static_cast<std::uint32_t>(product);
      carry = product >> 32U;
    }
    if (carry != 0) return {};
  }
  std::string hex;
  for (int i = 31; i >= 0; --i) {
    const auto at = static_cast<std::size_t>(i);
    hex += "0123456789abcdef"[(words[at / 8] >> (at % 8 * 4)) & 15U];
  }
  return hex;
}

std::string FixtureBytes(std::string_view text) {
  if (auto plain = BytesOfRepr(text)) return *plain;
  const bool is_ascii = std::all_of(text.begin(), text.end(),
                                    [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!is_ascii) throw Error("'ascii' codec can't encode characters: ordinal not in range(128)");
  std::string bytes;
  std::uint32_t bits = 0;
  int digits = 0;
  int pads = 0;
  for (const char c : text) {
    if (c == '=') {
      if (digits >= 2 && digits + ++pads >= 4) break;
      continue;
    }
    const int digit = Base64Digit(c);
    if (digit < 0) continue;
    pads = 0;
    bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
    if (++digits == 1) continue;
    const unsigned rest = 6U - 2U * static_cast<unsigned>(digits - 1);
    bytes += static_cast<char>((bits >> rest) & 0xFFU);
    if (digits == 4) digits = 0;
  }
  if (digits == 1) {
    throw Error("Invalid base64-encoded string: number of data characters (" +
                std::to_string(bytes.size() / 3 * 4 + 1) +
                ") cannot be 1 more than a multiple of 4");
  }
  if (digits != 0 && digits + pads < 4) throw Error("Incorrect padding");
  return bytes;
}

}  // namespace migext::recover
