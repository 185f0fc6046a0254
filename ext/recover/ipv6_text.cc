#include "recover/ipv6_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <vector>

#include "base/text.h"

namespace migext::recover {
namespace {

using Words = std::array<std::uint16_t, 8>;

std::optional<std::uint16_t> Word(std::string_view text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  if (text.empty() || text.size() > 4 || error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return static_cast<std::uint16_t>(number);
}

/// Appends the two words of "1.2.3.4".
bool AppendIpv4(std::string_view text, std::vector<std::uint16_t>& words) {
  const std::vector<std::string> parts = Split(text, '.');
  if (parts.size() != 4) return false;
  unsigned address = 0;
  for (const std::string& part : parts) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
    const bool has_zeros = part.size() > 1 && part[0] == '0';
    if (part.empty() || part.size() > 3 || has_zeros || number > 255 || error != std::errc() ||
        end != part.data() + part.size()) {
      return false;
    }
    address = address * 256 + number;
  }
  words.push_back(static_cast<std::uint16_t>(address >> 16U));
  words.push_back(static_cast<std::uint16_t>(address));
  return true;
}

bool AppendWords(std::string_view text, bool is_end, std::vector<std::uint16_t>& words) {
  if (text.empty()) return true;
  const std::vector<std::string> parts = Split(text, ':');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (is_end && i + 1 == parts.size() && parts[i].find('.') != std::string::npos) {
      return AppendIpv4(parts[i], words);
    }
    const auto word = Word(parts[i]);
    if (!word || words.size() > 8) return false;
    words.push_back(*word);
  }
  return true;
}

std::optional<Words> ParseIpv6(std::string_view text) {
  std::vector<std::uint16_t> front;
  std::vector<std::uint16_t> back;
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) {
    if (!AppendWords(text, true, front) || front.size() != 8) return std::nullopt;
  } else {
    const std::string_view behind = text.substr(gap + 2);
    if (behind.find("::") != std::string_view::npos || behind.starts_with(':')) return std::nullopt;
    if (!AppendWords(text.substr(0, gap), false, front)) return std::nullopt;
    if (!AppendWords(behind, true, back) || front.size() + back.size() > 7) return std::nullopt;
  }
  Words words{};
  std::copy(front.begin(), front.end(), words.begin());
  std::copy(back.begin(), back.end(), words.end() - static_cast<std::ptrdiff_t>(back.size()));
  return words;
}

std::string Hex(std::uint16_t word) {
  std::array<char, 8> text{};
  const auto made = std::to_chars(text.data(), text.data() + text.size(), unsigned{word}, 16);
  return {text.data(), made.ptr};
}

/// The longest run of zeros, the first of equal ones, becomes "::".
std::string Ipv6Text(const Words& words) {
  std::size_t best = 0;
  std::size_t best_length = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::size_t end = i;
    while (end < words.size() && words.at(end) == 0) ++end;
    if (end - i > best_length) {
      best = i;
      best_length = end - i;
    }
  }
  if (best_length < 2) best_length = 0;
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (best_length > 0 && i == best) {
      text += "::";
      i += best_length - 1;
      continue;
    }
    if (!text.empty() && !text.ends_with(':')) text += ':';
    text += Hex(words.at(i));
  }
  return text;
}

}  // namespace

std::optional<std::string> CleanIpv6(std::string_view text, bool unpack_ipv4) {
  constexpr std::size_t kLongest = 45;
  if (text.size() > kLongest) return std::nullopt;
  const std::optional<Words> words = ParseIpv6(text);
  if (!words) return std::nullopt;
  const bool is_mapped = std::all_of(words->begin(), words->begin() + 5,
                                     [](std::uint16_t word) { return word == 0; }) &&
                         words->at(5) == 0xFFFF;
  if (!is_mapped) return Ipv6Text(*words);
  std::string address;
  for (const std::size_t at : {std::size_t{6}, std::size_t{7}}) {
    if (!address.empty()) address += '.';
    address += std::to_string(words->at(at) >> 8U) + "." + std::to_string(words->at(at) & 0xFFU);
  }
  return unpack_ipv4 ? address : "::ffff:" + address;
}

}  // namespace migext::recover
