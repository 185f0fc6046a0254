#include "recover/salvage_btree.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "recover/salvage_bytes.h"

namespace migext::recover {
namespace {

constexpr std::size_t kFileHeader = 100;

std::optional<PageKind> KindOf(char byte) {
  switch (byte) {
    case 2:
    case 5:
    case 10:
    case 13:
      return static_cast<PageKind>(byte);
    default:
      return std::nullopt;
  }
}

/// How much of a payload stays on the page (fileformat2.html#cell_payload_overflow_pages).
std::uint64_t LocalSize(std::uint64_t payload, PageKind kind, std::size_t usable) {
  const std::uint64_t most =
      kind == PageKind::kTableLeaf ? usable - 35 : (usable - 12) * 64 / 255 - 23;
  if (payload <= most) return payload;
  const std::uint64_t least = (usable - 12) * 32 / 255 - 23;
  const std::uint64_t fitting = least + (payload - least) % (usable - 4);
  return fitting <= most ? fitting : least;
}

}  // namespace

std::optional<TreeCell> ReadCell(std::string_view page, std::size_t offset, PageKind kind,
                                 std::size_t usable_size) {
  const std::string_view bytes = page.substr(0, usable_size);
  TreeCell cell;
  std::size_t at = offset;
  if (kind == PageKind::kTableInterior || kind == PageKind::kIndexInterior) {
    if (at > bytes.size() || bytes.size() - at < 4) return std::nullopt;
    cell.left_child = ReadUint32(bytes, at);
    at += 4;
  }
  if (kind != PageKind::kTableInterior) {
    const Varint size = ReadVarint(bytes, at);
    if (size.length == 0) return std::nullopt;
    cell.payload_size = size.value;
    at += size.length;
  }
  if (kind == PageKind::kTableInterior || kind == PageKind::kTableLeaf) {
    const Varint key = ReadVarint(bytes, at);
    if (key.length == 0) return std::nullopt;
    cell.row_id = static_cast<std::int64_t>(key.value);
    at += key.length;
  }
  if (kind != PageKind::kTableInterior) {
    const std::uint64_t local = LocalSize(cell.payload_size, kind, usable_size);
    if (local > bytes.size() - at) return std::nullopt;
    cell.local = bytes.substr(at, static_cast<std::size_t>(local));
    at += static_cast<std::size_t>(local);
    if (local < cell.payload_size) {
      if (bytes.size() - at < 4) return std::nullopt;
      cell.overflow_page = ReadUint32(bytes, at);
      at += 4;
    }
  }
  cell.end = at;
  return cell;
}

std::optional<BtreePage> BtreePage::Of(std::string bytes, std::uint32_t number,
                                       std::size_t usable_size) {
  BtreePage page;
  page.header_ = number == 1 ? kFileHeader : 0;
  page.usable_size_ = usable_size;
  if (bytes.size() < page.header_ + 12) return std::nullopt;
  const std::optional<PageKind> kind = KindOf(bytes[page.header_]);
  if (!kind) return std::nullopt;
  page.kind_ = *kind;
  page.cell_count_ = ReadUint16(bytes, page.header_ + 3);
  // A cell takes two bytes of the pointer array and at least as many of content.
  const std::size_t most = (usable_size - page.header_ - 8) / 4;
  if (page.cell_count_ > most) return std::nullopt;
  page.bytes_ = std::move(bytes);
  return page;
}

std::optional<TreeCell> BtreePage::CellAt(std::size_t index) const {
  const std::size_t array = header_ + (IsInterior() ? 12 : 8);
  const std::size_t pointer = array + 2 * index;
  if (bytes_.size() < pointer + 2) return std::nullopt;
  // What a pointer has beyond the page is left out of it, as in SQLite (findCell).
  const std::size_t offset = ReadUint16(bytes_, pointer) & (std::bit_ceil(usable_size_) - 1);
  if (offset < array + 2 * cell_count_) return std::nullopt;
  return ReadCell(bytes_, offset, kind_, usable_size_);
}

std::uint32_t BtreePage::RightChild() const { return ReadUint32(bytes_, header_ + 8); }

bool BtreePage::FillsItsPage() const {
  std::size_t last = 0;
  for (std::size_t i = 0; i < cell_count_; ++i) {
    const std::optional<TreeCell> cell = CellAt(i);
    if (!cell) return false;
    last = std::max(last, cell->end);
  }
  return last == usable_size_;
}

}  // namespace migext::recover
