#include "recover/locks.h"

#include <algorithm>
#include <compare>
#include <map>
#include <tuple>
#include <utility>

#include "base/error.h"
#include "recover/locks_notes.h"
#include "recover/locks_system.h"
#include "sqlite/transaction.h"

namespace migext::recover {
namespace {

using Access = BorrowedDescriptor::Access;

// os.h: PENDING_BYTE, RESERVED_BYTE, SHARED_FIRST and SHARED_SIZE.
constexpr std::uint64_t kPendingByte = 0x40000000;
constexpr std::uint64_t kReservedByte = kPendingByte + 1;
constexpr ByteRange kSharedBytes = {kPendingByte + 2, kPendingByte + 511};
constexpr ByteRange kDatabaseBytes = {kPendingByte, kPendingByte + 511};

// os_unix.c: UNIX_SHM_BASE; wal.c: WAL_WRITE_LOCK, WAL_CKPT_LOCK, WAL_RECOVER_LOCK, WAL_READ_LOCK.
constexpr std::uint64_t kWalWriteByte = 120;
constexpr std::uint64_t kWalCheckpointByte = 121;
constexpr std::uint64_t kWalRecoverByte = 122;
constexpr ByteRange kWalReadBytes = {123, 127};

constexpr ByteRange Only(std::uint64_t byte) { return {byte, byte}; }

/// A process, in what it has or in what it waits for.  All that cannot be seen have the number 0.
struct Holder {
  std::int64_t pid = 0;
  bool is_waiting = false;

  auto operator<=>(const Holder&) const = default;
};

/// What it has locked of one file, or waits for.
struct Holding {
  std::vector<KernelLock> locks;

  bool Has(const ByteRange& range, bool is_exclusive) const {
    return std::any_of(locks.begin(), locks.end(), [&](const KernelLock& lock) {
      return lock.kind != KernelLock::Kind::kFlock && lock.is_exclusive == is_exclusive &&
             lock.range.Overlaps(range);
    });
  }
  bool Has(const ByteRange& range) const { return Has(range, true) || Has(range, false); }
  bool HasFlock() const {
    return std::any_of(locks.begin(), locks.end(), [](const KernelLock& lock) {
      return lock.kind == KernelLock::Kind::kFlock;
    });
  }
};

std::vector<LockKind> KindsOnDatabase(const Holding& holding) {
  std::vector<LockKind> kinds;
  // The stronger ones include the weaker, and neighbouring bytes are one lock to the kernel.
  if (holding.Has(kSharedBytes, true)) {
    kinds.push_back(LockKind::kExclusive);
  } else if (holding.Has(Only(kPendingByte), true)) {
    kinds.push_back(LockKind::kPending);
  } else if (holding.Has(Only(kReservedByte), true)) {
    kinds.push_back(LockKind::kReserved);
  } else if (holding.Has(kDatabaseBytes, false)) {
    kinds.push_back(LockKind::kShared);
  }
  if (holding.HasFlock()) kinds.push_back(LockKind::kFlock);
  return kinds;
}

std::vector<LockKind> KindsOnIndex(const Holding& holding) {
  std::vector<LockKind> kinds;
  const bool writes = holding.Has(Only(kWalWriteByte));
  const bool checkpoints =
      holding.Has(Only(kWalCheckpointByte)) || holding.Has(Only(kWalRecoverByte));
  if (writes) kinds.push_back(LockKind::kWalWrite);
  if (checkpoints) kinds.push_back(LockKind::kWalCheckpoint);
  // A writer and a checkpointer lock the marks of readers for themselves, to move them.
  if (holding.Has(kWalReadBytes, false) ||
      (holding.Has(kWalReadBytes, true) && !writes && !checkpoints)) {
    kinds.push_back(LockKind::kWalRead);
  }
  return kinds;
}

/// One of the files whose locks are looked at.
struct LockedFile {
  std::string path;
  FileIdentity identity;
};

/// The locks on one file: those that the system lists, and those that are only felt.
class LockList {
 public:
  LockList(LockedFile file, const ProcFolder& proc, const std::vector<KernelLock>& listed)
      : file_(std::move(file)), proc_(proc) {
    std::vector<KernelLock> nameless;
    for (const KernelLock& lock : listed) {
      if (IsOnFile(lock)) (lock.pid > 0 ? locks_ : nameless).push_back(lock);
    }
    if (nameless.empty()) return;
    const std::vector<KernelLock> named = proc_.OpenFileDescriptionLocks(file_.path);
    const std::vector<KernelLock>& found = named.empty() ? nameless : named;
    locks_.insert(locks_.end(), found.begin(), found.end());
  }

  /// Asks the kernel who would be in the way; false when there is no descriptor to ask with.
  bool Probe(const std::vector<std::pair<ByteRange, Access>>& questions) {
    const auto descriptor = BorrowedDescriptor::On(file_.identity);
    if (!descriptor) return false;
    for (const auto& [range, access] : questions) {
      const auto found = descriptor->Conflict(range, access);
      if (found && !IsListed(*found)) locks_.push_back(*found);
    }
    return true;
  }

  std::map<Holder, Holding> ByHolder() const {
    std::map<Holder, Holding> holdings;
    for (const KernelLock& lock : locks_) {
      holdings[{std::max<std::int64_t>(lock.pid, 0), lock.is_waiting}].locks.push_back(lock);
    }
    return holdings;
  }

  const std::string& path() const { return file_.path; }

 private:
  // btrfs and overlayfs show the kernel's device here and another one to stat().
  bool IsOnFile(const KernelLock& lock) const {
    if (lock.file == file_.identity) return true;
    return lock.file.inode == file_.identity.inode && lock.pid > 0 &&
           proc_.HasOpen(lock.pid, file_.path);
  }

  // A holder without a number is listed when it was found by its open file description.
  bool IsListed(const KernelLock& felt) const {
    return std::any_of(locks_.begin(), locks_.end(), [&](const KernelLock& lock) {
      const bool is_same_holder =
          felt.pid > 0 ? lock.pid == felt.pid
                       : lock.kind == KernelLock::Kind::kOpenFileDescription || lock.pid <= 0;
      return is_same_holder && !lock.is_waiting && lock.is_exclusive == felt.is_exclusive &&
             lock.range.Overlaps(felt.range);
    });
  }

  LockedFile file_;
  const ProcFolder& proc_;
  std::vector<KernelLock> locks_;
};

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
      circumstances_.is_recovering = holding.Has(Only(kWalRecoverByte));
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

std::vector<std::pair<ByteRange, Access>> QuestionsOnDatabase() {
  return {{Only(kReservedByte), Access::kRead},
          {Only(kPendingByte), Access::kRead},
          {kSharedBytes, Access::kRead},
          {kSharedBytes, Access::kWrite}};
}

std::vector<std::pair<ByteRange, Access>> QuestionsOnIndex() {
  std::vector<std::pair<ByteRange, Access>> questions;
  for (std::uint64_t byte = kWalWriteByte; byte <= kWalReadBytes.last; ++byte) {
    questions.push_back({Only(byte), Access::kWrite});
  }
  return questions;
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
