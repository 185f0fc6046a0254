// An UPDATE or DELETE that no WHERE keeps from any row.
//
//   EveryRow::Read(tokens of "UPDATE shop_item SET price = 0")->set   // {"price"}
#ifndef MIGEXT_LINT_EVERY_ROW_H_
#define MIGEXT_LINT_EVERY_ROW_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sqlite/sql_tokens.h"

namespace migext::lint {

struct EveryRow {
  bool deletes = false;
  std::string table;
  std::vector<std::string> set;  ///< The columns; empty where they cannot be told.

  /// Nothing for any other statement.
  static std::optional<EveryRow> Read(std::span<const sqlite::SqlToken> statement);
};

}  // namespace migext::lint

#endif  // MIGEXT_LINT_EVERY_ROW_H_
