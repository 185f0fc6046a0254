// Backups: made, listed and checked, rotated, restored.
//
//   SELECT backup_database('backups/');
//   SELECT path, taken_at, size, verified, migrations, note FROM database_backups('backups');
//   SELECT prune_backups('backups', 7);
//   SELECT restore_database('backups/db_20251122_030000.sqlite3');
#ifndef MIGEXT_SURFACE_BACKUP_H_
#define MIGEXT_SURFACE_BACKUP_H_

#include "sqlite/function.h"
#include "sqlite/table_function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Function BackupDatabase(const SessionPtr& session);
sqlite::Function PruneBackups(const SessionPtr& session);
sqlite::Function RestoreDatabase(const SessionPtr& session);
sqlite::Table DatabaseBackups(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_BACKUP_H_
