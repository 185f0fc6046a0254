// Keeps what a rollback drops, and puts it back when its migration is applied again.
//
//   Quarantine quarantine(db, DroppedBy(run, context));
//   quarantine.Before(prepared);   // copies into migext_kept_blog_0003_add_x_blog_comment
//   …                              // the statements of the migration
//   quarantine.After(prepared);
//
// Django drops columns and tables with all that is in them.  Here their rows are copied first, and
// copied back by primary key.  What is kept is what there was before the rollback: code that is
// taken back along with a column (a RunPython that empties it) comes after the copy.  The other way
// the values are put back with their migration, and once more behind each of those codes, as they
// were its work already.  After the last of them the quarantine table goes; it stays with the rows
// that cannot be put back, as they are gone or what they point at is.
#ifndef MIGEXT_MIGRATE_QUARANTINE_H_
#define MIGEXT_MIGRATE_QUARANTINE_H_

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "migrate/dropped_data.h"
#include "migrate/kept_tables.h"
#include "migrate/prepared.h"
#include "migrate/put_back.h"
#include "sqlite/connection.h"
#include "sqlite/live_schema.h"

namespace migext::migrate {

/// How many rows hold something that would not be there when the column is made again, or how many
/// rows the table has.
std::int64_t RowsWorthKeeping(const sqlite::Connection& db, const Drop& drop);

class Quarantine {
 public:
  /// `dropped`: by the run that is to come.  Nothing is kept of what is not in it.
  explicit Quarantine(const sqlite::Connection& db, DroppedData dropped = {})
      : db_(db), catalog_(db), dropped_(std::move(dropped)), is_used_(catalog_.Exists()) {}

  /// REQUIRES of both: the transaction of the migration.
  void Before(const PreparedMigration& prepared);
  void After(const PreparedMigration& prepared);

  /// What has been kept and put back since the last call, for the report.
  std::vector<std::string> TakeNotes() { return std::exchange(notes_, {}); }

 private:
  void KeepFor(const StepDrops& step);
  void Keep(std::span<const Drop> drops, std::vector<std::string> columns,
            const sqlite::LiveTable& table);
  bool Has(const KeptTable& kept, const std::vector<std::string>& columns) const;
  void TopUp(KeptTable& kept, const sqlite::LiveTable& table);
  void Copy(const KeptTable& kept, const sqlite::LiveTable& table, const std::string& verb) const;
  std::vector<std::string> CodeBefore(std::size_t step) const;
  void AfterBackwards(const PreparedMigration& prepared);
  void AfterForwards(const PreparedMigration& prepared);
  void Return(const std::vector<KeptTable*>& due);
  void Settle(KeptTable& kept);

  const sqlite::Connection& db_;
  KeptCatalog catalog_;
  DroppedData dropped_;
  bool is_used_;
  std::set<std::int64_t> put_back_here_;  // In this run: nobody has worked on the rows since.
  std::vector<std::string> notes_;
};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_QUARANTINE_H_
