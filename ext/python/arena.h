// Memory that is given back all at once: what a syntax tree is made of.
//
//   Arena arena;
//   Name* name = arena.New<Name>();
//   std::span<const int> copy = arena.Copy(std::span(vector));
//
// Nothing made here is destroyed one by one, so only trivially destructible types are allowed.
#ifndef MIGEXT_PYTHON_ARENA_H_
#define MIGEXT_PYTHON_ARENA_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace migext::python {

class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  template <class T, class... Arguments>
  T* New(Arguments&&... arguments) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (Allocate(sizeof(T), alignof(T))) T{std::forward<Arguments>(arguments)...};
  }

  template <class T>
  std::span<const T> Copy(std::span<const T> items) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (items.empty()) return {};
    T* copy = static_cast<T*>(Allocate(items.size_bytes(), alignof(T)));
    std::uninitialized_copy(items.begin(), items.end(), copy);
    return {copy, items.size()};
  }

  std::string_view CopyText(std::string_view text) {
    const std::span<const char> copy = Copy(std::span<const char>(text));
    return {copy.data(), copy.size()};
  }

 private:
  static constexpr std::size_t kFirstBlock = std::size_t{4} << 10U;
  static constexpr std::size_t kLargestBlock = std::size_t{256} << 10U;

  void* Allocate(std::size_t size, std::size_t alignment) {
    const std::size_t padding = (alignment - used_ % alignment) % alignment;
    if (blocks_.empty() || padding + size > capacity_ - used_) return AllocateInNewBlock(size);
    std::byte* place = blocks_.back().get() + used_ + padding;
    used_ += padding + size;
    return place;
  }

  void* AllocateInNewBlock(std::size_t size) {
    capacity_ = std::max(
        size, std::min(kFirstBlock << std::min<std::size_t>(blocks_.size(), 6U), kLargestBlock));
    blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(capacity_));
    used_ = size;
    return blocks_.back().get();
  }

  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::size_t capacity_ = 0;  // of the last block
  std::size_t used_ = 0;
};

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_ARENA_H_
