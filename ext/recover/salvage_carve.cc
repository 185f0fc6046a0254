#include "recover/salvage_carve.h"

#include <optional>
#include <set>
#include <string>
#include <utility>

namespace migext::recover {
namespace {

std::optional<StoredRow> RowOf(const TreeReader& reader, const TreeCell& cell) {
  // The header of the record is on the page, where the rest goes on elsewhere too.
  if (RecordLength(cell.local, 0) != cell.payload_size) return std::nullopt;
  std::set<PageNumber> overflow;
  const std::optional<std::string> payload = reader.PayloadOf(cell, overflow);
  if (!payload) return std::nullopt;
  std::optional<Fields> fields = DecodeRecord(*payload, reader.pages().header().encoding);
  if (!fields) return std::nullopt;
  return StoredRow{cell.row_id, std::move(*fields)};
}

}  // namespace

std::vector<StoredRow> CarveRows(const TreeReader& reader, PageNumber page,
                                 const std::function<bool(const StoredRow&)>& accepts) {
  std::vector<StoredRow> rows;
  const std::string bytes = reader.pages().Read(page);
  const std::size_t usable = reader.pages().usable_size();
  for (std::size_t offset = 0; offset < bytes.size();) {
    const std::optional<TreeCell> cell = ReadCell(bytes, offset, PageKind::kTableLeaf, usable);
    std::optional<StoredRow> row = cell ? RowOf(reader, *cell) : std::nullopt;
    if (row && accepts(*row)) {
      rows.push_back(std::move(*row));
      offset = cell->end;
    } else {
      ++offset;
    }
  }
  return rows;
}

}  // namespace migext::recover
