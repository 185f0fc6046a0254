#include "tree/path.h"

#include <algorithm>

namespace migext::tree {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Digits sort by value once the number of digits stands before them: 'a7' < 'b10' < 'c100'. Letters
// are greater than the separator, so a parent's key sorts before those of its children.  A 'z'
// stands for each full 25 digits.
void AppendNumber(std::string& key, std::string_view digits) {
  const std::size_t first = std::min(digits.find_first_not_of('0'), digits.size() - 1);
  const std::string_view number = digits.substr(first);
  key.append((number.size() - 1) / 25, 'z');
  key += static_cast<char>('a' + (number.size() - 1) % 25);
  key += number;
}

}  // namespace

std::optional<std::int64_t> PathDepth(std::string_view path) {
  if (path.empty()) return std::nullopt;
  return std::count(path.begin(), path.end(), kSeparator);
}

std::optional<std::string_view> PathParent(std::string_view path) {
  const std::size_t end = path.rfind(kSeparator);
  if (end == std::string_view::npos) return std::nullopt;
  return path.substr(0, end);
}

std::optional<std::string_view> PathRoot(std::string_view path) {
  if (path.empty()) return std::nullopt;
  return path.substr(0, path.find(kSeparator));
}

bool PathIsAncestor(std::string_view a, std::string_view b) {
  return !a.empty() && b.size() > a.size() && b.starts_with(a) && b[a.size()] == kSeparator;
}

std::optional<std::string> PathSortKey(std::string_view path) {
  if (path.empty()) return std::nullopt;
  std::string key;
  for (std::size_t begin = 0;;) {
    const std::size_t end = std::min(path.find(kSeparator, begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (!part.empty() && std::all_of(part.begin(), part.end(), IsDigit)) {
      AppendNumber(key, part);
    } else {
      key += '~';
      key += part;
    }
    if (end == path.size()) return key;
    key += kSeparator;
    begin = end + 1;
  }
}

}  // namespace migext::tree
