#include "base/sha.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdio>

namespace migext {
namespace {

// clang-format off
/// The fractional parts of the cube roots of the first 80 primes.  SHA-256 takes the upper halves of
/// the first 64.
constexpr std::array<std::uint64_t, 80> kRoots = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
    0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
    0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
    0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
    0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
    0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
    0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
    0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
    0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
    0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
    0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
    0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
    0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
    0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
    0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
    0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
    0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
};
// clang-format on

/// A text with its padding: a bit, zeros, and the length in bits as a number of two words.
template <typename Word>
std::string Padded(std::string_view bytes) {
  constexpr std::size_t kBlock = 16 * sizeof(Word);
  constexpr std::size_t kLength = 2 * sizeof(Word);
  std::string padded(bytes);
  padded += '\x80';
  while (padded.size() % kBlock != kBlock - kLength) padded += '\0';
  padded.append(kLength - 8, '\0');
  const std::uint64_t bits = std::uint64_t{bytes.size()} * 8;
  for (int shift = 56; shift >= 0; shift -= 8) padded += static_cast<char>((bits >> shift) & 0xFFU);
  return padded;
}

template <typename Word>
Word WordAt(std::string_view bytes, std::size_t place) {
  Word word = 0;
  for (std::size_t i = 0; i < sizeof(Word); ++i) {
    word = static_cast<Word>(word << 8U) | static_cast<unsigned char>(bytes[place + i]);
  }
  return word;
}

template <typename Word, std::size_t kCount>
std::string Hex(const std::array<Word, kCount>& state, std::size_t words) {
  std::string out;
  for (std::size_t i = 0; i < words; ++i) {
    for (int shift = 8 * static_cast<int>(sizeof(Word)) - 4; shift >= 0; shift -= 4) {
      out += "0123456789abcdef"[(state[i] >> shift) & 0xFU];
    }
  }
  return out;
}

// ---- SHA-2: one algorithm with words of 32 or 64 bits

/// Rotations and, last, the shift of the small sigmas.
template <typename Word>
struct Amounts;
template <>
struct Amounts<std::uint32_t> {
  static constexpr std::size_t kRounds = 64;
  static constexpr std::array<int, 3> kSigmaA = {2, 13, 22};
  static constexpr std::array<int, 3> kSigmaE = {6, 11, 25};
  static constexpr std::array<int, 3> kSmall0 = {7, 18, 3};
  static constexpr std::array<int, 3> kSmall1 = {17, 19, 10};
};
template <>
struct Amounts<std::uint64_t> {
  static constexpr std::size_t kRounds = 80;
  static constexpr std::array<int, 3> kSigmaA = {28, 34, 39};
  static constexpr std::array<int, 3> kSigmaE = {14, 18, 41};
  static constexpr std::array<int, 3> kSmall0 = {1, 8, 7};
  static constexpr std::array<int, 3> kSmall1 = {19, 61, 6};
};

template <typename Word>
Word Sigma(Word x, const std::array<int, 3>& by) {
  return std::rotr(x, by[0]) ^ std::rotr(x, by[1]) ^ std::rotr(x, by[2]);
}

template <typename Word>
Word SmallSigma(Word x, const std::array<int, 3>& by) {
  return std::rotr(x, by[0]) ^ std::rotr(x, by[1]) ^ (x >> by[2]);
}

template <typename Word>
void AddBlock(std::array<Word, 8>& state, std::string_view block) {
  using Amount = Amounts<Word>;
  std::array<Word, Amount::kRounds> words{};
  for (std::size_t i = 0; i < 16; ++i) words[i] = WordAt<Word>(block, i * sizeof(Word));
  for (std::size_t i = 16; i < words.size(); ++i) {
    words[i] = SmallSigma(words[i - 2], Amount::kSmall1) + words[i - 7] +
               SmallSigma(words[i - 15], Amount::kSmall0) + words[i - 16];
  }
  auto [a, b, c, d, e, f, g, h] = state;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto root = static_cast<Word>(kRoots[i] >> (64U - 8U * sizeof(Word)));
    const Word first = h + Sigma(e, Amount::kSigmaE) + ((e & f) ^ (~e & g)) + root + words[i];
    const Word second = Sigma(a, Amount::kSigmaA) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + first;
    d = c;
    c = b;
    b = a;
    a = first + second;
  }
  const std::array<Word, 8> added = {a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < state.size(); ++i) state[i] += added[i];
}

template <typename Word>
std::string Sha2(std::string_view bytes, std::array<Word, 8> state, std::size_t words) {
  constexpr std::size_t kBlock = 16 * sizeof(Word);
  const std::string padded = Padded<Word>(bytes);
  for (std::size_t at = 0; at < padded.size(); at += kBlock) {
    AddBlock<Word>(state, std::string_view(padded).substr(at, kBlock));
  }
  return Hex(state, words);
}

// ---- SHA-1

void AddSha1Block(std::array<std::uint32_t, 5>& state, std::string_view block) {
  std::array<std::uint32_t, 80> words{};
  for (std::size_t i = 0; i < 16; ++i) words[i] = WordAt<std::uint32_t>(block, i * 4);
  for (std::size_t i = 16; i < words.size(); ++i) {
    words[i] = std::rotl(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
  }
  auto [a, b, c, d, e] = state;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::uint32_t mixed = i < 20   ? ((b & c) | (~b & d)) + 0x5a827999
                                : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1
                                : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
                                         : (b ^ c ^ d) + 0xca62c1d6;
    const std::uint32_t next = std::rotl(a, 5) + mixed + e + words[i];
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  }
  const std::array<std::uint32_t, 5> added = {a, b, c, d, e};
  for (std::size_t i = 0; i < state.size(); ++i) state[i] += added[i];
}

}  // namespace

std::string Sha1Hex(std::string_view bytes) {
  std::array<std::uint32_t, 5> state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  const std::string padded = Padded<std::uint32_t>(bytes);
  for (std::size_t at = 0; at < padded.size(); at += 64) {
    AddSha1Block(state, std::string_view(padded).substr(at, 64));
  }
  return Hex(state, state.size());
}

// clang-format off
std::string Sha224Hex(std::string_view bytes) {
  return Sha2<std::uint32_t>(bytes, {
        0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939,
        0xffc00b31, 0x68581511, 0x64f98fa7, 0xbefa4fa4}, 7);
}

std::string Sha256Hex(std::string_view bytes) {
  return Sha2<std::uint32_t>(bytes, {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}, 8);
}

std::string Sha384Hex(std::string_view bytes) {
  return Sha2<std::uint64_t>(bytes, {
        0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939,
        0x67332667ffc00b31, 0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4}, 6);
}

std::string Sha512Hex(std::string_view bytes) {
  return Sha2<std::uint64_t>(bytes, {
        0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
        0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179}, 8);
}
// clang-format on

}  // namespace migext
