-- Strategy 1 in place: the migrations of some apps begin afresh, and this database keeps all it has.
-- Only its records change; no table is emptied, dropped or rebuilt.
--
--     .load ./migext
--     .parameter set @apps "'blog, newsletter'"    the default is blog
--     .read /path/to/sql/strategy_1_in_place.sql
--
-- The script
--
--     1. shows the status and the conflicts,
--     2. makes a verified backup and writes the history down,
--     3. writes the fresh migrations; the old files go to a dated folder beside,
--     4. puts their records in the place of the old ones, where the schema shows them to be done,
--     5. compares every table with the backup and shows the status.
--
-- It stops at the first error.  SELECT undo_last() takes step 4 back; the old files stay in the folder
-- that step 3 names.  All migrations of the apps must be applied first.  Every other database of the
-- project needs step 4 too: SELECT fresh_history('blog');
--
-- Load the extension first.  The file may be read from any folder; it writes three files into the
-- current one: the backup, the history and migext_strategy_1.sql.

.bail on
.headers off
.mode list
.parameter init
INSERT OR REPLACE INTO temp.sqlite_parameters(key, value)
SELECT '@stamp', strftime('%Y%m%d_%H%M%S', 'now');
INSERT OR IGNORE INTO temp.sqlite_parameters(key, value) VALUES ('@apps', 'blog');

.print "== 1. The status now"
SELECT state || ': ' || count(*) FROM migration_status GROUP BY state ORDER BY state;
SELECT severity || ' ' || code || '  ' || coalesce(app, '') || coalesce('.' || name, '') || ': '
       || detail
FROM migration_conflicts;

.print ""
.print "== 2. The backup"
SELECT backup_database('before_strategy_1_in_place_' || @stamp || '.sqlite3');
SELECT backup_history('history_before_strategy_1_in_place_' || @stamp || '.sql');

.print ""
.print "== 3. The migrations"
-- Functions take no list: the calls are written down with each app as an argument.
SELECT 'nothing can be written into the current folder'
WHERE writefile('migext_strategy_1.sql',
                (SELECT 'SELECT fresh_migrations(' || group_concat(quote(trim(value)), ', ')
                        || ', ''write'');' || char(10)
                        || 'SELECT ''   '' || line FROM migext_output;' || char(10)
                        || '.print ""' || char(10) || '.print "== 4. The records"' || char(10)
                        || 'SELECT fresh_history(' || group_concat(quote(trim(value)), ', ')
                        || ');' || char(10)
                        || 'SELECT ''   '' || line FROM migext_output;' || char(10)
                 FROM json_each('["' || replace(@apps, ',', '","') || '"]'))) = 0;
.read migext_strategy_1.sql

.print ""
.print "== 5. The database against the backup"
ATTACH 'before_strategy_1_in_place_' || @stamp || '.sqlite3' AS old;
DROP TABLE IF EXISTS temp.compared;
CREATE TEMP TABLE compared (name text, rows integer, missing integer, extra integer);
SELECT 'nothing can be written into the current folder'
WHERE writefile('migext_strategy_1.sql',
  (SELECT group_concat(
      'INSERT INTO temp.compared SELECT ' || quote(name) || ', (SELECT count(*) FROM main.' || "table"
      || '), (SELECT count(*) FROM (SELECT * FROM old.' || "table" || ' EXCEPT SELECT * FROM main.'
      || "table" || ')), (SELECT count(*) FROM (SELECT * FROM main.' || "table"
      || ' EXCEPT SELECT * FROM old.' || "table" || '));' || char(10), '')
   FROM (SELECT name, '"' || replace(name, '"', '""') || '"' AS "table" FROM old.sqlite_master
         WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'
               AND name NOT LIKE 'migext!_%' ESCAPE '!' AND name <> 'django_migrations'))) = 0;
.read migext_strategy_1.sql
SELECT '   ' || name || ': ' || missing || ' rows are missing, ' || extra || ' are others'
FROM temp.compared WHERE missing + extra > 0;
SELECT CASE WHEN sum(missing + extra) = 0 THEN 'the same ' || sum(rows) || ' rows in ' || count(*) || ' tables'
       ELSE 'NOT THE SAME: see above' END
FROM temp.compared;
DETACH old;
DROP TABLE temp.compared;
SELECT mark || ' ' || app || '.' || name FROM migration_status ORDER BY position;
.bail off
