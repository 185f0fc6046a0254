#include "recover/salvage_carve.h"

#include <optional>
#include <set>

namespace migext::recover {
namespace {

/// The header of a record is on the page, where the rest goes on elsewhere too: it must fit
/// exactly.
bool IsRecord(const TreeCell& cell) { return RecordLength(cell.local, 0) == cell.payload_size; }

}  // namespace

std::vector<StoredRow> CarveRows(const TreeReader& reader, PageNumber page,
                                 const std::function<bool(const StoredRow&)>& accepts) {
  std::vector<StoredRow> rows;
  const std::string bytes = reader.pages().Read(page);
  const std::size_t usable = reader.pages().usable_size();
  for (std::size_t offset = 0; offset < bytes.size();) {
    const std::optional<TreeCell> cell = ReadCell(bytes, offset, PageKind::kTableLeaf, usable);
    std::set<PageNumber> overflow;
    const std::optional<StoredRow> row =
        cell && IsRecord(*cell) ? reader.RowOf(*cell, overflow) : std::nullopt;
    if (row && accepts(*row)) {
      rows.push_back(*row);
      offset = cell->end;
    } else {
      ++offset;
    }
  }
  return rows;
}

}  // namespace migext::recover
