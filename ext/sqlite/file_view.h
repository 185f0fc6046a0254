// The bytes of a database file as SQLite would find them after recovery, without recovering.
//
//   FileView view = FileView::After(path, file_size, has_writer, read);
//   view.Read(0, 1024, read)  // page 1 as the hot journal has it, or the last commit of the -wal
//
// The pages of a hot journal, or those committed in a -wal, lie over the pages of the file, and a
// mended header over one that SQLite would refuse.  Nothing is written.
#ifndef MIGEXT_SQLITE_FILE_VIEW_H_
#define MIGEXT_SQLITE_FILE_VIEW_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "sqlite/file_header.h"
#include "sqlite/page_overlay.h"

namespace migext::sqlite {

class FileView {
 public:
  /// `read` gives the bytes of the file itself.  A journal is not hot while there is a writer.
  static FileView After(const std::string& path, std::int64_t file_size, bool has_writer,
                        const ReadBytes& read);
  /// The file itself under a header with which SQLite reads it; nothing laid over its pages.
  static FileView UnderHeader(std::string header, std::int64_t file_size);

  std::int64_t size() const { return size_; }
  std::string Read(std::int64_t offset, std::size_t count, const ReadBytes& read) const;

 private:
  explicit FileView(std::int64_t size) : size_(size) {}

  std::string ReadPages(std::int64_t offset, std::size_t count, const ReadBytes& read) const;

  std::int64_t size_;
  std::string header_;  // "" leaves that of page 1
  PageOverlay over_;
};

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_FILE_VIEW_H_
