// One remake of a table, with more care than Django takes: what the table has beyond Django's comes
// along, and so do its rowids and the counter of its keys.
//
//   Remake remake(db, *statement.table_remake);  // looks at the table as it is
//   remake.CreateTable();
//   remake.CopyRows();
//   db.Run("DROP TABLE …");
//   remake.TakePlace("ALTER TABLE … RENAME TO …");
//
// Where the table is just as Django left it, the statements are Django's to the byte.  A table
// without rows is made anew under its own name, with the same end: renaming a table has SQLite read
// the whole schema again.
#ifndef MIGEXT_MIGRATE_REMAKE_H_
#define MIGEXT_MIGRATE_REMAKE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "migrate/kept_parts.h"
#include "schema/table_remake.h"
#include "sqlite/connection.h"

namespace migext::migrate {

/// How the question begins whether a table has rows; its quoted name and ")" follow.  A script made
/// of a rehearsal asks it again, so as not to drop rows that have come since.
inline constexpr std::string_view kHasRows = "SELECT EXISTS (SELECT 1 FROM main.";

class Remake {
 public:
  /// Throws Error when a column that is to be copied is not there, or when something that is to be
  /// kept needs a column that goes.  Both must outlive this.
  Remake(const sqlite::Connection& db, const schema::TableRemake& plan);

  /// Columns come or go, so that views and triggers may compile no more.
  bool ChangesColumns() const { return changes_columns_; }
  /// Columns that the new table has not.
  const std::vector<std::string>& gone() const { return gone_; }

  void CreateTable();
  /// How many.
  std::int64_t CopyRows() const;
  /// Renames the new table and makes anew what went with the old one.
  void TakePlace(const std::string& rename_sql) const;

 private:
  /// What the schema says of the table.
  struct Parts {
    std::string sql;                    ///< "" without such a table.
    std::vector<std::string> indexes;   ///< CREATE INDEX …
    std::vector<std::string> triggers;  ///< CREATE TRIGGER …
  };

  Parts ReadParts() const;
  void CompareColumns();
  void Compare();
  void CompareTexts(const std::vector<std::string>& gone);
  bool HasViewsOrTriggers() const;
  void FollowRenames();
  bool HasColumns(const TableTexts& texts) const;
  void RequireRoom(const TableTexts& texts, const std::string& column) const;
  void RequireIndexColumns() const;
  void ReadCounter();
  std::string RowidColumn() const;
  bool HasRows() const;
  void CreateInPlace() const;

  const sqlite::Connection& db_;
  const schema::TableRemake& plan_;
  std::string table_;                                         ///< As SQLite knows it.
  std::string before_sql_;                                    ///< The table as Django left it.
  std::vector<std::string> known_indexes_;                    ///< And its indexes, CREATE INDEX …
  std::vector<schema::CopiedColumn> copy_;                    ///< Django's columns.
  std::vector<std::pair<std::string, std::string>> renames_;  ///< That come with the copy.
  std::vector<std::string> gone_;
  Parts live_;
  std::vector<std::string> strange_indexes_;  ///< Of the live ones.
  std::optional<std::int64_t> counter_;
  KeptParts kept_;
  bool changes_columns_ = false;
  bool in_place_ = false;
};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_REMAKE_H_
