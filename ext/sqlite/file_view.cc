#include "sqlite/file_view.h"

#include <algorithm>
#include <utility>

namespace migext::sqlite {

FileView FileView::After(const std::string& path, std::int64_t file_size, bool has_writer,
                         const ReadBytes& read) {
  FileView view(file_size);
  view.over_ = PageOverlay::Beside(path, has_writer);
  if (!view.over_.IsEmpty()) {
    view.size_ = std::int64_t{view.over_.page_count()} * view.over_.page_size();
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
  if (over_.IsEmpty()) return read(offset, count);
  const std::int64_t page_size = over_.page_size();
  std::string bytes;
  while (bytes.size() < count) {
    const std::int64_t at = offset + static_cast<std::int64_t>(bytes.size());
    const std::int64_t within = at % page_size;
    const std::size_t want =
        std::min(count - bytes.size(), static_cast<std::size_t>(page_size - within));
    const auto page = static_cast<std::uint32_t>(at / page_size + 1);
    const std::optional<std::string> over = over_.Read(page, within, want);
    std::string part = over ? *over : read(at, want);
    part.resize(want, '\0');
    bytes += part;
  }
  return bytes;
}

}  // namespace migext::sqlite
