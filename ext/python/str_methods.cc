// The methods of str.
#include <algorithm>
#include <string>

#include "base/text.h"
#include "python/letters.h"
#include "python/native.h"
#include "python/strings.h"

namespace migext::python {
namespace {

template <typename Change>
Value Mapped(Runtime& python, const Arguments& call, Change change) {
  const std::string_view text = SelfText(call).view();
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = NextUtf8(text, at);
    if (c == 0xDF && change(U'a') == U'A') {
      out += "SS";
    } else {
      AppendUtf8(out, change(c));
    }
  }
  return python.MakeStr(out);
}

template <typename Test>
Value All(const Arguments& call, Test test) {
  const std::string_view text = SelfText(call).view();
  bool all = !text.empty();
  for (std::size_t at = 0; all && at < text.size();) all = test(NextUtf8(text, at));
  return Value::Bool(all);
}

Value Lower(Runtime& python, const Arguments& call) { return Mapped(python, call, LowerOf); }
Value Upper(Runtime& python, const Arguments& call) { return Mapped(python, call, UpperOf); }

Value SwapCase(Runtime& python, const Arguments& call) {
  return Mapped(python, call, [](char32_t c) { return LowerOf(c) != c ? LowerOf(c) : UpperOf(c); });
}

Value Capitalize(Runtime& python, const Arguments& call) {
  bool first = true;
  return Mapped(python, call, [&first](char32_t c) {
    const char32_t changed = first ? UpperOf(c) : LowerOf(c);
    first = false;
    return changed;
  });
}

Value Title(Runtime& python, const Arguments& call) {
  bool inside = false;
  return Mapped(python, call, [&inside](char32_t c) {
    const char32_t changed = inside ? LowerOf(c) : UpperOf(c);
    inside = IsLetter(c);
    return changed;
  });
}

Value IsAlphaMethod(Runtime&, const Arguments& call) { return All(call, IsLetter); }
Value IsDigitMethod(Runtime&, const Arguments& call) { return All(call, IsDigit); }
Value IsAlnumMethod(Runtime&, const Arguments& call) {
  return All(call, [](char32_t c) { return IsLetter(c) || IsDigit(c); });
}
Value IsSpaceMethod(Runtime&, const Arguments& call) { return All(call, IsSpace); }
Value IsAsciiMethod(Runtime&, const Arguments& call) {
  return Value::Bool(IsAscii(SelfText(call)));
}

Value IsIdentifier(Runtime&, const Arguments& call) {
  const std::string_view text = SelfText(call).view();
  if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return Value::Bool(false);
  return All(call, [](char32_t c) { return c == '_' || IsLetter(c) || IsDigit(c); });
}

Value HasCase(const Arguments& call, bool upper) {
  const std::string_view text = SelfText(call).view();
  bool cased = false;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = NextUtf8(text, at);
    if (LowerOf(c) == UpperOf(c)) continue;
    if ((upper ? UpperOf(c) : LowerOf(c)) != c) return Value::Bool(false);
    cased = true;
  }
  return Value::Bool(cased);
}

Value IsLower(Runtime&, const Arguments& call) { return HasCase(call, false); }
Value IsUpper(Runtime&, const Arguments& call) { return HasCase(call, true); }

// strip, lstrip, rstrip
Value Stripped(Runtime& python, const Arguments& call, bool left, bool right) {
  std::string_view text = SelfText(call).view();
  const Value given = Argument(call, 1, "chars");
  const std::string_view set = given.IsStr() ? given.AsStr() : std::string_view();
  const auto drops = [&](std::string_view character, char32_t c) {
    return given.IsNone() ? IsSpace(c) : set.find(character) != std::string_view::npos;
  };
  while (left && !text.empty()) {
    std::size_t at = 0;
    const char32_t c = NextUtf8(text, at);
    if (!drops(text.substr(0, at), c)) break;
    text.remove_prefix(at);
  }
  while (right && !text.empty()) {
    std::size_t begin = text.size() - 1;
    while (begin > 0 && IsUtf8Continuation(text[begin])) --begin;
    std::size_t at = begin;
    const char32_t c = NextUtf8(text, at);
    if (!drops(text.substr(begin), c)) break;
    text = text.substr(0, begin);
  }
  return python.MakeStr(text);
}

