#include "python/iterators.h"

#include <string>

#include "base/text.h"
#include "python/strings.h"

namespace migext::python {
namespace {

Value Wrap(IteratorObject* iterator) { return Value::Of(Kind::kIterator, iterator); }

struct SequenceIterator final : IteratorObject {
  const SequenceObject* sequence = nullptr;
  std::uint32_t at = 0;
  bool is_reversed = false;

  bool Next(Runtime&, Value& out) override {
    if (is_reversed) {
      if (at == 0 || at > sequence->size) return false;
      out = sequence->items[--at];
      return true;
    }
    if (at >= sequence->size) return false;
    out = sequence->items[at++];
    return true;
  }
  const char* TypeName() const override { return "list_iterator"; }
};

struct SetIterator final : IteratorObject {
  const SetObject* set = nullptr;
  std::uint32_t at = 0;
  std::uint32_t size = 0;

  bool Next(Runtime&, Value& out) override {
    if (set->size != size) Raise("RuntimeError", "Set changed size during iteration");
    if (at >= set->size) return false;
    out = set->items[at++];
    return true;
  }
  const char* TypeName() const override { return "set_iterator"; }
};

struct DictIterator final : IteratorObject {
  const DictObject* dict = nullptr;
  std::uint32_t at = 0;
  std::uint32_t size = 0;
  DictPart part = DictPart::kKeys;
  bool is_reversed = false;

  bool Next(Runtime& python, Value& out) override {
    if (dict->size != size) Raise("RuntimeError", "dictionary changed size during iteration");
    if (at >= dict->size) return false;
    const Entry& entry = dict->entries[is_reversed ? dict->size - 1 - at : at];
    ++at;
    if (part == DictPart::kItems) {
      const Value pair[2] = {entry.key, entry.value};
      out = python.MakeTuple(pair);
    } else {
      out = part == DictPart::kKeys ? entry.key : entry.value;
    }
    return true;
  }
  const char* TypeName() const override { return "dict_keyiterator"; }
};

struct TextIterator final : IteratorObject {
  std::string_view text;
  std::size_t at = 0;

  bool Next(Runtime& python, Value& out) override {
    if (at >= text.size()) return false;
    const std::size_t begin = at;
    NextUtf8(text, at);
    out = python.MakeStr(text.substr(begin, at - begin));
    return true;
  }
  const char* TypeName() const override { return "str_iterator"; }
};

struct BytesIterator final : IteratorObject {
  std::string_view bytes;
  std::size_t at = 0;

  bool Next(Runtime&, Value& out) override {
    if (at >= bytes.size()) return false;
    out = Value::Int(static_cast<unsigned char>(bytes[at++]));
    return true;
  }
};

struct RangeIterator final : IteratorObject {
  std::int64_t next = 0;
  std::int64_t step = 1;
  std::int64_t left = 0;

  bool Next(Runtime&, Value& out) override {
    if (left <= 0) return false;
    out = Value::Int(next);
    if (--left > 0) next += step;
    return true;
  }
  const char* TypeName() const override { return "range_iterator"; }
};

// An instance with __getitem__ alone.
struct ItemIterator final : IteratorObject {
  Value owner;
  std::int64_t at = 0;

  bool Next(Runtime& python, Value& out) override {
    try {
      out = python.Subscript(owner, Value::Int(at++));
      return true;
    } catch (Raised& raised) {
      if (!Runtime::IsException("IndexError", raised, python)) throw;
      return false;
    }
  }
};

struct MapIterator final : IteratorObject {
  Value function;
  std::span<Value> iterators;

  bool Next(Runtime& python, Value& out) override {
    const DeepGuard guard;
    std::vector<Value> args(iterators.size());
    for (std::size_t i = 0; i < args.size(); ++i) {
      if (!python.Next(iterators[i], args[i])) return false;
    }
    out = python.Call(function, args);
    return true;
  }
  const char* TypeName() const override { return "map"; }
};

struct FilterIterator final : IteratorObject {
  Value function;
  Value iterator;

  bool Next(Runtime& python, Value& out) override {
    const DeepGuard guard;
    while (python.Next(iterator, out)) {
      python.Charge(1);
      if (python.Truth(function.IsNone() ? out : python.CallOne(function, out))) return true;
    }
    return false;
  }
  const char* TypeName() const override { return "filter"; }
};

struct ZipIterator final : IteratorObject {
  std::span<Value> iterators;
  bool strict = false;

  bool Next(Runtime& python, Value& out) override {
    const DeepGuard guard;
    if (iterators.empty()) return false;
    std::vector<Value> items(iterators.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (python.Next(iterators[i], items[i])) continue;
      if (strict) CheckAllEnd(python, i);
      return false;
    }
    out = python.MakeTuple(items);
    return true;
  }
  const char* TypeName() const override { return "zip"; }

  void CheckAllEnd(Runtime& python, std::size_t ended) {
    const auto refuse = [](std::size_t position, const char* how) {
      const std::string others = position == 1 ? " 1" : "s 1-" + std::to_string(position);
      Raise("ValueError", "zip() argument " + std::to_string(position + 1) + " is " + how +
                              " than argument" + others);
    };
    if (ended > 0) refuse(ended, "shorter");
    Value ignored;
    for (std::size_t i = 1; i < iterators.size(); ++i) {
      if (python.Next(iterators[i], ignored)) refuse(i, "longer");
    }
  }
};

struct EnumerateIterator final : IteratorObject {
  Value iterator;
  std::int64_t at = 0;

