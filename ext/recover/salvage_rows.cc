#include "recover/salvage_rows.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "recover/salvage_carve.h"

namespace migext::recover {
namespace {

using Rows = std::vector<StoredRow>;

template <typename Holds>
bool MostOf(const Rows& rows, Holds holds) {
  const auto count = std::count_if(rows.begin(), rows.end(), holds);
  return static_cast<std::size_t>(count) * 2 > rows.size();
}

void NoteOdd(TableTally& tally, const StoredRow& row) {
  constexpr std::size_t kMostNamed = 10;
  ++tally.odd;
  if (tally.odd_rows.size() < kMostNamed) tally.odd_rows.push_back(row.row_id);
}

/// Text that Django would not have written.
bool HasOddText(const StoredRow& row) {
  return std::any_of(row.fields.begin(), row.fields.end(), [](const sqlite::Cell& cell) {
    const std::string* text = cell.Text();
    return text != nullptr && (text->find('\0') != std::string::npos || !IsUtf8(*text));
  });
}

}  // namespace

void RowSalvage::AddTable(const std::string& name, PageNumber root) {
  auto work = std::make_unique<Work>(target_.db(), name, root);
  work->tally.table = name;
  works_.push_back(std::move(work));
}

void RowSalvage::ReadTrees() {
  for (const std::unique_ptr<Work>& work : works_) ReadTree(*work);
}

void RowSalvage::ReadTree(Work& work) {
  const TreeReader::Visit save = [&](StoredRow& row) { Save(work, row); };
  if (work.root == 0) {
    work.damage.gaps.push_back({});
    work.damage.lost_pages = true;
  } else if (work.shape().without_rowid) {
    work.damage = reader_.ReadIndex(work.root, save);
  } else {
    const auto accepts = [&](const Rows& rows) {
      return MostOf(rows, [&](const StoredRow& row) { return work.shape().Takes(row.fields); });
    };
    const TreeReader::Visit put_aside = [&](const StoredRow& row) {
      PutAside(work, row, "its row id is none that its page can have");
    };
    work.damage = reader_.ReadTable(work.root, {accepts, save, put_aside});
  }
  work.tally.is_damaged = !work.damage.IsWhole();
}

bool RowSalvage::Save(Work& work, const StoredRow& row) {
  if (!work.shape().HasLength(row.fields)) {
    PutAside(work, row, "it has another number of columns than the table");
    return false;
  }
  const Written written = work.writer.Write(row);
  if (written == Written::kThere) return false;
  if (written == Written::kRefused) {
    PutAside(work, row, work.writer.refusal());
    return false;
  }
  ++work.tally.saved;
  if (row.is_doubtful || HasOddText(row)) NoteOdd(work.tally, row);
  return true;
}

void RowSalvage::PutAside(Work& work, const StoredRow& row, std::string_view reason) {
  target_.PutAside(work.shape(), row, reason);
  ++work.tally.aside;
}

void RowSalvage::ReadTheRest() {
  bool any = false;
  for (const std::unique_ptr<Work>& work : works_) {
    if (!work->tally.is_damaged) continue;
    any = true;
    work->evidence = Evidence::Read(reader_, schema_, target_.db(), work->writer);
  }
  if (any) {
    for (PageNumber page = 2; page <= reader_.pages().size(); ++page) ReadStray(page);
  }
  for (const std::unique_ptr<Work>& work : works_) {
    if (work->tally.is_damaged) {
      Carve(*work);
      Rebuild(*work);
    }
    Conclude(*work);
  }
}

void RowSalvage::ReadStray(PageNumber number) {
  if (!reader_.ledger().IsFree(number) || free_.pages.contains(number)) return;
  const auto page = reader_.PageAt(number);
  if (!page || page->kind() != PageKind::kTableLeaf || page->cell_count() == 0) return;
  const PageRows read = reader_.RowsOf(*page);
  if (read.rows.empty()) return;
  const std::vector<Work*> matches = MatchesOf(read.rows);
  // What nobody has lost, on a page that may be a free one, was deleted.
  if (matches.empty() && !free_.is_whole) return;
  reader_.Claim(number, read);
  if (matches.size() == 1) return SaveStray(*matches.front(), number, read.rows);
  std::string names;
  for (const Work* work : matches) names += (names.empty() ? "" : ", ") + work->shape().table;
  for (const StoredRow& row : read.rows) target_.PutStray(number, row, names);
  stray_rows_ += read.rows.size();
}

/// The tables that have lost such rows; the one alone of which indexes know these, if there is one.
/// Records that are shorter than their table was when a column was added come last.
std::vector<RowSalvage::Work*> RowSalvage::MatchesOf(const Rows& rows) {
  std::vector<Work*> matches;
  std::vector<Work*> confirmed;
  std::vector<Work*> of_length;
  for (const std::unique_ptr<Work>& work : works_) {
    if (!work->tally.is_damaged || work->shape().without_rowid) continue;
    const bool fits = MostOf(rows, [&](const StoredRow& row) {
      return work->shape().Resembles(row.fields) &&
             std::any_of(work->damage.gaps.begin(), work->damage.gaps.end(),
                         [&](const Gap& gap) { return gap.Holds(row.row_id); });
    });
    if (!fits) continue;
    matches.push_back(work.get());
    if (rows.front().fields.size() == work->shape().columns.size()) of_length.push_back(work.get());
    const bool is_known = MostOf(rows, [&](const StoredRow& row) {
      return work->evidence.Judge(row) == Verdict::kConfirmed;
    });
    if (is_known) confirmed.push_back(work.get());
  }
  if (confirmed.size() == 1) return confirmed;
  return of_length.empty() ? matches : of_length;
}

void RowSalvage::SaveStray(Work& work, PageNumber number, const Rows& rows) {
  for (const StoredRow& row : rows) {
    const Verdict verdict = work.evidence.Judge(row);
    // Of a table whose root is lost there is nothing else: better with deleted rows than none.
    const bool is_trusted = free_.is_whole || work.root == 0;
    if (verdict == Verdict::kConfirmed || (is_trusted && verdict == Verdict::kUnknown)) {
      if (Save(work, row)) ++work.tally.stray;
      work.tally.is_unsure |= !free_.is_whole && verdict == Verdict::kUnknown;
      continue;
    }
    PutAside(work, row,
             "page " + std::to_string(number) +
                 (verdict == Verdict::kContradicted
                      ? ", to which nothing leads: the indexes do not know this row so"
                      : ", to which nothing leads: it may be a deleted row"));
  }
}

void RowSalvage::Carve(Work& work) {
  std::set<PageNumber> bad_pages;
  for (const Gap& gap : work.damage.gaps) {
    if (gap.page != 0) bad_pages.insert(gap.page);
  }
  work.tally.bad_pages.assign(bad_pages.begin(), bad_pages.end());
  if (work.shape().without_rowid) return;
  for (const PageNumber page : work.tally.bad_pages) {
    const auto accepts = [&](const StoredRow& row) {
      return work.shape().Resembles(row.fields) &&
             std::any_of(work.damage.gaps.begin(), work.damage.gaps.end(),
                         [&](const Gap& gap) { return gap.page == page && gap.Holds(row.row_id); });
    };
    for (const StoredRow& row : CarveRows(reader_, page, accepts)) {
      if (work.writer.HasRow(row.row_id)) continue;
      switch (work.evidence.Judge(row)) {
        case Verdict::kConfirmed:
          if (Save(work, row)) ++work.tally.carved;
          break;
        case Verdict::kUnknown:
          PutAside(work, row,
                   "found on page " + std::to_string(page) +
                       ", which is broken: no index tells whether it is an old or a deleted row");
          break;
        case Verdict::kContradicted:
          PutAside(work, row,
                   "found on page " + std::to_string(page) +
                       ", which is broken: the indexes do not know this row so");
          break;
      }
    }
  }
}

void RowSalvage::Rebuild(Work& work) {
  for (const auto& [row_id, known] : work.evidence.missing()) {
    if (work.writer.HasRow(row_id)) continue;
    StoredRow row;
    row.row_id = row_id;
    bool is_whole = true;
    for (std::size_t i = 0; i < known.size(); ++i) {
      const StoredColumn& column = work.shape().columns[i];
      is_whole = is_whole && (known[i] || column.is_row_id || column.is_generated);
      row.fields.emplace_back(known[i]);
    }
    if (is_whole && Save(work, row)) {
      ++work.tally.rebuilt;
    } else if (!is_whole) {
      target_.PutLost(work.shape(), row);
      ++work.tally.hinted;
    }
  }
}

void RowSalvage::Conclude(Work& work) {
  TableTally& tally = work.tally;
  tally.known = tally.saved;
  if (!tally.is_damaged) {
    // Rows that their own table refuses now were there all the same.
    tally.known += tally.aside;
    return;
  }
  const std::size_t from_trees = tally.saved - tally.stray - tally.carved - tally.rebuilt;
  const std::size_t seen =
      std::max(tally.saved + tally.hinted, from_trees + work.damage.lost_cells);
  // Each page of the tree told how many rows it had, or an index did so for all of them.
  tally.is_exact = !work.damage.lost_pages || work.evidence.is_exact();
  tally.known = std::max(seen, work.evidence.row_count());
}

std::vector<TableTally> RowSalvage::tallies() const {
  std::vector<TableTally> tallies;
  for (const std::unique_ptr<Work>& work : works_) tallies.push_back(work->tally);
  return tallies;
}

}  // namespace migext::recover
