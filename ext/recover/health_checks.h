// The parts of health.h; each adds its rows, at least one.  What they throw becomes a row.
#ifndef MIGEXT_RECOVER_HEALTH_CHECKS_H_
#define MIGEXT_RECOVER_HEALTH_CHECKS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "recover/health.h"
#include "sqlite/file_header.h"
#include "sqlite/live_schema.h"
#include "sqlite/rollback_journal.h"
#include "sqlite/wal_file.h"

namespace migext::recover {

/// The subject with what several checks look at, read once.
struct HealthCase : HealthSubject {
  explicit HealthCase(const HealthSubject& subject);

  std::int64_t size = 0;            ///< Of the file, in bytes.
  sqlite::FileHeader header;        ///< That of the file itself.
  sqlite::RollbackJournal journal;  ///< As it is now.
  sqlite::WalFile wal;
  sqlite::LiveSchema live;
  std::string schema_error;  ///< Why `live` is empty; mostly "".

  /// True if the file alone is not what counts: a hot journal or committed frames lie beside it.
  bool IsAsRecovered() const;
};

class HealthRows {
 public:
  explicit HealthRows(const HealthCase& subject) : subject_(subject) {}

  void Ok(std::string_view check, std::string detail, std::string remedy = {});
  void Warn(std::string_view check, std::string detail, std::string remedy = {});
  void Fail(std::string_view check, std::string detail, std::string remedy = {});
  /// A fault that only another file mends: a sound backup, or what can be saved of this one.
  void Damaged(std::string_view check, std::string detail);

  std::vector<HealthRow> Take() { return std::move(rows_); }

 private:
  void Add(std::string_view check, HealthStatus status, std::string detail, std::string remedy);

  const HealthCase& subject_;
  std::vector<HealthRow> rows_;
  std::string rescue_;  // found once
};

// health_file.cc
void CheckFile(const HealthCase& subject, HealthRows& rows);
void CheckPermissions(const HealthCase& subject, HealthRows& rows);
void CheckHeader(const HealthCase& subject, HealthRows& rows);
void CheckSize(const HealthCase& subject, HealthRows& rows);

// health_journal.cc
void CheckJournal(const HealthCase& subject, HealthRows& rows);
void CheckWal(const HealthCase& subject, HealthRows& rows);

// health_integrity.cc
void CheckIntegrity(const HealthCase& subject, HealthRows& rows);

// health_foreign_keys.cc, health_schema.cc: of a schema that can be read
void CheckForeignKeys(const HealthCase& subject, HealthRows& rows);
void CheckViews(const HealthCase& subject, HealthRows& rows);
void CheckTriggers(const HealthCase& subject, HealthRows& rows);
void CheckLeftovers(const HealthCase& subject, HealthRows& rows);
void CheckSequences(const HealthCase& subject, HealthRows& rows);

// health_place.cc
void CheckFreeDisk(const HealthCase& subject, HealthRows& rows);
void CheckFileSystem(const HealthCase& subject, HealthRows& rows);
void CheckFreePages(const HealthCase& subject, HealthRows& rows);
void CheckVersion(const HealthCase& subject, HealthRows& rows);

/// "1 row", "12 rows"
std::string Counted(std::int64_t number, std::string_view noun);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_HEALTH_CHECKS_H_
