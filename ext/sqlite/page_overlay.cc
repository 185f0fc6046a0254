#include "sqlite/page_overlay.h"

#include <utility>

#include "sqlite/rollback_journal.h"
#include "sqlite/wal_file.h"

namespace migext::sqlite {

PageOverlay PageOverlay::Beside(const std::string& path, bool has_writer) {
  PageOverlay overlay;
  const std::string journal_path = path + "-journal";
  RollbackJournal journal = RollbackJournal::Read(journal_path);
  if (journal.state == JournalState::kPlayable && !has_writer) {
    overlay.kind_ = OverlayKind::kJournal;
    overlay.file_ = std::make_shared<ByteFile>(journal_path);
    overlay.page_size_ = journal.page_size;
    overlay.page_count_ = journal.original_pages;
    overlay.pages_ = std::move(journal.pages);
    return overlay;
  }
  const std::string wal_path = path + "-wal";
  WalFile wal = WalFile::Read(wal_path);
  if (wal.committed == 0) return overlay;
  overlay.kind_ = OverlayKind::kWal;
  overlay.file_ = std::make_shared<ByteFile>(wal_path);
  overlay.page_size_ = wal.page_size;
  overlay.page_count_ = wal.page_count;
  overlay.pages_ = std::move(wal.pages);
  return overlay;
}

std::optional<std::string> PageOverlay::Read(std::uint32_t page, std::int64_t offset,
                                             std::size_t count) const {
  const auto found = pages_.find(page);
  if (found == pages_.end()) return std::nullopt;
  return file_->Read(found->second + offset, count);
}

}  // namespace migext::sqlite
