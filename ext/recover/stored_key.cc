#include "recover/stored_key.h"

#include <optional>

#include "base/error.h"
#include "python/strings.h"
#include "recover/python_text.h"
#include "schema/column.h"

namespace migext::recover {
namespace {

/// The digits of int(text); nothing for what is no number.
std::optional<std::string> IntegerDigits(const std::string& text) {
  std::size_t at = 0;
  std::string digits;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) {
    if (text[at++] == '-') digits = "-";
  }
  bool after_digit = false;
  for (; at < text.size(); ++at) {
    const bool is_digit = text[at] >= '0' && text[at] <= '9';
    if (!is_digit && (text[at] != '_' || !after_digit)) return std::nullopt;
    if (is_digit) digits += text[at];
    after_digit = is_digit;
  }
  if (!after_digit) return std::nullopt;
  return digits;
}

}  // namespace

std::string StoredKey(const FixtureField& key, const std::string& text) {
  const django::FieldType type = key.ValueField().type;
  if (schema::IsIntegerType(type)) {
    if (const std::optional<std::string> digits = IntegerDigits(text)) return *digits;
    throw Error("Unable to serialize database: Field '" + key.name +
                "' expected a number but got " + python::QuoteText(text) + ".");
  }
  if (type == django::FieldType::kUuid) {
    if (const std::optional<std::string> digits = UuidDigits(text)) return *digits;
    throw Error("Unable to serialize database: ['“" + text + "” is not a valid UUID.']");
  }
  return text;
}

}  // namespace migext::recover
