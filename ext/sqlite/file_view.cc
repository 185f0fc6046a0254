#include "sqlite/file_view.h"

#include <algorithm>
#include <utility>

#include "sqlite/rollback_journal.h"
#include "sqlite/wal_file.h"

namespace migext::sqlite {

FileView FileView::After(const std::string& path, std::int64_t file_size, bool has_writer,
                         const ReadBytes& read) {
  FileView view(file_size);
  const std::string journal_path = path + "-journal";
  RollbackJournal journal = RollbackJournal::Read(journal_path);
  if (journal.state == JournalState::kPlayable && !has_writer) {
    view.LayOver(journal_path, journal.page_size, journal.original_pages, std::move(journal.pages));
  } else {
    const std::string wal_path = path + "-wal";
    WalFile wal = WalFile::Read(wal_path);
    if (wal.committed > 0) {
      view.LayOver(wal_path, wal.page_size, wal.page_count, std::move(wal.pages));
    }
  }
  const ReadBytes read_view = [&](std::int64_t offset, std::size_t count) {
    return view.ReadPages(offset, count, read);
  };
  const FileHeader header(read_view(0, FileHeader::kSize));
  if (header.IsRefused(view.size_)) view.header_ = MendedHeader(header, view.size_, read_view);
  return view;
}

FileView FileView::UnderHeader(std::string header, std::int64_t file_size) {
  FileView view(file_size);
  view.header_ = std::move(header);
  return view;
}

void FileView::LayOver(const std::string& path, std::uint32_t page_size, std::uint32_t page_count,
                       std::map<std::uint32_t, std::int64_t> pages) {
  over_ = std::make_shared<ByteFile>(path);
  page_size_ = page_size;
  pages_ = std::move(pages);
  size_ = std::int64_t{page_count} * page_size;
}

std::string FileView::Read(std::int64_t offset, std::size_t count, const ReadBytes& read) const {
  std::string bytes = ReadPages(offset, count, read);
  if (header_.empty() || offset < 0 || offset >= static_cast<std::int64_t>(header_.size())) {
    return bytes;
  }
  const auto from = static_cast<std::size_t>(offset);
  const std::size_t shared = std::min(header_.size() - from, bytes.size());
  return bytes.replace(0, shared, header_, from, shared);
}

std::string FileView::ReadPages(std::int64_t offset, std::size_t count,
                                const ReadBytes& read) const {
  if (offset < 0 || offset >= size_) return {};
  count = static_cast<std::size_t>(
      std::min<std::uint64_t>(count, static_cast<std::uint64_t>(size_ - offset)));
  if (over_ == nullptr) return read(offset, count);
  std::string bytes;
  while (bytes.size() < count) {
    const std::int64_t at = offset + static_cast<std::int64_t>(bytes.size());
    const std::int64_t within = at % page_size_;
    const std::size_t want =
        std::min(count - bytes.size(), static_cast<std::size_t>(page_size_ - within));
    const auto page = pages_.find(static_cast<std::uint32_t>(at / page_size_ + 1));
    std::string part =
        page == pages_.end() ? read(at, want) : over_->Read(page->second + within, want);
    part.resize(want, '\0');
    bytes += part;
  }
  return bytes;
}

}  // namespace migext::sqlite