Value Strip(Runtime& python, const Arguments& call) { return Stripped(python, call, true, true); }
Value LStrip(Runtime& python, const Arguments& call) { return Stripped(python, call, true, false); }
Value RStrip(Runtime& python, const Arguments& call) { return Stripped(python, call, false, true); }

std::string_view TextArgument(const Arguments& call, std::size_t position, const char* function) {
  const Value value = position < call.args.size() ? Runtime::Plain(call.args[position]) : Value();
  if (!value.IsStr()) {
    Raise("TypeError",
          std::string(function) + " argument must be str, not " + std::string(KindName(value)));
  }
  return value.AsStr();
}

std::vector<Value> SplitOnSpace(Runtime& python, std::string_view text, std::int64_t most) {
  std::vector<Value> parts;
  std::size_t at = 0;
  while (true) {
    std::size_t begin = at;
    while (begin < text.size()) {
      std::size_t next = begin;
      if (!IsSpace(NextUtf8(text, next))) break;
      begin = next;
    }
    if (begin >= text.size()) return parts;
    if (most >= 0 && static_cast<std::int64_t>(parts.size()) == most) {
      std::size_t end = text.size();
      while (end > begin && IsSpace(static_cast<unsigned char>(text[end - 1]))) --end;
      parts.push_back(python.MakeStr(text.substr(begin, end - begin)));
      return parts;
    }
    std::size_t end = begin;
    while (end < text.size()) {
      std::size_t next = end;
      if (IsSpace(NextUtf8(text, next))) break;
      end = next;
    }
    parts.push_back(python.MakeStr(text.substr(begin, end - begin)));
    at = end;
  }
}

Value Split(Runtime& python, const Arguments& call) {
  const std::string_view text = SelfText(call).view();
  const Value separator = Argument(call, 1, "sep");
  const std::int64_t most = python.Index(Argument(call, 2, "maxsplit", Value::Int(-1)));
  if (separator.IsNone()) return python.MakeList(SplitOnSpace(python, text, most));
  const std::string_view by = RequireText(separator, "split()");
  if (by.empty()) Raise("ValueError", "empty separator");
  std::vector<Value> parts;
  std::size_t at = 0;
  while (most < 0 || static_cast<std::int64_t>(parts.size()) < most) {
    const std::size_t found = text.find(by, at);
    if (found == std::string_view::npos) break;
    parts.push_back(python.MakeStr(text.substr(at, found - at)));
    at = found + by.size();
  }
  parts.push_back(python.MakeStr(text.substr(at)));
  return python.MakeList(parts);
}

Value RSplit(Runtime& python, const Arguments& call) {
  const std::int64_t most = python.Index(Argument(call, 2, "maxsplit", Value::Int(-1)));
  const Value separator = Argument(call, 1, "sep");
  if (most < 0 || separator.IsNone()) return Split(python, call);
  std::string_view text = SelfText(call).view();
  const std::string_view by = RequireText(separator, "rsplit()");
  if (by.empty()) Raise("ValueError", "empty separator");
  std::vector<Value> parts;
  while (static_cast<std::int64_t>(parts.size()) < most) {
    const std::size_t found = text.rfind(by);
    if (found == std::string_view::npos) break;
    parts.push_back(python.MakeStr(text.substr(found + by.size())));
    text = text.substr(0, found);
  }
  parts.push_back(python.MakeStr(text));
  std::reverse(parts.begin(), parts.end());
  return python.MakeList(parts);
}

Value SplitLines(Runtime& python, const Arguments& call) {
  const std::string_view text = SelfText(call).view();
  const bool keep = python.Truth(Argument(call, 1, "keepends", Value::Bool(false)));
  std::vector<Value> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of("\n\r\v\f", at), text.size());
    std::size_t next = std::min(end + 1, text.size());
    if (end < text.size() && text[end] == '\r' && next < text.size() && text[next] == '\n') ++next;
    lines.push_back(python.MakeStr(text.substr(at, (keep ? next : end) - at)));
    at = next;
  }
  return python.MakeList(lines);
}

