#include "base/byte_file.h"

#include <algorithm>

#include "base/files.h"

namespace migext {
namespace {

std::uint32_t ByteAt(const std::string& bytes, std::size_t offset) {
  return static_cast<unsigned char>(bytes[offset]);
}

}  // namespace

ByteFile::ByteFile(const std::string& path) {
  if (!IsFile(path)) return;
  file_.open(path, std::ios::binary);
  if (!file_.is_open()) return;
  file_.seekg(0, std::ios::end);
  size_ = std::max<std::int64_t>(0, static_cast<std::int64_t>(file_.tellg()));
}

std::string ByteFile::Read(std::int64_t offset, std::size_t count) {
  if (!is_open() || offset < 0 || offset >= size_) return {};
  const auto left = static_cast<std::uint64_t>(size_ - offset);
  std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(left, count)), '\0');
  file_.clear();
  file_.seekg(offset);
  file_.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file_.gcount())));
  return bytes;
}

std::uint16_t BigEndian16(const std::string& bytes, std::size_t offset) {
  return static_cast<std::uint16_t>(ByteAt(bytes, offset) << 8U | ByteAt(bytes, offset + 1));
}

std::uint32_t BigEndian32(const std::string& bytes, std::size_t offset) {
  return ByteAt(bytes, offset) << 24U | ByteAt(bytes, offset + 1) << 16U |
         ByteAt(bytes, offset + 2) << 8U | ByteAt(bytes, offset + 3);
}

void PutBigEndian32(std::string& bytes, std::size_t offset, std::uint32_t number) {
  for (std::size_t i = 0; i < 4; ++i) {
    bytes[offset + i] = static_cast<char>(number >> (24U - 8U * i) & 0xffU);
  }
}

}  // namespace migext
