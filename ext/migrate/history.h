// The table django_migrations: what the database says about which migrations were applied.
//
//   History history = History::Read(db);
//   history.Applied().contains({"blog", "0001_initial"})
//   Recorder(db).RecordApplied({"blog", "0002_tags"});
//
// Reading never fails for the sake of a row or a damaged page: what cannot be a record is in
// malformed(), what stopped the reading in damage().  Writing is in Django's own format, as
// MigrationRecorder does it.
#ifndef MIGEXT_MIGRATE_HISTORY_H_
#define MIGEXT_MIGRATE_HISTORY_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "django/graph.h"
#include "django/migration.h"
#include "sqlite/connection.h"

namespace migext::migrate {

inline constexpr std::string_view kHistoryTable = "django_migrations";

/// One row, as stored.
struct Record {
  std::int64_t row_id = 0;
  django::MigrationKey key;
  sqlite::Cell id;       ///< NULL in a copied table without a key.
  sqlite::Cell applied;  ///< Text in a sound row.
};

/// A row that names no migration, or one whose date Django cannot read.
struct MalformedRecord {
  std::int64_t row_id = 0;
  std::string row;         ///< "(7, NULL, '0001_initial', '2025-06-10 08:45:03')"
  std::string problem;     ///< "the app is NULL"
  bool is_record = false;  ///< App and name are good; only the date is not.
};

enum class HistoryTable : std::uint8_t {
  kMissing,
  kTable,
  kView,      ///< Django takes a view of that name for no table, and then fails to make one.
  kUnusable,  ///< Lacks the column app or name.
};

class History {
 public:
  static History Read(const sqlite::Connection& connection);

  HistoryTable table() const { return table_; }
  /// In the order of the rows, duplicates included.
  const std::vector<Record>& records() const { return records_; }
  const std::vector<MalformedRecord>& malformed() const { return malformed_; }
  /// Columns that Django needs and the table lacks.
  const std::vector<std::string>& missing_columns() const { return missing_columns_; }
  /// The SQL name of what `row_id` of a record holds: rowid, or "id" in a table WITHOUT ROWID.  In
  /// a table that was copied, id is no row id.
  const std::string& row_id_column() const { return row_id_column_; }
  /// SQLite's words when a page or the file could not be read; then more records may exist.
  const std::string& damage() const { return damage_; }

  django::AppliedSet Applied() const;
  /// The first record of a migration, or null.
  const Record* Find(const django::MigrationKey& key) const;

 private:
  void ReadRows(const sqlite::Connection& connection);
  void AddRow(const sqlite::Row& row);

  HistoryTable table_ = HistoryTable::kMissing;
  std::vector<Record> records_;
  std::vector<MalformedRecord> malformed_;
  std::vector<std::string> missing_columns_;
  std::string row_id_column_ = "rowid";
  std::string damage_;
};

class ChecksumBook;

/// Writes records.  Each call says what it did as the SQL that takes it back.
class Recorder {
 public:
  /// `checksums`, where given, is kept along with the records.
  explicit Recorder(const sqlite::Connection& connection, const ChecksumBook* checksums = nullptr)
      : connection_(connection), checksums_(checksums) {}

  /// Makes the table as MigrationRecorder.ensure_schema() does; throws Error for a view of its name
  /// or a table that lacks a column.
  void EnsureTable() const;
  /// Inserts a record with the current time.
  std::string RecordApplied(const django::MigrationKey& key) const;
  /// Deletes every record of the migration, as Django does; "" when there was none.
  std::string RecordUnapplied(const django::MigrationKey& key) const;

 private:
  const sqlite::Connection& connection_;
  const ChecksumBook* checksums_;
};

/// Differs as soon as a record was added or removed; "" without the table.
std::string HistoryMark(const sqlite::Connection& connection);

/// The records as INSERT statements, one per line, under a comment that says what they are.
std::string HistoryScript(const History& history);

/// The time as Django stores it in SQLite: str() of a naive datetime in UTC, so without a fraction
/// when the microseconds are 0.
std::string FormatApplied(std::chrono::system_clock::time_point time);

/// True if django.utils.dateparse.parse_datetime() gives a datetime for the text.
bool IsDjangoDateTime(std::string_view text);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_HISTORY_H_
