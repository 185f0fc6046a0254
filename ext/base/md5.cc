#include "base/md5.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace migext {
namespace {

using State = std::array<std::uint32_t, 4>;

constexpr std::array<int, 16> kShift = {7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21};

// RFC 1321, 3.4: T[i] is the integer part of 4294967296 times abs(sin(i)), i in radians.
const std::array<std::uint32_t, 64>& Sines() {
  static const std::array<std::uint32_t, 64> table = [] {
    std::array<std::uint32_t, 64> t{};
    for (std::size_t i = 0; i < t.size(); ++i) {
      t[i] = static_cast<std::uint32_t>(std::fabs(std::sin(static_cast<double>(i + 1))) *
                                        4294967296.0);
    }
    return t;
  }();
  return table;
}

void AddBlock(State& state, const char* block) {
  std::array<std::uint32_t, 16> words{};
  for (std::size_t i = 0; i < 64; ++i) {
    words[i / 4] |= static_cast<std::uint32_t>(static_cast<unsigned char>(block[i]))
                    << (8 * (i % 4));
  }
  auto [a, b, c, d] = state;
  for (std::size_t i = 0; i < 64; ++i) {
    std::uint32_t mix = 0;
    std::size_t word = 0;
    switch (i / 16) {
      case 0:
        mix = (b & c) | (~b & d);
        word = i;
        break;
      case 1:
        mix = (d & b) | (~d & c);
        word = (5 * i + 1) % 16;
        break;
      case 2:
        mix = b ^ c ^ d;
        word = (3 * i + 5) % 16;
        break;
      default:
        mix = c ^ (b | ~d);
        word = (7 * i) % 16;
        break;
    }
    const std::uint32_t sum = a + mix + Sines()[i] + words[word];
    a = d;
    d = c;
    c = b;
    b += std::rotl(sum, kShift[(i / 16) * 4 + i % 4]);
  }
  state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d};
}

}  // namespace

std::string Md5Hex(std::string_view bytes) {
  std::string padded(bytes);
  padded += '\x80';
  while (padded.size() % 64 != 56) padded += '\0';
  const std::uint64_t bits = std::uint64_t{bytes.size()} * 8;
  for (unsigned i = 0; i < 8; ++i) padded += static_cast<char>((bits >> (8 * i)) & 0xFFU);

  State state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  for (std::size_t i = 0; i < padded.size(); i += 64) AddBlock(state, padded.data() + i);

  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const std::uint32_t word : state) {
    for (unsigned i = 0; i < 4; ++i) {
      const std::uint32_t byte = (word >> (8 * i)) & 0xFFU;
      hex += kDigits[byte >> 4U];
      hex += kDigits[byte & 0xFU];
    }
  }
  return hex;
}

}  // namespace migext
