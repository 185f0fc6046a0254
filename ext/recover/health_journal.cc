// What lies beside the file: a -journal that will be rolled back, a -wal that holds what is newest.
#include <algorithm>
#include <vector>

#include "base/text.h"
#include "recover/health_checks.h"
#include "recover/locks.h"

namespace migext::recover {
namespace {

using sqlite::JournalState;
using sqlite::RollbackJournal;
using sqlite::WalFile;
using sqlite::WalState;

std::string OpenAndRead(const std::string& path) {
  return ".open " + SqlLiteral(path) + "\nSELECT count(*) FROM sqlite_master;";
}

std::string Describe(const RollbackJournal& journal) {
  std::string text = Counted(static_cast<std::int64_t>(journal.pages.size()), "page") +
                     " to put back, " + Counted(journal.original_pages, "page") +
                     " before the transaction";
  if (!journal.super_journal.empty()) {
    text += ", one of several files under the super-journal " + SqlLiteral(journal.super_journal);
  }
  return text;
}

void AddPlayable(const HealthCase& subject, const RollbackJournal& journal, HealthRows& rows) {
  if (subject.file && subject.file->HasWriter()) {
    return rows.Ok("journal", "a process is in the middle of a transaction; its journal holds " +
                                  Describe(journal));
  }
  const std::string hot =
      "a hot journal lies beside the file: a process ended in the middle of a "
      "transaction (" +
      Describe(journal) + ")";
  if (subject.is_open_here) {
    return rows.Fail("journal", hot +
                                    "; it could not be rolled back: open the database with the "
                                    "right to write, file and folder");
  }
  rows.Warn("journal",
            hot +
                "; the file alone is half written: keep the two together and open the database "
                "to write, then SQLite rolls back by itself; this report shows it as it will be",
            OpenAndRead(subject.path));
}

/// A journal that was there before the first statement, and is not any more.
bool AddRolledBack(const HealthCase& subject, HealthRows& rows) {
  if (subject.journal_before.state != JournalState::kPlayable || !subject.is_open_here)
    return false;
  rows.Warn("journal",
            "a hot journal lay beside the file when migext was loaded: a process had ended in the "
            "middle of a transaction (" +
                Describe(subject.journal_before) +
                "); SQLite has rolled it back with the first statement that read, so the database "
                "is again as before that transaction");
  return true;
}

void AddForeignWal(const std::string& why, HealthRows& rows) {
  rows.Fail("wal", why +
                       "; SQLite would lay its pages over those of the file: move the -wal away "
                       "(keep it) before anything else opens the database");
}

void AddFrames(const HealthCase& subject, const WalFile& wal, HealthRows& rows) {
  std::string detail = Counted(wal.committed, "committed frame") + " in " +
                       Counted(wal.commits, "commit") + ", " +
                       Counted(static_cast<std::int64_t>(wal.pages.size()), "page") +
                       " that are newer than those of the file";
  if (wal.uncommitted > 0) {
    detail += "; " + Counted(wal.uncommitted, "frame") + " behind the last commit, of a " +
              "transaction that did not end, are ignored";
  }
  if (wal.stale > 0)
    detail += "; " + Counted(wal.stale, "frame") + " of an earlier round are ignored";
  detail += "; file and -wal belong together, a copy needs both";
  if (IsUsedInWalMode(subject.path)) {
    return rows.Ok("wal", "other processes are at work in WAL mode; " + detail);
  }
  rows.Warn("wal", detail,
            subject.is_open_here
                ? "SELECT checkpoint_database();"
                : ".open " + SqlLiteral(subject.path) + "\nPRAGMA wal_checkpoint(TRUNCATE);");
}

}  // namespace

bool IsUsedInWalMode(const std::string& path) {
  LockQuestion question;
  question.database = path;
  const std::vector<DatabaseLock> locks = LocksOn(question);
  return std::any_of(locks.begin(), locks.end(), [](const DatabaseLock& lock) {
    return !lock.is_self && (lock.is_in_wal_mode || lock.file.ends_with("-shm"));
  });
}

void CheckJournal(const HealthCase& subject, HealthRows& rows) {
  if (subject.path.empty()) return;
  const RollbackJournal& journal = subject.journal;
  switch (journal.state) {
    case JournalState::kMissing:
      if (AddRolledBack(subject, rows)) return;
      return rows.Ok("journal", "no journal is left behind");
    case JournalState::kEmpty:
      if (AddRolledBack(subject, rows)) return;
      return rows.Ok("journal", "the -journal is empty: its transaction has ended");
    case JournalState::kFinished:
      if (AddRolledBack(subject, rows)) return;
      return rows.Ok("journal",
                     "the header of the -journal is zero: its transaction has ended "
                     "(journal_mode = PERSIST)");
    case JournalState::kForeign:
      return rows.Warn("journal",
                       "the -journal begins as no journal does, so there is nothing to "
                       "roll back; SQLite removes it when it next opens the database to "
                       "write; if a process ended in the middle of a transaction, the "
                       "file may be half written: see 'integrity'");
    case JournalState::kOrphaned:
      return rows.Ok("journal", "the super-journal " + SqlLiteral(journal.super_journal) +
                                    " is gone: the transaction was committed, and SQLite removes "
                                    "the -journal without rolling back");
    case JournalState::kPlayable:
      return AddPlayable(subject, journal, rows);
    case JournalState::kUnreadable:
      return rows.Fail("journal", SqlLiteral(subject.path + "-journal") +
                                      " cannot be read: whether it is hot cannot be told");
  }
}

void CheckWal(const HealthCase& subject, HealthRows& rows) {
  if (subject.path.empty()) return;
  const WalFile& wal = subject.wal;
  const sqlite::FileHeader& header = subject.header;
  switch (wal.state) {
    case WalState::kMissing:
      return rows.Ok("wal", "there is no -wal");
    case WalState::kEmpty:
      return rows.Ok("wal", "the -wal is empty: all of it is in the file");
    case WalState::kUnreadable:
      return rows.Fail("wal", SqlLiteral(subject.path + "-wal") +
                                  " cannot be read: the newest commits may be in it");
    case WalState::kForeign:
      return rows.Warn("wal",
                       "the header of the -wal is none, or its checksum does not fit: SQLite "
                       "ignores all of its " +
                           Counted(wal.size, "byte"));
    case WalState::kReadable:
      break;
  }
  if (wal.committed == 0) {
    return rows.Ok("wal", wal.stale + wal.uncommitted == 0
                              ? "the -wal holds no frame: all of it is in the file"
                              : "no frame of the -wal counts: their salts are of an earlier round, "
                                "or no commit is behind them; all of it is in the file");
  }
  if (header.HasMagic() && header.PageSize() != 0 && header.PageSize() != wal.page_size) {
    return AddForeignWal("the pages of the -wal have " + Grouped(wal.page_size) +
                             " bytes, those of the file " + Grouped(header.PageSize()) +
                             ": it belongs to another database",
                         rows);
  }
  if (header.HasMagic() && !header.IsWal()) {
    return AddForeignWal("the file is in rollback mode, and the -wal beside it holds " +
                             Counted(wal.committed, "committed frame") +
                             ": it belongs to another database, or to this one before a backup was "
                             "copied over it",
                         rows);
  }
  AddFrames(subject, wal, rows);
}

}  // namespace migext::recover
