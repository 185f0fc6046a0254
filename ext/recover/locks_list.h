// The kernel's locks on one file of a database, by who holds them, and which of SQLite's locks they
// are.
//
//   LockList locks({path, identity}, proc, listed);
//   locks.Probe(QuestionsOnDatabase());
//   for (const auto& [holder, holding] : locks.ByHolder()) KindsOnDatabase(holding)
#ifndef MIGEXT_RECOVER_LOCKS_LIST_H_
#define MIGEXT_RECOVER_LOCKS_LIST_H_

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "recover/locks.h"
#include "recover/locks_kernel.h"
#include "recover/locks_process.h"
#include "recover/locks_system.h"

namespace migext::recover {

/// A process, in what it has or in what it waits for.  All that cannot be seen have the number 0.
struct Holder {
  std::int64_t pid = 0;
  bool is_waiting = false;

  auto operator<=>(const Holder&) const = default;
};

/// What it has locked of one file, or waits for.
struct Holding {
  std::vector<KernelLock> locks;

  bool Has(const ByteRange& range, bool is_exclusive) const;
  bool Has(const ByteRange& range) const { return Has(range, true) || Has(range, false); }
  bool HasFlock() const;
};

/// The strongest lock on the database's file.
std::vector<LockKind> KindsOnDatabase(const Holding& holding);
/// All locks on the -shm.
std::vector<LockKind> KindsOnIndex(const Holding& holding);
/// True for one who reads the -wal that a crash has left.
bool IsRecovering(const Holding& on_index);

using LockQuestions = std::vector<std::pair<ByteRange, BorrowedDescriptor::Access>>;
/// What would be in the way of whom.
LockQuestions QuestionsOnDatabase();
LockQuestions QuestionsOnIndex();

/// One of the files whose locks are looked at.
struct LockedFile {
  std::string path;
  FileIdentity identity;
};

/// The locks on one file: those that the system lists, and those that are only felt.
class LockList {
 public:
  /// `proc` must outlive the list.
  LockList(LockedFile file, const ProcFolder& proc, const std::vector<KernelLock>& listed);

  /// Asks the kernel who would be in the way; false when there is no descriptor to ask with.
  bool Probe(const LockQuestions& questions);

  std::map<Holder, Holding> ByHolder() const;
  const std::string& path() const { return file_.path; }

 private:
  bool IsOnFile(const KernelLock& lock) const;
  bool IsListed(const KernelLock& felt) const;

  LockedFile file_;
  const ProcFolder& proc_;
  std::vector<KernelLock> locks_;
};

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_LOCKS_LIST_H_
