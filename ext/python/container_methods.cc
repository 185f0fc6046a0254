// The methods of list, tuple, dict, set, bytes and iterators.
#include <algorithm>
#include <string>

#include "python/compiler.h"
#include "python/iterators.h"
#include "python/native.h"
#include "python/strings.h"

namespace migext::python {
namespace {

// ---- list and tuple

Value ListAppend(Runtime& python, const Arguments& call) {
  RequireArguments(call, 2, 2, "list.append");
  Append(python.heap, SelfSequence(call), call.args[1]);
  return {};
}

Value ListExtend(Runtime& python, const Arguments& call) {
  RequireArguments(call, 2, 2, "list.extend");
  SequenceObject& list = SelfSequence(call);
  Splice(python.heap, list, list.size, 0, python.ToVector(call.args[1]));
  return {};
}

Value ListInsert(Runtime& python, const Arguments& call) {
  RequireArguments(call, 3, 3, "insert");
  SequenceObject& list = SelfSequence(call);
  std::int64_t at = python.Index(call.args[1]);
  if (at < 0) at += list.size;
  at = std::clamp<std::int64_t>(at, 0, list.size);
  python.Charge(list.size / 64);
  Splice(python.heap, list, static_cast<std::size_t>(at), 0, call.args.subspan(2, 1));
  return {};
}

Value ListPop(Runtime& python, const Arguments& call) {
  SequenceObject& list = SelfSequence(call);
  if (list.size == 0) Raise("IndexError", "pop from empty list");
  std::int64_t at = python.Index(Argument(call, 1, "index", Value::Int(-1)));
  if (at < 0) at += list.size;
  if (at < 0 || at >= list.size) Raise("IndexError", "pop index out of range");
  const Value item = list.items[at];
  python.Charge((list.size - static_cast<std::uint64_t>(at)) / 64);
  Splice(python.heap, list, static_cast<std::size_t>(at), 1, {});
  return item;
}

std::int64_t PositionOf(Runtime& python, const Arguments& call) {
  RequireArguments(call, 2, 4, "index");
  const auto items = SelfSequence(call).view();
  const auto size = static_cast<std::int64_t>(items.size());
  std::int64_t at = python.Index(Argument(call, 2, "start", Value::Int(0)));
  if (at < 0) at = std::max<std::int64_t>(at + size, 0);
  for (; at < size; ++at) {
    if (SameKey(items[static_cast<std::size_t>(at)], call.args[1])) return at;
  }
  return -1;
}

Value ListIndex(Runtime& python, const Arguments& call) {
  const std::int64_t at = PositionOf(python, call);
  if (at < 0) Raise("ValueError", python.Repr(call.args[1]) + " is not in list");
  return Value::Int(at);
}

Value TupleIndex(Runtime& python, const Arguments& call) {
  const std::int64_t at = PositionOf(python, call);
  if (at < 0) Raise("ValueError", "tuple.index(x): x not in tuple");
  return Value::Int(at);
}

Value ListRemove(Runtime& python, const Arguments& call) {
  const std::int64_t at = PositionOf(python, call);
  if (at < 0) Raise("ValueError", "list.remove(x): x not in list");
  Splice(python.heap, SelfSequence(call), static_cast<std::size_t>(at), 1, {});
  return {};
}

Value SequenceCount(Runtime&, const Arguments& call) {
  RequireArguments(call, 2, 2, "count");
  const auto items = SelfSequence(call).view();
  return Value::Int(std::count_if(items.begin(), items.end(),
                                  [&](Value item) { return SameKey(item, call.args[1]); }));
}

Value ListReverse(Runtime&, const Arguments& call) {
  SequenceObject& list = SelfSequence(call);
  std::reverse(list.items, list.items + list.size);
  return {};
}

Value ListClear(Runtime&, const Arguments& call) {
  SelfSequence(call).size = 0;
  return {};
}

Value ListCopy(Runtime& python, const Arguments& call) {
  return python.MakeList(SelfSequence(call).view());
}

Value ListSort(Runtime& python, const Arguments& call) {
  SequenceObject& list = SelfSequence(call);
  const Value items = python.MakeList(list.view());
  const Value sorted = python.Call(python.Builtin("sorted"), {&items, 1}, call.keywords);
  std::copy(sorted.Items().begin(), sorted.Items().end(), list.items);
  return {};
}

constexpr Method kListMethods[] = {
    {"append", ListAppend},   {"extend", ListExtend},   {"insert", ListInsert},
    {"pop", ListPop},         {"index", ListIndex},     {"remove", ListRemove},
    {"count", SequenceCount}, {"reverse", ListReverse}, {"clear", ListClear},
    {"copy", ListCopy},       {"sort", ListSort},
};

constexpr Method kTupleMethods[] = {{"index", TupleIndex}, {"count", SequenceCount}};

// ---- dict

[[noreturn]] void RaiseKeyError(Value key) {
  Raised raised;
  raised.type = "KeyError";
  raised.has_detail = true;
  raised.detail = key;
  throw raised;
}

// keys(), values() and items() are lists here: they show what was there when they were asked for.
Value DictList(Runtime& python, const Arguments& call, DictPart part) {
  std::vector<Value> items;
  for (const Entry& entry : SelfDict(call).view()) {
    const Value pair[2] = {entry.key, entry.value};
    items.push_back(part == DictPart::kItems  ? python.MakeTuple(pair)
                    : part == DictPart::kKeys ? entry.key
                                              : entry.value);
  }
  return python.MakeList(items);
}

Value DictKeys(Runtime& python, const Arguments& call) {
  SetObject* keys = NewSet(python.heap);
  for (const Entry& entry : SelfDict(call).view()) Insert(python.heap, *keys, entry.key);
  return Value::Of(Kind::kFrozenSet, keys);
}
Value DictValues(Runtime& python, const Arguments& call) {
  return DictList(python, call, DictPart::kValues);
}
Value DictItems(Runtime& python, const Arguments& call) {
  return DictList(python, call, DictPart::kItems);
}

Value DictGet(Runtime&, const Arguments& call) {
  RequireArguments(call, 2, 3, "get");
  const Value* found = FindValue(SelfDict(call), call.args[1]);
  return found != nullptr ? *found : Argument(call, 2, "default");
}

Value DictPop(Runtime&, const Arguments& call) {
  RequireArguments(call, 2, 3, "pop");
  DictObject& dict = SelfDict(call);
  if (const Value* found = FindValue(dict, call.args[1])) {
    const Value value = *found;
    Erase(dict, call.args[1]);
    return value;
  }
  if (call.args.size() < 3) RaiseKeyError(call.args[1]);
  return call.args[2];
}

Value DictPopItem(Runtime& python, const Arguments& call) {
  DictObject& dict = SelfDict(call);
  if (dict.size == 0) RaiseKeyError(python.MakeStr("popitem(): dictionary is empty"));
  const Entry last = dict.entries[dict.size - 1];
  Erase(dict, last.key);
  const Value pair[2] = {last.key, last.value};
  return python.MakeTuple(pair);
}

Value DictSetDefault(Runtime& python, const Arguments& call) {
  RequireArguments(call, 2, 3, "setdefault");
  DictObject& dict = SelfDict(call);
  if (const Value* found = FindValue(dict, call.args[1])) return *found;
  const Value value = Argument(call, 2, "default");
  Put(python.heap, dict, call.args[1], value);
  return value;
}

void UpdateFromPairs(Runtime& python, DictObject& dict, Value pairs) {
  std::size_t position = 0;
  python.ForEach(pairs, [&](Value pair) {
    const std::vector<Value> parts = python.ToVector(pair);
    if (parts.size() != 2) {
      Raise("ValueError", "dictionary update sequence element #" + std::to_string(position) +
                              " has length " + std::to_string(parts.size()) + "; 2 is required");
    }
    Put(python.heap, dict, parts[0], parts[1]);
    ++position;
  });
}

Value DictUpdate(Runtime& python, const Arguments& call) {
  RequireArguments(call, 1, 2, "update");
  DictObject& dict = SelfDict(call);
  if (call.args.size() > 1) {
    const Value other = Runtime::Plain(call.args[1]);
    Value keys;
    if (other.Is(Kind::kDict)) {
      const std::vector<Entry> entries(other.AsDict().view().begin(), other.AsDict().view().end());
      for (const Entry& entry : entries) Put(python.heap, dict, entry.key, entry.value);
    } else if (other.Is(Kind::kInstance) &&
               python.FindAttribute(other, python.heap.Intern("keys"), keys)) {
      python.ForEach(python.Call(keys, {}),
                     [&](Value key) { Put(python.heap, dict, key, python.Subscript(other, key)); });
    } else {
      UpdateFromPairs(python, dict, call.args[1]);
    }
  }
  for (const Keyword& keyword : call.keywords) {
    Put(python.heap, dict, python.heap.Intern(keyword.name), keyword.value);
  }
  return {};
}

Value DictClear(Runtime&, const Arguments& call) {
  Clear(SelfDict(call));
  return {};
}

Value DictCopy(Runtime& python, const Arguments& call) {
  return Value::Of(Kind::kDict, CopyDict(python.heap, SelfDict(call)));
}

Value DictFromKeys(Runtime& python, const Arguments& call) {
  DictObject* dict = NewDict(python.heap);
  const Value value = Argument(call, 1, "value");
  python.ForEach(Argument(call, 0, "iterable"),
                 [&](Value key) { Put(python.heap, *dict, key, value); });
  return Value::Of(Kind::kDict, dict);
}

Value DictGetItem(Runtime& python, const Arguments& call) {
  RequireArguments(call, 2, 2, "__getitem__");
  DictObject& dict = SelfDict(call);
  if (const Value* found = FindValue(dict, call.args[1])) return *found;
  Value out;
  if (call.args[0].Is(Kind::kInstance) &&
      python.CallSpecial(call.args[0], python.names.missing, call.args.subspan(1), out)) {
    return out;
  }
  RaiseKeyError(call.args[1]);
}

Value DictSetItem(Runtime& python, const Arguments& call) {
  RequireArguments(call, 3, 3, "__setitem__");
  Put(python.heap, SelfDict(call), call.args[1], call.args[2]);
  return {};
}

Value DictDelItem(Runtime&, const Arguments& call) {
  RequireArguments(call, 2, 2, "__delitem__");
  if (!Erase(SelfDict(call), call.args[1])) RaiseKeyError(call.args[1]);
  return {};
}

Value DictContains(Runtime&, const Arguments& call) {
  RequireArguments(call, 2, 2, "__contains__");
  return Value::Bool(FindValue(SelfDict(call), call.args[1]) != nullptr);
}

constexpr Method kDictMethods[] = {
    {"keys", DictKeys},
    {"values", DictValues},
    {"items", DictItems},
    {"get", DictGet},
    {"pop", DictPop},
    {"popitem", DictPopItem},
    {"setdefault", DictSetDefault},
    {"update", DictUpdate},
    {"clear", DictClear},
    {"copy", DictCopy},
    {"__getitem__", DictGetItem},
    {"__setitem__", DictSetItem},
    {"__delitem__", DictDelItem},
    {"__contains__", DictContains},
    {"__init__", DictUpdate},
};

// ---- set

Value SetAdd(Runtime& python, const Arguments& call) {
  RequireArguments(call, 2, 2, "set.add");
  Insert(python.heap, SelfSet(call), call.args[1]);
  return {};
}

Value SetDiscard(Runtime&, const Arguments& call) {
  RequireArguments(call, 2, 2, "set.discard");
  Erase(SelfSet(call), call.args[1]);
  return {};
}

Value SetRemove(Runtime&, const Arguments& call) {
  RequireArguments(call, 2, 2, "set.remove");
  if (!Erase(SelfSet(call), call.args[1])) RaiseKeyError(call.args[1]);
  return {};
}

Value SetPop(Runtime& python, const Arguments& call) {
  SetObject& set = SelfSet(call);
  if (set.size == 0) RaiseKeyError(python.MakeStr("pop from an empty set"));
  const Value item = set.items[set.size - 1];
  Erase(set, item);
  return item;
}

Value SetClear(Runtime&, const Arguments& call) {
  Clear(SelfSet(call));
  return {};
}

Value AsSet(Runtime& python, Value iterable) {
  SetObject* set = NewSet(python.heap);
  python.ForEach(iterable, [&](Value item) { Insert(python.heap, *set, item); });
  return Value::Of(Kind::kSet, set);
}

Value Combined(Runtime& python, const Arguments& call, ast::BinaryOperator op) {
  SelfSet(call);
  Value result = Runtime::Plain(call.args[0]);
  if (call.args.size() == 1) result = AsSet(python, result);
  for (const Value& other : call.args.subspan(1)) {
    result = python.Binary(op, result, AsSet(python, other));
  }
  return result;
}

Value SetUnion(Runtime& python, const Arguments& call) {
  return Combined(python, call, ast::BinaryOperator::kBitOr);
}
Value SetIntersection(Runtime& python, const Arguments& call) {
  return Combined(python, call, ast::BinaryOperator::kBitAnd);
}
Value SetDifference(Runtime& python, const Arguments& call) {
  return Combined(python, call, ast::BinaryOperator::kSub);
}
Value SetSymmetric(Runtime& python, const Arguments& call) {
  return Combined(python, call, ast::BinaryOperator::kBitXor);
}

Value SetUpdate(Runtime& python, const Arguments& call) {
  SetObject& set = SelfSet(call);
  for (const Value& other : call.args.subspan(1)) {
    for (const Value& item : python.ToVector(other)) Insert(python.heap, set, item);
  }
  return {};
}

Value SetDifferenceUpdate(Runtime& python, const Arguments& call) {
  SetObject& set = SelfSet(call);
  for (const Value& other : call.args.subspan(1)) {
    for (const Value& item : python.ToVector(other)) Erase(set, item);
  }
  return {};
}

Value SetCopy(Runtime& python, const Arguments& call) {
  return AsSet(python, Runtime::Plain(call.args[0]));
}

Value SetIsSubset(Runtime& python, const Arguments& call) {
  RequireArguments(call, 2, 2, "issubset");
  const Value other = AsSet(python, call.args[1]);
  return python.Compare(ast::CompareOperator::kLtE, Runtime::Plain(call.args[0]), other);
}

Value SetIsSuperset(Runtime& python, const Arguments& call) {
  RequireArguments(call, 2, 2, "issuperset");
  const Value other = AsSet(python, call.args[1]);
  return python.Compare(ast::CompareOperator::kGtE, Runtime::Plain(call.args[0]), other);
}

Value SetIsDisjoint(Runtime& python, const Arguments& call) {
  RequireArguments(call, 2, 2, "isdisjoint");
  const SetObject& set = SelfSet(call);
  for (const Value& item : python.ToVector(call.args[1])) {
    if (Contains(set, item)) return Value::Bool(false);
  }
  return Value::Bool(true);
}

constexpr Method kSetMethods[] = {
    {"union", SetUnion},
    {"intersection", SetIntersection},
    {"difference", SetDifference},
    {"symmetric_difference", SetSymmetric},
    {"copy", SetCopy},
    {"issubset", SetIsSubset},
    {"issuperset", SetIsSuperset},
    {"isdisjoint", SetIsDisjoint},
};

constexpr Method kMutableSetMethods[] = {
    {"add", SetAdd},
    {"discard", SetDiscard},
    {"remove", SetRemove},
    {"pop", SetPop},
    {"clear", SetClear},
    {"update", SetUpdate},
    {"difference_update", SetDifferenceUpdate},
};

// ---- bytes

Value BytesDecode(Runtime& python, const Arguments& call) {
  return python.MakeStr(SelfText(call).view());
}

Value BytesHex(Runtime& python, const Arguments& call) {
  std::string out;
  for (const char c : SelfText(call).view()) {
    constexpr char kHex[] = "0123456789abcdef";
    out += kHex[static_cast<unsigned char>(c) >> 4U];
    out += kHex[static_cast<unsigned char>(c) & 15U];
  }
  return python.MakeStr(out);
}

Value BytesFromHex(Runtime& python, const Arguments& call) {
  std::string out;
  std::string digits;
  for (const char c : SelfText(call).view()) {
    if (c != ' ') digits += c;
  }
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    const auto digit = [](char c) {
      return c >= 'a' ? c - 'a' + 10 : c >= 'A' ? c - 'A' + 10 : c - '0';
    };
    out += static_cast<char>(digit(digits[i]) * 16 + digit(digits[i + 1]));
  }
  return python.owner.MakeBytes(out);
}

// ---- generators

GeneratorObject& SelfGenerator(const Arguments& call) {
  auto* generator = !call.args.empty() && call.args[0].Is(Kind::kIterator)
                        ? dynamic_cast<GeneratorObject*>(&As<IteratorObject>(call.args[0]))
                        : nullptr;
  if (generator == nullptr) Raise("AttributeError", "only a generator has this method");
  return *generator;
}

[[noreturn]] void RaiseStop(Value returned) {
  Raised raised;
  raised.type = "StopIteration";
  raised.has_detail = !returned.IsNone();
  raised.detail = returned;
  throw raised;
}

Value GeneratorSend(Runtime& python, const Arguments& call) {
  GeneratorObject& generator = SelfGenerator(call);
  const Value sent = Argument(call, 1, "value");
  if (!generator.is_started && !sent.IsNone()) {
    Raise("TypeError", "can't send non-None value to a just-started generator");
  }
  Value out;
  if (!python.Resume(generator, sent, out)) RaiseStop(out);
  return out;
}

Value GeneratorThrow(Runtime& python, const Arguments& call) {
  RequireArguments(call, 2, 4, "throw");
  Raised raised;
  raised.exception = call.args[1].Is(Kind::kClass) ? python.Call(call.args[1], {}) : call.args[1];
  if (!raised.exception.Is(Kind::kInstance) ||
      !python.IsInstance(raised.exception, python.Builtin("BaseException"))) {
    Raise("TypeError", "exceptions must be classes or instances deriving from BaseException, not " +
                           std::string(KindName(call.args[1])));
  }
  Value out;
  if (!python.Resume(SelfGenerator(call), Value(), out, &raised)) RaiseStop(out);
  return out;
}

Value GeneratorClose(Runtime& python, const Arguments& call) {
  GeneratorObject& generator = SelfGenerator(call);
  if (!generator.is_started || generator.is_done) {
    generator.is_done = true;
    return {};
  }
  Raised raised;
  raised.exception = python.MakeException("GeneratorExit", "");
  Value out;
  try {
    if (python.Resume(generator, Value(), out, &raised)) {
      Raise("RuntimeError", "generator ignored GeneratorExit");
    }
  } catch (Raised& left) {
    if (!Runtime::IsException("GeneratorExit", left, python)) throw;
  }
  return {};
}

Value IteratorNext(Runtime& python, const Arguments& call) {
  RequireArguments(call, 1, 1, "__next__");
  Value out;
  if (!python.Next(call.args[0], out)) RaiseStop(Value());
  return out;
}

Value IteratorSelf(Runtime&, const Arguments& call) {
  RequireArguments(call, 1, 1, "__iter__");
  return call.args[0];
}

void AddAll(Runtime& python, ClassObject& type, std::span<const Method> methods) {
  for (const Method& method : methods) python.AddMethod(type, method.name, method.native);
}

}  // namespace

