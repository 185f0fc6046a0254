#include "schema/create_table.h"

#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "schema/compile_expression.h"
#include "schema/index.h"
#include "schema/local_fields.h"
#include "schema/statement.h"
#include "schema/written_index.h"

namespace migext::schema {
namespace {

using django::FieldType;

/// _iter_column_sql().
std::string Definition(const Column& column, const EditedModel& model, const EditedField& field,
                       const SchemaContext& context) {
  std::string sql = column.type;
  if (!column.collation.empty()) sql += " COLLATE " + column.collation;
  if (field.field().db_default) {
    sql += " DEFAULT " + CompileDatabaseDefault(model, field, context);
  }
  if (column.generated) {
    sql += " " + CompileGenerated(model, field, context);
  } else {
    sql += field.field().null ? " NULL" : " NOT NULL";
  }
  if (column.primary_key) {
    sql += " PRIMARY KEY";
  } else if (column.unique) {
    sql += " UNIQUE";
  }
  return sql;
}

std::string CheckSql(const Column& column) {
  return column.check.empty() ? std::string() : " CHECK (" + column.check + ")";
}

std::string ReferenceSql(const Column& column) {
  if (!column.references) return {};
  const Reference& reference = *column.references;
  const std::string on_delete =
      reference.on_delete.empty() ? std::string() : " ON DELETE " + reference.on_delete;
  return " REFERENCES " + QuoteName(reference.table) + " (" + QuoteName(reference.column) + ")" +
         on_delete + " DEFERRABLE INITIALLY DEFERRED";
}

/// A key whose target is not there: Django fails when it asks for the column's type.
void RequireTarget(const EditedField& field, const SchemaContext& context) {
  if (!field.field().IsForeignKey() || TargetOf(field.state, field.field(), context)) return;
  const django::Relation& relation = *field.field().relation;
  if (const django::ModelState* target = ConcreteModel(field.state, relation.to)) {
    throw Error("django.core.exceptions.FieldDoesNotExist: " + target->name +
                " has no field named '" + relation.to_field + "'");
  }
  throw Error("ValueError: Related model '" + relation.to.ToString() + "' cannot be resolved");
}

std::string ConstraintSql(const EditedModel& model, const django::NamedIndex& constraint,
                          const SchemaContext& context) {
  const std::string head = "CONSTRAINT " + QuoteName(constraint.name);
  switch (FormOf(constraint)) {
    case ConstraintForm::kCheck: {
      const WrittenIndex written = WrittenIndexOf(constraint.value);
      python::Value condition = written.Get("condition");
      if (condition.IsNone()) condition = written.Get("check");
      return head + " CHECK (" + CompileCondition(condition, model, context) + ")";
    }
    case ConstraintForm::kTableUnique: {
      std::vector<std::string> columns;
      for (const std::string& name : constraint.fields) {
        columns.push_back(model.GetField(name).column);
      }
      return head + " UNIQUE (" + QuoteNames(columns) + ")";
    }
    default:
      return {};
  }
}

std::string CompositeKeySql(const EditedModel& model) {
  for (const EditedField& field : model.fields) {
    if (field.field().type != FieldType::kCompositePrimaryKey) continue;
    std::vector<std::string> columns;
    for (const std::string& name : field.field().composite_names) {
      columns.push_back(model.GetField(name).column);
    }
    return "PRIMARY KEY (" + QuoteNames(columns) + ")";
  }
  return {};
}

}  // namespace

std::optional<std::string> ColumnSql(const EditedModel& model, const EditedField& field,
                                     const SchemaContext& context) {
  RequireTarget(field, context);
  const std::optional<Column> column = ColumnOf(model, field, context);
  if (!column) return std::nullopt;
  return Definition(*column, model, field, context);
}

const TableText::ColumnPart* TableText::FindColumn(std::string_view name) const {
  for (const ColumnPart& part : columns) {
    if (part.column.name == name) return &part;
  }
  return nullptr;
}

std::string TableText::Sql(std::string_view table) const {
  std::string items;
  const auto append = [&items](const std::string& item) {
    if (!items.empty()) items += ", ";
    items += item;
  };
  for (const ColumnPart& part : columns) {
    append(QuoteName(part.column.name) + " " + part.definition);
  }
  for (const std::string& constraint : constraints) append(constraint);
  return "CREATE TABLE " + QuoteName(table) + " (" + items + ")" +
         (options.empty() ? "" : " " + options);
}

TableText TableTextOf(const EditedModel& model, const SchemaContext& context, Unrenderable policy) {
  TableText text;
  for (const EditedField& field : model.fields) {
    if (policy == Unrenderable::kRefused) RequireTarget(field, context);
    std::optional<Column> column = ColumnOf(model, field, context);
    if (!column) continue;
    column->name = field.column;
    TableText::ColumnPart part = {std::move(*column), {}, field.field().db_default.has_value()};
    Attempt(policy, [&] {
      part.definition = Definition(part.column, model, field, context) + CheckSql(part.column) +
                        (part.column.autoincrement ? " AUTOINCREMENT" : "") +
                        ReferenceSql(part.column);
    });
    text.columns.push_back(std::move(part));
  }
  for (const django::NamedIndex& constraint : model.constraints) {
    Attempt(policy, [&] {
      std::string sql = ConstraintSql(model, constraint, context);
      if (!sql.empty()) text.constraints.push_back(std::move(sql));
    });
  }
  Attempt(policy, [&] {
    std::string key = CompositeKeySql(model);
    if (!key.empty()) text.constraints.push_back(std::move(key));
  });
  return text;
}

std::string CreateTableSql(const EditedModel& model, const SchemaContext& context) {
  return TableTextOf(model, context).Sql(model.table);
}

std::optional<std::string> AddColumnSql(const EditedModel& model, const EditedField& field,
                                        const SchemaContext& context) {
  RequireTarget(field, context);
  const std::optional<Column> column = ColumnOf(model, field, context);
  if (!column) return std::nullopt;
  return "ALTER TABLE " + QuoteName(model.table) + " ADD COLUMN " + QuoteName(field.column) + " " +
         Definition(*column, model, field, context) + CheckSql(*column) + ReferenceSql(*column);
}

}  // namespace migext::schema
