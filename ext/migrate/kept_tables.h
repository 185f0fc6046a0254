// The table migext_kept: one row for each quarantine table, that is for the data that rolling back
// a migration takes from one table.
//
//   for (const KeptTable& kept : KeptCatalog(db).Read()) kept.name, kept.migration, kept.table
//
// A quarantine table is called after its migration, "migext_kept_blog_0003_add_x_blog_comment".
// Its primary key is that of the table, its columns are called as they are there.  When the last
// one is gone, so is the catalog.
#ifndef MIGEXT_MIGRATE_KEPT_TABLES_H_
#define MIGEXT_MIGRATE_KEPT_TABLES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "django/names.h"
#include "sqlite/connection.h"

namespace migext::migrate {

inline constexpr std::string_view kKeptCatalog = "migext_kept";
/// The key of a quarantine table whose table has none of its own.
inline constexpr std::string_view kKeptRowId = "migext_rowid";

/// What has happened to the data since it was copied.
enum class KeptStage : std::uint8_t {
  kAhead,    ///< It is still in its table: code of the project runs before it goes.
  kDropped,  ///< It is nowhere else.
  kPutBack,  ///< It is in its table again, and code that ran on it is still to be run again.
};

struct KeptTable {
  std::int64_t id = 0;
  std::string name;  ///< Of the quarantine table.
  django::MigrationKey migration;
  std::string table;                     ///< It was taken from.
  bool whole = false;                    ///< All of the table, not some columns.
  std::optional<std::int64_t> sequence;  ///< The table's in sqlite_sequence.
  KeptStage stage = KeptStage::kAhead;
  /// Migrations with code that were taken back before it was dropped: what they do to the rows was
  /// done before, and is not to be done to what is put back.
  std::vector<std::string> waits_for;
};

/// "migext_kept_…": the catalog and its tables.
bool IsKeptTable(std::string_view table);
std::string KeptTableName(const django::MigrationKey& migration, std::string_view table);

class KeptCatalog {
 public:
  explicit KeptCatalog(const sqlite::Connection& db) : db_(db) {}

  bool Exists() const { return db_.HasTable(kKeptCatalog); }
  /// In the order in which they were made.
  std::vector<KeptTable> Read() const;
  /// Sets the id.  Makes the catalog if it is not there.
  void Add(KeptTable& kept) const;
  void Update(const KeptTable& kept) const;
  /// Drops the quarantine table too.
  void Remove(const KeptTable& kept) const;

 private:
  const sqlite::Connection& db_;
};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_KEPT_TABLES_H_
