#include "schema/decimal_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "base/error.h"

namespace migext::schema {
namespace {

constexpr std::int64_t kMostPlaces = 400;

/// ±0.DIGITS × 10^point.
struct Digits {
  bool negative = false;
  std::string digits;         ///< Without leading zeros; "" for zero.
  std::int64_t exponent = 0;  ///< Of the last digit.
};

std::optional<Digits> Parse(std::string_view text) {
  Digits result;
  std::size_t i = 0;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) result.negative = text[i++] == '-';
  bool any = false;
  bool point = false;
  for (; i < text.size(); ++i) {
    if (text[i] == '.' && !point) {
      point = true;
    } else if (text[i] >= '0' && text[i] <= '9') {
      any = true;
      if (!result.digits.empty() || text[i] != '0') result.digits += text[i];
      if (point) --result.exponent;
    } else {
      break;
    }
  }
  if (!any) return std::nullopt;
  if (i == text.size()) return result;
  if (text[i] != 'E' && text[i] != 'e') return std::nullopt;
  if (++i < text.size() && text[i] == '+') ++i;
  std::int64_t exponent = 0;
  const auto [end, error] = std::from_chars(text.data() + i, text.data() + text.size(), exponent);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (std::abs(exponent) > 100'000) return std::nullopt;
  result.exponent += exponent;
  return result;
}

/// Plain notation; exponent ≤ 0.
std::string Plain(const Digits& number) {
  std::string digits = number.digits;
  const auto places = static_cast<std::size_t>(-number.exponent);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  if (places > 0) digits.insert(digits.size() - places, ".");
  return (number.negative ? "-" : "") + digits;
}

/// Adds one to the last digit.
void Increase(std::string& digits) {
  for (std::size_t i = digits.size(); i-- > 0;) {
    if (digits[i] != '9') {
      ++digits[i];
      return;
    }
    digits[i] = '0';
  }
  digits.insert(digits.begin(), '1');
}

/// Rounds half to even.
void DropDigits(Digits& number, std::size_t count) {
  if (count > number.digits.size()) {
    number.digits.clear();
    number.exponent += static_cast<std::int64_t>(count);
    return;
  }
  const std::string dropped = number.digits.substr(number.digits.size() - count);
  number.digits.erase(number.digits.size() - count);
  number.exponent += static_cast<std::int64_t>(count);
  const std::string half = "5" + std::string(count - 1, '0');
  const bool is_odd = !number.digits.empty() && (number.digits.back() - '0') % 2 == 1;
  if (dropped > half || (dropped == half && is_odd)) Increase(number.digits);
}

}  // namespace

bool IsDecimal(std::string_view text) {
  return Parse(text).has_value() || text == "NaN" || text == "Infinity" || text == "-Infinity";
}

std::string DecimalOfFloat(double number, std::int64_t digits) {
  std::array<char, 1200> exact{};
  std::snprintf(exact.data(), exact.size(), "%.1074f", number);
  std::string text(exact.data());
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  std::optional<Digits> parsed = Parse(text);
  if (!parsed) return text;
  const auto most = static_cast<std::size_t>(std::clamp<std::int64_t>(digits, 1, 1000));
  if (parsed->digits.size() > most) DropDigits(*parsed, parsed->digits.size() - most);
  if (parsed->exponent > 0) {
    return (parsed->negative ? "-" : "") + parsed->digits + "E+" + std::to_string(parsed->exponent);
  }
  return Plain(*parsed);
}

std::string QuantizedDecimal(std::string_view text, std::optional<std::int64_t> max_digits,
                             std::optional<std::int64_t> decimal_places) {
  std::optional<Digits> number = Parse(text);
  if (!number || !decimal_places) return std::string(text);
  const std::int64_t places = std::clamp<std::int64_t>(*decimal_places, 0, kMostPlaces);
  if (number->exponent < -places) {
    DropDigits(*number, static_cast<std::size_t>(-places - number->exponent));
  } else if (!number->digits.empty()) {
    number->digits.append(static_cast<std::size_t>(number->exponent + places), '0');
  }
  number->exponent = -places;
  if (max_digits && static_cast<std::int64_t>(number->digits.size()) > *max_digits) {
    throw Error("decimal.InvalidOperation: [<class 'decimal.InvalidOperation'>]");
  }
  return Plain(*number);
}

}  // namespace migext::schema