void AddListMethods(Runtime& python, ClassObject& list, ClassObject& tuple) {
  AddAll(python, list, kListMethods);
  AddAll(python, tuple, kTupleMethods);
}

void AddDictMethods(Runtime& python, ClassObject& dict) {
  AddAll(python, dict, kDictMethods);
  Put(python.heap, *dict.dict, python.heap.Intern("fromkeys"),
      python.MakeBuiltin("fromkeys", DictFromKeys));
}

void AddSetMethods(Runtime& python, ClassObject& set, ClassObject& frozen_set) {
  AddAll(python, set, kSetMethods);
  AddAll(python, frozen_set, kSetMethods);
  AddAll(python, set, kMutableSetMethods);
}

void AddBytesMethods(Runtime& python, ClassObject& bytes) {
  python.AddMethod(bytes, "decode", BytesDecode);
  python.AddMethod(bytes, "hex", BytesHex);
  Put(python.heap, *bytes.dict, python.heap.Intern("fromhex"),
      python.MakeBuiltin("fromhex", BytesFromHex));
}

void AddIteratorMethods(Runtime& python, ClassObject& iterator) {
  python.AddMethod(iterator, "send", GeneratorSend);
  python.AddMethod(iterator, "throw", GeneratorThrow);
  python.AddMethod(iterator, "close", GeneratorClose);
  python.AddMethod(iterator, "__next__", IteratorNext);
  python.AddMethod(iterator, "__iter__", IteratorSelf);
}

}  // namespace migext::python
