#include "recover/python_set.h"

#include <cstddef>
#include <limits>
#include <optional>

namespace migext::recover {
namespace {

/// Objects/setobject.c: open addressing, a few slots in a row before the next jump.
class IntegerSet {
 public:
  void Add(std::int64_t value) {
    std::optional<std::int64_t>& slot = SlotOf(value);
    if (slot) return;
    slot = value;
    ++used_;
    const std::size_t mask = slots_.size() - 1;
    if (used_ * 5 >= mask * 3) Resize(used_ > 50'000 ? used_ * 2 : used_ * 4);
  }

  std::vector<std::int64_t> Values() const {
    std::vector<std::int64_t> values;
    for (const auto& slot : slots_) {
      if (slot) values.push_back(*slot);
    }
    return values;
  }

 private:
  static constexpr std::size_t kProbes = 9;
  static constexpr std::size_t kSmallest = 8;

  static std::size_t Hash(std::int64_t value) {
    constexpr std::int64_t kModulus = (std::int64_t{1} << 61) - 1;
    std::int64_t hash = value == std::numeric_limits<std::int64_t>::min()
                            ? -(std::int64_t{4})  // 2**63 modulo the modulus
                            : value % kModulus;
    if (hash == -1) hash = -2;
    return static_cast<std::size_t>(hash);
  }

  std::optional<std::int64_t>& SlotOf(std::int64_t value) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t perturb = Hash(value);
    std::size_t at = perturb & mask;
    while (true) {
      const std::size_t probes = at + kProbes <= mask ? kProbes : 0;
      for (std::size_t i = at; i <= at + probes; ++i) {
        if (!slots_[i] || *slots_[i] == value) return slots_[i];
      }
      perturb >>= 5U;
      at = (at * 5 + 1 + perturb) & mask;
    }
  }

  void Resize(std::size_t least) {
    std::size_t size = kSmallest;
    while (size <= least) size *= 2;
    const std::vector<std::int64_t> values = Values();
    slots_.assign(size, std::nullopt);
    for (const std::int64_t value : values) SlotOf(value) = value;
  }

  std::vector<std::optional<std::int64_t>> slots_ =
      std::vector<std::optional<std::int64_t>>(kSmallest);
  std::size_t used_ = 0;
};

}  // namespace

std::vector<std::int64_t> PythonSetOrder(std::span<const std::int64_t> values) {
  IntegerSet set;
  for (const std::int64_t value : values) set.Add(value);
  return set.Values();
}

}  // namespace migext::recover