Value Join(Runtime& python, const Arguments& call) {
  RequireArguments(call, 2, 2, "str.join");
  const std::string_view separator = SelfText(call).view();
  std::string out;
  std::size_t position = 0;
  for (const Value& item : python.ToVector(call.args[1])) {
    const Value text = Runtime::Plain(item);
    if (position > 0) out += separator;
    if (text.IsStr()) {
      out += text.AsStr();
    } else if (text.Is(Kind::kSymbol) || text.Is(Kind::kCall)) {
      out += python.Str(text);
    } else {
      Raise("TypeError", "sequence item " + std::to_string(position) + ": expected str instance, " +
                             std::string(KindName(item)) + " found");
    }
    if (out.size() > python.budget().bytes) throw OutOfMemory{};
    ++position;
  }
  return python.MakeStr(out);
}

Value Replace(Runtime& python, const Arguments& call) {
  RequireArguments(call, 3, 4, "replace");
  const std::string_view text = SelfText(call).view();
  const std::string_view from = TextArgument(call, 1, "replace()");
  const std::string_view to = TextArgument(call, 2, "replace()");
  std::int64_t left = python.Index(Argument(call, 3, "count", Value::Int(-1)));
  std::string out;
  std::size_t at = 0;
  while (left != 0) {
    const std::size_t found = text.find(from, at);
    if (found == std::string_view::npos) break;
    --left;
    out += text.substr(at, found - at);
    out += to;
    at = found + from.size();
    if (from.empty()) {
      if (found >= text.size()) return python.MakeStr(out);
      const std::size_t begin = at;
      NextUtf8(text, at);
      out += text.substr(begin, at - begin);
    }
    if (out.size() > python.budget().bytes) throw OutOfMemory{};
  }
  if (at <= text.size()) out += text.substr(at);
  return python.MakeStr(out);
}

// Looking through so many bytes takes as long as a step of the machine.
constexpr std::size_t kBytesOfAStep = 32;

// The part of a text that find(), count() and startswith() look at, in bytes.
struct Range {
  std::size_t begin;
  std::size_t end;
};

/// Empty where the start lies beyond the text, as nothing is found there, not even "".
Range RangeOf(Runtime& python, const Arguments& call, std::size_t first) {
  const StrObject& text = SelfText(call);
  python.Charge(text.size / kBytesOfAStep);
  const auto length = static_cast<std::int64_t>(CodePoints(text));
  const auto place = [&](std::size_t position, std::int64_t otherwise) {
    const Value value = position < call.args.size() ? call.args[position] : Value();
    std::int64_t at = value.IsNone() ? otherwise : python.Index(value);
    if (at < 0) at += length;
    return ByteOffset(text, static_cast<std::size_t>(std::clamp<std::int64_t>(at, 0, length)));
  };
  if (first < call.args.size() && !call.args[first].IsNone() &&
      python.Index(call.args[first]) > length) {
    return {1, 0};
  }
  return {place(first, 0), place(first + 1, length)};
}

std::int64_t Found(Runtime& python, const Arguments& call, bool last, const char* function) {
  const StrObject& text = SelfText(call);
  const std::string_view wanted = TextArgument(call, 1, function);
  const Range range = RangeOf(python, call, 2);
  if (range.begin > range.end) return -1;
  const std::string_view part = text.view().substr(range.begin, range.end - range.begin);
  const std::size_t at = last ? part.rfind(wanted) : part.find(wanted);
  if (at == std::string_view::npos) return -1;
  return static_cast<std::int64_t>(CountCodePoints(text.view().substr(0, range.begin + at)));
}

Value Find(Runtime& python, const Arguments& call) {
  return Value::Int(Found(python, call, false, "find()"));
}
Value RFind(Runtime& python, const Arguments& call) {
  return Value::Int(Found(python, call, true, "rfind()"));
}

