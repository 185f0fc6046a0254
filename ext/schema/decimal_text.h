// Decimal numbers as text, as Python's decimal shows them.
#ifndef MIGEXT_SCHEMA_DECIMAL_TEXT_H_
#define MIGEXT_SCHEMA_DECIMAL_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace migext::schema {

bool IsDecimal(std::string_view text);

/// Context(prec=digits).create_decimal_from_float().
std::string DecimalOfFloat(double number, std::int64_t digits);

/// format_number() of django/db/backends/utils.py.  Throws Error when the number has too many
/// digits.
std::string QuantizedDecimal(std::string_view text, std::optional<std::int64_t> max_digits,
                             std::optional<std::int64_t> decimal_places);

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_DECIMAL_TEXT_H_
