#include "recover/locks.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "base/error.h"
#include "recover/locks_list.h"
#include "recover/locks_notes.h"
#include "recover/locks_system.h"
#include "sqlite/transaction.h"

namespace migext::recover {
namespace {

class Rows {
 public:
  Rows(const LockQuestion& question, bool is_list_partial)
      : question_(question),
        circumstances_{.own = question.own, .is_list_partial = is_list_partial} {}

  std::vector<DatabaseLock> Make(const LockList& database, const std::optional<LockList>& index) {
    std::map<Holder, Holding> on_index;
    if (index) on_index = index->ByHolder();
    for (const auto& [holder, holding] : database.ByHolder()) {
      const bool is_in_wal_mode = on_index.contains({holder.pid, false});
      for (const LockKind kind : KindsOnDatabase(holding)) {
        Add(kind, holder, database.path(), is_in_wal_mode);
      }
    }
    for (const auto& [holder, holding] : on_index) {
      circumstances_.is_recovering = IsRecovering(holding);
      for (const LockKind kind : KindsOnIndex(holding)) Add(kind, holder, index->path(), true);
    }
    std::sort(rows_.begin(), rows_.end(), [](const DatabaseLock& a, const DatabaseLock& b) {
      return std::tuple(a.is_waiting, a.kind, a.pid) < std::tuple(b.is_waiting, b.kind, b.pid);
    });
    return std::move(rows_);
  }

 private:
  void Add(LockKind kind, const Holder& holder, const std::string& file, bool is_in_wal_mode) {
    DatabaseLock row;
    row.kind = kind;
    row.file = file;
    row.is_waiting = holder.is_waiting;
    row.is_in_wal_mode = is_in_wal_mode;
    if (holder.pid > 0) {
      row.pid = holder.pid;
      row.process = question_.proc.Read(holder.pid);
      row.is_self = holder.pid == OwnPid();
    }
    const bool is_read =
        kind == LockKind::kWalRead || (kind == LockKind::kShared && !is_in_wal_mode);
    if (row.is_self && is_read && question_.reads_to_ask) return;
    row.note = NoteOn(row, circumstances_);
    rows_.push_back(std::move(row));
  }

  const LockQuestion& question_;
  LockCircumstances circumstances_;
  std::vector<DatabaseLock> rows_;
};

/// The -shm is probed through SQLite's descriptor of it, which SQLite opens at the first look into
/// the database.  One that would have to wait is left.
void OpenIndex(const sqlite::Connection& connection) {
  const std::string path = connection.FileName();
  const auto index = IdentityOf(path + "-shm");
  const auto database = IdentityOf(path);
  if (!connection.IsAutocommit() || !index || !database || BorrowedDescriptor::On(*index)) return;
  const ProcFolder proc;
  LockList locks({path, *database}, proc, {});
  locks.Probe(QuestionsOnDatabase());
  for (const auto& [holder, holding] : locks.ByHolder()) {
    const std::vector<LockKind> kinds = KindsOnDatabase(holding);
    if (!kinds.empty() && kinds.front() != LockKind::kShared) return;
  }
  try {
    connection.Value("PRAGMA main.schema_version");
  } catch (const sqlite::DatabaseError& error) {
    // Damage is not what was asked for, and who is in the way is found without this.
    if (error.IsInterrupt()) throw;
  }
}

std::vector<DatabaseLock> NothingKnown(const std::string& file) {
  DatabaseLock row;
  row.file = file;
  row.note = NoteOn(row, {});
  return {row};
}

}  // namespace

std::string_view LockName(LockKind kind) {
  switch (kind) {
    case LockKind::kExclusive:
      return "exclusive";
    case LockKind::kPending:
      return "pending";
    case LockKind::kReserved:
      return "reserved";
    case LockKind::kWalWrite:
      return "wal-write";
    case LockKind::kWalCheckpoint:
      return "wal-checkpoint";
    case LockKind::kShared:
      return "shared";
    case LockKind::kWalRead:
      return "wal-read";
    case LockKind::kFlock:
      return "flock";
    case LockKind::kUnknown:
      break;
  }
  return {};
}

bool DatabaseLock::BlocksWriting() const {
  return !is_waiting && (kind == LockKind::kExclusive || kind == LockKind::kPending ||
                         kind == LockKind::kReserved || kind == LockKind::kWalWrite);
}

std::string DatabaseLock::Who() const {
  if (!pid) return "a process that cannot be seen from here";
  std::string who = "process " + std::to_string(*pid);
  if (process) who += " (" + process->command + ")";
  return who;
}

LockQuestion QuestionOf(const sqlite::Connection& connection) {
  OpenIndex(connection);
  LockQuestion question{.database = connection.FileName(), .own = connection.State()};
  // SQLite begins to read the database for any table of a query, also for ours.
  question.reads_to_ask = connection.IsAutocommit() &&
                          question.own == sqlite::TransactionState::kRead &&
                          sqlite::StatementsInTheWay(connection).size() <= 1;
  return question;
}

std::vector<DatabaseLock> LocksOn(const LockQuestion& question) {
  if (question.database.empty()) return {};
  if (!KnowsLocks()) return NothingKnown(question.database);
  const auto identity = IdentityOf(question.database);
  if (!identity) {
    throw Error("there is no file '" + question.database +
                "'; was it moved or deleted?  Open the database by its right name");
  }
  const auto listed = question.proc.Locks();
  const std::vector<KernelLock> locks = listed.value_or(std::vector<KernelLock>());
  LockList database({question.database, *identity}, question.proc, locks);
  const bool is_probed = database.Probe(QuestionsOnDatabase());
  if (!listed && !is_probed) return NothingKnown(question.database);

  std::optional<LockList> index;
  const std::string index_path = question.database + "-shm";
  if (const auto index_identity = IdentityOf(index_path)) {
    index.emplace(LockedFile{index_path, *index_identity}, question.proc, locks);
    index->Probe(QuestionsOnIndex());
  }
  return Rows(question, !listed).Make(database, index);
}

}  // namespace migext::recover