Value IndexOf(Runtime& python, const Arguments& call) {
  const std::int64_t at = Found(python, call, false, "index()");
  if (at < 0) Raise("ValueError", "substring not found");
  return Value::Int(at);
}

Value RIndexOf(Runtime& python, const Arguments& call) {
  const std::int64_t at = Found(python, call, true, "rindex()");
  if (at < 0) Raise("ValueError", "substring not found");
  return Value::Int(at);
}

Value Count(Runtime& python, const Arguments& call) {
  const std::string_view wanted = TextArgument(call, 1, "count()");
  const Range range = RangeOf(python, call, 2);
  if (range.begin > range.end) return Value::Int(0);
  const std::string_view part = SelfText(call).view().substr(range.begin, range.end - range.begin);
  if (wanted.empty()) return Value::Int(static_cast<std::int64_t>(CountCodePoints(part)) + 1);
  std::int64_t count = 0;
  for (std::size_t at = part.find(wanted); at != std::string_view::npos;
       at = part.find(wanted, at + wanted.size())) {
    ++count;
  }
  return Value::Int(count);
}

Value StartsOrEnds(Runtime& python, const Arguments& call, bool starts) {
  const char* function = starts ? "startswith" : "endswith";
  RequireArguments(call, 2, 4, function);
  const Range range = RangeOf(python, call, 2);
  if (range.begin > range.end) return Value::Bool(false);
  const std::string_view part = SelfText(call).view().substr(range.begin, range.end - range.begin);
  const auto matches = [&](Value value) {
    const Value wanted = Runtime::Plain(value);
    if (!wanted.IsStr() && !wanted.Is(Kind::kBytes)) {
      Raise("TypeError", std::string(function) + " first arg must be str or a tuple of str, not " +
                             std::string(KindName(value)));
    }
    return starts ? part.starts_with(wanted.AsStr()) : part.ends_with(wanted.AsStr());
  };
  if (!call.args[1].Is(Kind::kTuple)) return Value::Bool(matches(call.args[1]));
  const auto all = call.args[1].Items();
  return Value::Bool(std::any_of(all.begin(), all.end(), matches));
}

Value StartsWith(Runtime& python, const Arguments& call) {
  return StartsOrEnds(python, call, true);
}
Value EndsWith(Runtime& python, const Arguments& call) { return StartsOrEnds(python, call, false); }

Value RemovePrefix(Runtime& python, const Arguments& call) {
  const std::string_view text = SelfText(call).view();
  const std::string_view prefix = TextArgument(call, 1, "removeprefix()");
  return python.MakeStr(text.starts_with(prefix) ? text.substr(prefix.size()) : text);
}

Value RemoveSuffix(Runtime& python, const Arguments& call) {
  const std::string_view text = SelfText(call).view();
  const std::string_view suffix = TextArgument(call, 1, "removesuffix()");
  const bool has = text.ends_with(suffix);
  return python.MakeStr(has ? text.substr(0, text.size() - suffix.size()) : text);
}

Value Partitioned(Runtime& python, const Arguments& call, bool last) {
  const std::string_view text = SelfText(call).view();
  const std::string_view by = TextArgument(call, 1, "partition()");
  if (by.empty()) Raise("ValueError", "empty separator");
  const std::size_t at = last ? text.rfind(by) : text.find(by);
  const Value whole = python.MakeStr(text);
  const Value empty = python.MakeStr("");
  if (at == std::string_view::npos) {
    const Value parts[3] = {last ? empty : whole, empty, last ? whole : empty};
    return python.MakeTuple(parts);
  }
  const Value parts[3] = {python.MakeStr(text.substr(0, at)), python.MakeStr(by),
                          python.MakeStr(text.substr(at + by.size()))};
  return python.MakeTuple(parts);
}

Value Partition(Runtime& python, const Arguments& call) { return Partitioned(python, call, false); }
Value RPartition(Runtime& python, const Arguments& call) { return Partitioned(python, call, true); }

