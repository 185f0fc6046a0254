// Numbers as SQLite's file format writes them (https://sqlite.org/fileformat2.html), out of bytes
// that may be damaged: what reaches beyond the end is not there.
//
//   ReadVarint("\x81\x00", 0)  // {128, 2}
#ifndef MIGEXT_RECOVER_SALVAGE_BYTES_H_
#define MIGEXT_RECOVER_SALVAGE_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace migext::recover {

struct Varint {
  std::uint64_t value = 0;
  std::size_t length = 0;  ///< 0: the bytes end in the middle of it.
};

inline Varint ReadVarint(std::string_view bytes, std::size_t offset) {
  constexpr std::size_t kLongest = 9;
  Varint read;
  for (std::size_t i = 0; i < kLongest; ++i) {
    if (offset >= bytes.size() || i >= bytes.size() - offset) return {};
    const auto byte = static_cast<unsigned char>(bytes[offset + i]);
    read.length = i + 1;
    if (i == kLongest - 1) {
      read.value = (read.value << 8U) | byte;
      return read;
    }
    read.value = (read.value << 7U) | (byte & 0x7fU);
    if ((byte & 0x80U) == 0) return read;
  }
  return read;
}

/// A big-endian number of up to 8 bytes.  REQUIRES: they are there.
inline std::uint64_t ReadBigEndian(std::string_view bytes, std::size_t offset, std::size_t length) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < length; ++i) {
    value = (value << 8U) | static_cast<unsigned char>(bytes[offset + i]);
  }
  return value;
}

inline std::uint32_t ReadUint32(std::string_view bytes, std::size_t offset) {
  return static_cast<std::uint32_t>(ReadBigEndian(bytes, offset, 4));
}

inline std::size_t ReadUint16(std::string_view bytes, std::size_t offset) {
  return static_cast<std::size_t>(ReadBigEndian(bytes, offset, 2));
}

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_SALVAGE_BYTES_H_
