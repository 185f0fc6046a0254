// The verbs that run migrations.
//
//   SELECT migrate();                     -- all of them
//   SELECT migrate('blog', '0002');       -- to there, either way
//   SELECT resume_migration('blog', '0005');
#ifndef MIGEXT_SURFACE_MIGRATE_H_
#define MIGEXT_SURFACE_MIGRATE_H_

#include <functional>
#include <string>
#include <string_view>

#include "sqlite/connection.h"
#include "sqlite/function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Function Migrate(const SessionPtr& session);
sqlite::Function ResumeMigration(const SessionPtr& session);

/// What migrate() would do and answer, on a copy of the session's database.
std::string MigrateCopy(Session& session, const sqlite::Connection& copy, std::string_view app,
                        std::string_view name);
/// All migrations that are not recorded in that database, with the report of the run.
std::string MigrateOther(Session& session, const sqlite::Connection& other,
                         const std::function<void(std::string)>& report);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_MIGRATE_H_
