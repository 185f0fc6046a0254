#include "schema/index.h"

#include <string>
#include <string_view>

#include "django/expression.h"
#include "schema/local_fields.h"
#include "schema/naming.h"
#include "schema/written_index.h"

namespace migext::schema {
namespace {

using django::Expression;
using django::ExpressionKind;
using django::ModelState;
using django::NamedField;
using django::NamedIndex;
using python::Value;

std::string_view WithoutSign(std::string_view name) {
  return name.starts_with('-') ? name.substr(1) : name;
}

std::string ColumnOfName(std::string_view name, const std::vector<NamedField>& fields) {
  const NamedField* field = FindByName(fields, name);
  return field ? ColumnName(*field) : std::string(name);
}

void AddFieldParts(Index& index, std::span<const std::string> names,
                   const std::vector<NamedField>& fields) {
  for (const std::string& name : names) {
    const std::string_view bare = WithoutSign(name);
    index.parts.push_back({ColumnOfName(bare, fields), name.starts_with('-')});
    index.fields.emplace_back(bare);
  }
}

/// Mirrors IndexExpression: a plain column stands without parentheses, everything else is an
/// expression.
void AddExpressionParts(Index& index, std::span<const Value> expressions,
                        const std::vector<NamedField>& fields) {
  for (const Value value : expressions) {
    const django::ExpressionPtr expression = django::ReadExpression(value);
    const bool is_ordered = expression->kind == ExpressionKind::kOrderBy;
    const Expression& inner = is_ordered ? *expression->children.front() : *expression;
    IndexPart part;
    part.descending = is_ordered && expression->descending;
    if (inner.kind == ExpressionKind::kF) {
      part.column = ColumnOfName(inner.name, fields);
      index.fields.push_back(inner.name);
    }
    index.parts.push_back(std::move(part));
  }
}

void AppendTogether(std::vector<Index>& indexes, const ModelState& model,
                    const std::optional<django::Together>& together,
                    const std::vector<NamedField>& fields, IndexOrigin origin) {
  if (!together) return;
  for (const std::vector<std::string>& group : together->groups) {
    indexes.push_back(TogetherIndex(model, group, fields, origin));
  }
}

void AppendConstraintIndexes(std::vector<Index>& indexes, const ModelState& model,
                             const std::vector<NamedField>& fields) {
  for (const NamedIndex& constraint : model.constraints) {
    if (FormOf(constraint) != ConstraintForm::kUniqueIndex) continue;
    Index index = IndexOf(constraint, fields);
    index.unique = true;
    index.origin = IndexOrigin::kConstraint;
    indexes.push_back(std::move(index));
  }
}

void AppendFieldIndexes(std::vector<Index>& indexes, const ModelState& model,
                        const std::vector<NamedField>& fields) {
  for (const NamedField& field : fields) {
    if (!field.field->db_index || field.field->unique || !field.field->concrete) continue;
    const std::string column = ColumnName(field);
    Index index;
    index.name = IndexName(TableName(model), std::span(&column, 1), "");
    index.parts = {{column, false}};
    index.fields = {field.name};
    indexes.push_back(std::move(index));
  }
}

}  // namespace

std::vector<std::string> ColumnsOf(std::span<const std::string> names,
                                   const std::vector<NamedField>& fields) {
  std::vector<std::string> columns;
  for (const std::string& name : names) columns.push_back(ColumnOfName(WithoutSign(name), fields));
  return columns;
}

Index TogetherIndex(const ModelState& model, const std::vector<std::string>& group,
                    const std::vector<NamedField>& fields, IndexOrigin origin) {
  Index index;
  index.origin = origin;
  index.unique = origin == IndexOrigin::kUniqueTogether;
  index.name =
      IndexName(TableName(model), ColumnsOf(group, fields), index.unique ? "_uniq" : "_idx");
  AddFieldParts(index, group, fields);
  return index;
}

Index IndexOf(const NamedIndex& index, const std::vector<NamedField>& fields) {
  Index result;
  result.name = StripQuotes(index.name);
  result.origin = IndexOrigin::kMeta;
  const WrittenIndex call = WrittenIndexOf(index.value);
  AddFieldParts(result, index.fields, fields);
  if (index.fields.empty()) AddExpressionParts(result, call.args, fields);
  result.partial = call.Has("condition");
  return result;
}

ConstraintForm FormOf(const NamedIndex& constraint) {
  if (IsMadeBy(constraint.value, "CheckConstraint")) return ConstraintForm::kCheck;
  if (!IsMadeBy(constraint.value, "UniqueConstraint")) return ConstraintForm::kNothing;
  const WrittenIndex call = WrittenIndexOf(constraint.value);
  // SQLite has none of these, and Django then leaves the constraint out (_unique_supported).
  if (call.Has("deferrable") || call.Has("include") || call.Has("nulls_distinct")) {
    return ConstraintForm::kNothing;
  }
  const bool is_index = call.Has("condition") || call.Has("opclasses") || constraint.fields.empty();
  return is_index ? ConstraintForm::kUniqueIndex : ConstraintForm::kTableUnique;
}

std::vector<Index> IndexesOf(const ModelState& model, const std::vector<NamedField>& fields,
                             const SchemaContext& context) {
  std::vector<Index> indexes;
  const auto append_index_together = [&] {
    AppendTogether(indexes, model, model.index_together, fields, IndexOrigin::kIndexTogether);
  };
  // Where the option is gone, its indexes are made at once and not put off like the others.
  if (!context.dialect->index_together) append_index_together();
  AppendTogether(indexes, model, model.unique_together, fields, IndexOrigin::kUniqueTogether);
  AppendConstraintIndexes(indexes, model, fields);
  AppendFieldIndexes(indexes, model, fields);
  if (context.dialect->index_together) append_index_together();
  for (const NamedIndex& index : model.indexes) indexes.push_back(IndexOf(index, fields));
  return indexes;
}

std::vector<Constraint> ConstraintsOf(const ModelState& model,
                                      const std::vector<NamedField>& fields) {
  std::vector<Constraint> constraints;
  for (const NamedIndex& constraint : model.constraints) {
    const ConstraintForm form = FormOf(constraint);
    if (form != ConstraintForm::kCheck && form != ConstraintForm::kTableUnique) continue;
    Constraint result;
    result.name = StripQuotes(constraint.name);
    result.check = form == ConstraintForm::kCheck;
    if (!result.check) result.columns = ColumnsOf(constraint.fields, fields);
    constraints.push_back(std::move(result));
  }
  return constraints;
}

}  // namespace migext::schema
