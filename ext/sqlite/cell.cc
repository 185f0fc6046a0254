#include "sqlite/cell.h"

#include <array>
#include <cstdio>

#include "base/text.h"

namespace migext::sqlite {
namespace {

std::string RealText(double number) {
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.15g", number);
  std::string text = buffer.data();
  if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
  return text;
}

std::string Hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 15U];
  }
  return out;
}

}  // namespace

std::string Cell::ToString() const {
  if (const auto* number = Integer()) return std::to_string(*number);
  if (const auto* number = Real()) return RealText(*number);
  if (const auto* text = Text()) return *text;
  if (const auto* blob = AsBlob()) return blob->bytes;
  return {};
}

std::string Cell::ToSql() const {
  if (const auto* text = Text()) return SqlLiteral(*text);
  if (const auto* blob = AsBlob()) return "x'" + Hex(blob->bytes) + "'";
  return IsNull() ? "NULL" : ToString();
}

}  // namespace migext::sqlite
