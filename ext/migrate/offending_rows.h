// The rows of a table that stand in the way of something, told so that a person finds them: how
// many they are, the first of their keys, and the SELECT that shows all of them.
//
//   const OffendingRows rows(db, live);
//   rows.Tell("\"content\" IS NULL", {"has no content", "have no content"})
//   // 2 rows of blog_comment have no content (id 1, 2): SELECT * FROM "blog_comment" WHERE …
#ifndef MIGEXT_MIGRATE_OFFENDING_ROWS_H_
#define MIGEXT_MIGRATE_OFFENDING_ROWS_H_

#include <string>
#include <string_view>
#include <vector>

#include "migrate/table_shape.h"
#include "sqlite/connection.h"

namespace migext::migrate {

/// What is said of one row, and of several.
struct RowWords {
  std::string one;
  std::string many;
};

/// What may stand in one row only, in SQL.
struct UniqueRule {
  std::vector<std::string> terms;
  std::string condition;  ///< Only for rows of which this is true; "" for all.
};

/// Nothing but columns.
UniqueRule UniqueColumns(const std::vector<std::string>& columns);
/// That of a CREATE UNIQUE INDEX; no terms for any other statement.
UniqueRule UniqueRuleOf(std::string_view create_index);

class OffendingRows {
 public:
  /// Both must outlive it.
  OffendingRows(const sqlite::Connection& db, const TableShape& live) : db_(db), live_(live) {}

  /// "" when there are none, or when they cannot be asked: a column is missing that the condition
  /// names in double quotes, which SQLite would take for a text (https://sqlite.org/quirks.html).
  std::string Tell(const std::string& condition, const RowWords& words) const;
  /// "1 value of (post_id, tag_id) stands in several rows (id 1, 7): SELECT …"; "" as above.
  std::string TellRepeated(const UniqueRule& rule) const;
  /// " (id 1, 2, …)"; "" where the rows have no key, or there are none.
  std::string Keys(const std::string& condition, const std::string& order = {}) const;

 private:
  bool Knows(std::string_view sql) const;
  std::int64_t Count(const std::string& from) const;
  /// ": SELECT * FROM … WHERE …" behind the keys.
  std::string KeysAndSelect(const std::string& condition, const std::string& order) const;

  const sqlite::Connection& db_;
  const TableShape& live_;
};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_OFFENDING_ROWS_H_