  bool Next(Runtime& python, Value& out) override {
    const DeepGuard guard;
    Value pair[2] = {Value::Int(at)};
    if (!python.Next(iterator, pair[1])) return false;
    ++at;
    out = python.MakeTuple(pair);
    return true;
  }
  const char* TypeName() const override { return "enumerate"; }
};

struct CallIterator final : IteratorObject {
  Value function;
  Value sentinel;
  bool is_done = false;

  bool Next(Runtime& python, Value& out) override {
    if (is_done) return false;
    out = python.Call(function, {});
    is_done = ValuesEqual(out, sentinel);
    return !is_done;
  }
  const char* TypeName() const override { return "callable_iterator"; }
};

}  // namespace

Value IterateSequence(Heap& heap, const SequenceObject& sequence, bool reversed) {
  auto* iterator = heap.New<SequenceIterator>();
  iterator->sequence = &sequence;
  iterator->is_reversed = reversed;
  iterator->at = reversed ? sequence.size : 0;
  return Wrap(iterator);
}

Value IterateDict(Heap& heap, const DictObject& dict, DictPart part, bool reversed) {
  auto* iterator = heap.New<DictIterator>();
  iterator->dict = &dict;
  iterator->size = dict.size;
  iterator->part = part;
  iterator->is_reversed = reversed;
  return Wrap(iterator);
}

Value MakeMap(Heap& heap, Value function, std::span<const Value> iterators) {
  auto* iterator = heap.New<MapIterator>();
  iterator->function = function;
  iterator->iterators = heap.Copy(iterators);
  return Wrap(iterator);
}

Value MakeFilter(Heap& heap, Value function, Value source) {
  auto* iterator = heap.New<FilterIterator>();
  iterator->function = function;
  iterator->iterator = source;
  return Wrap(iterator);
}

Value MakeZip(Heap& heap, std::span<const Value> iterators, bool strict) {
  auto* iterator = heap.New<ZipIterator>();
  iterator->iterators = heap.Copy(iterators);
  iterator->strict = strict;
  return Wrap(iterator);
}

Value MakeEnumerate(Heap& heap, Value source, std::int64_t start) {
  auto* iterator = heap.New<EnumerateIterator>();
  iterator->iterator = source;
  iterator->at = start;
  return Wrap(iterator);
}

Value MakeCallIterator(Heap& heap, Value function, Value sentinel) {
  auto* iterator = heap.New<CallIterator>();
  iterator->function = function;
  iterator->sentinel = sentinel;
  return Wrap(iterator);
}

Value Runtime::Iterate(Value iterable) {
  Value out;
  if (iterable.Is(Kind::kInstance) || iterable.Is(Kind::kClass)) {
    if (CallSpecial(iterable, names.iter, {}, out)) return out;
  }
  const Value plain = Plain(iterable);
  switch (plain.kind()) {
    case Kind::kIterator:
      return plain;
    case Kind::kList:
    case Kind::kTuple:
      return IterateSequence(heap, As<SequenceObject>(plain));
    case Kind::kDict:
      return IterateDict(heap, plain.AsDict(), DictPart::kKeys);
    case Kind::kSet:
    case Kind::kFrozenSet: {
      auto* iterator = heap.New<SetIterator>();
      iterator->set = &As<SetObject>(plain);
      iterator->size = iterator->set->size;
      return Wrap(iterator);
    }
    case Kind::kStr: {
      auto* iterator = heap.New<TextIterator>();
      iterator->text = plain.AsStr();
      return Wrap(iterator);
    }
    case Kind::kBytes: {
      auto* iterator = heap.New<BytesIterator>();
      iterator->bytes = plain.AsBytes();
      return Wrap(iterator);
    }
    case Kind::kRange: {
      const auto& range = As<RangeObject>(plain);
      auto* iterator = heap.New<RangeIterator>();
      iterator->next = range.start;
      iterator->step = range.step;
      iterator->left = range.Length();
      return Wrap(iterator);
    }
    case Kind::kSymbol:
    case Kind::kCall:
      RaiseUnknown(plain);
    default:
      break;
  }
  if (iterable.Is(Kind::kInstance) && FindInClass(TypeOf(iterable), names.getitem, out)) {
    auto* iterator = heap.New<ItemIterator>();
    iterator->owner = iterable;
    return Wrap(iterator);
  }
  if (TypeOf(iterable).has_symbol_base) RaiseUnknown(iterable);
  Raise("TypeError", "'" + std::string(KindName(iterable)) + "' object is not iterable");
}

bool Runtime::Next(Value iterator, Value& out) {
  Charge(1);
  if (iterator.Is(Kind::kIterator)) return As<IteratorObject>(iterator).Next(*this, out);
  Value next;
  const ClassObject& type = TypeOf(iterator);
  if (!FindInClass(type, names.next, next)) {
    if (iterator.Is(Kind::kSymbol) || iterator.Is(Kind::kCall)) RaiseUnknown(iterator);
    Raise("TypeError", "'" + std::string(KindName(iterator)) + "' object is not an iterator");
  }
  try {
    out = Call(Bind(next, iterator, type), {});
    return true;
  } catch (Raised& raised) {
    if (!IsException("StopIteration", raised, *this)) throw;
    return false;
  }
}

std::vector<Value> Runtime::ToVector(Value iterable) {
  if (iterable.IsSequence()) {
    const auto items = iterable.Items();
    return {items.begin(), items.end()};
  }
  std::vector<Value> items;
  const Value iterator = Iterate(iterable);
  Value item;
  while (Next(iterator, item)) {
    Charge(1);
    if (items.size() > budget_.bytes / sizeof(Value) / 2) throw OutOfMemory{};
    items.push_back(item);
  }
  return items;
}

}  // namespace migext::python
