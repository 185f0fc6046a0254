#include "recover/python_decimal.h"

#include <array>
#include <charconv>

#include "base/error.h"
#include "schema/decimal_text.h"

namespace migext::recover {
namespace {

/// to-scientific-string of the General Decimal Arithmetic, from plain notation: a number below
/// 0.000001 has an exponent.
std::string WithExponent(std::string plain) {
  const std::size_t point = plain.find('.');
  if (point == std::string::npos) return plain;
  const std::size_t first = plain.find_first_not_of("-0.");
  const auto places = static_cast<std::int64_t>(plain.size() - point - 1);
  // Of a zero the last digit counts.
  const std::size_t leading = first == std::string::npos ? plain.size() - 1 : first;
  if (leading < point) return plain;
  const std::int64_t exponent = -static_cast<std::int64_t>(leading - point);
  if (exponent >= -6) return plain;
  const std::string digits = plain.substr(leading);
  std::string text = plain.front() == '-' ? "-" : "";
  text += digits.front();
  if (places > -exponent) text += "." + digits.substr(1);
  return text + "E" + std::to_string(exponent);
}

}  // namespace

std::string DecimalOfReal(double number) {
  std::array<char, 32> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number,
                                          std::chars_format::scientific, 14);
  return {digits.data(), end};
}

std::optional<std::string> QuantizedStr(std::string_view text, std::int64_t most,
                                        std::int64_t places) {
  if (!schema::IsDecimal(text) || text.find_first_of("NI") != std::string_view::npos) {
    return std::nullopt;
  }
  try {
    return WithExponent(schema::QuantizedDecimal(text, most, places));
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace migext::recover
