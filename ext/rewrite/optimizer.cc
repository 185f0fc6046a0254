#include "rewrite/optimizer.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "base/error.h"
#include "rewrite/reduce.h"

namespace migext::rewrite {
namespace {

using Index = std::ptrdiff_t;

/// Comparisons of two operations: a thousand of them that all become one need half of these.
constexpr std::int64_t kMostComparisons = 400'000'000;

class Optimizer {
 public:
  explicit Optimizer(const ReduceContext& context) : context_(context) {}

  /// MigrationOptimizer.optimize_inner(), up to the first two that become one; nothing when there
  /// are none.
  std::optional<Operations> MergeOnce(const Operations& operations) {
    for (std::size_t at = 0; at < operations.size(); ++at) {
      if (std::optional<Operations> merged = MergeFrom(operations, at)) return merged;
    }
    return std::nullopt;
  }

 private:
  Reduction Compare(const django::OperationPtr& operation, const django::OperationPtr& other) {
    if (++comparisons_ > kMostComparisons) {
      throw Error(
          "these are more operations than can be optimized; squash fewer migrations at "
          "a time");
    }
    return Reduce(operation, other, context_);
  }

  std::optional<Operations> MergeFrom(const Operations& operations, std::size_t at) {
    bool right = true;  // All between can stand before the merged one.
    for (std::size_t next = at + 1; next < operations.size(); ++next) {
      const Reduction reduction = Compare(operations[at], operations[next]);
      if (!reduction.merged) {
        right = right && reduction.passes;
        continue;
      }
      if (!right && !AllPass(operations, at, next)) return std::nullopt;
      return Replace(operations, at, next, *reduction.merged, right);
    }
    return std::nullopt;
  }

  /// Whether all between the two can stand behind the second.
  bool AllPass(const Operations& operations, std::size_t first, std::size_t second) {
    for (std::size_t at = first + 1; at < second; ++at) {
      const Reduction reduction = Compare(operations[at], operations[second]);
      if (reduction.merged || !reduction.passes) return false;
    }
    return true;
  }

  static Operations Replace(const Operations& operations, std::size_t first, std::size_t second,
                            const Operations& merged, bool right) {
    const auto between_begin = operations.begin() + static_cast<Index>(first) + 1;
    const auto between_end = operations.begin() + static_cast<Index>(second);
    Operations result(operations.begin(), between_begin - 1);
    if (!right) result.insert(result.end(), merged.begin(), merged.end());
    result.insert(result.end(), between_begin, between_end);
    if (right) result.insert(result.end(), merged.begin(), merged.end());
    result.insert(result.end(), between_end + 1, operations.end());
    return result;
  }

  const ReduceContext& context_;
  std::int64_t comparisons_ = 0;
};

}  // namespace

std::vector<django::OperationPtr> Optimize(std::vector<django::OperationPtr> operations,
                                           std::string_view app, const django::Dialect& dialect,
                                           python::Heap& heap) {
  const ReduceContext context = {std::string(app), dialect.reductions, heap};
  Optimizer optimizer(context);
  while (std::optional<Operations> shorter = optimizer.MergeOnce(operations)) {
    operations = std::move(*shorter);
  }
  return operations;
}

}  // namespace migext::rewrite
