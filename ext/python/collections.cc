#include "python/collections.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>

#include "python/bigint.h"
#include "python/runtime.h"

namespace migext::python {
namespace {

constexpr std::uint32_t kLinear = 8;

std::uint64_t Mix(std::uint64_t value) {
  value ^= value >> 33U;
  value *= 0xFF51AFD7ED558CCDU;
  value ^= value >> 33U;
  return value;
}

Value KeyOf(const Entry& entry) { return entry.key; }
Value KeyOf(Value item) { return item; }

template <typename Item>
void BuildIndex(Heap& heap, HashIndex& index, const Item* items, std::uint32_t size) {
  std::uint32_t slots = 32;
  while (slots < size * 2 + 2) slots *= 2;
  if (index.slots == nullptr || index.mask + 1 < slots) {
    index.slots = heap.NewArray<std::uint32_t>(slots);
    index.mask = slots - 1;
  } else {
    std::fill(index.slots, index.slots + index.mask + 1, 0U);
  }
  index.erased = 0;
  for (std::uint32_t i = 0; i < size; ++i) {
    auto at = static_cast<std::uint32_t>(Hash(KeyOf(items[i]))) & index.mask;
    while (index.slots[at] != 0) at = (at + 1) & index.mask;
    index.slots[at] = i + 1;
  }
}

// The position of a key, or `size`.
template <typename Container, typename Items>
std::uint32_t PositionOfKey(const Container& container, const Items* items, Value key) {
  if (container.index.slots == nullptr) {
    if (!key.IsStr()) Hash(key);  // refuses what cannot be a key
    for (std::uint32_t i = 0; i < container.size; ++i) {
      if (SameKey(KeyOf(items[i]), key)) return i;
    }
    return container.size;
  }
  auto at = static_cast<std::uint32_t>(Hash(key)) & container.index.mask;
  while (container.index.slots[at] != 0) {
    const std::uint32_t position = container.index.slots[at] - 1;
    if (position < container.size && SameKey(KeyOf(items[position]), key)) return position;
    at = (at + 1) & container.index.mask;
  }
  return container.size;
}

template <typename Container, typename Items>
void Grow(Heap& heap, Container& container, Items*& items) {
  if (container.size < container.capacity) return;
  const std::uint32_t capacity = container.capacity == 0 ? 4 : container.capacity * 2;
  Items* moved = heap.NewArray<Items>(capacity);
  std::copy(items, items + container.size, moved);
  items = moved;
  container.capacity = capacity;
}

template <typename Container, typename Items>
void IndexLast(Heap& heap, Container& container, const Items* items) {
  if (container.size <= kLinear) return;
  if (container.index.slots == nullptr ||
      (container.size + container.index.erased) * 2 > container.index.mask) {
    BuildIndex(heap, container.index, items, container.size);
    return;
  }
  const std::uint32_t last = container.size - 1;
  auto at = static_cast<std::uint32_t>(Hash(KeyOf(items[last]))) & container.index.mask;
  while (container.index.slots[at] != 0) at = (at + 1) & container.index.mask;
  container.index.slots[at] = container.size;
}

template <typename Container, typename Items>
bool EraseKey(Container& container, Items* items, Value key) {
  const std::uint32_t position = PositionOfKey(container, items, key);
  if (position == container.size) return false;
  std::copy(items + position + 1, items + container.size, items + position);
  --container.size;
  if (container.index.slots == nullptr) return true;
  // Positions behind the hole move down by one; the order of slots, and so every search, stays.
  // The slot itself must stay occupied, so it points past the end.
  ++container.index.erased;
  for (std::uint32_t at = 0; at <= container.index.mask; ++at) {
    std::uint32_t& slot = container.index.slots[at];
    if (slot == 0) continue;
    if (slot == position + 1) {
      slot = 0xFFFFFFFFU;
    } else if (slot != 0xFFFFFFFFU && slot > position + 1) {
      --slot;
    }
  }
  return true;
}

std::uint64_t HashDouble(double number) {
  if (std::trunc(number) == number && std::fabs(number) < 9e18) {
    return Mix(static_cast<std::uint64_t>(static_cast<std::int64_t>(number)));
  }
  return Mix(std::hash<double>()(number));
}

std::uint64_t HashItems(std::span<const Value> items) {
  std::uint64_t hash = 0x345678;
  for (const Value& item : items) hash = Mix(hash * 31 + Hash(item));
  return hash;
}

std::uint64_t HashCall(Value value) {
  const auto& call = As<CallObject>(value);
  return Mix(Hash(call.callee) + call.args.size() + call.keywords.size());
}

}  // namespace

std::uint64_t HashText(const StrObject& text) {
  if (text.hash == 0) text.hash = std::hash<std::string_view>()(text.view()) | 1U;
  return text.hash;
}

std::uint64_t Hash(Value value) {
  switch (value.kind()) {
    case Kind::kStr:
    case Kind::kBytes:
      return HashText(As<StrObject>(value));
    case Kind::kBool:
      return Mix(value.AsBool() ? 1 : 0);
    case Kind::kInt:
      return Mix(static_cast<std::uint64_t>(value.AsInt()));
    case Kind::kBigInt:
      return HashDouble(ToDouble(ToBig(value)));
    case Kind::kFloat:
      return HashDouble(value.AsFloat());
    case Kind::kTuple: {
      const WalkGuard guard;
      return HashItems(value.Items());
    }
    case Kind::kFrozenSet: {
      const WalkGuard guard;
      std::uint64_t hash = 0;
      for (const Value& item : value.Items()) hash ^= Hash(item);
      return hash;
    }
    case Kind::kSymbol:
      return HashText(*As<SymbolObject>(value).dotted);
    case Kind::kCall: {
      const WalkGuard guard;
      return HashCall(value);
    }
    case Kind::kInstance:
      return HashInstance(value);
    case Kind::kBoundMethod:
      return Mix(reinterpret_cast<std::uintptr_t>(As<BoundMethodObject>(value).function.object()));
    case Kind::kList:
    case Kind::kDict:
    case Kind::kSet:
      Raise("TypeError", "unhashable type: '" + std::string(KindName(value)) + "'");
    default:
      return Mix(reinterpret_cast<std::uintptr_t>(value.object()));
  }
}

bool Identical(Value a, Value b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::kNotImplemented:
    case Kind::kEllipsis:
      return true;
    case Kind::kBool:
    case Kind::kInt:
      return a.AsInt() == b.AsInt();
    case Kind::kFloat:
      return std::memcmp(&a, &b, sizeof a) == 0;
    case Kind::kStr:
      return a.object() == b.object() || a.AsStr() == b.AsStr();
    case Kind::kSymbol:
      return Equal(a, b);
    case Kind::kTuple:
      return a.object() == b.object() || (a.Items().empty() && b.Items().empty());
    case Kind::kBoundMethod:
      return a.object() == b.object();
    default:
      return a.object() == b.object();
  }
}

