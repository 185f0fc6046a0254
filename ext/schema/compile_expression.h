// Query expressions as SQL: Q objects, F(), Value(), lookups, functions, CASE.  They stand in check
// constraints, partial indexes, indexes on expressions, database defaults and generated columns.
//
//   CompileCondition(value of `Q(a__gt=1, b=None)`, model, context)  // ("a" > 1 AND "b" IS NULL)
//
// The texts are final: parameters are filled in as literals.  What Django refuses is an Error in
// its words.
#ifndef MIGEXT_SCHEMA_COMPILE_EXPRESSION_H_
#define MIGEXT_SCHEMA_COMPILE_EXPRESSION_H_

#include <string>

#include "schema/edited_model.h"

namespace migext::schema {

/// A CheckConstraint's condition, or that of an index.
std::string CompileCondition(python::Value condition, const EditedModel& model,
                             const SchemaContext& context);

/// One expression of an index, with its parentheses, collation and order (IndexExpression).
std::string CompileIndexExpression(python::Value expression, const EditedModel& model,
                                   const SchemaContext& context);

/// What follows DEFAULT: a literal, or an expression in parentheses.  REQUIRES: field.db_default.
std::string CompileDatabaseDefault(const EditedModel& model, const EditedField& field,
                                   const SchemaContext& context);

/// GENERATED ALWAYS AS (…) STORED.  REQUIRES: a GeneratedField.
std::string CompileGenerated(const EditedModel& model, const EditedField& field,
                             const SchemaContext& context);

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_COMPILE_EXPRESSION_H_
