// merge_migrations(app[, 'write']) and empty_migration(app[, name[, 'write']]).
//
//   SELECT merge_migrations('blog');            -- what the branches do, and the text of the file
//   SELECT merge_migrations('blog', 'write');
//   SELECT empty_migration('blog', 'fill_slugs', 'write');
#ifndef MIGEXT_SURFACE_NEW_MIGRATIONS_H_
#define MIGEXT_SURFACE_NEW_MIGRATIONS_H_

#include "sqlite/function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Function MergeMigrations(const SessionPtr& session);
sqlite::Function EmptyMigration(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_NEW_MIGRATIONS_H_
