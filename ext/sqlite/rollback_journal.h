// The -journal beside a database file: what it holds and what SQLite will do with it
// (https://sqlite.org/fileformat2.html, 3).
//
//   const RollbackJournal journal = RollbackJournal::Read(path + "-journal");
//   journal.state == JournalState::kPlayable   // it is rolled back by whoever opens both
//   read-write
//
// A journal is hot when it is playable and no process holds the lock of a writer.
#ifndef MIGEXT_SQLITE_ROLLBACK_JOURNAL_H_
#define MIGEXT_SQLITE_ROLLBACK_JOURNAL_H_

#include <cstdint>
#include <map>
#include <string>

namespace migext::sqlite {

enum class JournalState : std::uint8_t {
  kMissing,
  kEmpty,       ///< Of no bytes: a transaction ended with journal_mode=TRUNCATE, or only began.
  kFinished,    ///< Its header is zero: a transaction ended with journal_mode=PERSIST.
  kForeign,     ///< It begins as no journal does; SQLite finds nothing in it and removes it.
  kOrphaned,    ///< Its super-journal is gone: the transaction was committed in all its files.
  kPlayable,    ///< The database is as it was once its pages are put back.
  kUnreadable,  ///< There, but not to be read.
};

struct RollbackJournal {
  JournalState state = JournalState::kMissing;
  std::int64_t size = 0;
  std::uint32_t page_size = 0;
  std::uint32_t original_pages = 0;  ///< Of the database before the transaction.
  std::string super_journal;         ///< "" unless several files are changed together.
  /// Where the bytes of each page begin in the journal, up to the first one that is not whole.
  std::map<std::uint32_t, std::int64_t> pages;

  /// Never fails.
  static RollbackJournal Read(const std::string& path);
};

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_ROLLBACK_JOURNAL_H_
