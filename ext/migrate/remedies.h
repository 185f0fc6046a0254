// SQL that finishes what a migration has left undone.
//
//   CompletionSql(effects, {"blog", "0005_parent"})
//   // CREATE INDEX "blog_commen_post_id_34d25d_idx" ON "blog_comment" ("post_id", "path");
//
// Only what adds: columns that ALTER TABLE can add, indexes, renames.  Nothing that would rebuild a
// table or lose a row.
#ifndef MIGEXT_MIGRATE_REMEDIES_H_
#define MIGEXT_MIGRATE_REMEDIES_H_

#include <optional>
#include <string>
#include <string_view>

#include "django/migration.h"
#include "migrate/effects.h"

namespace migext::migrate {

/// The statements, each with its semicolon, one space between; "" when nothing is missing.  Nothing
/// when some of it is beyond such statements.
std::optional<std::string> CompletionSql(const Effects& effects,
                                         const django::MigrationKey& migration);

/// SELECT fake_apply('blog', '0003_x'); with `more` before the bracket: ", 'force'".
std::string VerbCall(std::string_view verb, const django::MigrationKey& migration,
                     std::string_view more = {});

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_REMEDIES_H_
