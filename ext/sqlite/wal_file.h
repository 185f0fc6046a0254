// The -wal beside a database file: what of it counts (https://sqlite.org/fileformat2.html, 4).
//
//   const WalFile wal = WalFile::Read(path + "-wal");
//   wal.committed  // so many frames SQLite reads instead of the pages of the file
//
// A frame counts when its salts are those of the header, its checksum fits, and a commit follows it
// or is in it.
#ifndef MIGEXT_SQLITE_WAL_FILE_H_
#define MIGEXT_SQLITE_WAL_FILE_H_

#include <cstdint>
#include <map>
#include <string>

namespace migext::sqlite {

enum class WalState : std::uint8_t {
  kMissing,
  kEmpty,
  kForeign,  ///< Its header is none, or its checksum does not fit: SQLite ignores all of it.
  kReadable,
  kUnreadable,  ///< There, but not to be read.
};

struct WalFile {
  WalState state = WalState::kMissing;
  std::int64_t size = 0;
  std::uint32_t page_size = 0;
  std::int64_t committed = 0;  ///< Frames up to the last commit.
  std::int64_t commits = 0;
  std::int64_t uncommitted = 0;  ///< Sound frames behind it: of a transaction that did not end.
  std::int64_t stale = 0;        ///< Whole frames behind those, of an earlier round or torn.
  std::uint32_t page_count = 0;  ///< Of the database after the last commit.
  /// Where the bytes of each page, as last committed, begin in the file.
  std::map<std::uint32_t, std::int64_t> pages;

  /// Never fails.
  static WalFile Read(const std::string& path);
};

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_WAL_FILE_H_
