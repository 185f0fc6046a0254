// fresh_migrations(app[, ...][, 'write']): one new beginning in the place of an app's migrations.
//
//   SELECT fresh_migrations('blog', 'newsletter');            -- the text, and what gets lost
//   SELECT fresh_migrations('blog', 'newsletter', 'write');
//   SELECT fresh_history('blog', 'newsletter');               -- a database that has the schema
#ifndef MIGEXT_SURFACE_FRESH_MIGRATIONS_H_
#define MIGEXT_SURFACE_FRESH_MIGRATIONS_H_

#include "sqlite/function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Function FreshMigrations(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_FRESH_MIGRATIONS_H_
