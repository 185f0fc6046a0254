#include "schema/index_statement.h"

#include <algorithm>

#include "django/expression.h"
#include "schema/compile_expression.h"
#include "schema/index.h"
#include "schema/naming.h"
#include "schema/statement.h"
#include "schema/written_index.h"

namespace migext::schema {
namespace {

using django::NamedIndex;
using python::Value;

/// fields= of an index: "-created" is the column in descending order.
void AddFields(IndexStatement& statement, const EditedModel& model,
               const std::vector<std::string>& names, bool with_order) {
  for (const std::string& name : names) {
    const bool descending = with_order && name.starts_with('-');
    const EditedField& field = model.GetField(descending ? name.substr(1) : name);
    statement.columns.push_back(field.column);
    if (!statement.column_list.empty()) statement.column_list += ", ";
    statement.column_list += QuoteName(field.column) + (descending ? " DESC" : "");
  }
}

std::string Where(const EditedModel& model, const WrittenIndex& written,
                  const SchemaContext& context) {
  const Value condition = written.Get("condition");
  if (condition.IsNone()) return {};
  const std::string sql = CompileCondition(condition, model, context);
  return sql.empty() ? std::string() : " WHERE " + sql;
}

std::string ExpressionList(const EditedModel& model, const WrittenIndex& written,
                           const SchemaContext& context) {
  std::string out;
  for (const Value expression : written.args) {
    if (!out.empty()) out += ", ";
    out += CompileIndexExpression(expression, model, context);
  }
  return out;
}

const EditedField* FieldOfColumn(const EditedModel& model, std::string_view column) {
  for (const EditedField& field : model.fields) {
    if (field.column == column) return &field;
  }
  return nullptr;
}

bool HasTablespace(const EditedModel& model, const EditedField& field) {
  return !field.field().db_tablespace.empty() || model.has_tablespace;
}

}  // namespace

std::string IndexStatement::Name() const {
  return name.empty() ? IndexName(table, columns, suffix) : name;
}

std::string IndexStatement::Sql() const {
  return std::string(unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ") + QuoteName(Name()) +
         " ON " + QuoteName(table) + " (" + column_list + ")" + tail;
}

bool IndexStatement::NamesColumn(std::string_view of_table, std::string_view column) const {
  return table == of_table && std::find(columns.begin(), columns.end(), column) != columns.end();
}

IndexStatement FieldIndex(const EditedModel& model, const EditedField& field) {
  IndexStatement statement;
  statement.table = model.table;
  statement.columns = {field.column};
  statement.column_list = QuoteName(field.column);
  if (HasTablespace(model, field)) statement.tail = " ";
  return statement;
}

IndexStatement TogetherStatement(const EditedModel& model, const std::vector<std::string>& group,
                                 bool unique) {
  IndexStatement statement;
  statement.unique = unique;
  statement.table = model.table;
  statement.suffix = unique ? "_uniq" : "_idx";
  AddFields(statement, model, group, false);
  if (!unique && model.has_tablespace) statement.tail = " ";
  return statement;
}

IndexStatement MetaIndex(const EditedModel& model, const NamedIndex& index,
                         const SchemaContext& context) {
  const WrittenIndex written = WrittenIndexOf(index.value);
  IndexStatement statement;
  statement.table = model.table;
  statement.name = index.name;
  AddFields(statement, model, index.fields, true);
  if (index.fields.empty()) statement.column_list = ExpressionList(model, written, context);
  const EditedField* only =
      statement.columns.size() == 1 ? FieldOfColumn(model, statement.columns[0]) : nullptr;
  const bool tablespace =
      written.Has("db_tablespace") || model.has_tablespace || (only && HasTablespace(model, *only));
  statement.tail = (tablespace ? " " : "") + Where(model, written, context);
  return statement;
}

IndexStatement UniqueIndex(const EditedModel& model, const NamedIndex& constraint,
                           const SchemaContext& context) {
  const WrittenIndex written = WrittenIndexOf(constraint.value);
  IndexStatement statement;
  statement.unique = true;
  statement.table = model.table;
  statement.name = constraint.name;
  AddFields(statement, model, constraint.fields, false);
  if (constraint.fields.empty()) statement.column_list = ExpressionList(model, written, context);
  statement.tail = Where(model, written, context);
  return statement;
}

std::vector<IndexStatement> IndexStatementsOf(const EditedModel& model,
                                              const SchemaContext& context, Unrenderable policy) {
  std::vector<IndexStatement> indexes;
  for (const std::vector<std::string>& group : model.unique_together) {
    Attempt(policy, [&] { indexes.push_back(TogetherStatement(model, group, true)); });
  }
  for (const NamedIndex& constraint : model.constraints) {
    if (FormOf(constraint) != ConstraintForm::kUniqueIndex) continue;
    Attempt(policy, [&] { indexes.push_back(UniqueIndex(model, constraint, context)); });
  }
  for (const EditedField& field : model.fields) {
    if (field.field().db_index && !field.field().unique && !field.column.empty()) {
      indexes.push_back(FieldIndex(model, field));
    }
  }
  if (context.dialect->index_together) {
    for (const std::vector<std::string>& group : model.index_together) {
      Attempt(policy, [&] { indexes.push_back(TogetherStatement(model, group, false)); });
    }
  }
  for (const NamedIndex& index : model.indexes) {
    Attempt(policy, [&] { indexes.push_back(MetaIndex(model, index, context)); });
  }
  return indexes;
}

void DeferredIndexes::RenameTable(std::string_view from, std::string_view to) {
  for (IndexStatement& index : list_) {
    if (index.table == from) index.table = to;
  }
}

void DeferredIndexes::ForgetTable(std::string_view table) {
  std::erase_if(list_, [&](const IndexStatement& index) { return index.table == table; });
}

void DeferredIndexes::ForgetColumn(std::string_view table, std::string_view column) {
  std::erase_if(list_,
                [&](const IndexStatement& index) { return index.NamesColumn(table, column); });
}

void DeferredIndexes::ForgetIndex(std::string_view table, std::string_view name) {
  std::erase_if(list_, [&](const IndexStatement& index) {
    return index.table == table && index.Name() == name;
  });
}

bool DeferredIndexes::ForgetColumns(std::string_view table,
                                    const std::vector<std::string>& columns) {
  const auto found = std::find_if(list_.begin(), list_.end(), [&](const IndexStatement& index) {
    return index.table == table && index.columns == columns;
  });
  if (found == list_.end()) return false;
  list_.erase(found);
  return true;
}

}  // namespace migext::schema
