// Rows on a page whose header or pointers are gone: their cells are found by trying every offset.
//
//   CarveRows(reader, 74, [&](const StoredRow& row) { return shape.Resembles(row.fields); })
//
// What is found may also be an old version of a row, or a deleted one: whether it is a row that was
// there must be shown by something else.
#ifndef MIGEXT_RECOVER_SALVAGE_CARVE_H_
#define MIGEXT_RECOVER_SALVAGE_CARVE_H_

#include <functional>
#include <vector>

#include "recover/salvage_tree.h"

namespace migext::recover {

/// In the order in which they stand on the page.
std::vector<StoredRow> CarveRows(const TreeReader& reader, PageNumber page,
                                 const std::function<bool(const StoredRow&)>& accepts);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_SALVAGE_CARVE_H_
