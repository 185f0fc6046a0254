// Comment trees in a table: each row names its parent, and carries its level and its path as Django
// code left them.
//
//   TreeTable table;                       // blog_comment (id, parent_id, level, path)
//   for (const Problem& p : Check(db, table)) …
//   Rebuild(db, table);                    // writes level and path where they differ
//
// The parents are the truth; level and path follow from them.  Rows whose parents lead nowhere or
// round in a circle have neither, and are reported and left as they are.
#ifndef MIGEXT_TREE_COMMENT_TREE_H_
#define MIGEXT_TREE_COMMENT_TREE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "sqlite/connection.h"
#include "tree/forest.h"

namespace migext::tree {

struct TreeTable {
  std::string table = "blog_comment";
  std::string id = "id";
  std::string parent = "parent_id";
  std::string level = "level";
  std::string path = "path";
};

/// What the path and level of one row should be, from its chain of parents; nothing if there is no
/// such row, or its chain ends in a missing row or a circle.  Throws Error for a missing table or
/// column.
std::optional<std::string> ExpectedPath(const sqlite::Connection& db, const TreeTable& table,
                                        const Id& id);
std::optional<std::int64_t> ExpectedLevel(const sqlite::Connection& db, const TreeTable& table,
                                          const Id& id);

struct Problem {
  Id id;
  const char* problem;  ///< 'wrong-path', 'wrong-level', 'orphan', 'cycle', 'self-parent',
                        ///< 'path-too-long', 'null-path'
  std::optional<std::string> expected;
  std::optional<std::string> actual;
};

/// Calls `report` for each problem, rows in the order of their ids.
void Check(const sqlite::Connection& db, const TreeTable& table,
           const std::function<void(const Problem&)>& report);

struct RebuildCounts {
  std::int64_t rows = 0;
  std::int64_t changed = 0;
  std::int64_t kept = 0;      ///< Old rows copied to kSavedRows.
  std::int64_t orphans = 0;   ///< With those below them; left as they are.
  std::int64_t circular = 0;  ///< In a circle or below one; left as they are.
};

/// Where rows go before a change that can't be told from what stays: the table, the row's id and
/// its parent, level and path as they were.
inline constexpr char kSavedRows[] = "migext_comment_tree_saved";

/// Writes the right level and path where they differ.  A root whose old path named a parent is
/// copied to kSavedRows first: after a rollback that dropped parent_id, such paths are all that is
/// left of the tree. REQUIRES: a savepoint of the caller's, to be rolled back when this throws.
RebuildCounts Rebuild(const sqlite::Connection& db, const TreeTable& table);

/// Makes every row a root: level 0, its id as path, no parent.  All rows that this changes are
/// copied to kSavedRows first.  REQUIRES: a savepoint of the caller's.
RebuildCounts Reset(const sqlite::Connection& db, const TreeTable& table);

/// The statement that puts back what the last Rebuild or Reset of this table copied, "" if it
/// copied nothing.
std::string UndoStatement(const sqlite::Connection& db, const TreeTable& table);

}  // namespace migext::tree

#endif  // MIGEXT_TREE_COMMENT_TREE_H_
