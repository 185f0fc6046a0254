// One pass over a tree's table: its shape, and which rows do not carry the level and path they
// should.
#ifndef MIGEXT_TREE_SCAN_H_
#define MIGEXT_TREE_SCAN_H_

#include <string>
#include <vector>

#include "sqlite/connection.h"
#include "sqlite/function.h"
#include "tree/comment_tree.h"
#include "tree/forest.h"

namespace migext::tree {

/// Throws Error, naming what there is instead, unless the table and these columns are there.
void RequireColumns(const sqlite::Connection& db, const std::string& table,
                    const std::vector<std::string>& columns);

/// NULL, an integer, or a text.  Throws Error for anything else, which makes no path.
Id ReadId(const sqlite::Arguments& row, int index);
Id ReadId(const sqlite::Cell& cell);
sqlite::Cell ToCell(const Id& id);

/// The shape alone, from ids and parents.
Forest ReadForest(const sqlite::Connection& db, const TreeTable& table);

struct Scan {
  Forest forest;
  std::vector<Forest::Node>
      wrong;  ///< Ascending; rows without a right level and path are not among them.
};

/// Shape and wrong rows in one pass.  A row is judged as it goes by when all its ancestors went by
/// before it, as they have where children have higher ids; only the others are read again.
Scan ScanTable(const sqlite::Connection& db, const TreeTable& table);

}  // namespace migext::tree

#endif  // MIGEXT_TREE_SCAN_H_
