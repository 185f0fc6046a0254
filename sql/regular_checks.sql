-- What should be looked at regularly, by a person or by cron: the file, the migrations, conflicts, the
-- comment tree, locks.  Reads only.
--
--     .load ./migext
--     .parameter set @mode full       also compares indexes with tables; 'quick' does not
--     .parameter set @app blog        the app whose comment tree is checked; the default is blog
--     .read /path/to/sql/regular_checks.sql
--
-- The shell ends with status 1 when something has failed, so that cron can mail what is printed:
--
--     sqlite3 -cmd '.load ./migext' db.sqlite3 '.read regular_checks.sql' >report || mail … <report
--
-- Load the extension first.  The file may be read from any folder, and writes nothing anywhere.
-- Where something has failed its last statement fails on purpose: under cron that ends the shell, at a
-- prompt it only says so.

.bail on
.parameter init
INSERT OR IGNORE INTO temp.sqlite_parameters(key, value) VALUES ('@mode', 'quick'), ('@app', 'blog');
.headers off
.mode list
DROP TABLE IF EXISTS temp.migext_checks;
DROP TABLE IF EXISTS temp.migext_checks_verdict;
CREATE TEMP TABLE migext_checks (part text, status text, line text);
-- The names of the constraints are what the shell says.
CREATE TEMP TABLE migext_checks_verdict (
  damaged integer CONSTRAINT "the file is damaged" CHECK (damaged = 0),
  failed integer CONSTRAINT "something has failed: read the lines above" CHECK (failed = 0));

.print "== The database and its file"
INSERT INTO temp.migext_checks
SELECT 'health', status, "check" || ': ' || detail || coalesce(char(10) || '    ' || remedy, '')
FROM database_health(@mode);
SELECT status || '  ' || line FROM temp.migext_checks WHERE part = 'health' AND status <> 'ok';
SELECT count(*) || ' of ' || (SELECT count(*) FROM temp.migext_checks) || ' checks are ok'
FROM temp.migext_checks WHERE status = 'ok';
-- What else a damaged file says is not to be relied on.
INSERT INTO temp.migext_checks
SELECT 'end', 'failed', 'the checks end here: mend the database first, see sql/corrupted.sql'
WHERE EXISTS (SELECT 1 FROM temp.migext_checks
              WHERE status = 'failed'
                    AND (line LIKE 'header:%' OR line LIKE 'size:%'
                         OR line LIKE 'integrity:%' OR line LIKE 'schema:%'));
SELECT line FROM temp.migext_checks WHERE part = 'end';
INSERT INTO temp.migext_checks_verdict(damaged)
SELECT count(*) FROM temp.migext_checks WHERE part = 'end';

.print ""
.print "== Migrations"
INSERT INTO temp.migext_checks
SELECT 'migrations', CASE state WHEN 'applied' THEN 'ok' ELSE 'warning' END,
       mark || ' ' || app || '.' || name || ': ' || coalesce(note, state)
FROM migration_status;
SELECT status || '  ' || line FROM temp.migext_checks WHERE part = 'migrations' AND status <> 'ok';
SELECT count(*) || ' are applied' FROM temp.migext_checks WHERE part = 'migrations' AND status = 'ok';

.print ""
.print "== Conflicts"
-- No row: there are none.
INSERT INTO temp.migext_checks
SELECT 'conflicts', CASE severity WHEN 'error' THEN 'failed' ELSE severity END,
       code || '  ' || coalesce(app, '') || coalesce('.' || name, '') || ': ' || detail
       || coalesce(char(10) || '    ' || remedy, '')
FROM migration_conflicts;
SELECT status || '  ' || line FROM temp.migext_checks WHERE part = 'conflicts';

.print ""
.print "== The comment tree"
-- Only where the app has one: a table app_comment with parent_id, level and path.  No row: there is
-- none, or it is sound.
INSERT INTO temp.migext_checks
SELECT 'tree', 'failed', problem || ': ' || count(*)
FROM (SELECT @app || '_comment' AS name
      WHERE 3 = (SELECT count(*) FROM pragma_table_info(@app || '_comment')
                 WHERE name IN ('parent_id', 'level', 'path'))) AS tree
CROSS JOIN comment_tree_check(tree.name)
GROUP BY problem;
SELECT status || '  ' || line FROM temp.migext_checks WHERE part = 'tree';

.print ""
.print "== Locks"
-- No row: nobody else is at the database.
SELECT coalesce('process ' || pid || ' (' || coalesce(command, '?') || ')', 'somebody') || ': '
       || lock || coalesce(', ' || note, '')
FROM database_locks WHERE NOT is_self;

.print ""
SELECT CASE sum(status = 'failed') WHEN 0 THEN 'nothing has failed'
       ELSE sum(status = 'failed') || ' failed: read the lines above' END
       || ', ' || sum(status = 'warning') || ' warnings'
FROM temp.migext_checks;
INSERT INTO temp.migext_checks_verdict(failed)
SELECT count(*) FROM temp.migext_checks WHERE status = 'failed';
DROP TABLE temp.migext_checks;
.bail off
