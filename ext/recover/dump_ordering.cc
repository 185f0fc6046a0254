#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "django/expression.h"
#include "python/value.h"
#include "recover/dump_joins.h"
#include "schema/compile_expression.h"
#include "schema/edited_model.h"

namespace migext::recover {
namespace {

using django::Expression;
using django::ExpressionKind;
using django::ModelState;
using python::Value;

/// Orderings that lead to orderings end somewhere, or are an error that Django raises.
constexpr int kDeepest = 32;

/// The option of the model itself, else of the first base that is a model: those of concrete
/// parents are inherited (ModelBase.__new__).
std::optional<Value> WrittenOrdering(const DumpSource& source, const ModelState& model, int depth) {
  if (const std::optional<Value> own = model.Option("ordering")) return own;
  for (const Value base : model.bases) {
    if (!base.IsStr() || depth == kDeepest) continue;
    const std::string key(base.AsStr());
    const std::size_t dot = key.find('.');
    if (dot == std::string::npos) continue;
    const ModelState* parent = source.state.Find(key.substr(0, dot), key.substr(dot + 1));
    return parent == nullptr ? std::nullopt : WrittenOrdering(source, *parent, depth + 1);
  }
  return std::nullopt;
}

class Ordering {
 public:
  Ordering(const DumpSource& source, TableJoins& joins) : source_(source), joins_(joins) {}

  std::vector<std::string> Take() { return std::move(terms_); }

  void AddModel(const FixtureModel& model, const std::string& table, bool is_reversed, int depth) {
    const std::optional<Value> written = WrittenOrdering(source_, *model.state, 0);
    if (!written || !written->IsSequence() || depth == kDeepest) return;
    for (const Value item : written->Items()) {
      if (item.IsStr()) {
        AddName(item.AsStr(), model, table, is_reversed, depth);
      } else {
        AddExpression(item, model, table, is_reversed);
      }
    }
  }

 private:
  void AddName(std::string_view name, const FixtureModel& model, const std::string& table,
               bool is_reversed, int depth) {
    if (name == "?") return;
    const bool is_descending = name.starts_with('-');
    if (is_descending || name.starts_with('+')) name.remove_prefix(1);
    const bool goes_down = is_descending != is_reversed;
    const JoinedColumn column = Follow(name, model, table);
    const std::string_view last =
        name.substr(name.rfind("__") == std::string_view::npos ? 0 : name.rfind("__") + 2);
    const FixtureModel* target = column.field->target;
    // A relation by its name stands for the ordering of its target, where that has one.
    const bool leads_on = target != nullptr && last == column.field->name &&
                          column.field->target_field != nullptr &&
                          WrittenOrdering(source_, *target->state, 0) && depth < kDeepest;
    if (leads_on) {
      const std::size_t before = terms_.size();
      AddModel(*target, joins_.Join(column.table, *column.field, JoinKind::kOuter), goes_down,
               depth + 1);
      if (terms_.size() > before) return;
    }
    terms_.push_back(column.Sql() + (goes_down ? " DESC" : " ASC"));
  }

  /// "group__title"
  JoinedColumn Follow(std::string_view path, const FixtureModel& model, std::string table) {
    const FixtureModel* at = &model;
    for (;;) {
      const std::size_t end = path.find("__");
      const std::string_view name = path.substr(0, end);
      const std::optional<JoinedColumn> column =
          at == nullptr ? std::nullopt : joins_.Find(table, *at, name, JoinKind::kOuter);
      if (!column) FailUnknown(model, path);
      if (end == std::string_view::npos) return *column;
      path.remove_prefix(end + 2);
      if (path == "pk" || column->field->target == nullptr ||
          column->field->target_field == nullptr) {
        if (path == "pk") return *column;
        FailUnknown(model, path);
      }
      table = joins_.Join(column->table, *column->field, JoinKind::kOuter);
      at = column->field->target;
    }
  }

  void AddExpression(Value item, const FixtureModel& model, const std::string& table,
                     bool is_reversed) {
    const django::ExpressionPtr whole = django::ReadExpression(item);
    const bool is_ordered = whole->kind == ExpressionKind::kOrderBy && !whole->children.empty();
    const Expression& inner = is_ordered ? *whole->children.front() : *whole;
    const bool goes_down = (is_ordered && whole->descending) != is_reversed;
    std::string term = inner.kind == ExpressionKind::kF ? Follow(inner.name, model, table).Sql()
                                                        : Compiled(item, model, table);
    term += goes_down ? " DESC" : " ASC";
    for (const auto& [name, option] : whole->options) {
      if (python::Truth(option) != true) continue;
      if (name == "nulls_first") term += " NULLS FIRST";
      if (name == "nulls_last") term += " NULLS LAST";
    }
    terms_.push_back(term);
  }

  /// Names of columns stand alone in what is compiled: a query of its own gives them their table.
  std::string Compiled(Value item, const FixtureModel& model, const std::string& table) {
    const schema::SchemaContext context = schema::ContextOf(source_.project);
    const schema::EditedModel edited =
        schema::ModelOf(source_.state, model.key, schema::Side::kAfter, context);
    std::string sql = schema::CompileIndexExpression(item, edited, context);
    for (const std::string_view order : {" ASC", " DESC"}) {
      if (sql.ends_with(order)) sql.resize(sql.size() - order.size());
    }
    if (model.pk.size() != 1) FailUnknown(model, sql);
    const JoinedColumn inner{"o", model.pk.front()};
    const JoinedColumn outer{table, model.pk.front()};
    return "(SELECT " + sql + " FROM " + SqlIdentifier(model.table) + " AS o WHERE " + inner.Sql() +
           " = " + outer.Sql() + ")";
  }

  [[noreturn]] static void FailUnknown(const FixtureModel& model, std::string_view what) {
    throw Error("Meta.ordering of " + model.label + " names '" + std::string(what) +
                "', which is no column that the migrations know; exclude the models that refer to "
                "it, or mend the migrations");
  }

  const DumpSource& source_;
  TableJoins& joins_;
  std::vector<std::string> terms_;
};

}  // namespace

std::vector<std::string> OrderingTerms(const DumpSource& source, const FixtureModel& model,
                                       const std::string& table, TableJoins& joins) {
  Ordering ordering(source, joins);
  ordering.AddModel(model, table, false, 0);
  return ordering.Take();
}

std::vector<std::string> PrimaryKeyTerms(const DumpSource& source, const FixtureModel& model,
                                         TableJoins& joins) {
  std::vector<std::string> terms;
  const bool is_relation = model.pk.size() == 1 && !model.has_composite_key &&
                           model.pk.front()->target != nullptr &&
                           model.pk.front()->target_field != nullptr;
  if (is_relation) {
    const FixtureField& key = *model.pk.front();
    terms = OrderingTerms(source, *key.target, joins.Join("t0", key, JoinKind::kOuter), joins);
  }
  for (const FixtureField* key : model.pk) {
    terms.push_back(JoinedColumn{"t0", key}.Sql() + " ASC");
  }
  return terms;
}

}  // namespace migext::recover
