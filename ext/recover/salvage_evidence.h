// What the indexes of a table know of rows that its own pages no longer give.
//
//   const Evidence evidence = Evidence::Read(reader, db, schema, writer);
//   evidence.Judge(row)   // kConfirmed: each column that an index holds says the same
//   evidence.row_count()  // how many rows there were, exactly or at least
#ifndef MIGEXT_RECOVER_SALVAGE_EVIDENCE_H_
#define MIGEXT_RECOVER_SALVAGE_EVIDENCE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "recover/salvage_schema.h"
#include "recover/salvage_target.h"
#include "recover/salvage_tree.h"

namespace migext::recover {

enum class Verdict : std::uint8_t {
  kConfirmed,     ///< An index knows the row, and no index says otherwise.
  kContradicted,  ///< An index has other values, or a whole index does not know it.
  kUnknown,
};

/// By place in the record; nothing for a column that no index holds.
using KnownFields = std::vector<std::optional<sqlite::Cell>>;

class Evidence {
 public:
  /// Of the rows that `writer` has not saved.  Reads each index tree once.
  static Evidence Read(TreeReader& reader, const FoundSchema& schema, const sqlite::Connection& db,
                       RowWriter& writer);

  Verdict Judge(const StoredRow& row) const;
  /// The most that an index with an entry for every row announces.
  std::size_t row_count() const { return row_count_; }
  /// Whether that is the number of rows that there were: each page of such an index told its own.
  bool is_exact() const { return is_exact_; }
  const std::map<std::int64_t, KnownFields>& missing() const { return missing_; }

 private:
  void ReadIndex(TreeReader& reader, const sqlite::Connection& db, const SchemaObject& index,
                 RowWriter& writer);

  std::map<std::int64_t, KnownFields> missing_;
  std::size_t row_count_ = 0;
  bool is_exact_ = false;
  bool has_whole_index_ = false;
};

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_SALVAGE_EVIDENCE_H_
