#include "tree/forest.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/error.h"
#include "base/text.h"
#include "tree/path.h"

namespace migext::tree {
namespace {

// Levels of comments that have none.
constexpr std::int32_t kUnplaced = -1;
constexpr std::int32_t kOnTheWay = -2;  // being walked over right now
constexpr std::int32_t kNoFault = -10;  // behind it the faults, downwards

constexpr std::int32_t Mark(Forest::Fault fault) {
  return kNoFault - static_cast<std::int32_t>(fault);
}

[[noreturn]] void FailDuplicate(const std::string& id) {
  throw Error("the id " + id + " is there twice; a tree needs an id column that is unique");
}

}  // namespace

std::string ToString(const Id& id) {
  if (const auto* number = std::get_if<std::int64_t>(&id)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&id)) return *text;
  return "NULL";
}

Forest::Node Forest::Append(std::int64_t id) {
  if (!integers_.empty() && integers_.back() >= id) FailDuplicate(std::to_string(id));
  if (places_.size() >= static_cast<std::size_t>(std::numeric_limits<Node>::max())) {
    throw Error("the table has more rows than a tree can hold (2147483647)");
  }
  integers_.push_back(id);
  places_.push_back({kNoParent, kUnplaced});
  return size() - 1;
}

Forest::Node Forest::AddRoot(std::int64_t id) {
  const Node node = Append(id);
  places_.back().level = 0;
  return node;
}

Forest::Node Forest::AddChild(std::int64_t id, std::int64_t parent) {
  const Node node = Append(id);
  if (!Resolve(node, FindInteger(parent))) pending_.push_back({node, parent});
  return node;
}

Forest::Node Forest::Add(const Id& id, const Id& parent) {
  const bool is_root = std::holds_alternative<std::monostate>(parent);
  const auto* parent_number = std::get_if<std::int64_t>(&parent);
  const auto* text = std::get_if<std::string>(&id);
  if (const auto* number = std::get_if<std::int64_t>(&id)) {
    if (is_root) return AddRoot(*number);
    if (parent_number != nullptr) return AddChild(*number, *parent_number);
    Append(*number);
  } else if (text != nullptr) {
    if (!text_nodes_.emplace(*text, size()).second) FailDuplicate(SqlLiteral(*text));
    texts_.push_back(*text);
    places_.push_back({kNoParent, is_root ? 0 : kUnplaced});
    if (is_root) return size() - 1;
  } else {
    throw Error("a row has no id (NULL); a tree needs an id column that is unique and never NULL");
  }

  const Node node = size() - 1;
  if (Resolve(node, Find(parent))) return node;
  if (parent_number != nullptr) {
    pending_.push_back({node, *parent_number});
  } else {
    pending_texts_.emplace_hint(pending_texts_.end(), node, std::get<std::string>(parent));
  }
  return node;
}

bool Forest::Resolve(Node node, Node above) {
  if (above == kNoParent) return false;
  places_[Index(node)].parent = above;
  if (above != node && IsPlaced(above)) places_[Index(node)].level = Level(above) + 1;
  return true;
}

void Forest::Finish() {
  std::erase_if(pending_, [this](const Pending& p) { return Resolve(p.node, Find(Id(p.parent))); });
  std::erase_if(pending_texts_,
                [this](const auto& p) { return Resolve(p.first, Find(Id(p.second))); });
  for (const Pending& orphan : pending_) places_[Index(orphan.node)].level = Mark(Fault::kOrphan);
  for (const auto& [node, parent] : pending_texts_)
    places_[Index(node)].level = Mark(Fault::kOrphan);
  for (Node node = 0; node < size(); ++node) {
    if (places_[Index(node)].level == kUnplaced) PlaceRow(node);
  }
}

// Walks up to the first ancestor whose fate is known, or once round a circle, and carries what it
// found back down the way it came.
void Forest::PlaceRow(Node node) {
  std::vector<Node> way;
  Node at = node;
  while (places_[Index(at)].level == kUnplaced) {
    places_[Index(at)].level = kOnTheWay;
    way.push_back(at);
    at = Parent(at);
  }
  if (places_[Index(at)].level == kOnTheWay) {
    const Fault fault = Parent(at) == at ? Fault::kSelfParent : Fault::kCycle;
    for (Node member = kNoParent; member != at; way.pop_back()) {
      member = way.back();
      places_[Index(member)].level = Mark(fault);
    }
  }
  std::int32_t above = places_[Index(at)].level;
  for (; !way.empty(); way.pop_back()) {
    if (above >= 0) {
      ++above;
    } else if (above == Mark(Fault::kOrphan) || above == Mark(Fault::kBelowOrphan)) {
      above = Mark(Fault::kBelowOrphan);
    } else {
      above = Mark(Fault::kBelowCycle);
    }
    places_[Index(way.back())].level = above;
  }
}

Forest::Fault Forest::FaultOf(Node node) const {
  const std::int32_t level = Level(node);
  return level > kNoFault ? Fault::kNone : static_cast<Fault>(kNoFault - level);
}

