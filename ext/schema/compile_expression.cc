#include "schema/compile_expression.h"

#include "base/error.h"
#include "django/expression.h"
#include "schema/expression_compiler.h"
#include "schema/statement.h"

namespace migext::schema {

using django::ExpressionKind;
using django::ExpressionPtr;

std::string CompileCondition(python::Value condition, const EditedModel& model,
                             const SchemaContext& context) {
  return ExpressionCompiler(model, context).Condition(*django::ReadExpression(condition));
}

std::string CompileIndexExpression(python::Value value, const EditedModel& model,
                                   const SchemaContext& context) {
  ExpressionPtr expression = django::ReadExpression(value);
  std::string order;
  if (expression->kind == ExpressionKind::kOrderBy) {
    order = expression->descending ? " DESC" : " ASC";
    expression = expression->children.front();
  }
  std::string collation;
  const bool is_collated =
      expression->kind == ExpressionKind::kFunc && expression->class_name == "Collate";
  if (is_collated && !expression->children.empty()) {
    for (const auto& [name, option] : expression->options) {
      if (name == "collation") collation = " COLLATE " + QuoteName(python::Str(option));
    }
    expression = expression->children.front();
  }
  ExpressionCompiler compiler(model, context);
  const Compiled compiled = compiler.Compile(*expression);
  const bool is_column = expression->kind == ExpressionKind::kF;
  return (is_column ? compiled.sql : "(" + compiled.sql + ")") + collation + order;
}

std::string CompileDatabaseDefault(const EditedModel& model, const EditedField& field,
                                   const SchemaContext& context) {
  const python::Value value = *field.field().db_default;
  ExpressionCompiler compiler(model, context);
  compiler.KnowNoColumns();
  const bool is_null_of_json = python::DottedName(value).ends_with("JSONNull");
  if (is_null_of_json || !django::IsExpression(value)) return compiler.Literal(value, &field).sql;
  const ExpressionPtr expression = django::ReadExpression(value);
  const std::string sql = compiler.Compile(*expression).sql;
  return expression->kind == ExpressionKind::kValue ? sql : "(" + sql + ")";
}

std::string CompileGenerated(const EditedModel& model, const EditedField& field,
                             const SchemaContext& context) {
  const ExpressionPtr expression = django::ReadExpression(field.field().expression.value());
  ExpressionCompiler compiler(model, context);
  const std::string sql = expression->kind == ExpressionKind::kQ
                              ? compiler.Condition(*expression)
                              : compiler.Compile(*expression).sql;
  return "GENERATED ALWAYS AS (" + sql + ") " + (field.field().db_persist ? "STORED" : "VIRTUAL");
}

}  // namespace migext::schema
