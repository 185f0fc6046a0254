#include "sqlite/rollback_journal.h"

#include <algorithm>
#include <string_view>

#include "base/byte_file.h"
#include "base/files.h"

namespace migext::sqlite {
namespace {

constexpr std::string_view kMagic("\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", 8);
constexpr std::size_t kHeaderSize = 28;
constexpr std::uint32_t kCountUnknown = 0xffffffff;
constexpr std::uint32_t kLargestPage = 65536;

bool IsPowerOfTwo(std::uint32_t number, std::uint32_t least, std::uint32_t most) {
  return number >= least && number <= most && (number & (number - 1)) == 0;
}

/// pager_cksum() in SQLite's pager.c: every 200th byte, from behind.
std::uint32_t ChecksumOf(const std::string& page, std::uint32_t nonce) {
  std::uint32_t sum = nonce;
  for (std::size_t at = page.size() - 200; at > 0; at = at < 200 ? 0 : at - 200) {
    sum += static_cast<unsigned char>(page[at]);
  }
  return sum;
}

/// The name at the end of the file: name, its length, the sum of its bytes, the magic.
std::string SuperJournalOf(ByteFile& file) {
  constexpr std::size_t kTail = 16;
  constexpr std::uint32_t kLongestName = 4096;
  const std::string tail = file.Read(file.size() - static_cast<std::int64_t>(kTail), kTail);
  if (tail.size() != kTail || tail.substr(8) != kMagic) return {};
  const std::uint32_t length = BigEndian32(tail, 0);
  if (length == 0 || length > kLongestName) return {};
  const std::string name =
      file.Read(file.size() - static_cast<std::int64_t>(kTail) - length, length);
  std::uint32_t sum = 0;
  // SQLite adds them up as signed bytes.
  for (const char byte : name) sum += static_cast<std::uint32_t>(static_cast<signed char>(byte));
  return sum == BigEndian32(tail, 4) ? name : std::string();
}

/// One header and the records behind it; a large transaction has several of these.
class Segments {
 public:
  Segments(ByteFile& file, RollbackJournal& journal) : file_(file), journal_(journal) {}

  void Read() {
    while (ReadHeader() && ReadRecords()) {
    }
  }

 private:
  bool ReadHeader() {
    const std::string header = file_.Read(at_, kHeaderSize);
    if (header.size() < kHeaderSize || !header.starts_with(kMagic)) return false;
    if (at_ == 0 && !TakeFirstHeader(header)) return false;
    count_ = BigEndian32(header, 8);
    nonce_ = BigEndian32(header, 12);
    at_ += sector_;
    const std::int64_t left = std::max<std::int64_t>(0, file_.size() - at_);
    if (count_ == kCountUnknown) count_ = static_cast<std::uint32_t>(left / RecordSize());
    return true;
  }

  /// What holds for all segments; false, and the journal has no page size, for what SQLite would
  /// not play (readJournalHdr() in its pager.c).
  bool TakeFirstHeader(const std::string& header) {
    const std::uint32_t sector = BigEndian32(header, 20);
    const std::uint32_t page_size = BigEndian32(header, 24);
    if (!IsPowerOfTwo(sector, 32, kLargestPage)) return false;
    if (!IsPowerOfTwo(page_size, 512, kLargestPage)) return false;
    sector_ = sector;
    journal_.page_size = page_size;
    journal_.original_pages = BigEndian32(header, 16);
    return true;
  }

  /// False when a record is not whole: SQLite stops there too.
  bool ReadRecords() {
    for (std::uint32_t i = 0; i < count_; ++i) {
      const std::string record = file_.Read(at_, static_cast<std::size_t>(RecordSize()));
      if (static_cast<std::int64_t>(record.size()) < RecordSize()) return false;
      const std::uint32_t page = BigEndian32(record, 0);
      const std::string bytes = record.substr(4, journal_.page_size);
      if (page == 0 || ChecksumOf(bytes, nonce_) != BigEndian32(record, record.size() - 4)) {
        return false;
      }
      if (page <= journal_.original_pages) journal_.pages[page] = at_ + 4;
      at_ += RecordSize();
    }
    at_ = (at_ + sector_ - 1) / sector_ * sector_;
    return true;
  }

  std::int64_t RecordSize() const { return std::int64_t{journal_.page_size} + 8; }

  ByteFile& file_;
  RollbackJournal& journal_;
  std::int64_t at_ = 0;
  std::uint32_t count_ = 0;
  std::uint32_t nonce_ = 0;
  std::uint32_t sector_ = 0;
};

}  // namespace

RollbackJournal RollbackJournal::Read(const std::string& path) {
  RollbackJournal journal;
  if (KindOf(path) == FileKind::kMissing) return journal;
  ByteFile file(path);
  journal.size = file.size();
  journal.state = JournalState::kUnreadable;
  if (!file.is_open()) return journal;
  const std::string first = file.Read(0, 1);
  if (file.size() == 0) {
    journal.state = JournalState::kEmpty;
    return journal;
  }
  if (first.empty()) return journal;
  if (first.front() == '\0') {
    journal.state = JournalState::kFinished;
    return journal;
  }
  Segments(file, journal).Read();
  journal.super_journal = SuperJournalOf(file);
  if (journal.page_size == 0) {
    journal.state = JournalState::kForeign;
  } else if (!journal.super_journal.empty() &&
             KindOf(journal.super_journal) == FileKind::kMissing) {
    journal.state = JournalState::kOrphaned;
  } else {
    journal.state = JournalState::kPlayable;
  }
  return journal;
}

}  // namespace migext::sqlite
