#include "recover/salvage_wal.h"

#include <string_view>
#include <utility>

#include "base/files.h"
#include "recover/salvage_bytes.h"

namespace migext::recover {
namespace {

constexpr std::size_t kHeaderSize = 32;
constexpr std::size_t kFrameHeaderSize = 24;
constexpr std::uint32_t kMagic = 0x377f0682;  // its last bit: checksums of big-endian words

bool IsPageSize(std::size_t size) {
  return size >= 512 && size <= 65536 && (size & (size - 1)) == 0;
}

class Checksum {
 public:
  explicit Checksum(bool big_endian) : big_endian_(big_endian) {}

  void Add(std::string_view bytes) {
    for (std::size_t i = 0; i + 7 < bytes.size(); i += 8) {
      first_ += Word(bytes, i) + second_;
      second_ += Word(bytes, i + 4) + first_;
    }
  }
  bool Equals(std::string_view bytes, std::size_t offset) const {
    return ReadUint32(bytes, offset) == first_ && ReadUint32(bytes, offset + 4) == second_;
  }

 private:
  std::uint32_t Word(std::string_view bytes, std::size_t offset) const {
    const std::uint32_t word = ReadUint32(bytes, offset);
    if (big_endian_) return word;
    return word >> 24U | (word >> 8U & 0xff00U) | (word << 8U & 0xff0000U) | word << 24U;
  }

  bool big_endian_;
  std::uint32_t first_ = 0;
  std::uint32_t second_ = 0;
};

bool ReadExactly(std::ifstream& file, std::string& bytes) {
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return static_cast<std::size_t>(file.gcount()) == bytes.size();
}

}  // namespace

WalPages WalPages::Read(const std::string& path) {
  WalPages wal;
  if (!IsFile(path)) return wal;
  const auto file = std::make_shared<std::ifstream>(path, std::ios::binary);
  std::string header(kHeaderSize, '\0');
  if (!ReadExactly(*file, header)) return wal;
  const std::uint32_t magic = ReadUint32(header, 0);
  const std::size_t page_size = ReadUint32(header, 8);
  Checksum checksum((magic & 1U) != 0);
  checksum.Add(std::string_view(header).substr(0, 24));
  if ((magic & ~1U) != kMagic || !IsPageSize(page_size) || !checksum.Equals(header, 24)) return wal;

  std::map<std::uint32_t, std::uint64_t> uncommitted;
  std::string frame(kFrameHeaderSize + page_size, '\0');
  const std::string_view view = frame;
  for (std::uint64_t at = kHeaderSize; ReadExactly(*file, frame); at += frame.size()) {
    const std::string_view salts = std::string_view(header).substr(16, 8);
    if (ReadUint32(frame, 0) == 0 || view.substr(8, 8) != salts) break;
    checksum.Add(view.substr(0, 8));
    checksum.Add(view.substr(kFrameHeaderSize));
    if (!checksum.Equals(frame, 16)) break;
    uncommitted[ReadUint32(frame, 0)] = at + kFrameHeaderSize;
    const std::uint32_t pages = ReadUint32(frame, 4);
    if (pages == 0) continue;
    wal.database_pages_ = pages;
    for (const auto& [page, offset] : uncommitted) wal.offsets_[page] = offset;
    uncommitted.clear();
  }
  wal.file_ = file;
  wal.page_size_ = page_size;
  return wal;
}

std::optional<std::string> WalPages::Page(std::uint32_t number) const {
  const auto found = offsets_.find(number);
  if (found == offsets_.end()) return std::nullopt;
  file_->clear();
  file_->seekg(static_cast<std::streamoff>(found->second));
  std::string page(page_size_, '\0');
  if (!ReadExactly(*file_, page)) return std::nullopt;
  return page;
}

}  // namespace migext::recover
