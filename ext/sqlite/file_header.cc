#include "sqlite/file_header.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/byte_file.h"
#include "base/text.h"

namespace migext::sqlite {
namespace {

constexpr std::string_view kMagic("SQLite format 3\0", 16);
constexpr std::array<std::string_view, 4> kEncodings = {"", "UTF-8", "UTF-16le", "UTF-16be"};

// Where the fields are.
constexpr std::size_t kPageSizeAt = 16;
constexpr std::size_t kWriteVersionAt = 18;
constexpr std::size_t kReadVersionAt = 19;
constexpr std::size_t kReservedAt = 20;
constexpr std::size_t kFractionsAt = 21;
constexpr std::size_t kChangesAt = 24;
constexpr std::size_t kPageCountAt = 28;
constexpr std::size_t kFreelistAt = 32;
constexpr std::size_t kFreePagesAt = 36;
constexpr std::size_t kSchemaFormatAt = 44;
constexpr std::size_t kLargestRootAt = 52;
constexpr std::size_t kEncodingAt = 56;
constexpr std::size_t kIncrementalAt = 64;
constexpr std::size_t kExpansionAt = 72;
constexpr std::size_t kExpansionSize = 20;
constexpr std::size_t kChangesOfCountAt = 92;
constexpr std::size_t kWriterAt = 96;

constexpr std::string_view kFractions("\x40\x20\x20", 3);
constexpr std::uint32_t kMostReserved = 32;     // more leave too little of the smallest page
constexpr std::uint32_t kSmallestUsable = 480;  // lockBtree() in SQLite's btree.c
constexpr std::uint32_t kNewestSchemaFormat = 4;

bool IsPageSize(std::uint32_t size) {
  return size >= 512 && size <= 65536 && (size & (size - 1)) == 0;
}

/// True if a page of a b-tree may begin so: its kind, and an area of cells that lies within it.
bool LooksLikePage(const std::string& bytes, std::size_t at, std::uint32_t page_size) {
  if (bytes.size() < at + 8) return false;
  const auto kind = static_cast<unsigned char>(bytes[at]);
  if (kind != 2 && kind != 5 && kind != 10 && kind != 13) return false;
  const std::uint32_t cells = BigEndian16(bytes, at + 3);
  const std::uint32_t area = BigEndian16(bytes, at + 5);
  const std::uint32_t begin = area == 0 ? 65536 : area;
  return begin <= page_size && at + 8 + 2 * std::size_t{cells} <= begin;
}

/// How many of the pages that are looked at could be pages of that size, in hundredths.
int Likeness(std::uint32_t page_size, std::int64_t file_size, const ReadBytes& read) {
  constexpr std::int64_t kMostSamples = 64;
  if (!LooksLikePage(read(0, FileHeader::kSize + 8), FileHeader::kSize, page_size)) return 0;
  const std::int64_t pages = file_size / page_size;
  const std::int64_t step = std::max<std::int64_t>(1, pages / kMostSamples);
  int seen = 0;
  int alike = 0;
  for (std::int64_t page = 1; page < pages; page += step) {
    ++seen;
    if (LooksLikePage(read(page * page_size, 8), 0, page_size)) ++alike;
  }
  return seen == 0 ? 100 : alike * 100 / seen;
}

/// The size of which most pages begin as pages do; 0 where page 1 is of no size.  The starts of
/// larger pages are starts of smaller ones too: of sizes that are about as likely the smallest.
std::uint32_t LikelyPageSize(std::int64_t file_size, const ReadBytes& read) {
  constexpr int kAboutAsLikely = 10;
  std::uint32_t best = 0;
  int best_likeness = 0;
  for (std::uint32_t size = 512; size <= 65536 && size <= file_size; size *= 2) {
    const int likeness = Likeness(size, file_size, read);
    if (likeness <= best_likeness + (best == 0 ? 0 : kAboutAsLikely)) continue;
    best = size;
    best_likeness = likeness;
  }
  return best;
}

/// The number of the encoding that the words of the schema are in.
std::uint32_t LikelyEncoding(const std::string& first_page) {
  using namespace std::string_view_literals;
  if (first_page.find("C\0R\0E\0A\0T\0E\0"sv) == std::string::npos) return 1;
  return first_page.find("\0C\0R\0E\0A\0T\0E"sv) < first_page.find("C\0R\0E\0A\0T\0E\0"sv) ? 3 : 2;
}

}  // namespace

bool IsPartOfADatabase(std::string_view file_name) {
  return file_name.ends_with("-wal") || file_name.ends_with("-shm") ||
         file_name.ends_with("-journal");
}

FileHeader::FileHeader(std::string_view bytes) : bytes_(bytes.substr(0, kSize)) {
  bytes_.resize(kSize, '\0');
}

std::uint32_t FileHeader::Number(std::size_t offset) const { return BigEndian32(bytes_, offset); }

unsigned FileHeader::Byte(std::size_t offset) const {
  return static_cast<unsigned char>(bytes_[offset]);
}

bool FileHeader::HasMagic() const { return bytes_.starts_with(kMagic); }

bool FileHeader::IsWal() const { return Byte(kReadVersionAt) == 2; }

std::uint32_t FileHeader::PageSize() const {
  const std::uint32_t written = BigEndian16(bytes_, kPageSizeAt);
  const std::uint32_t size = written == 1 ? 65536 : written;
  return IsPageSize(size) ? size : 0;
}

std::uint32_t FileHeader::PageCount() const {
  return Number(kChangesAt) == Number(kChangesOfCountAt) ? Number(kPageCountAt) : 0;
}

std::uint32_t FileHeader::FreePages() const { return Number(kFreePagesAt); }

std::uint32_t FileHeader::ReservedBytes() const { return Byte(kReservedAt); }

std::uint32_t FileHeader::SchemaFormat() const { return Number(kSchemaFormatAt); }

bool FileHeader::HasAutoVacuum() const { return Number(kLargestRootAt) != 0; }

std::string_view FileHeader::EncodingName() const {
  const std::uint32_t number = Number(kEncodingAt);
  return number < kEncodings.size() ? kEncodings[number] : std::string_view();
}

std::string FileHeader::WriterVersion() const {
  const std::uint32_t number = Number(kWriterAt);
  if (number < 3'000'000 || number >= 4'000'000) return {};
  return std::to_string(number / 1'000'000) + "." + std::to_string(number / 1000 % 1000) + "." +
         std::to_string(number % 1000);
}

std::vector<HeaderFault> FileHeader::Faults(std::int64_t file_size) const {
  std::vector<HeaderFault> faults;
  if (!HasMagic()) {
    faults.push_back({"magic", "the file does not begin with 'SQLite format 3'", true});
  }
  CheckFormat(faults);
  CheckNumbers(file_size, faults);
  return faults;
}

bool FileHeader::IsRefused(std::int64_t file_size) const {
  const std::vector<HeaderFault> faults = Faults(file_size);
  return std::any_of(faults.begin(), faults.end(),
                     [](const HeaderFault& fault) { return fault.refused; });
}

// As lockBtree() and sqlite3InitOne() look at them.
void FileHeader::CheckFormat(std::vector<HeaderFault>& faults) const {
  const std::uint32_t page_size = PageSize();
  if (page_size == 0) {
    faults.push_back(
        {"page size",
         std::to_string(BigEndian16(bytes_, kPageSizeAt)) + " is no power of two from 512 to 65536",
         true});
  } else if (page_size - ReservedBytes() < kSmallestUsable) {
    faults.push_back({"reserved bytes",
                      std::to_string(ReservedBytes()) + " leave too little of a page of " +
                          std::to_string(page_size) + " bytes",
                      true});
  } else if (ReservedBytes() > kMostReserved) {
    faults.push_back({"reserved bytes",
                      std::to_string(ReservedBytes()) +
                          " of each page are reserved; that is rare, and right only for an "
                          "extension that encrypts or adds checksums",
                      false});
  }
  const unsigned write = Byte(kWriteVersionAt);
  const unsigned read = Byte(kReadVersionAt);
  if (read < 1 || read > 2) {
    faults.push_back({"read version", std::to_string(read) + " is neither 1 nor 2", read > 2});
  }
  if (write < 1 || write > 2) {
    faults.push_back({"write version",
                      std::to_string(write) + " is neither 1 nor 2: nothing can be written",
                      false});
  }
  if (bytes_.compare(kFractionsAt, kFractions.size(), kFractions) != 0) {
    faults.push_back({"payload fractions", "bytes 21 to 23 are not 64, 32, 32", true});
  }
  if (SchemaFormat() > kNewestSchemaFormat) {
    faults.push_back(
        {"schema format", std::to_string(SchemaFormat()) + " is none of 1 to 4", true});
  }
  const std::uint32_t encoding = Number(kEncodingAt);
  if (encoding >= kEncodings.size()) {
    // SQLite looks at its last two bits: 0 and 1 are UTF-8.
    faults.push_back(
        {"text encoding", std::to_string(encoding) + " is none of 1 to 3", (encoding & 3U) > 1});
  }
}

void FileHeader::CheckNumbers(std::int64_t file_size, std::vector<HeaderFault>& faults) const {
  const std::uint32_t page_size = PageSize();
  if (page_size == 0) return;
  const std::int64_t there = file_size / page_size;
  const std::int64_t promised = PageCount();
  if (promised > there) {
    faults.push_back({"page count",
                      Grouped(promised) + " pages are promised, " + Grouped(there) + " are there",
                      true});
  }
  const std::int64_t pages = std::max(promised, there);
  if (Number(kFreelistAt) > pages || FreePages() >= pages ||
      (FreePages() == 0) != (Number(kFreelistAt) == 0)) {
    faults.push_back({"freelist",
                      "it begins at page " + Grouped(Number(kFreelistAt)) + " and has " +
                          Grouped(FreePages()) + " pages; that cannot be",
                      false});
  }
  if (Number(kIncrementalAt) != 0 && !HasAutoVacuum()) {
    faults.push_back({"auto-vacuum", "incremental, and not switched on", false});
  }
  if (bytes_.find_first_not_of('\0', kExpansionAt) < kExpansionAt + kExpansionSize) {
    faults.push_back({"reserved for expansion", "bytes 72 to 91 are not zero", false});
  }
}

std::string MendedHeader(const FileHeader& header, std::int64_t file_size, const ReadBytes& read) {
  // Beside a wrong magic no other field is to be believed.
  std::string mended = header.HasMagic() ? header.bytes() : std::string(FileHeader::kSize, '\0');
  const FileHeader sound(mended);
  std::uint32_t page_size = sound.PageSize();
  if (page_size == 0) page_size = LikelyPageSize(file_size, read);
  if (page_size == 0) return {};
  const std::string first_page = read(0, page_size);
  if (!LooksLikePage(first_page, FileHeader::kSize, page_size)) return {};

  mended.replace(0, kMagic.size(), kMagic);
  const std::uint32_t written = page_size == 65536 ? 1 : page_size;
  mended[kPageSizeAt] = static_cast<char>(written >> 8U);
  mended[kPageSizeAt + 1] = static_cast<char>(written & 0xffU);
  // Not WAL: what is in a -wal is laid over the pages before the header is.
  mended[kWriteVersionAt] = mended[kReadVersionAt] = 1;
  if (page_size - sound.ReservedBytes() < kSmallestUsable) mended[kReservedAt] = 0;
  mended.replace(kFractionsAt, kFractions.size(), kFractions);
  PutBigEndian32(mended, kPageCountAt, static_cast<std::uint32_t>(file_size / page_size));
  PutBigEndian32(mended, kChangesOfCountAt, BigEndian32(mended, kChangesAt));
  if (sound.SchemaFormat() < 1 || sound.SchemaFormat() > kNewestSchemaFormat) {
    PutBigEndian32(mended, kSchemaFormatAt, kNewestSchemaFormat);
  }
  if (sound.EncodingName().empty()) {
    PutBigEndian32(mended, kEncodingAt, LikelyEncoding(first_page));
  }
  return mended;
}

std::string OfAnotherCommit(std::string header) {
  const std::uint32_t other = ~BigEndian32(header, kChangesAt);
  PutBigEndian32(header, kChangesAt, other);
  PutBigEndian32(header, kChangesOfCountAt, other);
  return header;
}

std::string InRollbackMode(std::string header) {
  header[kWriteVersionAt] = 1;
  if (header[kReadVersionAt] == 2) header[kReadVersionAt] = 1;
  return header;
}

}  // namespace migext::sqlite
