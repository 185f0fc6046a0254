#include "recover/salvage_pages.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "recover/salvage_btree.h"
#include "recover/salvage_bytes.h"

namespace migext::recover {
namespace {

constexpr std::size_t kHeaderSize = 100;
constexpr std::size_t kSmallestPage = 512;
constexpr std::size_t kLargestPage = 65536;
constexpr std::string_view kMagic("SQLite format 3\0", 16);

bool IsEncoding(std::uint32_t number) { return number >= 1 && number <= 3; }

FileHeader HeaderOf(std::string_view bytes) {
  FileHeader header;
  if (bytes.size() < kHeaderSize || bytes.substr(0, kMagic.size()) != kMagic) return header;
  const std::size_t written = ReadUint16(bytes, 16);
  const std::size_t page_size = written == 1 ? kLargestPage : written;
  const auto reserved = static_cast<unsigned char>(bytes[20]);
  const std::uint32_t encoding = ReadUint32(bytes, 56);
  if (page_size < kSmallestPage || (page_size & (page_size - 1)) != 0) return header;
  if (page_size - reserved < 480 || bytes.substr(21, 3) != "\x40\x20\x20") return header;
  header.readable = true;
  header.page_size = page_size;
  header.reserved = reserved;
  // Set by versions since 3.7.0 alone, which then note for which change it holds.
  if (ReadUint32(bytes, 24) == ReadUint32(bytes, 92)) header.pages = ReadUint32(bytes, 28);
  header.first_free = ReadUint32(bytes, 32);
  header.free_pages = ReadUint32(bytes, 36);
  header.auto_vacuum = ReadUint32(bytes, 52) != 0;
  header.incremental_vacuum = ReadUint32(bytes, 64) != 0;
  header.write_ahead_log = bytes[19] == 2;
  if (IsEncoding(encoding)) header.encoding = static_cast<TextEncoding>(encoding);
  header.user_version = static_cast<std::int32_t>(ReadUint32(bytes, 60));
  header.application_id = static_cast<std::int32_t>(ReadUint32(bytes, 68));
  return header;
}

/// Pages of the right size have cells up to their very end.
int FilledPages(const sqlite::RawFile& file, std::size_t page_size) {
  constexpr std::int64_t kMostSampled = 200;
  const std::int64_t pages = file.Size() / static_cast<std::int64_t>(page_size);
  const std::int64_t stride = std::max<std::int64_t>(1, pages / kMostSampled);
  int filled = 0;
  for (std::int64_t page = 1; page < pages; page += stride) {
    const auto tree_page = BtreePage::Of(
        file.Read(page * static_cast<std::int64_t>(page_size), page_size), 2, page_size);
    if (tree_page && tree_page->FillsItsPage()) ++filled;
  }
  return filled;
}

}  // namespace

DamagedFile DamagedFile::Of(const sqlite::Connection& source) {
  const auto file = sqlite::RawFile::Of(source);
  if (!file) throw Error("this database is in memory: there is no file to salvage");
  return {*file, source.FileName()};
}

PageStore::PageStore(const DamagedFile& source, std::function<void()> before_page)
    : file_(source.file),
      overlay_(sqlite::PageOverlay::Beside(source.path, source.file.HasWriter())),
      before_page_(std::move(before_page)) {
  ReadHeader();
  if (!header_.readable) GuessPageSize();
  const auto page_size = static_cast<std::int64_t>(header_.page_size);
  const std::int64_t in_file = (file_.Size() + page_size - 1) / page_size;
  std::int64_t size = in_file;
  if (!overlay_.IsEmpty()) {
    // A forged one claims pages that are nowhere.
    const std::int64_t most = in_file + static_cast<std::int64_t>(overlay_.size());
    size = std::min<std::int64_t>(overlay_.page_count(), most);
  }
  constexpr std::int64_t kMostPages = 4294967294;
  size_ = static_cast<PageNumber>(std::min(kMostPages, size));
}

void PageStore::ReadHeader() {
  const std::optional<std::string> newest = overlay_.Read(1, 0, kHeaderSize);
  header_ = HeaderOf(newest ? *newest : file_.Read(0, kHeaderSize));
  if (header_.readable && overlay_.page_size() != header_.page_size) overlay_ = {};
}

void PageStore::GuessPageSize() {
  if (!overlay_.IsEmpty()) {
    header_.page_size = overlay_.page_size();
    return;
  }
  int best = 0;
  for (std::size_t size = kSmallestPage; size <= kLargestPage; size *= 2) {
    const int filled = FilledPages(file_, size);
    if (filled <= best) continue;
    best = filled;
    header_.page_size = size;
  }
  if (best == 0) {
    throw Error("nothing in this file looks like a page of an SQLite database (" +
                std::to_string(file_.Size()) + " bytes); restore a backup");
  }
}

std::string PageStore::Read(PageNumber number) const {
  if (number == 0 || number > size_) return {};
  if (before_page_) before_page_();
  if (std::optional<std::string> newest = overlay_.Read(number, 0, header_.page_size)) {
    return *newest;
  }
  const auto page_size = static_cast<std::int64_t>(header_.page_size);
  return file_.Read((static_cast<std::int64_t>(number) - 1) * page_size, header_.page_size);
}

}  // namespace migext::recover
