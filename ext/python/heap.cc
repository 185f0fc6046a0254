#include "python/heap.h"

#include <algorithm>
#include <cstring>

#include "python/objects.h"

namespace migext::python {
namespace {

constexpr std::size_t kFirstBlock = std::size_t{16} << 10U;
constexpr std::size_t kLargestBlock = std::size_t{1} << 20U;

}  // namespace

void Heap::Charge(std::size_t count, std::size_t item_bytes) const {
  if (count > (budget_ - std::min(used_, budget_)) / item_bytes + 1) throw OutOfMemory{};
}

void* Heap::AllocateSlow(std::size_t bytes) {
  if (bytes > budget_) throw OutOfMemory{};
  const std::size_t grown = std::clamp(used_ / 2, kFirstBlock, kLargestBlock);
  const bool own_block = bytes > grown / 4;
  const std::size_t size = own_block ? bytes : grown;
  if (used_ + bytes > budget_) throw OutOfMemory{};
  blocks_.push_back(std::unique_ptr<std::byte[]>(new std::byte[size]));
  used_ += size;
  std::byte* block = blocks_.back().get();
  if (own_block) return block;
  next_ = block + bytes;
  end_ = block + size;
  return block;
}

StrObject* Heap::NewUninitialisedStr(std::size_t size) {
  if (size > budget_ || size > kLargestStr) throw OutOfMemory{};
  auto* text = new (Allocate(sizeof(StrObject) + size)) StrObject();
  text->size = static_cast<std::uint32_t>(size);
  return text;
}

StrObject* Heap::NewStr(std::string_view text) {
  StrObject* copy = NewUninitialisedStr(text.size());
  if (!text.empty()) std::memcpy(copy->data(), text.data(), text.size());
  return copy;
}

StrObject* Heap::Intern(std::string_view text) {
  const auto found = interned_.find(text);
  if (found != interned_.end()) return found->second;
  StrObject* made = NewStr(text);
  interned_.emplace(made->view(), made);
  return made;
}

}  // namespace migext::python