Id Forest::IdOf(Node node) const {
  if (Index(node) < integers_.size()) return integers_[Index(node)];
  return texts_[Index(node) - integers_.size()];
}

Id Forest::ParentId(Node node) const {
  if (Parent(node) != kNoParent) return IdOf(Parent(node));
  const auto found = std::lower_bound(pending_.begin(), pending_.end(), node,
                                      [](const Pending& p, Node n) { return p.node < n; });
  if (found != pending_.end() && found->node == node) return found->parent;
  const auto text = pending_texts_.find(node);
  return text == pending_texts_.end() ? Id{} : Id{text->second};
}

Forest::Node Forest::FindInteger(std::int64_t id) const {
  if (integers_.empty() || id < integers_.front() || id > integers_.back()) return kNoParent;
  // Where keys have no gaps, or few, the distance from the first is the place.
  const auto first = static_cast<std::uint64_t>(integers_.front());
  const std::uint64_t distance = static_cast<std::uint64_t>(id) - first;
  const bool gapless = static_cast<std::uint64_t>(integers_.back()) - first == integers_.size() - 1;
  if (gapless) return static_cast<Node>(distance);
  if (distance < integers_.size() && integers_[distance] == id) return static_cast<Node>(distance);
  const auto found = std::lower_bound(integers_.begin(), integers_.end(), id);
  return *found == id ? static_cast<Node>(found - integers_.begin()) : kNoParent;
}

Forest::Node Forest::FindText(const std::string& id) const {
  const auto found = text_nodes_.find(id);
  return found == text_nodes_.end() ? kNoParent : found->second;
}

Forest::Node Forest::Find(const Id& id) const {
  if (const auto* number = std::get_if<std::int64_t>(&id)) {
    const Node found = FindInteger(*number);
    return found != kNoParent || texts_.empty() ? found : FindText(std::to_string(*number));
  }
  const auto* text = std::get_if<std::string>(&id);
  if (text == nullptr) return kNoParent;
  const Node found = FindText(*text);
  if (found != kNoParent) return found;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  const bool is_number = error == std::errc() && end == text->data() + text->size();
  return is_number && std::to_string(number) == *text ? FindInteger(number) : kNoParent;
}

std::string_view Forest::NameView(Node node, Digits& digits) const {
  if (Index(node) >= integers_.size()) return texts_[Index(node) - integers_.size()];
  const auto* end =
      std::to_chars(digits.data(), digits.data() + digits.size(), integers_[Index(node)]).ptr;
  return {digits.data(), static_cast<std::size_t>(end - digits.data())};
}

bool Forest::RemoveName(Node node, std::string_view& path) const {
  Digits digits;
  const std::string_view name = NameView(node, digits);
  if (!path.ends_with(name)) return false;
  path.remove_suffix(name.size());
  return true;
}

std::string Forest::Name(Node node) const {
  Digits digits;
  return std::string(NameView(node, digits));
}

std::string Forest::Path(Node node) const {
  // From the row upwards, into the end of a buffer that nearly every path fits in.
  std::array<char, 512> buffer;
  char* begin = buffer.data() + buffer.size();
  Digits digits;
  for (Node at = node;;) {
    const std::string_view name = NameView(at, digits);
    const Node parent = Parent(at);
    const std::size_t size = name.size() + (parent == kNoParent ? 0 : 1);
    if (size > static_cast<std::size_t>(begin - buffer.data())) return LongPath(node);
    begin -= name.size();
    std::copy(name.begin(), name.end(), begin);
    if (parent == kNoParent) return {begin, buffer.data() + buffer.size()};
    *--begin = kSeparator;
    at = parent;
  }
}

std::string Forest::LongPath(Node node) const {
  std::vector<Node> way;
  for (Node at = node; at != kNoParent; at = Parent(at)) way.push_back(at);
  std::string path;
  Digits digits;
  for (auto it = way.rbegin(); it != way.rend(); ++it) {
    if (it != way.rbegin()) path += kSeparator;
    path += NameView(*it, digits);
  }
  return path;
}

std::size_t Forest::PathSize(Node node) const {
  std::size_t size = 0;
  Digits digits;
  for (Node at = node; at != kNoParent; at = Parent(at)) {
    size += NameView(at, digits).size() + (at == node ? 0 : 1);
  }
  return size;
}

bool Forest::PathIs(Node node, std::string_view path) const {
  for (Node at = node;;) {
    if (!RemoveName(at, path)) return false;
    at = Parent(at);
    if (at == kNoParent) return path.empty();
    if (!path.ends_with(kSeparator)) return false;
    path.remove_suffix(1);
  }
}

std::vector<Forest::Node> Forest::CycleOf(Node node) const {
  while (FaultOf(node) == Fault::kBelowCycle) node = Parent(node);
  std::vector<Node> circle = {node};
  for (Node at = Parent(node); at != node; at = Parent(at)) circle.push_back(at);
  return circle;
}

}  // namespace migext::tree
