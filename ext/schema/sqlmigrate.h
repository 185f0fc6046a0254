// The text of `manage.py sqlmigrate`, forwards and backwards.
//
//   for (const std::string& line : SqlMigrate(migration, state, false, context)) …
//
//   BEGIN;
//   --
//   -- Add field level to comment
//   --
//   ALTER TABLE …;
//   COMMIT;
#ifndef MIGEXT_SCHEMA_SQLMIGRATE_H_
#define MIGEXT_SCHEMA_SQLMIGRATE_H_

#include <string>
#include <vector>

#include "django/migration.h"
#include "schema/known_indexes.h"
#include "schema/table.h"

namespace migext::schema {

/// Throws Error with Django's IrreversibleError when an operation has no way back: Django looks at
/// all of them before it takes back any.
void RequireReversible(const django::Migration& migration);

/// `state` is the project before the migration, in both directions.  Throws Error in Django's words
/// for what Django refuses.  A line may hold line ends, where a statement does.
std::vector<std::string> SqlMigrate(const django::Migration& migration,
                                    const django::ProjectState& state, bool backwards,
                                    const SchemaContext& context,
                                    const KnownIndexes* known = nullptr);

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_SQLMIGRATE_H_
