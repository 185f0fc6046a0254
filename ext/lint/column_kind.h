// What kind of value a column of Django's holds, and which values do not survive a change of it.
//
//   MisfitCondition(ColumnKind::kText, ColumnKind::kNumber)   // true of a row with the text 'n/a'
#ifndef MIGEXT_LINT_COLUMN_KIND_H_
#define MIGEXT_LINT_COLUMN_KIND_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace migext::lint {

enum class ColumnKind : std::uint8_t {
  kOther,
  kWhole,  // integers
  kFlag,   // bool
  kNumber,
  kText,
  kDay,
  kMoment,
  kTime,
  kBytes,
};

/// Of a type as Django declares it: "varchar(80)", "integer unsigned".
ColumnKind KindOfType(std::string_view type);

/// Stands for the column in a condition.
inline constexpr std::string_view kMisfitColumn = "{column}";

/// An SQL condition that is true of values that Django cannot read any more; nothing where none
/// changes its kind.
std::optional<std::string> MisfitCondition(ColumnKind from, ColumnKind to);

}  // namespace migext::lint

#endif  // MIGEXT_LINT_COLUMN_KIND_H_
