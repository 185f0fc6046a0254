#include "django/expression_reader.h"

#include <algorithm>
#include <optional>
#include <span>

#include "django/expression.h"

namespace migext::django {
namespace {

using python::Kind;
using python::Value;

/// Python itself gives up at about 1000 frames, several of which one level of an expression takes.
constexpr std::size_t kDeepest = 200;

/// `e = e + e`, sixty times over, is shallow and has more parts than memory.
constexpr int kMostNodes = 10'000;

struct Maker {
  std::string path;
  std::string name;  ///< The last part of it.
  std::span<const Value> args;
  std::span<const python::Keyword> keywords;
  Value receiver;  ///< What a method is called on; None for a plain call.
  python::Position position;

  std::optional<Value> Keyword(std::string_view wanted) const {
    for (const python::Keyword& keyword : keywords) {
      if (keyword.name == wanted) return keyword.value;
    }
    return std::nullopt;
  }
  /// An argument by position or by name.
  std::optional<Value> Argument(std::size_t place, std::string_view wanted) const {
    if (place < args.size()) return args[place];
    return Keyword(wanted);
  }
  bool IsOperator() const { return path.starts_with("operator."); }
  bool IsMethod() const { return !receiver.IsNone(); }
};

std::string LastPart(std::string_view dotted) {
  return std::string(dotted.substr(dotted.rfind('.') + 1));
}

std::optional<Maker> MakerOf(Value value) {
  Maker maker;
  if (value.Is(Kind::kCall)) {
    const python::CallView view = python::View(value.AsCall());
    if (view.callee.Is(Kind::kSymbol)) {
      const python::SymbolView symbol = python::View(view.callee.AsSymbol());
      if (symbol.owner.Is(Kind::kCall) || symbol.owner.Is(Kind::kInstance)) {
        maker.receiver = symbol.owner;
        maker.name = symbol.name;
      }
    }
    maker.path = python::DottedName(view.callee);
    maker.args = view.args;
    maker.keywords = view.keywords;
    maker.position = view.position;
  } else if (value.Is(Kind::kInstance)) {
    const python::InstanceView view = python::View(value.AsInstance());
    maker.path = python::DottedName(view.type);
    maker.args = view.args;
    maker.keywords = view.keywords;
    maker.position = view.position;
  } else {
    return std::nullopt;
  }
  if (maker.name.empty()) maker.name = LastPart(maker.path);
  return maker;
}

/// Connectors by the operator's name in the module `operator`, then by method.
constexpr std::pair<std::string_view, std::string_view> kConnectors[] = {
    {"add", "+"},           {"sub", "-"},
    {"mul", "*"},           {"truediv", "/"},
    {"mod", "%%"},          {"pow", "^"},
    {"bitand", "&"},        {"bitor", "|"},
    {"bitleftshift", "<<"}, {"bitrightshift", ">>"},
    {"bitxor", "#"},
};

std::optional<std::string_view> ConnectorOf(const Maker& maker) {
  if (!maker.IsOperator() && !maker.IsMethod()) return std::nullopt;
  for (const auto& [name, connector] : kConnectors) {
    if (maker.name == name) return connector;
  }
  return std::nullopt;
}

bool IsLogical(const Maker& maker) {
  return maker.IsOperator() && (maker.name == "and_" || maker.name == "or_" ||
                                maker.name == "xor" || maker.name == "invert");
}

/// Calls that are values: dates, decimals, ids, translated text.
bool IsPlainValue(const Maker& maker) {
  static constexpr std::string_view kModules[] = {"datetime.",    "decimal.",      "uuid.",
                                                  "fractions.",   "django.utils.", "pathlib.",
                                                  "collections.", "zoneinfo.",     "re."};
  return std::any_of(std::begin(kModules), std::end(kModules),
                     [&](std::string_view module) { return maker.path.starts_with(module); });
}

/// Looks no deeper than one level: an operator is kept as a call only when one side is unknown.
bool MakesExpression(const Maker& maker) {
  if (maker.IsOperator()) {
    if (!ConnectorOf(maker) && !IsLogical(maker) && maker.name != "neg") return false;
    return std::any_of(maker.args.begin(), maker.args.end(), [](Value argument) {
      const std::optional<Maker> inner = MakerOf(argument);
      return inner && !IsPlainValue(*inner);
    });
  }
  if (maker.IsMethod()) return maker.name == "asc" || maker.name == "desc" || ConnectorOf(maker);
  return !maker.path.empty() && !IsPlainValue(maker);
}

/// Functions of which only the first positional argument is an expression, and what the second is.
constexpr std::pair<std::string_view, std::string_view> kSecondArguments[] = {
    {"Cast", "output_field"}, {"Collate", "collation"}, {"Extract", "lookup_name"},
    {"OpClass", "name"},      {"Trunc", "kind"},
};

/// Keyword arguments that functions turn into expressions, in the place of positional ones.
constexpr std::string_view kExpressionKeywords[] = {
    "expression", "expression1", "expression2", "fill_text", "length",    "number",
    "pos",        "precision",   "replacement", "string",    "substring", "text",
};

/// Keyword arguments that an __init__ takes by name, so that they are not in `extra`.
constexpr std::string_view kHiddenOptions[] = {
    "collation", "default",     "distinct",    "encoder",    "filter",   "is_dst",       "key_name",
    "kind",      "lookup_name", "nulls_first", "nulls_last", "order_by", "output_field", "tzinfo",
};

bool Contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class Reader {
 public:
  /// A string at the top names a field.
  ExpressionPtr ReadRoot(Value value) { return ReadArgument(value); }

 private:
  ExpressionPtr Read(Value value) {
    const std::optional<Maker> maker = MakerOf(value);
    if (!maker || !MakesExpression(*maker)) return ReadConstant(value);
    if (++depth_ > kDeepest) FailTooDeep(*maker);
    if (++nodes_ > kMostNodes) {
      throw Error(maker->position.ToPlace(), "the expression has too many parts");
    }
    auto node = std::make_shared<Expression>();
    node->class_name = maker->name;
    node->class_path = maker->path;
    node->position = maker->position;
    Fill(*node, *maker);
    --depth_;
    return node;
  }

  [[noreturn]] static void FailTooDeep(const Maker& maker) {
    throw Error(maker.position.ToPlace(), "RecursionError: maximum recursion depth exceeded");
  }

  static ExpressionPtr ReadConstant(Value value) {
    auto node = std::make_shared<Expression>();
    node->kind = ExpressionKind::kValue;
    node->class_name = "Value";
    node->value = value;
    return node;
  }

  /// Mirrors Expression._parse_expressions(): a string names a field.
  ExpressionPtr ReadArgument(Value value) {
    if (!value.IsStr()) return Read(value);
    auto node = std::make_shared<Expression>();
    node->kind = ExpressionKind::kF;
    node->class_name = "F";
    node->name = value.AsStr();
    return node;
  }

  void Fill(Expression& node, const Maker& maker) {
    if (maker.IsOperator() || maker.IsMethod()) return FillOperation(node, maker);
    using FillFunction = void (Reader::*)(Expression&, const Maker&);
    static constexpr std::pair<std::string_view, FillFunction> kSpecial[] = {
        {"F", &Reader::FillF},
        {"OuterRef", &Reader::FillF},
        {"ResolvedOuterRef", &Reader::FillF},
        {"Value", &Reader::FillValue},
        {"Q", &Reader::FillQ},
        {"OrderBy", &Reader::FillOrderBy},
        {"ExpressionWrapper", &Reader::FillWrapper},
        {"Case", &Reader::FillCase},
        {"When", &Reader::FillWhen},
        {"RawSQL", &Reader::FillRawSql},
        {"Concat", &Reader::FillConcat},
        {"KeyTransform", &Reader::FillKey},
        {"KeyTextTransform", &Reader::FillKey},
    };
    for (const auto& [name, fill] : kSpecial) {
      if (maker.name == name) return (this->*fill)(node, maker);
    }
    FillFunc(node, maker);
  }

  // ---- Operators and methods

  void FillOperation(Expression& node, const Maker& maker) {
    if (maker.name == "asc" || maker.name == "desc") {
      node.kind = ExpressionKind::kOrderBy;
      node.class_name = "OrderBy";
      node.descending = maker.name == "desc";
      node.children = {Read(maker.receiver)};
      KeepOptions(node, maker);
    } else if (IsLogical(maker)) {
      FillLogical(node, maker);
    } else {
      FillCombined(node, maker);
    }
  }

  void FillCombined(Expression& node, const Maker& maker) {
    node.kind = ExpressionKind::kCombined;
    node.class_name = "CombinedExpression";
    if (maker.name == "neg") {
      // Combinable.__neg__ multiplies with -1.
      node.connector = "*";
      node.children = {Read(maker.args[0]), ReadConstant(Value::Int(-1))};
      return;
    }
    node.connector = *ConnectorOf(maker);
    if (maker.IsMethod()) node.children.push_back(Read(maker.receiver));
    for (const Value argument : maker.args) node.children.push_back(Read(argument));
    if (node.children.size() != 2) {
      throw Error(maker.position.ToPlace(),
                  "'" + maker.name + "' of an expression takes one value");
    }
  }

  void FillLogical(Expression& node, const Maker& maker) {
    node.kind = ExpressionKind::kQ;
    node.class_name = "Q";
    const ExpressionPtr left = AsQ(Read(maker.args[0]));
    if (maker.name == "invert") {
      node.connector = left->connector;
      node.children = left->children;
      node.negated = !left->negated;
      return;
    }
    const ExpressionPtr right = maker.args.size() > 1 ? AsQ(Read(maker.args[1])) : left;
    node.connector = maker.name == "and_" ? "AND" : (maker.name == "or_" ? "OR" : "XOR");
    if (left->children.empty() || right->children.empty()) {
      const Expression& other = left->children.empty() ? *right : *left;
      node.connector = other.connector;
      node.children = other.children;
      node.negated = other.negated;
      return;
    }
    AddTo(node, left);
    AddTo(node, right);
  }

  /// Mirrors Node.add() for a node that has the connector already.
  static void AddTo(Expression& node, const ExpressionPtr& data) {
    const bool can_squash =
        !data->negated && (data->connector == node.connector || data->children.size() == 1);
    if (!can_squash) {
      node.children.push_back(data);
      return;
    }
    node.children.insert(node.children.end(), data->children.begin(), data->children.end());
  }

  /// A condition that is no Q object counts as one with a single child.
  static ExpressionPtr AsQ(const ExpressionPtr& condition) {
    if (condition->kind == ExpressionKind::kQ) return condition;
    auto q = std::make_shared<Expression>();
    q->kind = ExpressionKind::kQ;
    q->class_name = "Q";
    q->connector = "AND";
    q->children = {condition};
    return q;
  }

  // ---- Classes

  void FillF(Expression& node, const Maker& maker) {
    node.kind = ExpressionKind::kF;
    const std::optional<Value> name = maker.Argument(0, "name");
    if (name) node.name = python::Str(*name);
  }

  void FillValue(Expression& node, const Maker& maker) {
    node.kind = ExpressionKind::kValue;
    node.value = maker.Argument(0, "value").value_or(Value());
    KeepOptions(node, maker);
  }

  void FillQ(Expression& node, const Maker& maker) {
    node.kind = ExpressionKind::kQ;
    node.connector = "AND";
    for (const Value argument : maker.args) node.children.push_back(ReadCondition(argument));
    std::vector<python::Keyword> lookups;
    for (const python::Keyword& keyword : maker.keywords) {
      if (keyword.name == "_connector") {
        // 'OR', or Q.OR.
        node.connector = keyword.value.IsStr() ? std::string(keyword.value.AsStr())
                                               : LastPart(python::DottedName(keyword.value));
      } else if (keyword.name == "_negated") {
        node.negated = python::Truth(keyword.value).value_or(false);
      } else {
        lookups.push_back(keyword);
      }
    }
    std::sort(lookups.begin(), lookups.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    for (const python::Keyword& lookup : lookups) {
      node.children.push_back(ReadLookup(lookup.name, lookup.value, node.position));
    }
  }

  /// An argument of Q(): another condition, or a pair of lookup and value.
  ExpressionPtr ReadCondition(Value value) {
    if (value.IsSequence() && value.Items().size() == 2 && value.Items()[0].IsStr()) {
      return ReadLookup(value.Items()[0].AsStr(), value.Items()[1], {});
    }
    return Read(value);
  }

  ExpressionPtr ReadLookup(std::string_view name, Value value, python::Position position) {
    auto lookup = std::make_shared<Expression>();
    lookup->kind = ExpressionKind::kLookup;
    lookup->name = name;
    lookup->value = value;
    lookup->position = position;
    if (IsExpression(value)) lookup->children = {Read(value)};
    return lookup;
  }

  void FillOrderBy(Expression& node, const Maker& maker) {
    node.kind = ExpressionKind::kOrderBy;
    node.children = {ReadArgument(maker.Argument(0, "expression").value_or(Value()))};
    node.descending =
        python::Truth(maker.Argument(1, "descending").value_or(Value())).value_or(false);
    KeepOptions(node, maker);
  }

  void FillWrapper(Expression& node, const Maker& maker) {
    node.kind = ExpressionKind::kWrapper;
    node.children = {Read(maker.Argument(0, "expression").value_or(Value()))};
    KeepOptions(node, maker);
    if (maker.args.size() > 1) KeepOption(node, "output_field", maker.args[1]);
  }

  void FillCase(Expression& node, const Maker& maker) {
    node.kind = ExpressionKind::kCase;
    for (const Value argument : maker.args) node.children.push_back(Read(argument));
    node.children.push_back(ReadArgument(maker.Keyword("default").value_or(Value())));
    KeepOptions(node, maker);
  }

  void FillWhen(Expression& node, const Maker& maker) {
    node.kind = ExpressionKind::kWhen;
    auto condition = std::make_shared<Expression>();
    condition->kind = ExpressionKind::kQ;
    condition->class_name = "Q";
    condition->connector = "AND";
    const std::optional<Value> given = maker.Argument(0, "condition");
    if (given && !given->IsNone()) condition->children.push_back(Read(*given));
    std::size_t lookups = 0;
    for (const python::Keyword& keyword : maker.keywords) {
      if (keyword.name == "condition" || keyword.name == "then") continue;
      condition->children.push_back(ReadLookup(keyword.name, keyword.value, node.position));
      ++lookups;
    }
    // Without lookups the condition stands as it was given.
    ExpressionPtr whole = condition;
    if (lookups == 0 && !condition->children.empty()) whole = condition->children.front();
    node.children = {whole, ReadArgument(maker.Argument(1, "then").value_or(Value()))};
  }

  void FillRawSql(Expression& node, const Maker& maker) {
    node.kind = ExpressionKind::kRawSql;
    node.value = maker.Argument(0, "sql").value_or(Value());
    KeepOptions(node, maker);
    if (maker.args.size() > 1) KeepOption(node, "params", maker.args[1]);
  }

  /// Mirrors Concat._paired().
  void FillConcat(Expression& node, const Maker& maker) {
    node.kind = ExpressionKind::kFunc;
    KeepOptions(node, maker);
    if (maker.args.size() < 2) {
      throw Error(maker.position.ToPlace(),
                  "ValueError: Concat must take at least two expressions");
    }
    if (maker.args.size() > kDeepest) FailTooDeep(maker);
    ExpressionPtr tail = ReadArgument(maker.args.back());
    for (std::size_t i = maker.args.size() - 1; i-- > 0;) {
      auto pair = std::make_shared<Expression>();
      pair->kind = ExpressionKind::kFunc;
      pair->class_name = "ConcatPair";
      pair->class_path = "django.db.models.functions.ConcatPair";
      pair->children = {ReadArgument(maker.args[i]), tail};
      tail = std::move(pair);
    }
    node.children = {tail};
  }

  /// KeyTransform("key", expression): the key is no expression.
  void FillKey(Expression& node, const Maker& maker) {
    node.kind = ExpressionKind::kFunc;
    for (std::size_t i = 1; i < maker.args.size(); ++i) {
      node.children.push_back(ReadArgument(maker.args[i]));
    }
    KeepOptions(node, maker);
    if (!maker.args.empty()) KeepOption(node, "key_name", maker.args[0]);
  }

  void FillFunc(Expression& node, const Maker& maker) {
    node.kind = ExpressionKind::kFunc;
    for (std::size_t i = 0; i < maker.args.size(); ++i) {
      const std::string_view option = i == 0 ? std::string_view() : SecondArgument(maker.name);
      if (option.empty()) {
        node.children.push_back(ReadArgument(maker.args[i]));
      } else {
        KeepOption(node, option, maker.args[i]);
      }
    }
    for (const python::Keyword& keyword : maker.keywords) {
      if (Contains(kExpressionKeywords, keyword.name)) {
        node.children.push_back(ReadArgument(keyword.value));
      } else {
        KeepOption(node, keyword.name, keyword.value);
      }
    }
    const bool lacks_precision = maker.name == "Round" && node.children.size() == 1;
    if (lacks_precision) node.children.push_back(ReadConstant(Value::Int(0)));
  }

  static std::string_view SecondArgument(std::string_view function) {
    for (const auto& [name, option] : kSecondArguments) {
      if (name == function) return option;
    }
    return {};
  }

  void KeepOptions(Expression& node, const Maker& maker) {
    for (const python::Keyword& keyword : maker.keywords) {
      KeepOption(node, keyword.name, keyword.value);
    }
  }

  /// An option may be an expression, too, and is read again to be shown: reading it here holds the
  /// whole tree to the bounds.
  void KeepOption(Expression& node, std::string_view name, Value value) {
    if (IsExpression(value)) Read(value);
    node.options.emplace_back(name, value);
  }

  std::size_t depth_ = 0;
  int nodes_ = 0;
};

}  // namespace

bool ShowsInRepr(std::string_view option) { return !Contains(kHiddenOptions, option); }

bool IsExpression(Value value) {
  const std::optional<Maker> maker = MakerOf(value);
  return maker && MakesExpression(*maker);
}

ExpressionPtr ReadExpression(Value value) { return Reader().ReadRoot(value); }

}  // namespace migext::django
