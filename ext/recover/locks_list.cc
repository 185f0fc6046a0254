#include "recover/locks_list.h"

#include <algorithm>

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

}  // namespace

bool Holding::Has(const ByteRange& range, bool is_exclusive) const {
  return std::any_of(locks.begin(), locks.end(), [&](const KernelLock& lock) {
    return lock.kind != KernelLock::Kind::kFlock && lock.is_exclusive == is_exclusive &&
           lock.range.Overlaps(range);
  });
}

bool Holding::HasFlock() const {
  return std::any_of(locks.begin(), locks.end(),
                     [](const KernelLock& lock) { return lock.kind == KernelLock::Kind::kFlock; });
}

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

bool IsRecovering(const Holding& on_index) { return on_index.Has(Only(kWalRecoverByte)); }

LockQuestions QuestionsOnDatabase() {
  return {{Only(kReservedByte), Access::kRead},
          {Only(kPendingByte), Access::kRead},
          {kSharedBytes, Access::kRead},
          {kSharedBytes, Access::kWrite}};
}

LockQuestions QuestionsOnIndex() {
  LockQuestions questions;
  for (std::uint64_t byte = kWalWriteByte; byte <= kWalReadBytes.last; ++byte) {
    questions.push_back({Only(byte), Access::kWrite});
  }
  return questions;
}

LockList::LockList(LockedFile file, const ProcFolder& proc, const std::vector<KernelLock>& listed)
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

bool LockList::Probe(const LockQuestions& questions) {
  const auto descriptor = BorrowedDescriptor::On(file_.identity);
  if (!descriptor) return false;
  for (const auto& [range, access] : questions) {
    const auto found = descriptor->Conflict(range, access);
    if (found && !IsListed(*found)) locks_.push_back(*found);
  }
  return true;
}

std::map<Holder, Holding> LockList::ByHolder() const {
  std::map<Holder, Holding> holdings;
  for (const KernelLock& lock : locks_) {
    holdings[{std::max<std::int64_t>(lock.pid, 0), lock.is_waiting}].locks.push_back(lock);
  }
  return holdings;
}

// btrfs and overlayfs show the kernel's device here and another one to stat().
bool LockList::IsOnFile(const KernelLock& lock) const {
  if (lock.file == file_.identity) return true;
  return lock.file.inode == file_.identity.inode && lock.pid > 0 &&
         proc_.HasOpen(lock.pid, file_.path);
}

// A holder without a number is listed when it was found by its open file description.
bool LockList::IsListed(const KernelLock& felt) const {
  return std::any_of(locks_.begin(), locks_.end(), [&](const KernelLock& lock) {
    const bool is_same_holder =
        felt.pid > 0 ? lock.pid == felt.pid
                     : lock.kind == KernelLock::Kind::kOpenFileDescription || lock.pid <= 0;
    return is_same_holder && !lock.is_waiting && lock.is_exclusive == felt.is_exclusive &&
           lock.range.Overlaps(felt.range);
  });
}

}  // namespace migext::recover
