// Python values as SQL literals, as a field prepares them for the database.
//
//   EffectiveDefault(field, context)   // 'draft'; nothing when there is no default
//   FieldLiteral(value of "3", integer field, …)  // 3
#ifndef MIGEXT_SCHEMA_DEFAULT_VALUE_H_
#define MIGEXT_SCHEMA_DEFAULT_VALUE_H_

#include <optional>
#include <string>

#include "schema/edited_model.h"

namespace migext::schema {

/// BaseDatabaseSchemaEditor.effective_default() as a literal: what an added column is filled with.
/// Nothing for None.  Throws Error in Python's words when the default does not fit its field.
std::optional<std::string> EffectiveDefault(const EditedField& field, const SchemaContext& context);

/// Field.empty_strings_allowed: without a default it is an empty text, a BinaryField an empty BLOB.
bool AllowsEmptyText(const django::Field& field);

/// Field.get_db_prep_value() and quote_value(): what the field is compared with.  "NULL" for None.
std::string FieldLiteral(python::Value value, const EditedField& field,
                         const SchemaContext& context);

/// quote_value() of a value as it is: without a field that knows better.
std::string PlainLiteral(python::Value value, const SchemaContext& context);

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_DEFAULT_VALUE_H_
