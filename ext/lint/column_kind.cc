#include "lint/column_kind.h"

#include <utility>

#include "base/text.h"

namespace migext::lint {
namespace {

constexpr std::pair<std::string_view, ColumnKind> kHeads[] = {
    {"datetime", ColumnKind::kMoment}, {"date", ColumnKind::kDay},
    {"time", ColumnKind::kTime},       {"bool", ColumnKind::kFlag},
    {"varchar", ColumnKind::kText},    {"char", ColumnKind::kText},
    {"text", ColumnKind::kText},       {"decimal", ColumnKind::kNumber},
    {"real", ColumnKind::kNumber},     {"blob", ColumnKind::kBytes},
    {"integer", ColumnKind::kWhole},   {"bigint", ColumnKind::kWhole},
    {"smallint", ColumnKind::kWhole},
};

constexpr std::string_view kNever = "0";
constexpr std::string_view kAlways = "{column} IS NOT NULL";
constexpr std::string_view kNoNumber =
    "typeof({column}) = 'text' AND ({column} = '' OR {column} GLOB '*[^-0-9.+eE ]*')";
constexpr std::string_view kNoWhole =
    "typeof({column}) = 'text' AND ({column} = '' OR {column} GLOB '*[^-0-9+ ]*')";
constexpr std::string_view kNoDay =
    "{column} IS NOT NULL AND {column} NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9]*'";
constexpr std::string_view kBroken = "{column} <> CAST({column} AS INTEGER)";
constexpr std::string_view kNoFlag = "{column} IS NOT NULL AND {column} NOT IN (0, 1)";

std::string_view FromText(ColumnKind to) {
  switch (to) {
    case ColumnKind::kWhole:
      return kNoWhole;
    case ColumnKind::kNumber:
      return kNoNumber;
    case ColumnKind::kFlag:
      return kNoFlag;
    case ColumnKind::kDay:
    case ColumnKind::kMoment:
      return kNoDay;
    default:
      return kNever;
  }
}

std::string_view FromNumber(ColumnKind from, ColumnKind to) {
  switch (to) {
    case ColumnKind::kFlag:
      return kNoFlag;
    case ColumnKind::kWhole:
      return from == ColumnKind::kNumber ? kBroken : kNever;
    case ColumnKind::kNumber:
    case ColumnKind::kText:
      return kNever;
    default:
      return kAlways;
  }
}

}  // namespace

ColumnKind KindOfType(std::string_view type) {
  const std::string lower = Lower(type);
  for (const auto& [head, kind] : kHeads) {
    if (lower.starts_with(head)) return kind;
  }
  return ColumnKind::kOther;
}

std::optional<std::string> MisfitCondition(ColumnKind from, ColumnKind to) {
  if (from == to || from == ColumnKind::kOther || to == ColumnKind::kOther) return {};
  // A flag is a whole number, and a whole number one of any kind.
  if (from == ColumnKind::kFlag && to == ColumnKind::kWhole) return {};
  // datetime.fromisoformat() takes a day for its midnight.
  if (from == ColumnKind::kDay && to == ColumnKind::kMoment) return std::string(kNever);
  switch (from) {
    case ColumnKind::kText:
      return std::string(FromText(to));
    case ColumnKind::kWhole:
    case ColumnKind::kFlag:
    case ColumnKind::kNumber:
      return std::string(FromNumber(from, to));
    default:
      return std::string(to == ColumnKind::kText ? kNever : kAlways);
  }
}

}  // namespace migext::lint
