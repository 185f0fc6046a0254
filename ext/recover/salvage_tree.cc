#include "recover/salvage_tree.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "recover/salvage_bytes.h"

namespace migext::recover {
namespace {

/// The most rows whose ids ascend: a row whose id was damaged takes none of its neighbours along.
std::vector<StoredRow> Ascending(std::vector<StoredRow> rows) {
  const auto descends = [](const StoredRow& a, const StoredRow& b) { return a.row_id >= b.row_id; };
  if (std::adjacent_find(rows.begin(), rows.end(), descends) == rows.end()) return rows;
  constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  std::vector<std::size_t> ends;  // of the best run of each length
  std::vector<std::size_t> before(rows.size(), kNone);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto place =
        std::lower_bound(ends.begin(), ends.end(), rows[i].row_id,
                         [&](std::size_t end, std::int64_t id) { return rows[end].row_id < id; });
    if (place != ends.begin()) before[i] = *(place - 1);
    if (place == ends.end()) {
      ends.push_back(i);
    } else {
      *place = i;
    }
  }
  std::vector<StoredRow> kept;
  for (std::size_t i = ends.empty() ? kNone : ends.back(); i != kNone; i = before[i]) {
    kept.push_back(std::move(rows[i]));
  }
  std::reverse(kept.begin(), kept.end());
  return kept;
}

}  // namespace

std::optional<BtreePage> TreeReader::PageAt(PageNumber number) const {
  return BtreePage::Of(pages_.Read(number), number, pages_.usable_size());
}

std::optional<Payload> TreeReader::PayloadOf(const TreeCell& cell,
                                             std::set<PageNumber>& overflow) const {
  Payload payload{std::string(cell.local)};
  if (cell.overflow_page == 0 && cell.local.size() == cell.payload_size) return payload;
  if (cell.payload_size / pages_.usable_size() > pages_.size()) return std::nullopt;
  const auto wanted = static_cast<std::size_t>(cell.payload_size) - cell.local.size();
  if (ledger_.IsBroken(cell.overflow_page, wanted)) return std::nullopt;
  std::vector<PageNumber> chain;
  PageNumber next = cell.overflow_page;
  while (payload.bytes.size() < cell.payload_size) {
    if (next < 2 || !ledger_.IsFree(next) || !overflow.insert(next).second) break;
    chain.push_back(next);
    const std::string bytes = pages_.Read(next);
    const std::size_t need =
        std::min<std::uint64_t>(cell.payload_size - payload.bytes.size(), pages_.usable_size() - 4);
    if (bytes.size() < need + 4) break;
    payload.bytes.append(bytes, 4, need);
    payload.is_doubtful |= bytes.find_first_not_of('\0') == std::string::npos;
    next = ReadUint32(bytes, 0);
  }
  payload.is_doubtful |= next != 0;
  if (payload.bytes.size() == cell.payload_size) return payload;
  for (const PageNumber page : chain) overflow.erase(page);
  ledger_.NoteBroken(cell.overflow_page, payload.bytes.size() - cell.local.size());
  return std::nullopt;
}

std::optional<StoredRow> TreeReader::RowOf(const TreeCell& cell,
                                           std::set<PageNumber>& overflow) const {
  const TextEncoding encoding = pages_.header().encoding;
  std::optional<Payload> payload = PayloadOf(cell, overflow);
  // The size may lie where all values are on the page.
  if (!payload) payload = Payload{std::string(cell.local)};
  std::optional<Fields> fields = DecodeRecord(payload->bytes, encoding);
  if (!fields) return std::nullopt;
  return StoredRow{cell.row_id, std::move(*fields), payload->is_doubtful};
}

PageRows TreeReader::RowsOf(const BtreePage& page) const {
  PageRows read;
  for (std::size_t i = 0; i < page.cell_count(); ++i) {
    const std::optional<TreeCell> cell = page.CellAt(i);
    std::optional<StoredRow> row = cell ? RowOf(*cell, read.overflow) : std::nullopt;
    if (row) {
      read.rows.push_back(std::move(*row));
    } else {
      ++read.broken;
    }
  }
  return read;
}

void TreeReader::Claim(PageNumber page, const PageRows& rows) {
  ledger_.Claim(page);
  for (const PageNumber overflow : rows.overflow) ledger_.Claim(overflow);
}

