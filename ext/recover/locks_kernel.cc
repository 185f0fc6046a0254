#include "recover/locks_kernel.h"

#include <charconv>
#include <limits>

#include "base/text.h"

namespace migext::recover {
namespace {

std::string_view TakeWord(std::string_view& text) {
  constexpr std::string_view kBlank = " \t";
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return text = {};
  const std::size_t end = text.find_first_of(kBlank, begin);
  const std::string_view word =
      text.substr(begin, end == std::string_view::npos ? end : end - begin);
  text.remove_prefix(begin + word.size());
  return word;
}

template <typename Number>
std::optional<Number> NumberIn(std::string_view word, int base = 10) {
  Number number{};
  const char* end = word.data() + word.size();
  const auto [rest, error] = std::from_chars(word.data(), end, number, base);
  if (error != std::errc() || rest != end) return std::nullopt;
  return number;
}

std::optional<KernelLock::Kind> KindOf(std::string_view word) {
  if (word == "POSIX") return KernelLock::Kind::kPosix;
  if (word == "OFDLCK") return KernelLock::Kind::kOpenFileDescription;
  if (word == "FLOCK") return KernelLock::Kind::kFlock;
  return std::nullopt;
}

/// "fe:00:1835": the device in hexadecimal digits, the inode in decimal ones.
std::optional<FileIdentity> IdentityIn(std::string_view word) {
  const std::vector<std::string> parts = Split(word, ':');
  if (parts.size() != 3) return std::nullopt;
  const auto device_major = NumberIn<std::uint64_t>(parts[0], 16);
  const auto device_minor = NumberIn<std::uint64_t>(parts[1], 16);
  const auto inode = NumberIn<std::uint64_t>(parts[2]);
  if (!device_major || !device_minor || !inode) return std::nullopt;
  return FileIdentity{*device_major, *device_minor, *inode};
}

std::optional<ByteRange> RangeIn(std::string_view first, std::string_view last) {
  const auto from = NumberIn<std::uint64_t>(first);
  const auto to =
      last == "EOF" ? std::numeric_limits<std::uint64_t>::max() : NumberIn<std::uint64_t>(last);
  if (!from || !to) return std::nullopt;
  return ByteRange{*from, *to};
}

}  // namespace

std::optional<KernelLock> ParseKernelLock(std::string_view line) {
  KernelLock lock;
  if (!TakeWord(line).ends_with(':')) return std::nullopt;
  std::string_view kind_word = TakeWord(line);
  lock.is_waiting = kind_word == "->";
  if (lock.is_waiting) kind_word = TakeWord(line);
  const auto kind = KindOf(kind_word);
  TakeWord(line);  // ADVISORY, MANDATORY, …
  const std::string_view access = TakeWord(line);
  const auto pid = NumberIn<std::int64_t>(TakeWord(line));
  const auto file = IdentityIn(TakeWord(line));
  const std::string_view first = TakeWord(line);
  const auto range = RangeIn(first, TakeWord(line));
  if (!kind || !pid || !file || !range || (access != "READ" && access != "WRITE")) {
    return std::nullopt;
  }
  lock.kind = *kind;
  lock.is_exclusive = access == "WRITE";
  lock.pid = *pid;
  lock.file = *file;
  lock.range = *range;
  return lock;
}

std::vector<KernelLock> ParseKernelLocks(std::string_view text) {
  std::vector<KernelLock> locks;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (const auto lock = ParseKernelLock(text.substr(0, end))) locks.push_back(*lock);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return locks;
}

}  // namespace migext::recover
