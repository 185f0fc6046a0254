// Between a quarantine table and the table that its rows were taken from.
//
//   PutBack data(db, LiveSchema::Read(db), kept);
//   data.Write(MissingRows::kInserted);
//   data.RowsLeft()      // 3: their rows are gone, or what they point at is
//
// REQUIRES: a transaction of the caller, and foreign keys that are not enforced.
#ifndef MIGEXT_MIGRATE_PUT_BACK_H_
#define MIGEXT_MIGRATE_PUT_BACK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "migrate/kept_tables.h"
#include "sqlite/connection.h"
#include "sqlite/live_schema.h"

namespace migext::migrate {

/// Of a whole table: rows that are not in it.
enum class MissingRows : std::uint8_t { kInserted, kLeftOut };

class PutBack {
 public:
  PutBack(const sqlite::Connection& db, const sqlite::LiveSchema& live, const KeptTable& kept);

  /// The table is there, with all of the key and at least one of the columns that were kept.
  bool IsPossible() const;
  /// Those that can be put back: there, and of the same kind of type.
  const std::vector<std::string>& columns() const { return columns_; }

  /// Takes over the values that the rows have now.
  void Refresh() const;
  void Write(MissingRows missing) const;
  /// Takes rows out of the table again that point nowhere; false when there are none.
  bool RemoveDangling() const;
  void RestoreSequence() const;
  /// Forgets the rows that are in the table as they were kept, and counts the others.
  std::int64_t RowsLeft() const;

 private:
  struct Reference {
    std::string column;
    std::string table;
    std::string target;
  };

  std::string SameRow() const;
  std::string NotDangling(const Reference& reference) const;
  std::string Assignments(const std::vector<std::string>& columns) const;
  void Update(const std::vector<std::string>& columns, const std::string& condition) const;
  void Insert() const;

  const sqlite::Connection& db_;
  const KeptTable& kept_;
  const sqlite::LiveTable* table_;
  std::string live_name_;  // Qualified and quoted, as kept_name_.
  std::string kept_name_;
  /// Of the quarantine table, and by which name the table knows it: the same, or rowid.
  std::vector<std::pair<std::string, std::string>> key_;
  bool has_key_ = false;
  std::vector<std::string> columns_;
  std::vector<std::string> lost_;  // Kept, and not to be put back.
  std::vector<Reference> references_;
};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_PUT_BACK_H_
