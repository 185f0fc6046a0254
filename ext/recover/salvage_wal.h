// The committed pages of a -wal file: what is the latest of each page is there and not in the
// database file (https://sqlite.org/fileformat2.html#the_write_ahead_log).
//
//   const WalPages wal = WalPages::Read("db.sqlite3-wal");
//   wal.Find(17)  // where the bytes of page 17 begin in the -wal, or nothing
//
// Frames behind the last commit, of an older use of the file, or with a wrong checksum are left
// out, as SQLite's own recovery does.
#ifndef MIGEXT_RECOVER_SALVAGE_WAL_H_
#define MIGEXT_RECOVER_SALVAGE_WAL_H_

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace migext::recover {

class WalPages {
 public:
  /// Empty for a file that is missing, unreadable or no -wal.
  static WalPages Read(const std::string& path);

  bool IsEmpty() const { return offsets_.empty(); }
  std::size_t page_size() const { return page_size_; }
  /// In pages, after the last commit.
  std::uint32_t database_pages() const { return database_pages_; }
  std::optional<std::string> Page(std::uint32_t number) const;

 private:
  std::shared_ptr<std::ifstream> file_;
  std::size_t page_size_ = 0;
  std::uint32_t database_pages_ = 0;
  std::map<std::uint32_t, std::uint64_t> offsets_;
};

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_SALVAGE_WAL_H_
