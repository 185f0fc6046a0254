// A setting of the connection that has a value of ours for a while.
//
//   const ScopedFlag as_tables_alone(db, Flag::kLegacyAlterTable, true);
//
// Works in the middle of a transaction too.
#ifndef MIGEXT_SQLITE_FLAG_H_
#define MIGEXT_SQLITE_FLAG_H_

#include <cstdint>

#include "sqlite/connection.h"

namespace migext::sqlite {

/// https://sqlite.org/c3ref/c_dbconfig_defensive.html
enum class Flag : std::uint8_t {
  /// ALTER TABLE … RENAME looks at the table alone: not at views, triggers, or references of
  /// others.
  kLegacyAlterTable,
  /// A name in double quotes that nothing bears is a string, in queries and triggers.
  kDoubleQuotedStrings,
};

class ScopedFlag {
 public:
  ScopedFlag(const Connection& connection, Flag flag, bool value);
  ~ScopedFlag();
  ScopedFlag(const ScopedFlag&) = delete;
  ScopedFlag& operator=(const ScopedFlag&) = delete;

 private:
  const Connection& connection_;
  int code_;
  int value_;
  int before_;
};

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_FLAG_H_