// ljust, rjust, center
Value Justified(Runtime& python, const Arguments& call, char align) {
  const Value fill = Argument(call, 2, "fillchar");
  if (call.args.size() < 2) Raise("TypeError", "expected at least 1 argument, got 0");
  if (!fill.IsNone() && (!fill.IsStr() || CodePoints(As<StrObject>(fill)) != 1)) {
    Raise("TypeError", "The fill character must be exactly one character long");
  }
  std::string spec = fill.IsStr() ? std::string(fill.AsStr()) : " ";
  spec += align;
  const std::int64_t width = std::max<std::int64_t>(python.Index(call.args[1]), 0);
  spec += std::to_string(width);
  const Value text = Runtime::Plain(call.args[0]);
  const auto length = static_cast<std::int64_t>(CodePoints(SelfText(call)));
  if (width <= length) return text;
  // str.center puts the odd blank on the left when the width is odd.
  const bool odd = align == '^' && ((width - length) % 2) != 0 && width % 2 != 0;
  if (odd) {
    const std::string one = fill.IsStr() ? std::string(fill.AsStr()) : " ";
    spec = one + "^" + std::to_string(width - 1);
    return python.MakeStr(one + FormatPlain(python, text, spec));
  }
  return python.MakeStr(FormatPlain(python, text, spec));
}

Value LJust(Runtime& python, const Arguments& call) { return Justified(python, call, '<'); }
Value RJust(Runtime& python, const Arguments& call) { return Justified(python, call, '>'); }
Value Center(Runtime& python, const Arguments& call) { return Justified(python, call, '^'); }

Value ZFill(Runtime& python, const Arguments& call) {
  RequireArguments(call, 2, 2, "str.zfill");
  std::string text(SelfText(call).view());
  const std::int64_t missing =
      python.Index(call.args[1]) - static_cast<std::int64_t>(CountCodePoints(text));
  if (missing <= 0) return python.MakeStr(text);
  if (static_cast<std::size_t>(missing) > python.budget().bytes) throw OutOfMemory{};
  const std::size_t sign = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  text.insert(sign, static_cast<std::size_t>(missing), '0');
  return python.MakeStr(text);
}

Value ExpandTabs(Runtime& python, const Arguments& call) {
  const std::int64_t size =
      std::clamp<std::int64_t>(python.Index(Argument(call, 1, "tabsize", Value::Int(8))), 0, 1000);
  std::string out;
  std::int64_t column = 0;
  for (const char c : SelfText(call).view()) {
    if (c == '\t') {
      const std::int64_t blanks = size == 0 ? 0 : size - column % size;
      out.append(static_cast<std::size_t>(blanks), ' ');
      if (out.size() > python.budget().bytes) throw OutOfMemory{};
      column += blanks;
      continue;
    }
    out += c;
    column = c == '\n' || c == '\r' ? 0 : column + (IsUtf8Continuation(c) ? 0 : 1);
  }
  return python.MakeStr(out);
}

Value Format(Runtime& python, const Arguments& call) {
  return python.MakeStr(FormatBraces(python, SelfText(call).view(), call));
}

Value FormatMap(Runtime& python, const Arguments& call) {
  RequireArguments(call, 2, 2, "str.format_map");
  std::vector<Keyword> keywords;
  const Value names = Runtime::Plain(call.args[1]);
  if (!names.Is(Kind::kDict)) Raise("TypeError", "format_map() needs a dict");
  for (const Entry& entry : names.AsDict().view()) {
    if (entry.key.IsStr()) keywords.push_back({entry.key.AsStr(), entry.value});
  }
  return python.MakeStr(
      FormatBraces(python, SelfText(call).view(), {call.args.subspan(0, 1), keywords}));
}

Value Encode(Runtime& python, const Arguments& call) {
  return python.owner.MakeBytes(SelfText(call).view());
}

