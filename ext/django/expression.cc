#include "django/expression.h"

#include <algorithm>

#include "django/expression_reader.h"

namespace migext::django {
namespace {

std::string Tuple(const std::string& first, const std::string& second) {
  return "(" + first + ", " + second + ")";
}

std::string StrOfFunc(const Expression& func) {
  std::string out = func.class_name + "(";
  for (std::size_t i = 0; i < func.children.size(); ++i) {
    if (i > 0) out += ", ";
    out += Str(*func.children[i]);
  }
  std::vector<std::pair<std::string, python::Value>> extra = func.options;
  std::erase_if(extra, [](const auto& option) { return !ShowsInRepr(option.first); });
  std::sort(extra.begin(), extra.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < extra.size(); ++i) {
    // Django writes "Name(args, extra)" even without arguments.
    out += ", " + extra[i].first + "=" + StrExpression(extra[i].second);
  }
  return out + ")";
}

/// The inside of "<Q: …>".
std::string StrOfQ(const Expression& q) {
  std::string children;
  for (std::size_t i = 0; i < q.children.size(); ++i) {
    if (i > 0) children += ", ";
    children += Str(*q.children[i]);
  }
  const std::string inside = "(" + q.connector + ": " + children + ")";
  return q.negated ? "(NOT " + inside + ")" : inside;
}

std::string StrOfLookup(const Expression& lookup) {
  const std::string right =
      lookup.children.empty() ? ReprExpression(lookup.value) : Repr(*lookup.children.front());
  return Tuple("'" + lookup.name + "'", right);
}

std::string StrOfCase(const Expression& node) {
  std::string out = "CASE ";
  for (std::size_t i = 0; i + 1 < node.children.size(); ++i) {
    if (i > 0) out += ", ";
    out += Str(*node.children[i]);
  }
  return out + ", ELSE " + Repr(*node.children.back());
}

}  // namespace

std::string Str(const Expression& node) {
  switch (node.kind) {
    case ExpressionKind::kF:
      return node.class_name + "(" + node.name + ")";
    case ExpressionKind::kValue:
      return "Value(" + ReprExpression(node.value) + ")";
    case ExpressionKind::kFunc:
      return StrOfFunc(node);
    case ExpressionKind::kCombined:
      return Str(*node.children[0]) + " " + node.connector + " " + Str(*node.children[1]);
    case ExpressionKind::kOrderBy:
      return "OrderBy(" + Str(*node.children[0]) +
             (node.descending ? ", descending=True)" : ", descending=False)");
    case ExpressionKind::kWrapper:
      return node.class_name + "(" + Str(*node.children[0]) + ")";
    case ExpressionKind::kCase:
      return StrOfCase(node);
    case ExpressionKind::kWhen:
      return "WHEN " + Repr(*node.children[0]) + " THEN " + Repr(*node.children[1]);
    case ExpressionKind::kQ:
      return StrOfQ(node);
    case ExpressionKind::kLookup:
      return StrOfLookup(node);
    case ExpressionKind::kRawSql: {
      const auto params = std::find_if(node.options.begin(), node.options.end(),
                                       [](const auto& option) { return option.first == "params"; });
      return "RawSQL(" + python::Str(node.value) + ", " +
             (params == node.options.end() ? "()" : python::Repr(params->second)) + ")";
    }
  }
  return {};
}

std::string Repr(const Expression& node) {
  switch (node.kind) {
    case ExpressionKind::kCombined:
      return "<CombinedExpression: " + Str(node) + ">";
    case ExpressionKind::kCase:
    case ExpressionKind::kWhen:
    case ExpressionKind::kQ:
      return "<" + node.class_name + ": " + Str(node) + ">";
    default:
      return Str(node);
  }
}

std::string StrExpression(python::Value value) {
  if (value.IsStr()) return std::string(value.AsStr());
  return IsExpression(value) ? Str(*ReadExpression(value)) : ReprExpression(value);
}

std::string ReprExpression(python::Value value) {
  if (IsExpression(value)) return Repr(*ReadExpression(value));
  const std::string text = python::Repr(value);
  // repr() of these leaves their module out.
  for (const std::string_view shown : {"decimal.Decimal(", "uuid.UUID("}) {
    if (value.Is(python::Kind::kCall) && text.starts_with(shown)) {
      return text.substr(shown.find('.') + 1);
    }
  }
  return text;
}

}  // namespace migext::django