void TreeReader::ReadLeaf(const Place& place, const BtreePage& page, const TableVisitor& visitor,
                          TreeDamage& damage) {
  PageRows read = RowsOf(page);
  const std::size_t announced = page.cell_count();
  const auto is_misplaced = [&](const StoredRow& row) {
    return row.row_id < place.low || row.row_id > place.high;
  };
  const auto misplaced = std::stable_partition(
      read.rows.begin(), read.rows.end(), [&](const StoredRow& row) { return !is_misplaced(row); });
  std::vector<StoredRow> elsewhere(std::make_move_iterator(misplaced),
                                   std::make_move_iterator(read.rows.end()));
  read.rows.erase(misplaced, read.rows.end());
  read.rows = Ascending(std::move(read.rows));
  // Most of its rows are where they cannot be: the page is another table's, or of another time.
  const bool strange = announced > 0 && (read.rows.size() + read.broken) * 2 < announced;
  if (strange || (!read.rows.empty() && !visitor.accepts(read.rows))) {
    damage.gaps.push_back({place.low, place.high, place.page});
    damage.lost_pages = true;
    return;
  }
  Claim(place.page, read);
  if (read.rows.size() < announced) {
    damage.gaps.push_back({place.low, place.high, place.page});
    damage.lost_cells += announced - read.rows.size();
  }
  for (StoredRow& row : read.rows) visitor.row(row);
  for (StoredRow& row : elsewhere) visitor.misplaced(row);
}

std::vector<TreeReader::Place> TreeReader::ChildrenOf(const Place& place, const BtreePage& page,
                                                      TreeDamage& damage) const {
  std::vector<Place> children;
  std::int64_t low = place.low;
  std::size_t strange = 0;
  for (std::size_t i = 0; i < page.cell_count(); ++i) {
    const std::optional<TreeCell> cell = page.CellAt(i);
    if (!cell || cell->row_id < low || cell->row_id > place.high) {
      ++strange;
      continue;
    }
    children.push_back({cell->left_child, low, cell->row_id});
    low = cell->row_id == kHighestRowId ? kHighestRowId : cell->row_id + 1;
  }
  if (strange * 2 > page.cell_count()) return {};
  if (strange > 0) {
    damage.gaps.push_back({place.low, place.high, 0});
    damage.lost_pages = true;
  }
  children.push_back({page.RightChild(), low, place.high});
  std::reverse(children.begin(), children.end());
  return children;
}

TreeDamage TreeReader::ReadTable(PageNumber root, const TableVisitor& visitor) {
  TreeDamage damage;
  std::vector<Place> open = {{root, kLowestRowId, kHighestRowId}};
  while (!open.empty()) {
    const Place place = open.back();
    open.pop_back();
    const bool is_free = ledger_.IsFree(place.page);
    const std::optional<BtreePage> page = is_free ? PageAt(place.page) : std::nullopt;
    if (!page || !page->IsOfTable()) {
      damage.gaps.push_back({place.low, place.high, is_free ? place.page : 0});
      damage.lost_pages = true;
      continue;
    }
    if (!page->IsInterior()) {
      ReadLeaf(place, *page, visitor, damage);
      continue;
    }
    std::vector<Place> children = ChildrenOf(place, *page, damage);
    if (children.empty()) {
      damage.gaps.push_back({place.low, place.high, place.page});
      damage.lost_pages = true;
      continue;
    }
    ledger_.Claim(place.page);
    open.insert(open.end(), children.begin(), children.end());
  }
  return damage;
}

TreeDamage TreeReader::ReadIndex(PageNumber root, const Visit& visit) {
  TreeDamage damage;
  std::vector<PageNumber> open = {root};
  while (!open.empty()) {
    const PageNumber number = open.back();
    open.pop_back();
    const std::optional<BtreePage> page = ledger_.IsFree(number) ? PageAt(number) : std::nullopt;
    if (!page || page->IsOfTable()) {
      damage.gaps.push_back({kLowestRowId, kHighestRowId, number});
      damage.lost_pages = true;
      continue;
    }
    PageRows read = RowsOf(*page);
    Claim(number, read);
    if (read.broken > 0) {
      damage.gaps.push_back({kLowestRowId, kHighestRowId, number});
      damage.lost_cells += read.broken;
    }
    for (StoredRow& row : read.rows) visit(row);
    if (!page->IsInterior()) continue;
    for (std::size_t i = 0; i < page->cell_count(); ++i) {
      const std::optional<TreeCell> cell = page->CellAt(i);
      damage.lost_pages |= !cell;
      if (cell) open.push_back(cell->left_child);
    }
    open.push_back(page->RightChild());
  }
  return damage;
}

}  // namespace migext::recover
