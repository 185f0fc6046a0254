// The part of ValueWriter that writes what a call has made: expressions, Q objects, indexes,
// constraints, managers, validators.
#include <algorithm>
#include <array>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "django/field_class.h"
#include "python/heap.h"
#include "python/objects.h"
#include "rewrite/django_paths.h"
#include "rewrite/moment_text.h"
#include "rewrite/q_node.h"
#include "rewrite/value_writer.h"

namespace migext::rewrite {
namespace {

using python::Kind;
using python::Value;

constexpr std::pair<std::string_view, std::string_view> kConnectors[] = {
    {"add", "+"},
    {"sub", "-"},
    {"mul", "*"},
    {"truediv", "/"},
    {"mod", "%%"},
    {"pow", "^"},
    {"bitand", "&"},
    {"bitor", "|"},
    {"bitxor", "#"},
    {"bitleftshift", "<<"},
    {"bitrightshift", ">>"},
};

std::string_view ConnectorOf(std::string_view name) {
  for (const auto& [operation, connector] : kConnectors) {
    if (operation == name) return connector;
  }
  return {};
}

/// What has resolve_expression(), as far as can be told: no date, decimal or id.
bool IsMade(Value value) {
  if (!value.Is(Kind::kInstance)) return value.Is(Kind::kCall) || value.Is(Kind::kSymbol);
  const std::string path = python::DottedName(value);
  return !path.starts_with("datetime.") && !path.starts_with("decimal.") &&
         !path.starts_with("uuid.") && !path.starts_with("pathlib.");
}

std::string_view LastPart(std::string_view dotted) { return dotted.substr(dotted.rfind('.') + 1); }

/// The bits of re's flags that can be given by name.
std::optional<std::int64_t> FlagOf(Value value) {
  if (value.Is(Kind::kInt)) return value.AsInt();
  static constexpr std::pair<std::string_view, std::int64_t> kFlags[] = {
      {"I", 2},         {"IGNORECASE", 2}, {"L", 4},       {"LOCALE", 4},  {"M", 8},
      {"MULTILINE", 8}, {"S", 16},         {"DOTALL", 16}, {"X", 64},      {"VERBOSE", 64},
      {"A", 288},       {"ASCII", 288},    {"U", 0},       {"UNICODE", 0},
  };
  const std::string dotted = python::DottedName(value);
  for (const auto& [name, bits] : kFlags) {
    if (value.Is(Kind::kSymbol) && dotted.starts_with("re.") && LastPart(dotted) == name) {
      return bits;
    }
  }
  if (!value.Is(Kind::kCall) || dotted != "operator.or_") return std::nullopt;
  std::int64_t all = 0;
  for (const Value part : python::View(value.AsCall()).args) {
    const std::optional<std::int64_t> bits = FlagOf(part);
    if (!bits) return std::nullopt;
    all |= *bits;
  }
  return all;
}

struct Made {
  std::string path;
  std::span<const Value> args;
  std::span<const python::Keyword> keywords;
};

Made TakeApart(Value value) {
  if (value.Is(Kind::kCall)) {
    const python::CallView call = python::View(value.AsCall());
    return {python::DottedName(call.callee), call.args, call.keywords};
  }
  if (value.Is(Kind::kInstance)) {
    const python::InstanceView instance = python::View(value.AsInstance());
    return {python::DottedName(value), instance.args, instance.keywords};
  }
  return {};
}

/// Index and UniqueConstraint leave out what is empty; None is left out by all.
bool IsLeftOut(Value value) {
  return value.IsNone() || (value.IsSequence() && value.Items().empty()) ||
         (value.IsStr() && value.AsStr().empty());
}

/// BaseManager.deconstruct(): `Manager.from_queryset(PostQuerySet)()` has a class that no module
/// holds.
[[noreturn]] void RefuseDynamicManager(const python::CallView& call) {
  const python::CallView maker = python::View(call.callee.AsCall());
  const std::string path = python::DottedName(maker.callee);
  const auto last = [](const std::string& dotted) { return dotted.substr(dotted.rfind('.') + 1); };
  const std::string manager = last(path.substr(0, path.rfind('.')));
  std::string name = manager + "From";
  if (maker.args.size() == 2 && maker.args[1].IsStr()) {
    name = maker.args[1].AsStr();
  } else if (!maker.args.empty()) {
    name += last(python::DottedName(maker.args[0]));
  }
  throw Error(call.position.ToPlace(),
              "ValueError: Could not find manager " + name +
                  " in django.db.models.manager.\nPlease note that you need to inherit from "
                  "managers you dynamically generated with 'from_queryset()'.");
}

constexpr std::string_view kDefaultMessage =
    "Constraint \xe2\x80\x9c%(name)s\xe2\x80\x9d is violated.";

}  // namespace

bool ValueWriter::IsField(Value value) const {
  if (value.Is(Kind::kCall)) {
    const std::string path = python::DottedName(python::View(value.AsCall()).callee);
    return django::FindFieldClass(path) != nullptr;
  }
  if (!value.Is(Kind::kInstance)) return false;
  const python::InstanceView instance = python::View(value.AsInstance());
  const python::ClassView type = python::View(instance.type.AsClass());
  return std::ranges::any_of(type.mro, [](Value base) {
    return base.Is(Kind::kSymbol) && django::FindFieldClass(python::DottedName(base)) != nullptr;
  });
}

std::string ValueWriter::WriteMadeCall(Value value) {
  const python::CallView call = python::View(value.AsCall());
  if (const std::optional<QNode> node = QNode::Read(value, dialect())) return WriteQ(*node);
  if (IsField(value)) return WriteField(*django::ReadField(value, context_));
  const std::string path = python::DottedName(call.callee);
  if (path == "re.compile") return WritePattern(call);
  if (path == "django.utils.timezone.make_aware" && call.args.size() == 2) {
    if (const auto text = InUtc(call.args[0], call.args[1])) {
      imports_.insert("import datetime");
      return *text;
    }
  }
  if (call.callee.Is(Kind::kCall) && path.ends_with(".from_queryset")) RefuseDynamicManager(call);
  if (path.starts_with("operator.")) return WriteOperator(path, call);
  if (call.callee.Is(Kind::kSymbol)) {
    const python::SymbolView symbol = python::View(call.callee.AsSymbol());
    if (symbol.owner.Is(Kind::kCall) || symbol.owner.Is(Kind::kInstance)) {
      return WriteMethodCall(symbol.owner, symbol.name, call);
    }
    if (symbol.name == "as_manager") {
      return UsePath(DefinedPath(path.substr(0, path.rfind('.')), dialect())) + ".as_manager()";
    }
  }
  if (path.empty())
    throw Error(call.position.ToPlace(), "ValueError: Cannot serialize: " + python::Repr(value));
  return WriteMade(path, call.args, call.keywords);
}

std::string ValueWriter::WriteMade(std::string_view path, std::span<const Value> args,
                                   std::span<const python::Keyword> keywords) {
  std::vector<std::string> arguments;
  for (const Value argument : args) arguments.push_back(Write(argument));
  WrittenArguments named;
  for (const python::Keyword& keyword : keywords) {
    named.emplace_back(keyword.name, Write(keyword.value));
  }
  return WriteCall(DefinedPath(path, dialect()), arguments, std::move(named));
}

// ---- Expressions

std::string ValueWriter::WriteQ(const QNode& node) {
  std::vector<std::string> children;
  for (const QNode::Child& child : node.children) {
    if (!child.node.empty()) {
      children.push_back(WriteQ(child.node.front()));
    } else if (child.lookup.empty()) {
      children.push_back(Write(child.value));
    } else {
      children.push_back("(" + QuoteText(child.lookup) + ", " + Write(child.value) + ")");
    }
  }
  WrittenArguments keywords;
  if (node.connector != "AND") keywords.emplace_back("_connector", QuoteText(node.connector));
  if (node.negated) keywords.emplace_back("_negated", "True");
  return WriteCall("django.db.models.Q", children, std::move(keywords));
}

/// Combinable._combine(): what is no expression becomes a Value().
std::string ValueWriter::WriteOperand(Value value) {
  if (IsMade(value)) return Write(value);
  return UsePath("django.db.models.Value") + "(" + Write(value) + ")";
}

std::string ValueWriter::WriteCombined(std::string left, std::string_view connector,
                                       std::string right) {
  const std::array<std::string, 3> parts = {std::move(left), QuoteText(connector),
                                            std::move(right)};
  return WriteCall("django.db.models.expressions.CombinedExpression", parts, {});
}

std::string ValueWriter::WriteOperator(std::string_view path, const python::CallView& call) {
  const std::string_view name = LastPart(path);
  if (name == "neg" && call.args.size() == 1) {
    std::string operand = Write(call.args[0]);
    return WriteCombined(std::move(operand), "*", UsePath("django.db.models.Value") + "(-1)");
  }
  if (name == "getitem" && call.args.size() == 2) {
    // Deferrable['IMMEDIATE'], a member of an enumeration that is not the project's.
    if (call.args[0].Is(Kind::kSymbol) && call.args[1].IsStr()) {
      return Write(call.args[0]) + "[" + QuoteText(call.args[1].AsStr()) + "]";
    }
    // F('name')[2]; a real slice is nothing that Django's serializers know.
    const std::array<std::string, 2> parts = {Write(call.args[0]), Write(call.args[1])};
    return WriteCall("django.db.models.expressions.Sliced", parts, {});
  }
  const std::string_view connector = ConnectorOf(name);
  if (connector.empty() || call.args.size() != 2) {
    throw Error(call.position.ToPlace(),
                "ValueError: Cannot serialize: the operator '" + std::string(name) + "'");
  }
  std::string left = WriteOperand(call.args[0]);
  return WriteCombined(std::move(left), connector, WriteOperand(call.args[1]));
}

/// F('a').desc() is OrderBy(F('a'), descending=True).
std::string ValueWriter::WriteMethodCall(Value receiver, std::string_view method,
                                         const python::CallView& call) {
  const std::string_view connector = ConnectorOf(method);
  if (!connector.empty() && call.args.size() == 1) {
    std::string left = Write(receiver);
    return WriteCombined(std::move(left), connector, WriteOperand(call.args[0]));
  }
  if (method != "asc" && method != "desc") {
    throw Error(call.position.ToPlace(),
                "ValueError: Cannot serialize: the result of " + std::string(method) + "()");
  }
  const std::array<std::string, 1> operand = {Write(receiver)};
  WrittenArguments keywords;
  if (method == "desc") keywords.emplace_back("descending", "True");
  for (const python::Keyword& keyword : call.keywords) {
    keywords.emplace_back(keyword.name, Write(keyword.value));
  }
  return WriteCall("django.db.models.OrderBy", operand, std::move(keywords));
}

std::string ValueWriter::WritePattern(const python::CallView& call) {
  imports_.insert("import re");
  Value pattern;
  Value flags = Value::Int(0);
  if (!call.args.empty()) pattern = call.args[0];
  if (call.args.size() > 1) flags = call.args[1];
  for (const python::Keyword& keyword : call.keywords) {
    if (keyword.name == "pattern") pattern = keyword.value;
    if (keyword.name == "flags") flags = keyword.value;
  }
  const std::optional<std::int64_t> bits = FlagOf(flags);
  if (!bits)
    throw Error(call.position.ToPlace(), "ValueError: Cannot serialize: " + python::Repr(flags));
  return "re.compile(" + Write(pattern) + (*bits != 0 ? ", " + std::to_string(*bits) : "") + ")";
}

// ---- Indexes, constraints, managers

/// Index(*expressions): a string is F(string).
std::string ValueWriter::WriteExpressionArgument(Value value) {
  if (!value.IsStr()) return Write(value);
  return UsePath("django.db.models.F") + "(" + Write(value) + ")";
}

std::string ValueWriter::WriteNames(Value names, bool as_tuple) {
  if (!names.IsSequence()) return Write(names);
  const std::string inner = WriteItems(names.Items());
  if (!as_tuple) return "[" + inner + "]";
  return "(" + inner + (names.Items().size() == 1 ? ",)" : ")");
}

std::string ValueWriter::WriteNamed(const django::NamedIndex& named, bool is_constraint) {
  const Made made = TakeApart(named.value);
  const std::string path =
      made.path.empty() ? "django.db.models.Index" : DefinedPath(made.path, dialect());
  std::vector<std::string> arguments;
  for (const Value argument : made.args) arguments.push_back(WriteExpressionArgument(argument));
  WrittenArguments keywords = {{"name", QuoteText(named.name)}};
  bool has_fields = false;
  for (const python::Keyword& keyword : made.keywords) {
    std::string name(keyword.name);
    if (name == "name" || IsLeftOut(keyword.value)) continue;
    if (name == "violation_error_message" && keyword.value.IsStr() &&
        keyword.value.AsStr() == kDefaultMessage) {
      continue;
    }
    if (is_constraint && name == "check" && dialect().condition_keyword) name = "condition";
    if (is_constraint && name == "condition" && path == "django.db.models.CheckConstraint" &&
        !dialect().condition_keyword) {
      name = "check";
    }
    const bool is_list = name == "fields" || name == "include";
    const bool as_tuple = name == "include" || is_constraint;
    has_fields = has_fields || name == "fields";
    keywords.emplace_back(name,
                          is_list ? WriteNames(keyword.value, as_tuple) : Write(keyword.value));
  }
  if (made.path.empty()) {
    std::vector<std::string> fields;
    for (const std::string& field : named.fields) fields.push_back(QuoteText(field));
    keywords.emplace_back("fields", "[" + Join(fields, ", ") + "]");
  } else if (!has_fields && dialect().writes_empty_fields && path.ends_with("UniqueConstraint")) {
    keywords.emplace_back("fields", "()");
  }
  return WriteCall(path, arguments, std::move(keywords));
}

std::string ValueWriter::WriteIndex(const django::NamedIndex& index) {
  return WriteNamed(index, false);
}

std::string ValueWriter::WriteConstraint(const django::NamedIndex& constraint) {
  return WriteNamed(constraint, true);
}

std::string ValueWriter::QuoteText(std::string_view text) {
  python::Heap heap(text.size() + std::size_t{4096});
  return python::Repr(Value::Of(Kind::kStr, heap.NewStr(text)));
}

}  // namespace migext::rewrite
