#include "rewrite/q_node.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace migext::rewrite {
namespace {

using python::Kind;
using python::Value;

constexpr int kDeepest = 100;
constexpr std::size_t kMostChildren = 10'000;

bool IsQ(std::string_view path) {
  return path == "django.db.models.Q" || path == "django.db.models.query_utils.Q";
}

/// Q(*args, _connector=None, _negated=False, **kwargs).
QNode Made(const python::CallView& call, const django::Dialect& dialect, int depth) {
  QNode node;
  for (const Value argument : call.args) {
    if (std::optional<QNode> inner = QNode::Read(argument, dialect, depth + 1)) {
      node.children.push_back({"", {}, {*std::move(inner)}});
    } else if (argument.Is(Kind::kTuple) && argument.Items().size() == 2 &&
               argument.Items()[0].IsStr()) {
      node.children.push_back({std::string(argument.Items()[0].AsStr()), argument.Items()[1], {}});
    } else {
      node.children.push_back({"", argument, {}});
    }
  }
  std::vector<python::Keyword> keywords(call.keywords.begin(), call.keywords.end());
  std::ranges::sort(keywords, {}, &python::Keyword::name);
  for (const python::Keyword& keyword : keywords) {
    if (keyword.name == "_connector") {
      // Q.OR is a name of Django's: its last part is its value.
      const std::string name = python::DottedName(keyword.value);
      if (keyword.value.IsStr()) node.connector = keyword.value.AsStr();
      if (keyword.value.Is(Kind::kSymbol)) node.connector = name.substr(name.rfind('.') + 1);
    } else if (keyword.name == "_negated") {
      node.negated = python::Truth(keyword.value).value_or(false);
    } else {
      node.children.push_back({std::string(keyword.name), keyword.value, {}});
    }
  }
  return node;
}

}  // namespace

void QNode::Add(QNode other) {
  if (children.size() + other.children.size() > kMostChildren) {
    throw Error("the Q object has too many parts");
  }
  if (!other.negated && (other.connector == connector || other.children.size() == 1)) {
    std::ranges::move(other.children, std::back_inserter(children));
  } else {
    children.push_back({"", {}, {std::move(other)}});
  }
}

std::optional<QNode> QNode::Read(Value value, const django::Dialect& dialect, int depth) {
  if (!value.Is(Kind::kCall)) return std::nullopt;
  const python::CallView call = python::View(value.AsCall());
  if (depth > kDeepest) {
    throw Error(call.position.ToPlace(), "RecursionError: maximum recursion depth exceeded");
  }
  const std::string path = python::DottedName(call.callee);
  if (IsQ(path)) return Made(call, dialect, depth);
  if (path == "operator.invert" && call.args.size() == 1) {
    std::optional<QNode> node = Read(call.args[0], dialect, depth + 1);
    if (!node) return std::nullopt;
    if (dialect.negation_wraps_q) {
      QNode outer;
      outer.Add(*std::move(node));
      node = std::move(outer);
    }
    node->negated = !node->negated;
    return node;
  }
  const std::string_view connector = path == "operator.and_"  ? "AND"
                                     : path == "operator.or_" ? "OR"
                                     : path == "operator.xor" ? "XOR"
                                                              : "";
  if (connector.empty() || call.args.size() != 2) return std::nullopt;
  std::optional<QNode> left = Read(call.args[0], dialect, depth + 1);
  std::optional<QNode> right = Read(call.args[1], dialect, depth + 1);
  if (!left && !right) return std::nullopt;
  if (!left) left = QNode{"AND", false, {{"", call.args[0], {}}}};
  if (!right) right = QNode{"AND", false, {{"", call.args[1], {}}}};
  if (left->children.empty()) return right;
  if (right->children.empty()) return left;
  QNode both;
  both.connector = connector;
  both.Add(*std::move(left));
  both.Add(*std::move(right));
  return both;
}

}  // namespace migext::rewrite
