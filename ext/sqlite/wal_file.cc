#include "sqlite/wal_file.h"

#include <array>
#include <cstddef>

#include "base/byte_file.h"
#include "base/files.h"

namespace migext::sqlite {
namespace {

constexpr std::size_t kHeaderSize = 32;
constexpr std::size_t kFrameHeaderSize = 24;
constexpr std::uint32_t kMagic = 0x377f0682;  // its last bit: the words are big-endian
constexpr std::uint32_t kVersion = 3007000;

/// walChecksumBytes() in SQLite's wal.c.
class Checksum {
 public:
  explicit Checksum(bool big_endian) : big_endian_(big_endian) {}

  void Add(const std::string& bytes, std::size_t from, std::size_t count) {
    for (std::size_t at = from; at + 8 <= from + count; at += 8) {
      sums_[0] += Word(bytes, at) + sums_[1];
      sums_[1] += Word(bytes, at + 4) + sums_[0];
    }
  }
  bool Is(const std::string& bytes, std::size_t at) const {
    return BigEndian32(bytes, at) == sums_[0] && BigEndian32(bytes, at + 4) == sums_[1];
  }

 private:
  std::uint32_t Word(const std::string& bytes, std::size_t at) const {
    const std::uint32_t word = BigEndian32(bytes, at);
    if (big_endian_) return word;
    return word >> 24U | (word >> 8U & 0xff00U) | (word << 8U & 0xff0000U) | word << 24U;
  }

  bool big_endian_;
  std::array<std::uint32_t, 2> sums_ = {0, 0};
};

void ReadFrames(ByteFile& file, const std::string& header, Checksum sum, WalFile& wal) {
  const std::size_t frame_size = kFrameHeaderSize + wal.page_size;
  const std::int64_t whole = (file.size() - static_cast<std::int64_t>(kHeaderSize)) /
                             static_cast<std::int64_t>(frame_size);
  std::map<std::uint32_t, std::int64_t> pending;
  std::int64_t sound = 0;
  for (; sound < whole; ++sound) {
    const std::int64_t at =
        static_cast<std::int64_t>(kHeaderSize) + sound * static_cast<std::int64_t>(frame_size);
    const std::string frame = file.Read(at, frame_size);
    if (frame.size() < frame_size || frame.compare(8, 8, header, 16, 8) != 0) break;
    sum.Add(frame, 0, 8);
    sum.Add(frame, kFrameHeaderSize, wal.page_size);
    const std::uint32_t page = BigEndian32(frame, 0);
    if (page == 0 || !sum.Is(frame, 16)) break;
    pending[page] = at + static_cast<std::int64_t>(kFrameHeaderSize);
    const std::uint32_t page_count = BigEndian32(frame, 4);
    if (page_count == 0) continue;
    for (const auto& [number, place] : pending) wal.pages[number] = place;
    pending.clear();
    wal.page_count = page_count;
    wal.committed = sound + 1;
    ++wal.commits;
  }
  wal.uncommitted = sound - wal.committed;
  wal.stale = whole - sound;
}

}  // namespace

WalFile WalFile::Read(const std::string& path) {
  WalFile wal;
  if (KindOf(path) == FileKind::kMissing) return wal;
  ByteFile file(path);
  wal.state = WalState::kUnreadable;
  if (!file.is_open()) return wal;
  wal.size = file.size();
  wal.state = wal.size == 0 ? WalState::kEmpty : WalState::kForeign;
  const std::string header = file.Read(0, kHeaderSize);
  if (header.size() < kHeaderSize) return wal;
  const std::uint32_t magic = BigEndian32(header, 0);
  const std::uint32_t page_size = BigEndian32(header, 8);
  const bool is_size = page_size >= 512 && page_size <= 65536 && (page_size & (page_size - 1)) == 0;
  if ((magic & ~1U) != kMagic || BigEndian32(header, 4) != kVersion || !is_size) return wal;
  Checksum sum((magic & 1U) != 0);
  sum.Add(header, 0, 24);
  if (!sum.Is(header, 24)) return wal;
  wal.state = WalState::kReadable;
  wal.page_size = page_size;
  ReadFrames(file, header, sum, wal);
  return wal;
}

}  // namespace migext::sqlite
