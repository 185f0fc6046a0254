-- A migration is stuck, or "database is locked": who holds the database, what a run that broke off
-- has left behind, and what to type next.  Changes nothing, but for what you ask it to.
--
--     .load ./migext
--     .parameter set @stop 4242       asks that process to stop, if it holds the database
--     .parameter set @how "'kill'"    and ends it when it takes no notice
--     .parameter set @wait 30         waits so many seconds until somebody can begin to write
--     .parameter set @app blog        what is left behind of one app; of all without this line
--     .read /path/to/sql/stuck.sql
--
-- While a process has the database for itself alone ('exclusive' or 'pending') this shell cannot read
-- anything, and sets no parameter either: the script stops after step 2 with "database is locked".
-- Then type what step 1 says, and read the file again.
--
-- Load the extension first.  The file may be read from any folder.

.bail on
.headers off
.mode list
.print "== 1. Who holds the database"
SELECT database_lock_holders();

.print ""
.print "== 2. What you have asked for"
-- No row: nothing.
SELECT terminate_lock_holder(@stop, @how) WHERE @stop IS NOT NULL;
SELECT wait_for_unlock(@wait) WHERE @wait IS NOT NULL;
.parameter unset @stop

.print ""
.print "== 3. Journal and -wal"
SELECT status || ': ' || detail FROM database_health('quick') WHERE "check" IN ('journal', 'wal');

.print ""
.print "== 4. What a run that broke off has left behind"
-- No row: nothing.
CREATE TEMP TABLE migext_left_behind AS
SELECT severity, code, app, name, object, detail, advice, remedy
FROM migration_conflicts(@app)
WHERE code IN ('partly-applied', 'leftover-table', 'column-exists', 'table-exists', 'schema-exists',
               'recorded-but-absent', 'recorded-but-incomplete', 'squash-half-applied');
SELECT severity || ' ' || code || '  ' || coalesce(app, '') || coalesce('.' || name, '')
       || coalesce('  ' || object, '') || char(10) || '    ' || detail
       || coalesce(char(10) || '    ' || advice, '')
FROM temp.migext_left_behind;

.print ""
.print "== 5. What to type next, from top to bottom; then read this file again"
SELECT 'ROLLBACK;  -- or COMMIT; your own transaction is open'
FROM database_locks
WHERE is_self AND lock IN ('exclusive', 'pending', 'reserved', 'wal-write');
-- In WAL mode everybody has 'shared', this shell too, and nobody waits for it.
SELECT DISTINCT 'SELECT terminate_lock_holder(' || pid || ');  -- ' || coalesce(command, '')
FROM database_locks
WHERE NOT is_self AND NOT is_waiting
      AND (lock IN ('exclusive', 'pending', 'reserved', 'wal-write')
           OR lock = 'shared' AND note LIKE '%blocks a commit%');
SELECT 'SELECT checkpoint_database();  -- brings the -wal into the database'
FROM database_locks
WHERE is_self AND lock = 'shared' AND note LIKE '%WAL mode%';
SELECT 'SELECT backup_database(''before_repair.sqlite3'');'
WHERE EXISTS (SELECT 1 FROM temp.migext_left_behind WHERE remedy IS NOT NULL);
SELECT DISTINCT remedy FROM temp.migext_left_behind WHERE remedy IS NOT NULL;
SELECT 'SELECT migrate();  -- ' || pending || iif(pending = 1, ' migration is', ' migrations are')
       || ' to be applied'
FROM (SELECT count(*) AS pending FROM migration_status WHERE state = 'pending')
WHERE pending > 0;

DROP TABLE temp.migext_left_behind;
.bail off
