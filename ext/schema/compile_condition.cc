// Q objects as lists of conditions (Query._add_q, Query.build_filter, WhereNode.as_sql).
#include "base/error.h"
#include "base/text.h"
#include "schema/expression_compiler.h"
#include "schema/statement.h"

namespace migext::schema {

using django::Expression;
using django::ExpressionKind;

namespace {

bool IsComparison(const Expression& node) {
  return node.kind == ExpressionKind::kFunc &&
         node.class_path.find(".lookups.") != std::string::npos;
}

}  // namespace

std::string ExpressionCompiler::Condition(const Expression& condition) {
  if (condition.kind == ExpressionKind::kQ) return Text(List(condition, false));
  WhereList list;
  Add(list, condition, false);
  return Text(list);
}

WhereList ExpressionCompiler::List(const Expression& q, bool current_negated) {
  WhereList list;
  list.connector = q.connector;
  list.negated = q.negated;
  for (const django::ExpressionPtr& child : q.children)
    Add(list, *child, current_negated != q.negated);
  return list;
}

void ExpressionCompiler::Add(WhereList& list, const Expression& child, bool current_negated) {
  switch (child.kind) {
    case ExpressionKind::kQ:
      return Merge(list, List(child, current_negated));
    case ExpressionKind::kLookup:
      return Merge(list, Lookup(child, current_negated));
    case ExpressionKind::kWrapper:
      return Add(list, *child.children.front(), current_negated);
    default:
      break;
  }
  const Compiled compiled = Compile(child);
  const bool is_compared = context_.dialect->compares_booleans && !IsComparison(child) &&
                           child.kind != ExpressionKind::kRawSql;
  Merge(list, {.items = {compiled.sql + (is_compared ? " = 1" : "")}});
}

/// Node.add(): a list of the same connector, or of one item, is taken in.
void ExpressionCompiler::Merge(WhereList& list, WhereList other) {
  if (other.items.empty()) return;
  const bool is_taken_in =
      !other.negated && (other.connector == list.connector || other.items.size() == 1);
  if (is_taken_in) {
    list.items.insert(list.items.end(), other.items.begin(), other.items.end());
    return;
  }
  WhereList single = std::move(other);
  std::string text = single.negated
                         ? "NOT (" + Join(single.items, " " + single.connector + " ") + ")"
                         : "(" + Join(single.items, " " + single.connector + " ") + ")";
  list.items.push_back(std::move(text));
}

std::string ExpressionCompiler::Text(const WhereList& list) const {
  if (list.connector == "XOR" && list.items.size() > 1) return ExclusiveOr(list);
  const std::string joined = Join(list.items, " " + list.connector + " ");
  if (list.negated && !joined.empty()) return "NOT (" + joined + ")";
  return list.items.size() > 1 ? "(" + joined + ")" : joined;
}

/// a XOR b: one of them, and an odd number.
std::string ExpressionCompiler::ExclusiveOr(const WhereList& list) const {
  std::string sum;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const std::string term = "CASE WHEN " + list.items[i] + " THEN 1 ELSE 0 END";
    sum = i == 0 ? term : "(" + sum + " + " + term + ")";
  }
  if (list.items.size() > 2 && context_.dialect->counts_exclusive_or) sum = "(MOD(" + sum + ", 2))";
  const std::string text = "(" + Join(list.items, " OR ") + ") AND 1 = " + sum;
  return list.negated ? "NOT (" + text + ")" : "(" + text + ")";
}

WhereList ExpressionCompiler::Lookup(const Expression& lookup, bool current_negated) {
  const Path path = Resolve(lookup);
  const Expression* right = lookup.children.empty() ? nullptr : lookup.children.front().get();
  WhereList list;
  list.items.push_back(Compare(path.left, path.lookup, lookup.value, right));
  const bool is_null_test = path.lookup == "isnull" || (!right && lookup.value.IsNone());
  if (!current_negated || is_null_test) return list;
  // NOT would be NULL where a column is: the condition says so itself.
  const EditedField* column = path.left.column;
  if (column && column->field().null) {
    list.items.push_back(QuoteName(column->column) + " IS NOT NULL");
  }
  if (right && right->kind == ExpressionKind::kF) {
    const Compiled other = Compile(*right);
    if (other.column && other.column->field().null)
      list.items.push_back(other.sql + " IS NOT NULL");
  }
  return list;
}

}  // namespace migext::schema
