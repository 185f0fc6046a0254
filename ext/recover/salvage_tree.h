// Walks the b-trees of a file that may be damaged: gives every row that can be reached, and says
// where rows are missing.
//
//   PageLedger ledger(pages.size());
//   TreeReader reader(pages, ledger);
//   const TreeDamage damage = reader.ReadTable(root, {accepts, save, put_aside});
//   damage.gaps  // {{31, 42, page 74}}: rows 31 to 42 were on a page that cannot be read
//
// A page belongs to one tree alone and is read once, so circles and shared pages end the walk there
// and no file can make it long.
#ifndef MIGEXT_RECOVER_SALVAGE_TREE_H_
#define MIGEXT_RECOVER_SALVAGE_TREE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "recover/salvage_btree.h"
#include "recover/salvage_pages.h"

namespace migext::recover {

inline constexpr std::int64_t kLowestRowId = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t kHighestRowId = std::numeric_limits<std::int64_t>::max();

struct StoredRow {
  std::int64_t row_id = 0;  ///< 0 in an index and in a table WITHOUT ROWID.
  Fields fields;
  bool is_doubtful = false;  ///< A page of a long value is all zeros, or leads on behind the end.
};

/// Rows of these ids, both included, were on a page that cannot be read, or not wholly.
struct Gap {
  std::int64_t low = kLowestRowId;
  std::int64_t high = kHighestRowId;
  PageNumber page = 0;  ///< 0 when it is not known, or not in the file.

  bool Holds(std::int64_t row_id) const { return row_id >= low && row_id <= high; }
};

struct TreeDamage {
  std::vector<Gap> gaps;
  std::size_t lost_cells = 0;  ///< That readable pages announce and that cannot be read.
  bool lost_pages = false;     ///< What was on them is not even counted.

  bool IsWhole() const { return gaps.empty(); }
};

/// All of what a cell holds.
struct Payload {
  std::string bytes;
  bool is_doubtful = false;
};

/// Which pages are spoken for, and which chains of overflow pages lead nowhere.
class PageLedger {
 public:
  explicit PageLedger(PageNumber size) : used_(std::size_t{size} + 1, false) { used_[0] = true; }

  bool IsFree(PageNumber page) const { return page < used_.size() && !used_[page]; }
  void Claim(PageNumber page) {
    if (page < used_.size()) used_[page] = true;
  }

  /// The chain from `start` ends after so many bytes: it is not walked again for more of them.
  void NoteBroken(PageNumber start, std::size_t bytes) { broken_[start] = bytes; }
  bool IsBroken(PageNumber start, std::size_t bytes) const {
    const auto found = broken_.find(start);
    return found != broken_.end() && bytes > found->second;
  }

 private:
  std::vector<bool> used_;
  std::unordered_map<PageNumber, std::size_t> broken_;
};

/// The rows of a leaf, or of an index's interior page.
struct PageRows {
  std::vector<StoredRow> rows;
  std::set<PageNumber> overflow;
  std::size_t broken = 0;  ///< Cells that cannot be read.
};

class TreeReader {
 public:
  /// Whether the rows of a leaf can be of the table that is being read.
  using Accepts = std::function<bool(const std::vector<StoredRow>&)>;
  using Visit = std::function<void(StoredRow&)>;
  struct TableVisitor {
    Accepts accepts;
    Visit row;
    Visit misplaced;  ///< On a page of the table, with a row id that cannot be there.
  };

  /// Both must outlive the reader.
  TreeReader(const PageStore& pages, PageLedger& ledger) : pages_(pages), ledger_(ledger) {}

  /// By row id, ascending.
  TreeDamage ReadTable(PageNumber root, const TableVisitor& visitor);
  /// The entries of an index, or the rows of a table WITHOUT ROWID, in no order.
  TreeDamage ReadIndex(PageNumber root, const Visit& visit);

  std::optional<BtreePage> PageAt(PageNumber number) const;
  PageRows RowsOf(const BtreePage& page) const;
  /// Nothing for a cell that holds no record; else its overflow pages are added.
  std::optional<StoredRow> RowOf(const TreeCell& cell, std::set<PageNumber>& overflow) const;
  void Claim(PageNumber page, const PageRows& rows);

  const PageStore& pages() const { return pages_; }
  PageLedger& ledger() { return ledger_; }

 private:
  /// Nothing when the chain of pages is broken.  The pages are added to `overflow`, and none of
  /// them may be there before.
  std::optional<Payload> PayloadOf(const TreeCell& cell, std::set<PageNumber>& overflow) const;

  struct Place {
    PageNumber page = 0;
    std::int64_t low = kLowestRowId;
    std::int64_t high = kHighestRowId;
  };

  void ReadLeaf(const Place& place, const BtreePage& page, const TableVisitor& visitor,
                TreeDamage& damage);
  /// The children, the last one first; an empty list when the page's keys cannot be its own.
  std::vector<Place> ChildrenOf(const Place& place, const BtreePage& page,
                                TreeDamage& damage) const;

  const PageStore& pages_;
  PageLedger& ledger_;
};

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_SALVAGE_TREE_H_
