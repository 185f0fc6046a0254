#include "django/together.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "django/operations/reader.h"

namespace migext::django {
namespace {

using python::Kind;
using python::Value;

using Group = std::vector<std::string>;

/// A list may hold the same long list many times.
constexpr std::size_t kMostNames = 10'000;

bool IsCollection(Value value) {
  return value.IsSequence() || value.Is(Kind::kSet) || value.Is(Kind::kFrozenSet);
}

/// What iterating over a string gives.
Group Letters(std::string_view text) {
  Group letters;
  for (std::size_t offset = 0; offset < text.size();) {
    const std::size_t begin = offset;
    NextUtf8(text, offset);
    letters.emplace_back(text.substr(begin, offset - begin));
  }
  return letters;
}

class TogetherReader {
 public:
  explicit TogetherReader(const python::Position& position) : position_(position) {}

  Together Read(Value value) {
    if (value.IsNone()) return {};
    if (value.IsStr()) return {.groups = LettersAsGroups(value), .flat = false};
    if (!IsCollection(value)) Fail("expected a set of lists of field names, got " + Shown(value));
    const std::span<const Value> items = value.Items();
    if (value.IsSequence() && !items.empty() && !items[0].IsSequence()) {
      return {.groups = {ReadGroup(value)}, .flat = true};
    }
    Together together;
    for (const Value item : items) together.groups.push_back(ReadGroup(item));
    return together;
  }

 private:
  std::vector<Group> LettersAsGroups(Value text) {
    std::vector<Group> groups;
    for (std::string& letter : ReadGroup(text)) groups.push_back({std::move(letter)});
    return groups;
  }

  /// What Python's iteration over one entry gives: the names of a list, the letters of a string.
  Group ReadGroup(Value entry) {
    if (entry.IsStr()) return Letters(NameText(entry, "a group of field names", position_));
    if (!IsCollection(entry)) Fail("expected a list of field names, got " + Shown(entry));
    names_ += entry.Items().size() + 1;
    if (names_ > kMostNames) Fail("more than 10000 field names in one option");
    Group group;
    for (const Value name : entry.Items()) {
      group.push_back(NameText(name, "a field name", position_));
    }
    return group;
  }

  [[noreturn]] void Fail(const std::string& message) const {
    throw Error(position_.ToPlace(), message);
  }

  const python::Position& position_;
  std::size_t names_ = 0;
};

}  // namespace

Together ReadTogether(Value value, const python::Position& position) {
  Together together = TogetherReader(position).Read(value);
  together.written = value;
  return together;
}

Together ReadTogetherSet(Value value, const python::Position& position) {
  Together together = ReadTogether(value, position);
  if (!together.groups.empty()) MakeSet(together);
  return together;
}

void MakeSet(Together& together) {
  std::set<Group> seen;
  std::erase_if(together.groups, [&](const Group& group) { return !seen.insert(group).second; });
  together.flat = false;
  together.written.reset();
}

void RenameInTogether(Together& together, const std::string& from, const std::string& to) {
  if (together.flat) {
    // Each name is iterated over as a group is.
    const Group names = std::move(together.groups.front());
    together = {};
    for (const std::string& name : names) together.groups.push_back(Letters(name));
  }
  for (Group& group : together.groups) std::ranges::replace(group, from, to);
  together.written.reset();
}

}  // namespace migext::django
