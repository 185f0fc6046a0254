// What ails a database: its file, what lies beside it, its content, the place it is in.
//
//   for (const HealthRow& row : ExamineHealth(subject)) row.check, row.status, row.detail
//   // "index", kFailed, "12 rows of blog_comment are missing from it …", REINDEX "blog_comment_x";
//
// Reads only.  A check that cannot be made is a row that says why, and keeps no other from being
// made: a damaged file answers as far as it can.
#ifndef MIGEXT_RECOVER_HEALTH_H_
#define MIGEXT_RECOVER_HEALTH_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sqlite/connection.h"
#include "sqlite/raw_file.h"
#include "sqlite/rollback_journal.h"

namespace migext::recover {

enum class HealthStatus : std::uint8_t { kOk, kWarning, kFailed };
std::string_view StatusName(HealthStatus status);  ///< 'ok', 'warning', 'failed'

struct HealthRow {
  std::string check;  ///< Stable, kebab-case; several rows may share it.
  HealthStatus status = HealthStatus::kOk;
  std::string detail;
  std::string remedy;  ///< Statements that can be pasted; "" where only a person can act.
};

enum class HealthDepth : std::uint8_t {
  kAsFits,  ///< Full, but quick for a file of more than a gigabyte.
  kQuick,   ///< Indexes are not compared with their tables.
  kFull,
};

struct HealthSubject {
  const sqlite::Connection& db;         ///< Reads the content.
  std::string path;                     ///< "" for a database in memory.
  std::optional<sqlite::RawFile> file;  ///< Nothing for one in memory.
  HealthDepth depth = HealthDepth::kAsFits;
  bool is_open_here = true;  ///< `db` is the caller's own connection, not one that only looks.
  /// As it was before the first statement on `db`: SQLite rolls a hot one back by itself.
  sqlite::RollbackJournal journal_before;
  std::string project_root;      ///< Where else databases may lie; may be "".
  std::string project_database;  ///< The file that the project's settings name; may be "".
};

/// True if another process works on the file in WAL mode: then its -wal is nothing left behind, and
/// changes while one reads it.
bool IsUsedInWalMode(const std::string& path);

std::vector<HealthRow> ExamineHealth(const HealthSubject& subject);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_HEALTH_H_