bool SameKey(Value a, Value b) {
  if (a.IsStr() && b.IsStr()) {
    const auto& left = As<StrObject>(a);
    const auto& right = As<StrObject>(b);
    if (&left == &right) return true;
    return left.size == right.size && HashText(left) == HashText(right) &&
           left.view() == right.view();
  }
  return Identical(a, b) || ValuesEqual(a, b);
}

SequenceObject* NewSequence(Heap& heap, std::span<const Value> items) {
  auto* sequence = heap.New<SequenceObject>();
  sequence->items = heap.Copy(items).data();
  sequence->size = sequence->capacity = static_cast<std::uint32_t>(items.size());
  return sequence;
}

void Reserve(Heap& heap, SequenceObject& list, std::size_t capacity) {
  if (capacity <= list.capacity) return;
  const std::size_t grown = std::max<std::size_t>({capacity, list.capacity * std::size_t{2}, 4});
  if (grown > 0x7FFFFFFFU) throw OutOfMemory{};
  Value* moved = heap.NewArray<Value>(grown);
  std::copy(list.items, list.items + list.size, moved);
  list.items = moved;
  list.capacity = static_cast<std::uint32_t>(grown);
}

void Append(Heap& heap, SequenceObject& list, Value item) {
  if (list.size == list.capacity) Reserve(heap, list, std::size_t{list.size} + 1);
  list.items[list.size++] = item;
}

void Splice(Heap& heap, SequenceObject& list, std::size_t begin, std::size_t removed,
            std::span<const Value> items) {
  // The items may be the list's own.
  const std::vector<Value> inserted(items.begin(), items.end());
  const std::size_t size = list.size - removed + inserted.size();
  const std::size_t tail = list.size - begin - removed;
  Reserve(heap, list, size);
  std::memmove(static_cast<void*>(list.items + begin + inserted.size()),
               list.items + begin + removed, tail * sizeof(Value));
  std::copy(inserted.begin(), inserted.end(), list.items + begin);
  list.size = static_cast<std::uint32_t>(size);
}

DictObject* NewDict(Heap& heap) { return heap.New<DictObject>(); }

Value* FindValue(const DictObject& dict, Value key) {
  const std::uint32_t position = PositionOfKey(dict, dict.entries, key);
  return position == dict.size ? nullptr : &dict.entries[position].value;
}

// Names are interned, so mostly a pointer comparison tells.
Value* FindValue(const DictObject& dict, const StrObject* key) {
  if (dict.index.slots == nullptr) {
    for (std::uint32_t i = 0; i < dict.size; ++i) {
      if (dict.entries[i].key.object() == key && dict.entries[i].key.IsStr()) {
        return &dict.entries[i].value;
      }
    }
  }
  return FindValue(dict, ToValue(key));
}

void Put(Heap& heap, DictObject& dict, Value key, Value value) {
  if (Value* found = FindValue(dict, key)) {
    *found = value;
    return;
  }
  Grow(heap, dict, dict.entries);
  dict.entries[dict.size++] = {key, value};
  IndexLast(heap, dict, dict.entries);
}

void Put(Heap& heap, DictObject& dict, const StrObject* key, Value value) {
  Put(heap, dict, ToValue(key), value);
}

bool Erase(DictObject& dict, Value key) { return EraseKey(dict, dict.entries, key); }

void Clear(DictObject& dict) {
  dict.size = 0;
  dict.index = {};
}

DictObject* CopyDict(Heap& heap, const DictObject& dict) {
  auto* copy = heap.New<DictObject>();
  copy->entries = heap.Copy(dict.view()).data();
  copy->size = copy->capacity = dict.size;
  if (dict.size > kLinear) BuildIndex(heap, copy->index, copy->entries, copy->size);
  return copy;
}

SetObject* NewSet(Heap& heap) { return heap.New<SetObject>(); }

bool Contains(const SetObject& set, Value item) {
  return PositionOfKey(set, set.items, item) != set.size;
}

void Insert(Heap& heap, SetObject& set, Value item) {
  if (Contains(set, item)) return;
  Grow(heap, set, set.items);
  set.items[set.size++] = item;
  IndexLast(heap, set, set.items);
}

bool Erase(SetObject& set, Value item) { return EraseKey(set, set.items, item); }

void Clear(SetObject& set) {
  set.size = 0;
  set.index = {};
}

}  // namespace migext::python
