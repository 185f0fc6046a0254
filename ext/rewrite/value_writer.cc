#include "rewrite/value_writer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "python/objects.h"
#include "rewrite/django_paths.h"
#include "rewrite/field_parts.h"
#include "rewrite/moment_text.h"
#include "rewrite/own_deconstruct.h"

namespace migext::rewrite {
namespace {

using python::Kind;
using python::Value;

constexpr int kDeepest = 100;
/// `x = [x, x]`, forty times over, is shallow and larger than memory.
constexpr std::size_t kLongest = std::size_t{16} << 20U;

[[noreturn]] void Refuse(Value value, const std::string& message) {
  throw Error(python::PositionOf(value).ToPlace(), message);
}

[[noreturn]] void CannotWrite(Value value) {
  std::string shown = python::Repr(value);
  constexpr std::size_t kShown = 200;
  if (shown.size() > kShown) shown.resize(kShown);
  Refuse(value, "ValueError: Cannot serialize: " + shown);
}

std::string Joined(const std::vector<std::string>& parts) { return Join(parts, ", "); }

/// Of the classes that an instance's class derives from, one by its dotted name.
bool DerivesFrom(const python::ClassView& type, std::string_view dotted) {
  return std::ranges::any_of(type.mro,
                             [&](Value base) { return python::DottedName(base) == dotted; });
}

/// sorted() of what has an order: strings by code points, which in UTF-8 is by bytes, and integers.
bool IsLess(const python::Entry& a, const python::Entry& b) {
  if (a.key.IsStr() && b.key.IsStr()) return a.key.AsStr() < b.key.AsStr();
  if (a.key.Is(Kind::kInt) && b.key.Is(Kind::kInt)) return a.key.AsInt() < b.key.AsInt();
  return false;
}

struct Deeper {
  explicit Deeper(int& counted) : depth(counted) { ++depth; }
  ~Deeper() { --depth; }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;
  int& depth;
};

}  // namespace

std::string ValueWriter::Write(Value value) {
  const Deeper deeper(depth_);
  if (depth_ > kDeepest) Refuse(value, "RecursionError: maximum recursion depth exceeded");
  std::string text = WriteByKind(value);
  written_ += text.size();
  if (written_ > kLongest) Refuse(value, "the value is too large to be written into a migration");
  return text;
}

std::string ValueWriter::WriteByKind(Value value) {
  switch (value.kind()) {
    case Kind::kNone:
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kBigInt:
    case Kind::kStr:
    case Kind::kBytes:
    case Kind::kRange:
      return python::Repr(value);
    case Kind::kFloat:
      if (std::isfinite(value.AsFloat())) return python::Repr(value);
      return "float(\"" + python::Repr(value) + "\")";
    case Kind::kList:
    case Kind::kTuple:
      return WriteSequence(value);
    case Kind::kSet:
    case Kind::kFrozenSet:
      return WriteSet(value);
    case Kind::kDict:
      return WriteDict(value.AsDict());
    case Kind::kFunction:
      return WriteFunction(value);
    case Kind::kBoundMethod:
      return WriteMethod(value);
    case Kind::kClass:
      return WriteClass(value);
    case Kind::kSymbol:
      return WriteSymbol(value);
    case Kind::kCall:
      return WriteMadeCall(value);
    case Kind::kInstance:
      return WriteInstance(value);
    default:
      CannotWrite(value);
  }
}

// ---- Containers

std::string ValueWriter::WriteItems(std::span<const Value> items) {
  std::vector<std::string> parts;
  for (const Value item : items) parts.push_back(Write(item));
  return Joined(parts);
}

std::string ValueWriter::WriteSequence(Value value) {
  const std::span<const Value> items = value.Items();
  if (value.Is(Kind::kList)) return "[" + WriteItems(items) + "]";
  return "(" + WriteItems(items) + (items.size() == 1 ? ",)" : ")");
}

std::string ValueWriter::WriteSet(Value value) {
  std::vector<Value> items(value.Items().begin(), value.Items().end());
  if (dialect().sorts_sets)
    std::ranges::sort(items, {}, [](Value item) { return python::Repr(item); });
  const std::string inner = WriteItems(items);
  if (value.Is(Kind::kFrozenSet)) return "frozenset([" + inner + "])";
  return items.empty() ? "set()" : "{" + inner + "}";
}

std::string ValueWriter::WriteDict(const python::DictObject& dict) {
  const std::span<const python::Entry> given = python::Entries(dict);
  std::vector<python::Entry> entries(given.begin(), given.end());
  std::ranges::stable_sort(entries, IsLess);
  std::vector<std::string> parts;
  for (const python::Entry& entry : entries) {
    std::string key = Write(entry.key);
    parts.push_back(std::move(key) + ": " + Write(entry.value));
  }
  return "{" + Joined(parts) + "}";
}

// ---- Names

std::string ValueWriter::UsePath(std::string_view path) {
  constexpr std::string_view kModels = "django.db.models.";
  if (path.starts_with(kModels) && path.find('.', kModels.size()) == std::string_view::npos) {
    imports_.insert("from django.db import models");
    return "models." + std::string(path.substr(kModels.size()));
  }
  const std::string_view module = ModuleOf(path);
  if (!module.empty()) imports_.insert("import " + std::string(module));
  return std::string(path);
}

std::string ValueWriter::WriteFunction(Value value) {
  const python::FunctionView view = python::View(value.AsFunction());
  if (view.name == "<lambda>") Refuse(value, "ValueError: Cannot serialize function: lambda");
  if (view.qualname.find('<') != std::string_view::npos) {
    Refuse(value, "ValueError: Could not find function " + std::string(view.name) + " in " +
                      std::string(view.module) + ".\n");
  }
  imports_.insert("import " + std::string(view.module));
  return std::string(view.module) + "." + std::string(view.qualname);
}

std::string ValueWriter::WriteMethod(Value value) {
  const auto& method = *static_cast<const python::BoundMethodObject*>(value.object());
  if (!method.function.Is(Kind::kFunction)) CannotWrite(value);
  if (!method.self.Is(Kind::kClass)) return WriteFunction(method.function);
  const python::ClassView type = python::View(method.self.AsClass());
  const std::string_view name = python::View(method.function.AsFunction()).name;
  imports_.insert("import " + std::string(type.module));
  return std::string(type.module) + "." + std::string(type.qualname) + "." + std::string(name);
}

std::string ValueWriter::WriteClass(Value value) {
  const python::ClassView type = python::View(value.AsClass());
  if (type.name == "NoneType") {
    if (!dialect().names_none_type) return "type(None)";
    imports_.insert("import types");
    return "types.NoneType";
  }
  if (type.module.empty() || type.module == "builtins") return std::string(type.name);
  imports_.insert("import " + std::string(type.module));
  return std::string(type.module) + "." + std::string(type.qualname);
}

std::string ValueWriter::WriteSymbol(Value value) {
  constexpr std::string_view kSettings = "django.conf.settings.";
  constexpr std::string_view kDeferrable = "django.db.models.constraints.Deferrable.";
  std::string dotted = python::DottedName(value);
  if (dotted.empty()) CannotWrite(value);
  if (dotted.starts_with(kSettings)) {
    imports_.insert("from django.conf import settings");
    return "settings." + dotted.substr(kSettings.size());
  }
  if (dotted.starts_with("django.db.models.Deferrable.")) {
    dotted.replace(0, std::string_view("django.db.models.Deferrable.").size(), kDeferrable);
  }
  if (dotted.starts_with(kDeferrable)) {
    imports_.insert("import django.db.models.constraints");
    return std::string(kDeferrable.substr(0, kDeferrable.size() - 1)) + "['" +
           dotted.substr(kDeferrable.size()) + "']";
  }
  if (const std::string_view validator = ReadyMadeValidator(dotted); !validator.empty()) {
    imports_.insert("import django.core.validators");
    if (validator.find("re.compile(") != std::string_view::npos) imports_.insert("import re");
    return std::string(validator);
  }
  return UsePath(DefinedPath(dotted, dialect()));
}

// ---- Instances

std::string ValueWriter::WriteInstance(Value value) {
  const python::InstanceView instance = python::View(value.AsInstance());
  const python::ClassView type = python::View(instance.type.AsClass());
  const std::string path = python::DottedName(value);
  if (IsField(value)) return WriteField(*django::ReadField(value, context_));
  if (DerivesFrom(type, "django.db.models.enums.Choices")) {
    const std::optional<Value> inner = python::FindAttribute(value, "_value_");
    return inner ? Write(*inner) : "None";
  }
  if (DerivesFrom(type, "enum.Enum")) return WriteMember(value, type);
  if (path == "functools.partial" || path == "functools.partialmethod") {
    return WritePartial(value, path);
  }
  if (type.module == "datetime" || type.module == "decimal" || type.module == "uuid" ||
      type.module == "pathlib") {
    return WriteLibraryInstance(value, path);
  }
  const auto& object = value.AsInstance();
  if (object.has_payload && object.args.empty() && object.keywords.empty()) {
    return Write(object.payload);
  }
  if (const auto own = OwnDeconstruct(value, context_)) return WriteDeconstructed(*own);
  return WriteMade(path, instance.call_args, instance.call_keywords);
}

std::string ValueWriter::WriteDeconstructed(const Deconstructed& parts) {
  std::vector<std::string> arguments;
  for (const Value argument : parts.args) arguments.push_back(Write(argument));
  WrittenArguments keywords;
  for (const auto& [name, argument] : parts.kwargs) keywords.emplace_back(name, Write(argument));
  return WriteCall(parts.path, arguments, std::move(keywords));
}

std::string ValueWriter::WriteLibraryInstance(Value value, std::string_view path) {
  std::string text = python::Repr(value);
  if (path == "decimal.Decimal") {
    imports_.insert("from decimal import Decimal");
    return text;
  }
  if (path.starts_with("pathlib.")) {
    imports_.insert("import pathlib");
    return "pathlib." + std::string(text.starts_with("Pure") ? "" : "Pure") + text;
  }
  if (path.starts_with("uuid.")) {
    imports_.insert("import uuid");
    return "uuid." + text;
  }
  imports_.insert("import datetime");
  if (path == "datetime.datetime") {
    text = InUtc(value).value_or(text);
  }
  std::string plain = ReplaceAll(text, "django.utils.timezone.utc", "datetime.timezone.utc");
  if (path != "datetime.datetime" || !dialect().writes_bare_utc ||
      plain.find("datetime.timezone.utc") == std::string::npos) {
    return plain;
  }
  imports_.insert("from django.utils.timezone import utc");
  return ReplaceAll(plain, "datetime.timezone.utc", "utc");
}

/// functools.partial(function, *(1,), **{'a': 2}), from 6.0 a call like any other.
std::string ValueWriter::WritePartial(Value value, std::string_view path) {
  const auto part = [&](std::string_view name) {
    return python::FindAttribute(value, name).value_or(Value());
  };
  imports_.insert("import functools");
  std::string text = std::string(path) + "(" + Write(part("func"));
  const Value args = part("args");
  const Value keywords = part("keywords");
  if (!dialect().writes_partial_as_call) {
    text += ", *" + Write(args);
    return text + ", **" + Write(keywords) + ")";
  }
  if (args.IsSequence() && !args.Items().empty()) text += ", " + WriteItems(args.Items());
  if (!keywords.Is(Kind::kDict)) return text + ")";
  std::vector<python::Entry> entries(python::Entries(keywords.AsDict()).begin(),
                                     python::Entries(keywords.AsDict()).end());
  std::ranges::stable_sort(entries, IsLess);
  for (const python::Entry& entry : entries) {
    text += ", " + python::Str(entry.key) + "=" + Write(entry.value);
  }
  return text + ")";
}

std::string ValueWriter::WriteMember(Value value, const python::ClassView& type) {
  const std::optional<Value> name = python::FindAttribute(value, "_name_");
  if (!name || !name->IsStr()) CannotWrite(value);
  imports_.insert("import " + std::string(type.module));
  // A combination of flags is called "R|W".
  std::vector<std::string> parts;
  for (const std::string& one : Split(name->AsStr(), '|')) {
    parts.push_back(std::string(type.module) + "." + std::string(type.qualname) + "[" +
                    QuoteText(one) + "]");
  }
  return Join(parts, " | ");
}

// ---- Fields

std::string ValueWriter::WriteField(const django::Field& field) {
  const FieldParts parts = FieldPartsOf(field, context_);
  std::vector<std::string> arguments;
  if (parts.names.empty()) {
    for (const Value argument : parts.args) arguments.push_back(Write(argument));
  }
  for (const std::string& name : parts.names) arguments.push_back(QuoteText(name));
  WrittenArguments keywords;
  for (const FieldParts::Argument& argument : parts.kwargs) {
    std::string text;
    if (!argument.setting.empty()) {
      imports_.insert("from django.conf import settings");
      text = "settings." + argument.setting;
    } else {
      text = argument.text ? QuoteText(*argument.text) : WriteFieldArgument(argument);
    }
    keywords.emplace_back(argument.name, std::move(text));
  }
  return WriteCall(parts.path, arguments, std::move(keywords));
}

std::string ValueWriter::WriteFieldArgument(const FieldParts::Argument& argument) {
  const Value value = argument.value;
  if (argument.name == "choices") return WriteChoices(value, 0);
  if (argument.name == "validators" && value.IsSequence()) {
    return "[" + WriteItems(value.Items()) + "]";
  }
  return Write(value);
}

/// The list of pairs that a field keeps: normalize_choices() of django/utils/choices.py.
std::string ValueWriter::WriteChoices(Value choices, int depth) {
  if (!choices.IsSequence() && !choices.Is(Kind::kDict)) return Write(choices);
  std::vector<std::array<Value, 2>> pairs;
  if (choices.Is(Kind::kDict)) {
    if (!dialect().normalizes_choices) return Write(choices);
    for (const python::Entry& entry : python::Entries(choices.AsDict())) {
      pairs.push_back({entry.key, entry.value});
    }
  } else {
    if (!dialect().normalizes_choices) return "[" + WriteItems(choices.Items()) + "]";
    for (const Value item : choices.Items()) {
      if (!item.IsSequence() || item.Items().size() != 2) return Write(choices);
      pairs.push_back({item.Items()[0], item.Items()[1]});
    }
  }
  std::vector<std::string> parts;
  for (const auto& [key, value] : pairs) {
    const std::string name = Write(key);
    parts.push_back("(" + name + ", " + (depth == 0 ? WriteChoices(value, 1) : Write(value)) + ")");
  }
  return "[" + Joined(parts) + "]";
}

std::string ValueWriter::WriteCall(std::string_view path, std::span<const std::string> arguments,
                                   WrittenArguments keywords) {
  std::vector<std::string> parts(arguments.begin(), arguments.end());
  std::ranges::sort(keywords);
  for (const auto& [name, text] : keywords) {
    if (name.find_first_of(" .-+/") != std::string::npos || name.empty()) {
      parts.push_back("**{" + QuoteText(name) + ": " + text + "}");
    } else {
      parts.push_back(name + "=" + text);
    }
  }
  return UsePath(path) + "(" + Joined(parts) + ")";
}

}  // namespace migext::rewrite
