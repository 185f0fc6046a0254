// A value of a fixture as Django's SQLite backend stores it: the field's to_python(), and then its
// get_db_prep_save().
//
//   StoredValue(node of "2024-02-03T04:05:06Z", *field, context)  // 2024-02-03 04:05:06
//   StoredValue(node of true, *field, context)                    // 1
#ifndef MIGEXT_RECOVER_LOAD_VALUE_H_
#define MIGEXT_RECOVER_LOAD_VALUE_H_

#include "base/json_reader.h"
#include "django/field.h"
#include "schema/table.h"
#include "sqlite/cell.h"

namespace migext::recover {

/// `field` is no relation: of one the field that its column repeats (FixtureField::ValueField()).
/// Throws Error with what Django's exception says.
sqlite::Cell StoredValue(const JsonNode& node, const django::Field& field,
                         const schema::SchemaContext& context);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_LOAD_VALUE_H_
