#include "base/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <numeric>

namespace migext {
namespace {

char LowerAscii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string Quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) out += c;
    out += c;
  }
  return out + quote;
}

// Levenshtein distance, one row at a time.
std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string Join(std::span<const std::string> parts, std::string_view separator) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += separator;
    out += parts[i];
  }
  return out;
}

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0;;) {
    const std::size_t end = text.find(separator, begin);
    parts.emplace_back(text.substr(begin, end == std::string_view::npos ? end : end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n\f\v";
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

std::string Lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), LowerAscii);
  return out;
}

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return LowerAscii(x) == LowerAscii(y); });
}

std::string ReplaceAll(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  for (std::size_t begin = 0;;) {
    const std::size_t found = from.empty() ? std::string_view::npos : text.find(from, begin);
    if (found == std::string_view::npos) return out.append(text.substr(begin));
    out.append(text.substr(begin, found - begin)).append(to);
    begin = found + from.size();
  }
}

std::string Grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  constexpr std::size_t kGroup = 3;
  const std::size_t sign = number < 0 ? 1 : 0;
  for (std::size_t i = text.size(); i > kGroup + sign;) {
    i -= kGroup;
    text.insert(i, 1, ',');
  }
  return text;
}

// The shortest digits that read back as the same number, laid out as float.__repr__ does.
std::string FloatText(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  char buffer[64];
  const auto made =
      std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::scientific);
  const std::string_view text(buffer, static_cast<std::size_t>(made.ptr - buffer));
  const std::size_t mark = text.find('e');
  int exponent = 0;
  const std::size_t digits_at = text[mark + 1] == '+' ? mark + 2 : mark + 1;
  std::from_chars(text.data() + digits_at, text.data() + text.size(), exponent);
  if (exponent < -4 || exponent >= 16) {
    std::string out(text.substr(0, mark));
    out += exponent < 0 ? "e-" : "e+";
    const std::string size = std::to_string(std::abs(exponent));
    return out + (size.size() < 2 ? "0" : "") + size;
  }
  const auto plain =
      std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::fixed);
  std::string out(buffer, static_cast<std::size_t>(plain.ptr - buffer));
  if (out.find('.') == std::string::npos) out += ".0";
  return out;
}

std::string SqlLiteral(std::string_view text) { return Quoted(text, '\''); }

std::string SqlIdentifier(std::string_view text) { return Quoted(text, '"'); }

std::string Nearest(std::string_view word, std::span<const std::string> candidates) {
  // A third of the letters may be wrong: enough for a slip, too few for another word.
  std::size_t best = std::max<std::size_t>(word.size() / 3, 1) + 1;
  std::string nearest;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = EditDistance(word, candidate);
    if (distance >= best) continue;
    best = distance;
    nearest = candidate;
  }
  return nearest;
}

bool IsUtf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x80) {
      ++i;
      continue;
    }
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      if (!IsUtf8Continuation(text[i + k])) return false;
    }
    const auto second = static_cast<unsigned char>(text[i + 1]);
    const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
    const bool surrogate = lead == 0xED && second >= 0xA0;
    const bool too_large = lead == 0xF4 && second >= 0x90;
    if (overlong || surrogate || too_large) return false;
    i += length;
  }
  return true;
}

void AppendUtf8(std::string& out, char32_t code_point) {
  const auto c = static_cast<std::uint32_t>(code_point);
  const auto byte = [&out](std::uint32_t value) { out += static_cast<char>(value); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0U | (c >> 6U));
    byte(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    byte(0xE0U | (c >> 12U));
    byte(0x80U | ((c >> 6U) & 0x3FU));
    byte(0x80U | (c & 0x3FU));
  } else {
    byte(0xF0U | (c >> 18U));
    byte(0x80U | ((c >> 12U) & 0x3FU));
    byte(0x80U | ((c >> 6U) & 0x3FU));
    byte(0x80U | (c & 0x3FU));
  }
}

char32_t NextUtf8(std::string_view text, std::size_t& offset) {
  constexpr char32_t kReplacement = 0xFFFD;
  const auto lead = static_cast<unsigned char>(text[offset]);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC0 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF8 ? 4
                                           : 0;
  if (length == 0 || offset + length > text.size()) {
    ++offset;
    return kReplacement;
  }
  char32_t value = length == 1 ? lead : lead & (0x7FU >> length);
  for (std::size_t k = 1; k < length; ++k) {
    if (!IsUtf8Continuation(text[offset + k])) {
      ++offset;
      return kReplacement;
    }
    value = (value << 6U) | (static_cast<unsigned char>(text[offset + k]) & 0x3FU);
  }
  offset += length;
  return value;
}

namespace {

struct CaseRange {
  char32_t first;
  char32_t last;
  /// What is added to a capital; 1 where capitals and small letters alternate.
  char32_t distance;
  bool capitals_are_odd = false;
};

/// From UnicodeData.txt, field Simple_Lowercase_Mapping.
constexpr CaseRange kCapitals[] = {
    {0x41, 0x5A, 32},   {0xC0, 0xD6, 32},        {0xD8, 0xDE, 32},
    {0x100, 0x12F, 1},  {0x132, 0x137, 1},       {0x139, 0x148, 1, true},
    {0x14A, 0x177, 1},  {0x179, 0x17E, 1, true}, {0x1CD, 0x1DC, 1, true},
    {0x1DE, 0x1EF, 1},  {0x1F8, 0x21F, 1},       {0x222, 0x233, 1},
    {0x386, 0x386, 38}, {0x388, 0x38A, 37},      {0x38C, 0x38C, 64},
    {0x38E, 0x38F, 63}, {0x391, 0x3A1, 32},      {0x3A3, 0x3AB, 32},
    {0x400, 0x40F, 80}, {0x410, 0x42F, 32},      {0x460, 0x481, 1},
    {0x48A, 0x4BF, 1},  {0x4C1, 0x4CE, 1, true}, {0x4D0, 0x52F, 1},
    {0x531, 0x556, 48}, {0x1E00, 0x1E95, 1},     {0x1EA0, 0x1EFF, 1},
};

char32_t LowerLetter(char32_t letter) {
  if (letter == 0x178) return 0xFF;
  for (const CaseRange& range : kCapitals) {
    if (letter < range.first || letter > range.last) continue;
    const bool is_small = range.distance == 1 && (letter % 2 == 1) != range.capitals_are_odd;
    return is_small ? letter : letter + range.distance;
  }
  return letter;
}

}  // namespace

std::string LowerUtf8(std::string_view text) {
  std::string out;
  for (std::size_t offset = 0; offset < text.size();) {
    AppendUtf8(out, LowerLetter(NextUtf8(text, offset)));
  }
  return out;
}

}  // namespace migext
