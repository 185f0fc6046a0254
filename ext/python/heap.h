// Memory for values: handed out piece by piece, freed all at once with the heap.
//
//   Heap heap(budget_bytes);
//   StrObject* name = heap.Intern("models");
//
// Passing the budget throws OutOfMemory, which the interpreter turns into an Error with a place.
#ifndef MIGEXT_PYTHON_HEAP_H_
#define MIGEXT_PYTHON_HEAP_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "python/value.h"

namespace migext::python {

/// The heap's budget is used up.
struct OutOfMemory {};

class Heap {
 public:
  explicit Heap(std::size_t budget_bytes) : budget_(budget_bytes) {}
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  void* Allocate(std::size_t bytes);

  /// Objects are never destroyed, so they own nothing but memory of this heap.
  template <typename T, typename... Arguments>
  T* New(Arguments&&... arguments) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (Allocate(sizeof(T))) T{std::forward<Arguments>(arguments)...};
  }

  template <typename T>
  T* NewArray(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T> && std::is_trivially_copyable_v<T>);
    Charge(count, sizeof(T));
    T* items = static_cast<T*>(Allocate(count * sizeof(T)));
    for (std::size_t i = 0; i < count; ++i) new (items + i) T();
    return items;
  }

  template <typename T>
  std::span<T> Copy(std::span<const T> items) {
    T* copy = NewArray<T>(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) copy[i] = items[i];
    return {copy, items.size()};
  }

  StrObject* NewStr(std::string_view text);
  /// A text whose bytes the caller fills in before anyone sees it.
  StrObject* NewUninitialisedStr(std::size_t size);
  /// The one object for a name: equal texts give the same pointer.
  StrObject* Intern(std::string_view text);

  std::size_t used() const { return used_; }

 private:
  /// Refuses a size that would overflow or pass the budget before anything is allocated.
  void Charge(std::size_t count, std::size_t item_bytes) const;
  void* AllocateSlow(std::size_t bytes);

  std::size_t budget_;
  std::size_t used_ = 0;
  std::byte* next_ = nullptr;
  std::byte* end_ = nullptr;
  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::unordered_map<std::string_view, StrObject*> interned_;
};

inline void* Heap::Allocate(std::size_t bytes) {
  bytes = (bytes + 7U) & ~std::size_t{7};
  if (static_cast<std::size_t>(end_ - next_) < bytes) return AllocateSlow(bytes);
  std::byte* result = next_;
  next_ += bytes;
  return result;
}

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_HEAP_H_
