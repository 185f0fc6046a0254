// The pages of a database file that may be damaged, as they are after the last commit: those of a
// hot journal or of the -wal before those of the file.
//
//   const PageStore pages(DamagedFile::Of(db));
//   pages.Read(17)            // its bytes; fewer where the file is cut off, "" beyond its end
//   pages.header().readable   // false: the page size was found by trying
//
// Reads through SQLite's own file handle, and writes nothing.
#ifndef MIGEXT_RECOVER_SALVAGE_PAGES_H_
#define MIGEXT_RECOVER_SALVAGE_PAGES_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "recover/salvage_record.h"
#include "sqlite/connection.h"
#include "sqlite/page_overlay.h"
#include "sqlite/raw_file.h"

namespace migext::recover {

using PageNumber = std::uint32_t;

struct DamagedFile {
  /// Throws Error for a database in memory.  The connection must outlive what reads the file.
  static DamagedFile Of(const sqlite::Connection& source);

  sqlite::RawFile file;
  std::string path;  ///< Beside which its -journal and its -wal lie.
};

/// The first 100 bytes, where they can be believed (https://sqlite.org/fileformat2.html, 1.3).
struct FileHeader {
  bool readable = false;
  std::size_t page_size = 0;
  std::size_t reserved = 0;  ///< Bytes at the end of each page.
  PageNumber pages = 0;      ///< That the file should have; 0 where it is not known.
  PageNumber first_free = 0;
  PageNumber free_pages = 0;
  bool auto_vacuum = false;
  bool incremental_vacuum = false;
  bool write_ahead_log = false;
  TextEncoding encoding = TextEncoding::kUtf8;
  std::int32_t user_version = 0;
  std::int32_t application_id = 0;
};

class PageStore {
 public:
  /// Throws Error when nothing in the file looks like a page.  `before_page` is called before each
  /// page that is read; what it throws ends the reading.
  explicit PageStore(const DamagedFile& source, std::function<void()> before_page = {});

  const FileHeader& header() const { return header_; }
  void SetEncoding(TextEncoding encoding) { header_.encoding = encoding; }
  /// The part of a page that b-trees use.
  std::size_t usable_size() const { return header_.page_size - header_.reserved; }
  /// Those that are there, a last one that is cut off included.
  PageNumber size() const { return size_; }
  std::string Read(PageNumber number) const;
  sqlite::OverlayKind overlay() const { return overlay_.kind(); }

 private:
  void ReadHeader();
  void GuessPageSize();

  sqlite::RawFile file_;
  sqlite::PageOverlay overlay_;
  std::function<void()> before_page_;
  FileHeader header_;
  PageNumber size_ = 0;
};

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_SALVAGE_PAGES_H_
