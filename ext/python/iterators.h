// The iterators that iter() and the lazy builtins give.
#ifndef MIGEXT_PYTHON_ITERATORS_H_
#define MIGEXT_PYTHON_ITERATORS_H_

#include "python/runtime.h"

namespace migext::python {

/// An iterator over a list or tuple, by position: it sees what is appended meanwhile.
Value IterateSequence(Heap& heap, const SequenceObject& sequence, bool reversed = false);

enum class DictPart : std::uint8_t { kKeys, kValues, kItems };
Value IterateDict(Heap& heap, const DictObject& dict, DictPart part, bool reversed = false);

/// map, filter, zip and enumerate.
Value MakeMap(Heap& heap, Value function, std::span<const Value> iterators);
Value MakeFilter(Heap& heap, Value function, Value iterator);
Value MakeZip(Heap& heap, std::span<const Value> iterators, bool strict);
Value MakeEnumerate(Heap& heap, Value iterator, std::int64_t start);
/// iter(function, sentinel).
Value MakeCallIterator(Heap& heap, Value function, Value sentinel);

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_ITERATORS_H_
