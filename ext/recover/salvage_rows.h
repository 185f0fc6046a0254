// The rows of all tables, from the surest source to the least: the trees themselves; leaves that no
// tree leads to any more; cells on pages that are broken; entries of indexes.
//
//   RowSalvage rows(reader, schema, free_pages, target);
//   rows.AddTable("blog_comment", 29);
//   rows.ReadTrees();
//   …                                   // CREATE INDEX in the new database
//   rows.ReadTheRest();
//   rows.tallies()                      // {"blog_comment", saved 120, known 120, exact, …}
//
// A row goes into its table when it is known to have been there at the end; what only may have been
// goes aside.
#ifndef MIGEXT_RECOVER_SALVAGE_ROWS_H_
#define MIGEXT_RECOVER_SALVAGE_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "recover/salvage_evidence.h"
#include "recover/salvage_free.h"
#include "recover/salvage_schema.h"
#include "recover/salvage_target.h"
#include "recover/salvage_tree.h"

namespace migext::recover {

struct TableTally {
  std::string table;
  std::size_t saved = 0;  ///< All of them, those below included.
  std::size_t stray = 0;  ///< From leaves that the tree has lost.
  std::size_t carved = 0;
  std::size_t rebuilt = 0;  ///< From indexes that together hold every column.
  std::size_t aside = 0;    ///< In migext_salvaged_TABLE.
  std::size_t hinted = 0;   ///< In migext_lost_TABLE: rows of which indexes know some columns.
  std::size_t odd = 0;      ///< Saved rows that may hold damaged values.
  std::vector<std::int64_t> odd_rows;  ///< The ids of the first of them.
  std::size_t known = 0;
  bool is_exact = true;  ///< Else there were at least so many.
  bool is_damaged = false;
  bool is_unsure = false;  ///< Deleted rows may be among the stray ones.
  std::vector<PageNumber> bad_pages;
};

class RowSalvage {
 public:
  /// All of them must outlive it.
  RowSalvage(TreeReader& reader, const FoundSchema& schema, const FreePages& free_pages,
             SalvageTarget& target)
      : reader_(reader), schema_(schema), free_(free_pages), target_(target) {}

  /// REQUIRES: the table is there in the new database.  0 for a root that is not known.
  void AddTable(const std::string& name, PageNumber root);
  void ReadTrees();
  void ReadTheRest();

  std::vector<TableTally> tallies() const;
  std::size_t stray_rows() const { return stray_rows_; }

 private:
  struct Work {
    Work(const sqlite::Connection& db, const std::string& name, PageNumber root_page)
        : writer(db, TableShape::Read(db, name)), root(root_page) {}

    RowWriter writer;
    PageNumber root;
    TreeDamage damage = {};
    TableTally tally = {};
    Evidence evidence = {};

    const TableShape& shape() const { return writer.shape(); }
  };

  void ReadTree(Work& work);
  /// Counts it, or puts it aside.
  bool Save(Work& work, const StoredRow& row);
  void PutAside(Work& work, const StoredRow& row, std::string_view reason);
  void ReadStray(PageNumber number);
  std::vector<Work*> MatchesOf(const std::vector<StoredRow>& rows);
  void SaveStray(Work& work, PageNumber number, const std::vector<StoredRow>& rows);
  void Carve(Work& work);
  void Rebuild(Work& work);
  void Conclude(Work& work);

  TreeReader& reader_;
  const FoundSchema& schema_;
  const FreePages& free_;
  SalvageTarget& target_;
  std::vector<std::unique_ptr<Work>> works_;
  std::size_t stray_rows_ = 0;  ///< Of nobody knows which table.
};

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_SALVAGE_ROWS_H_
