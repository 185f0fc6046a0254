// Rows whose foreign key leads nowhere, and SQL that mends them without losing any silently.
//
//   const auto mend = MendDanglingKey(live, comment, comment.foreign_keys[0]);
//   mend->sql      // UPDATE "blog_comment" SET "author_id" = NULL WHERE …;
//   mend->kept_in  // "" here; where the column may not be NULL the table that keeps the rows
#ifndef MIGEXT_SQLITE_DANGLING_KEY_H_
#define MIGEXT_SQLITE_DANGLING_KEY_H_

#include <optional>
#include <string>

#include "sqlite/live_schema.h"

namespace migext::sqlite {

struct DanglingKeyMend {
  std::string condition;  ///< True of the rows that lead nowhere.
  std::string sql;
  std::string kept_in;  ///< A new table with the rows that are deleted; "" when none are.
};

/// Nothing for a key of several columns, and for one whose target cannot be told.
std::optional<DanglingKeyMend> MendDanglingKey(const LiveSchema& live, const LiveTable& table,
                                               const LiveForeignKey& key);

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_DANGLING_KEY_H_
