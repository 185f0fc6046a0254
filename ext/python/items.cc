// owner[index], len() and slices.
#include <algorithm>
#include <limits>
#include <string>

#include "base/text.h"
#include "python/bigint.h"
#include "python/runtime.h"
#include "python/strings.h"

namespace migext::python {
namespace {

struct Bounds {
  std::int64_t start;
  std::int64_t step;
  std::int64_t count;
};

// The whole number that __index__ gives, asked for before any length is looked at: the method may
// change the list.
Value Settled(Runtime& python, Value index) {
  Value out;
  if (index.Is(Kind::kInstance)) {
    return python.CallSpecial(index, python.names.index, {}, out) ? out : index;
  }
  if (!index.Is(Kind::kSlice)) return index;
  const auto& slice = As<SliceObject>(index);
  auto* settled = python.heap.New<SliceObject>();
  settled->start = Settled(python, slice.start);
  settled->stop = Settled(python, slice.stop);
  settled->step = Settled(python, slice.step);
  return Value::Of(Kind::kSlice, settled);
}

// slice.indices(length), as PySlice_AdjustIndices.
Bounds Adjust(Runtime& python, const SliceObject& slice, std::int64_t length) {
  const char* refusal = "slice indices must be integers or None or have an __index__ method";
  const std::int64_t step = slice.step.IsNone() ? 1 : python.Index(slice.step, refusal);
  if (step == 0) Raise("ValueError", "slice step cannot be zero");
  const std::int64_t low = step < 0 ? -1 : 0;
  const std::int64_t high = step < 0 ? length - 1 : length;
  const auto place = [&](Value value, std::int64_t otherwise) {
    if (value.IsNone()) return otherwise;
    std::int64_t at = 0;
    if (value.Is(Kind::kBigInt)) {
      at = ToBig(value).negative ? low : high;
    } else {
      at = python.Index(value, refusal);
      if (at < 0) at = at < -length ? low : at + length;
    }
    return std::clamp(at, low, high);
  };
  const std::int64_t start = place(slice.start, step < 0 ? high : low);
  const std::int64_t stop = place(slice.stop, step < 0 ? low : high);
  std::int64_t count = 0;
  if (step > 0 && start < stop) count = (stop - start - 1) / step + 1;
  if (step < 0 && stop < start)
    count = (start - stop - 1) / (step == std::numeric_limits<std::int64_t>::min()
                                      ? std::numeric_limits<std::int64_t>::max()
                                      : -step) +
            1;
  return {start, step, count};
}

std::size_t CheckedIndex(Runtime& python, Value index, std::size_t length, const char* what) {
  std::int64_t at = 0;
  const std::string kind(what);
  if (index.Is(Kind::kBigInt)) {
    Raise("IndexError", "cannot fit 'int' into an index-sized integer");
  }
  const std::string refusal =
      kind + " indices must be integers or slices, not " + std::string(KindName(index));
  at = python.Index(index, refusal.c_str());
  if (at < 0) at += static_cast<std::int64_t>(length);
  if (at < 0 || at >= static_cast<std::int64_t>(length)) {
    Raise("IndexError", (kind == "str" ? "string" : kind) + " index out of range");
  }
  return static_cast<std::size_t>(at);
}

Value SubscriptText(Runtime& python, Value owner, Value index) {
  const auto& text = As<StrObject>(owner);
  const std::size_t length = CodePoints(text);
  if (!index.Is(Kind::kSlice)) {
    const std::size_t at = CheckedIndex(python, index, length, "string");
    if (!IsAscii(text)) python.Charge(text.size / 256);
    const std::size_t begin = ByteOffset(text, at);
    const std::size_t end = IsAscii(text) ? begin + 1 : ByteOffset(text, at + 1);
    return python.MakeStr(text.view().substr(begin, end - begin));
  }
  const Bounds bounds = Adjust(python, As<SliceObject>(index), static_cast<std::int64_t>(length));
  if (bounds.step == 1) {
    const std::size_t begin = ByteOffset(text, static_cast<std::size_t>(bounds.start));
    const std::size_t end = ByteOffset(text, static_cast<std::size_t>(bounds.start + bounds.count));
    return python.MakeStr(text.view().substr(begin, end - begin));
  }
  std::vector<std::size_t> offsets;
  for (std::size_t at = 0; at < text.size; NextUtf8(text.view(), at)) offsets.push_back(at);
  offsets.push_back(text.size);
  std::string picked;
  for (std::int64_t i = 0; i < bounds.count; ++i) {
    const auto at = static_cast<std::size_t>(bounds.start + i * bounds.step);
    picked += text.view().substr(offsets[at], offsets[at + 1] - offsets[at]);
  }
  return python.MakeStr(picked);
}

Value SubscriptBytes(Runtime& python, Value owner, Value index) {
  const std::string_view bytes = owner.AsBytes();
  if (!index.Is(Kind::kSlice)) {
    const std::size_t at = CheckedIndex(python, index, bytes.size(), "byte");
    return Value::Int(static_cast<unsigned char>(bytes[at]));
  }
  const Bounds bounds =
      Adjust(python, As<SliceObject>(index), static_cast<std::int64_t>(bytes.size()));
  std::string picked;
  for (std::int64_t i = 0; i < bounds.count; ++i) {
    picked += bytes[static_cast<std::size_t>(bounds.start + i * bounds.step)];
  }
  return Value::Of(Kind::kBytes, python.heap.NewStr(picked));
}

Value SubscriptSequence(Runtime& python, Value owner, Value index) {
  const auto items = owner.Items();
  if (!index.Is(Kind::kSlice)) {
    return items[CheckedIndex(python, index, items.size(),
                              owner.Is(Kind::kList) ? "list" : "tuple")];
  }
  const Bounds bounds =
      Adjust(python, As<SliceObject>(index), static_cast<std::int64_t>(items.size()));
  std::vector<Value> picked;
  picked.reserve(static_cast<std::size_t>(bounds.count));
  for (std::int64_t i = 0; i < bounds.count; ++i) {
    picked.push_back(items[static_cast<std::size_t>(bounds.start + i * bounds.step)]);
  }
  return Value::Of(owner.kind(), NewSequence(python.heap, picked));
}

Value SubscriptRange(Runtime& python, Value owner, Value index) {
  const auto& range = As<RangeObject>(owner);
  const std::int64_t length = range.Length();
  if (!index.Is(Kind::kSlice)) {
    const std::size_t at =
        CheckedIndex(python, index, static_cast<std::size_t>(length), "range object");
    return Value::Int(range.start + static_cast<std::int64_t>(at) * range.step);
  }
  const Bounds bounds = Adjust(python, As<SliceObject>(index), length);
  auto* part = python.heap.New<RangeObject>();
  part->start = range.start + bounds.start * range.step;
  part->step = range.step * bounds.step;
  part->stop = part->start + bounds.count * part->step;
  return Value::Of(Kind::kRange, part);
}

void StoreSlice(Runtime& python, SequenceObject& list, const SliceObject& slice,
                const std::vector<Value>& items) {
  const Bounds bounds = Adjust(python, slice, list.size);
  if (bounds.step == 1) {
    return Splice(python.heap, list, static_cast<std::size_t>(bounds.start),
                  static_cast<std::size_t>(bounds.count), items);
  }
  if (static_cast<std::int64_t>(items.size()) != bounds.count) {
    Raise("ValueError", "attempt to assign sequence of size " + std::to_string(items.size()) +
                            " to extended slice of size " + std::to_string(bounds.count));
  }
  for (std::int64_t i = 0; i < bounds.count; ++i) {
    list.items[bounds.start + i * bounds.step] = items[static_cast<std::size_t>(i)];
  }
}

}  // namespace

std::int64_t RangeObject::Length() const {
  if (step > 0) {
    if (start >= stop) return 0;
    const std::uint64_t span = static_cast<std::uint64_t>(stop) - static_cast<std::uint64_t>(start);
    return static_cast<std::int64_t>((span - 1) / static_cast<std::uint64_t>(step) + 1);
  }
  if (start <= stop) return 0;
  const std::uint64_t span = static_cast<std::uint64_t>(start) - static_cast<std::uint64_t>(stop);
  return static_cast<std::int64_t>((span - 1) / (0 - static_cast<std::uint64_t>(step)) + 1);
}

std::int64_t Runtime::Index(Value value, const char* refusal) {
  if (value.Is(Kind::kInt)) return value.AsInt();
  if (value.Is(Kind::kBool)) return value.AsBool() ? 1 : 0;
  Value out;
  if (value.Is(Kind::kInstance)) {
    if (CallSpecial(value, names.index, {}, out) && out.Is(Kind::kInt)) return out.AsInt();
    if (Plain(value).Is(Kind::kInt)) return Plain(value).AsInt();
  }
  if (value.Is(Kind::kSymbol) || value.Is(Kind::kCall)) RaiseUnknown(value);
  if (value.Is(Kind::kBigInt)) {
    Raise("OverflowError", "Python int too large to convert to C ssize_t");
  }
  Raise("TypeError", refusal != nullptr ? refusal
                                        : "'" + std::string(KindName(value)) +
                                              "' object cannot be interpreted as an integer");
}

std::int64_t Runtime::Length(Value value) {
  Value out;
  if (value.Is(Kind::kInstance) || value.Is(Kind::kClass)) {
    if (CallSpecial(value, names.len, {}, out)) return Index(out);
  }
  const Value plain = Plain(value);
  switch (plain.kind()) {
    case Kind::kStr:
      return static_cast<std::int64_t>(CodePoints(As<StrObject>(plain)));
    case Kind::kBytes:
      return static_cast<std::int64_t>(plain.AsBytes().size());
    case Kind::kList:
    case Kind::kTuple:
    case Kind::kSet:
    case Kind::kFrozenSet:
      return static_cast<std::int64_t>(plain.Items().size());
    case Kind::kDict:
      return plain.AsDict().size;
    case Kind::kRange:
      return As<RangeObject>(plain).Length();
    case Kind::kSymbol:
    case Kind::kCall:
      RaiseUnknown(plain);
    default:
      Raise("TypeError", "object of type '" + std::string(KindName(value)) + "' has no len()");
  }
}

Value Runtime::Subscript(Value owner_value, Value index) {
  Value out;
  if (owner_value.Is(Kind::kInstance) &&
      CallSpecial(owner_value, names.getitem, {&index, 1}, out)) {
    return out;
  }
  const Value plain = Plain(owner_value);
  if (index.Is(Kind::kInstance) && !plain.Is(Kind::kDict)) index = Plain(index);
  switch (plain.kind()) {
    case Kind::kDict: {
      if (const Value* found = FindValue(plain.AsDict(), index)) return *found;
      if (owner_value.Is(Kind::kInstance) &&
          CallSpecial(owner_value, names.missing, {&index, 1}, out)) {
        return out;
      }
      Raised raised;
      raised.type = "KeyError";
      raised.has_detail = true;
      raised.detail = index;
      throw raised;
    }
    case Kind::kList:
    case Kind::kTuple:
      return SubscriptSequence(*this, plain, Settled(*this, index));
    case Kind::kStr:
      return SubscriptText(*this, plain, Settled(*this, index));
    case Kind::kBytes:
      return SubscriptBytes(*this, plain, Settled(*this, index));
    case Kind::kRange:
      return SubscriptRange(*this, plain, Settled(*this, index));
    case Kind::kClass: {
      const auto& type = As<ClassObject>(plain);
      if (type.metaclass.Is(Kind::kClass) && CallSpecial(plain, names.getitem, {&index, 1}, out)) {
        return out;
      }
      if (FindInClass(type, names.class_getitem, out)) {
        return CallOne(Bind(out, Value(), type), index);
      }
      return plain;  // list[int], Base[T]: what stands in the brackets does not matter here
    }
    case Kind::kSymbol:
    case Kind::kCall: {
      const Value operands[2] = {plain, index};
      return OperatorCall("getitem", operands);
    }
    default:
      if (TypeOf(owner_value).has_symbol_base) {
        const Value operands[2] = {owner_value, index};
        return OperatorCall("getitem", operands);
      }
      Raise("TypeError",
            "'" + std::string(KindName(owner_value)) + "' object is not subscriptable");
  }
}

void Runtime::StoreSubscript(Value owner_value, Value index, Value value) {
  Value out;
  if (owner_value.Is(Kind::kInstance)) {
    const Value args[2] = {index, value};
    if (CallSpecial(owner_value, names.setitem, args, out)) return;
  }
  const Value plain = Plain(owner_value);
  if (plain.Is(Kind::kDict)) return Put(heap, As<DictObject>(plain), index, value);
  if (plain.Is(Kind::kList)) {
    auto& list = As<SequenceObject>(plain);
    index = Settled(*this, index);
    if (index.Is(Kind::kSlice)) {
      const std::vector<Value> items = ToVector(value);
      return StoreSlice(*this, list, As<SliceObject>(index), items);
    }
    try {
      list.items[CheckedIndex(*this, index, list.size, "list")] = value;
    } catch (Raised& raised) {
      if (raised.type != nullptr && raised.type == std::string_view("IndexError")) {
        raised.message = "list assignment index out of range";
      }
      throw;
    }
    return;
  }
  if (plain.Is(Kind::kSymbol) || plain.Is(Kind::kCall)) return;
  Raise("TypeError",
        "'" + std::string(KindName(owner_value)) + "' object does not support item assignment");
}

void Runtime::DeleteSubscript(Value owner_value, Value index) {
  Value out;
  if (owner_value.Is(Kind::kInstance) &&
      CallSpecial(owner_value, names.delitem, {&index, 1}, out)) {
    return;
  }
  const Value plain = Plain(owner_value);
  if (plain.Is(Kind::kDict)) {
    if (Erase(As<DictObject>(plain), index)) return;
    Raised raised;
    raised.type = "KeyError";
    raised.has_detail = true;
    raised.detail = index;
    throw raised;
  }
  if (plain.Is(Kind::kList)) {
    auto& list = As<SequenceObject>(plain);
    index = Settled(*this, index);
    if (!index.Is(Kind::kSlice)) {
      return Splice(heap, list, CheckedIndex(*this, index, list.size, "list"), 1, {});
    }
    const Bounds bounds = Adjust(*this, As<SliceObject>(index), list.size);
    std::vector<Value> kept;
    std::vector<bool> gone(list.size);
    for (std::int64_t i = 0; i < bounds.count; ++i) {
      gone[static_cast<std::size_t>(bounds.start + i * bounds.step)] = true;
    }
    for (std::size_t i = 0; i < list.size; ++i) {
      if (!gone[i]) kept.push_back(list.items[i]);
    }
    std::copy(kept.begin(), kept.end(), list.items);
    list.size = static_cast<std::uint32_t>(kept.size());
    return;
  }
  if (plain.Is(Kind::kSymbol) || plain.Is(Kind::kCall)) return;
  Raise("TypeError",
        "'" + std::string(KindName(owner_value)) + "' object doesn't support item deletion");
}

}  // namespace migext::python
