// Lists, tuples, dicts and sets, and what is equal and how it hashes.
//
// Dicts and sets keep the order of insertion.  Up to a few entries they are searched one by one;
// beyond that through an index of hashes.
#ifndef MIGEXT_PYTHON_COLLECTIONS_H_
#define MIGEXT_PYTHON_COLLECTIONS_H_

#include <cstdint>
#include <span>

#include "python/heap.h"
#include "python/objects.h"

namespace migext::python {

/// hash(value).  Raises TypeError for a list, dict or set.
std::uint64_t Hash(Value value);
std::uint64_t HashText(const StrObject& text);
/// a is b or a == b, as containers compare.
bool SameKey(Value a, Value b);
/// a is b.
bool Identical(Value a, Value b);

SequenceObject* NewSequence(Heap& heap, std::span<const Value> items);
void Append(Heap& heap, SequenceObject& list, Value item);
void Reserve(Heap& heap, SequenceObject& list, std::size_t capacity);
/// Replaces list[begin, begin + removed) by `items`.
void Splice(Heap& heap, SequenceObject& list, std::size_t begin, std::size_t removed,
            std::span<const Value> items);

DictObject* NewDict(Heap& heap);
Value* FindValue(const DictObject& dict, Value key);
Value* FindValue(const DictObject& dict, const StrObject* key);
void Put(Heap& heap, DictObject& dict, Value key, Value value);
void Put(Heap& heap, DictObject& dict, const StrObject* key, Value value);
/// False if there is no such key.
bool Erase(DictObject& dict, Value key);
void Clear(DictObject& dict);
DictObject* CopyDict(Heap& heap, const DictObject& dict);

SetObject* NewSet(Heap& heap);
bool Contains(const SetObject& set, Value item);
void Insert(Heap& heap, SetObject& set, Value item);
bool Erase(SetObject& set, Value item);
void Clear(SetObject& set);

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_COLLECTIONS_H_
