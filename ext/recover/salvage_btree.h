// One page of a b-tree, read without believing it
// (https://sqlite.org/fileformat2.html#b_tree_pages).
//
//   const auto page = BtreePage::Of(pages.Read(17), 17, pages.usable_size());
//   for (std::size_t i = 0; i < page->cell_count(); ++i) page->CellAt(i)
//
// Every offset is checked against the bytes that are there.
#ifndef MIGEXT_RECOVER_SALVAGE_BTREE_H_
#define MIGEXT_RECOVER_SALVAGE_BTREE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace migext::recover {

enum class PageKind : std::uint8_t {
  kIndexInterior = 2,
  kTableInterior = 5,
  kIndexLeaf = 10,
  kTableLeaf = 13,
};

struct TreeCell {
  std::int64_t row_id = 0;          ///< Of a table; an interior page's key.
  std::uint32_t left_child = 0;     ///< Of an interior page.
  std::uint64_t payload_size = 0;   ///< All of it.
  std::string_view local;           ///< What is on the page; lives as long as the page.
  std::uint32_t overflow_page = 0;  ///< Where the rest begins; 0 when there is none.
  std::size_t end = 0;              ///< Offset behind the cell.
};

/// The cell of such a page at an offset; nothing when it does not fit.
std::optional<TreeCell> ReadCell(std::string_view page, std::size_t offset, PageKind kind,
                                 std::size_t usable_size);

class BtreePage {
 public:
  /// Nothing for what is no page of a b-tree.
  static std::optional<BtreePage> Of(std::string bytes, std::uint32_t number,
                                     std::size_t usable_size);

  PageKind kind() const { return kind_; }
  bool IsInterior() const {
    return kind_ == PageKind::kTableInterior || kind_ == PageKind::kIndexInterior;
  }
  bool IsOfTable() const {
    return kind_ == PageKind::kTableInterior || kind_ == PageKind::kTableLeaf;
  }
  std::size_t cell_count() const { return cell_count_; }
  std::optional<TreeCell> CellAt(std::size_t index) const;
  /// REQUIRES: IsInterior().
  std::uint32_t RightChild() const;
  const std::string& bytes() const { return bytes_; }
  /// All cells fit, and the last one ends with the page: so it does in a sound one, mostly.
  bool FillsItsPage() const;

 private:
  BtreePage() = default;

  std::string bytes_;
  PageKind kind_ = PageKind::kTableLeaf;
  std::size_t header_ = 0;  ///< Where it begins: at 100 on page 1.
  std::size_t cell_count_ = 0;
  std::size_t usable_size_ = 0;
};

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_SALVAGE_BTREE_H_
