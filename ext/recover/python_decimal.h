// Decimals as Django's SQLite backend reads them and Python's str() shows them.
//
//   DecimalOf(12.5, digits, places)   // "12.50" with two places
#ifndef MIGEXT_RECOVER_PYTHON_DECIMAL_H_
#define MIGEXT_RECOVER_PYTHON_DECIMAL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace migext::recover {

/// Context(prec=15).create_decimal_from_float(): 15 digits, in scientific notation.
std::string DecimalOfReal(double number);

/// str() of a decimal brought to `places` digits behind the point, half to even.  Nothing for what
/// is no finite number (`text`: digits with sign, point, exponent) or has more than `most` digits.
std::optional<std::string> QuantizedStr(std::string_view text, std::int64_t most,
                                        std::int64_t places);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_PYTHON_DECIMAL_H_
