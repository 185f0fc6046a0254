-- Makes a verified backup of the database, says what is in it, and removes old ones if asked to.
--
--     .load ./migext
--     .parameter set @folder "'/srv/backups/'"    where to; the default is the current folder
--     .parameter set @keep 14                     how many to keep; without this line all
--     .read /path/to/sql/backup.sql
--
-- The file is named by database and time (UTC): db_20260131_030000.sqlite3.  The web server may go
-- on writing: the backup is what was committed at one moment.  Nothing is overwritten.
--
-- To go back to one of them, also when the database is damaged, open the database and type
--
--     SELECT restore_database('/srv/backups/db_20260131_030000.sqlite3');
--
-- and never copy a backup over the database with cp: a -wal or -journal that is left beside it would
-- be played onto the backup.  For each night there is scripts/backup.
--
-- Load the extension first.  The file may be read from any folder.

.bail on
.parameter init
INSERT OR IGNORE INTO temp.sqlite_parameters(key, value) VALUES ('@folder', './'), ('@keep', NULL);
.headers off
.mode list

.print "== The backup"
-- A folder is told by the slash at its end.
SELECT backup_database(rtrim(@folder, '/') || '/');
SELECT line FROM migext_output;

.print ""
.print "== Older ones"
SELECT CASE WHEN @keep IS NULL THEN 'all are kept' ELSE prune_backups(@folder, @keep) END;

.print ""
.print "== What is in the folder now, the newest first"
SELECT taken_at || '  ' || CASE verified WHEN 1 THEN 'sound  ' WHEN 0 THEN 'DAMAGED' ELSE 'unknown' END
       || '  ' || size || '  ' || path || coalesce(char(10) || '    ' || migrations, '')
       || coalesce(char(10) || '    ' || note, '')
FROM database_backups(@folder);

.bail off
