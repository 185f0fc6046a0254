// The pages that SQLite reads instead of those of a database file: as a hot journal beside it has
// them, or as they were last committed in its -wal.
//
//   const PageOverlay overlay = PageOverlay::Beside(path, file.HasWriter());
//   overlay.Read(17, 0, 1024)  // page 17, or nothing: then that of the file counts
//
// Nothing is written.
#ifndef MIGEXT_SQLITE_PAGE_OVERLAY_H_
#define MIGEXT_SQLITE_PAGE_OVERLAY_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/byte_file.h"

namespace migext::sqlite {

enum class OverlayKind : std::uint8_t { kNone, kJournal, kWal };

class PageOverlay {
 public:
  /// Of nothing.
  PageOverlay() = default;
  /// Of the database file at `path`.  A journal is not hot while there is a writer.
  static PageOverlay Beside(const std::string& path, bool has_writer);

  OverlayKind kind() const { return kind_; }
  bool IsEmpty() const { return kind_ == OverlayKind::kNone; }
  std::uint32_t page_size() const { return page_size_; }
  /// Of the whole database, as journal or -wal claims: more than there are, where they are forged.
  std::uint32_t page_count() const { return page_count_; }
  /// How many pages lie in it.
  std::size_t size() const { return pages_.size(); }
  /// `count` bytes from `offset` on, within one page; fewer where the file was cut meanwhile.
  std::optional<std::string> Read(std::uint32_t page, std::int64_t offset, std::size_t count) const;

 private:
  OverlayKind kind_ = OverlayKind::kNone;
  std::shared_ptr<ByteFile> file_;
  std::uint32_t page_size_ = 0;
  std::uint32_t page_count_ = 0;
  std::map<std::uint32_t, std::int64_t> pages_;  // where they begin in file_
};

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_PAGE_OVERLAY_H_
