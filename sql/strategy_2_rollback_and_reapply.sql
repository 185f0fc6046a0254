-- Strategy 2: roll the migrations of an app back to a known point and apply them again.
--
--     .load ./migext
--     .parameter set @app blog            the default is blog
--     .parameter set @target "'0002'"     where to roll back to; the default is 0002
--     .read /path/to/sql/strategy_2_rollback_and_reapply.sql
--
-- A number needs both kinds of quotes, or the shell would take 0002 for 2.  The script
--
--     1. shows the status and the conflicts,
--     2. shows what will be taken back, with a note where rows or columns go,
--     3. writes the history and a copy of the database into the current folder,
--     4. rolls back,
--     5. applies again exactly what it took back, in other apps too,
--     6. shows what there is now.
--
-- It stops at the first error.  Each migration is one transaction with its record: after a stop in
-- step 4 or 5 the ones before it are done, and the error says which.  What a migration's Python did
-- to the rows needs an SQL twin (sql/blog/0004_populate_comment_nesting_fields.sql is one): put it
-- next to the migration first.  Stop the web server: it must not write meanwhile.
--
-- Load the extension first.  The file may be read from any folder; it writes three files into the
-- current one: the history, the copy and migext_reapply.sql.

.bail on
.parameter init
INSERT OR IGNORE INTO temp.sqlite_parameters(key, value) VALUES ('@app', 'blog'), ('@target', '0002');
.headers off
.mode list

.print "== 1. The status now"
SELECT mark || ' ' || app || '.' || name || coalesce('   ' || note, '') FROM migration_status(@app);
SELECT severity || ' ' || code || '  ' || coalesce(app, '') || coalesce('.' || name, '') || ': '
       || detail
FROM migration_conflicts(@app);

.print ""
.print "== 2. What will be taken back, last one first"
-- The name of the constraint is what the shell says where the plan leads forwards.
DROP TABLE IF EXISTS temp.migext_taken_back;
CREATE TEMP TABLE migext_taken_back (
  step integer,
  app text,
  name text,
  direction text CONSTRAINT "the target is not applied, so there is nothing to roll back"
                 CHECK (direction = 'unapply'));
INSERT INTO temp.migext_taken_back
SELECT DISTINCT step, app, name, direction FROM migration_plan(@app, @target);
SELECT '   ' || app || '.' || name || ': ' || coalesce(description, 'no operations')
       || coalesce(char(10) || '      ' || note, '')
FROM migration_plan(@app, @target);
SELECT '   nothing: ' || @app || ' is not beyond ' || @target
WHERE NOT EXISTS (SELECT 1 FROM temp.migext_taken_back);

.print ""
.print "== 3. The history and a copy of the database"
-- Both refuse to overwrite.  VACUUM INTO reads every page, so a damaged database stops here.
SELECT backup_history('history_before_strategy_2_' || strftime('%Y%m%d_%H%M%S', 'now') || '.sql');
VACUUM INTO 'before_strategy_2_' || strftime('%Y%m%d_%H%M%S', 'now') || '.sqlite3';

.print ""
.print "== 4. Rolling back"
SELECT migrate(@app, @target);
SELECT line FROM migext_output;

.print ""
.print "== 5. Applying again"
-- Of each app the last one that was taken back: it brings along what it needs.
SELECT '   written to migext_reapply.sql'
WHERE writefile('migext_reapply.sql',
                coalesce((SELECT group_concat(line, '')
                          FROM (SELECT 'SELECT migrate(' || quote(app) || ', ' || quote(name) || ');'
                                       || char(10) || 'SELECT line FROM migext_output;' || char(10)
                                       AS line
                                FROM temp.migext_taken_back
                                WHERE step IN (SELECT min(step)
                                               FROM temp.migext_taken_back GROUP BY app)
                                ORDER BY step)),
                         '.print "   nothing"' || char(10))) > 0;
.read migext_reapply.sql

.print ""
.print "== 6. What there is now"
SELECT mark || ' ' || app || '.' || name || coalesce('   ' || note, '') FROM migration_status(@app);
SELECT severity || ' ' || code || '  ' || coalesce(app, '') || coalesce('.' || name, '') || ': '
       || detail || coalesce(char(10) || '    ' || advice, '')
FROM migration_conflicts(@app);
SELECT CASE (SELECT count(*)
             FROM temp.migext_taken_back AS gone
             WHERE NOT EXISTS (SELECT 1
                               FROM django_migrations AS record
                               WHERE record.app = gone.app AND record.name = gone.name))
       WHEN 0 THEN 'all that was taken back is applied again'
       ELSE 'not all that was taken back is applied again: read the lines above'
       END;

DROP TABLE temp.migext_taken_back;
.bail off