// str.maketrans(dict) or (from, to): a dict from code points.
Value MakeTrans(Runtime& python, const Arguments& call) {
  DictObject* table = NewDict(python.heap);
  const Value first = call.args.empty() ? Value() : call.args[0];
  if (first.Is(Kind::kDict)) {
    for (const Entry& entry : first.AsDict().view()) {
      std::size_t at = 0;
      const Value key = entry.key.IsStr()
                            ? Value::Int(static_cast<std::int64_t>(NextUtf8(entry.key.AsStr(), at)))
                            : entry.key;
      Put(python.heap, *table, key, entry.value);
    }
    return Value::Of(Kind::kDict, table);
  }
  const std::string_view from = TextArgument(call, 0, "maketrans()");
  const std::string_view to = TextArgument(call, 1, "maketrans()");
  std::size_t target = 0;
  for (std::size_t at = 0; at < from.size() && target < to.size();) {
    const auto key = static_cast<std::int64_t>(NextUtf8(from, at));
    Put(python.heap, *table, Value::Int(key),
        Value::Int(static_cast<std::int64_t>(NextUtf8(to, target))));
  }
  if (call.args.size() > 2) {
    const std::string_view dropped = TextArgument(call, 2, "maketrans()");
    for (std::size_t at = 0; at < dropped.size();) {
      Put(python.heap, *table, Value::Int(static_cast<std::int64_t>(NextUtf8(dropped, at))),
          Value());
    }
  }
  return Value::Of(Kind::kDict, table);
}

Value Translate(Runtime& python, const Arguments& call) {
  RequireArguments(call, 2, 2, "str.translate");
  const std::string_view text = SelfText(call).view();
  const Value table = Runtime::Plain(call.args[1]);
  if (!table.Is(Kind::kDict)) Raise("TypeError", "translate() needs a dict");
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = NextUtf8(text, at);
    const Value* to = FindValue(table.AsDict(), Value::Int(static_cast<std::int64_t>(c)));
    if (to == nullptr) {
      AppendUtf8(out, c);
    } else if (to->IsStr()) {
      out += to->AsStr();
    } else if (to->Is(Kind::kInt)) {
      if (to->AsInt() < 0 || to->AsInt() > 0x10FFFF) {
        Raise("ValueError", "character mapping must be in range(0x110000)");
      }
      AppendUtf8(out, static_cast<char32_t>(to->AsInt()));
    }
    if (out.size() > python.budget().bytes) throw OutOfMemory{};
  }
  return python.MakeStr(out);
}

constexpr Method kMethods[] = {
    {"lower", Lower},
    {"upper", Upper},
    {"casefold", Lower},
    {"swapcase", SwapCase},
    {"capitalize", Capitalize},
    {"title", Title},
    {"isalpha", IsAlphaMethod},
    {"isdigit", IsDigitMethod},
    {"isdecimal", IsDigitMethod},
    {"isnumeric", IsDigitMethod},
    {"isalnum", IsAlnumMethod},
    {"isspace", IsSpaceMethod},
    {"isascii", IsAsciiMethod},
    {"isidentifier", IsIdentifier},
    {"islower", IsLower},
    {"isupper", IsUpper},
    {"strip", Strip},
    {"lstrip", LStrip},
    {"rstrip", RStrip},
    {"split", Split},
    {"rsplit", RSplit},
    {"splitlines", SplitLines},
    {"join", Join},
    {"replace", Replace},
    {"find", Find},
    {"rfind", RFind},
    {"index", IndexOf},
    {"rindex", RIndexOf},
    {"count", Count},
    {"startswith", StartsWith},
    {"endswith", EndsWith},
    {"removeprefix", RemovePrefix},
    {"removesuffix", RemoveSuffix},
    {"partition", Partition},
    {"rpartition", RPartition},
    {"ljust", LJust},
    {"rjust", RJust},
    {"center", Center},
    {"zfill", ZFill},
    {"expandtabs", ExpandTabs},
    {"format", Format},
    {"format_map", FormatMap},
    {"encode", Encode},
    {"translate", Translate},
};

}  // namespace

void AddTextMethods(Runtime& python, ClassObject& str) {
  for (const Method& method : kMethods) python.AddMethod(str, method.name, method.native);
  Put(python.heap, *str.dict, python.heap.Intern("maketrans"),
      python.MakeBuiltin("maketrans", MakeTrans));
}

}  // namespace migext::python
