-- Strategy 3: keep the database as it is and make the history say so.
--
--     .load ./migext
--     .parameter set @app blog                  the default is blog
--     .read /path/to/sql/strategy_3_resolve_by_hand.sql
--
-- For a database whose tables are right while django_migrations is not: columns exist that are not
-- recorded, records have no file, a migration was done half.  The script
--
--     1. shows the status and the conflicts,
--     2. writes a copy of the database into the current folder,
--     3. runs the remedies of migration_conflicts: each proves from the schema what it records,
--     4. repairs level and path of the comment tree,
--     5. shows what is left.
--
-- It stops at the first error.  Each remedy is all or nothing, so what ran before stays; the copy
-- of step 2 takes all of it back.  Stop the web server first: it must not write meanwhile.
--
-- Load the extension first.  The file may be read from any folder; it writes two files into the
-- current one, the copy and migext_remedies.sql.

.bail on
.parameter init
INSERT OR IGNORE INTO temp.sqlite_parameters(key, value) VALUES ('@app', 'blog');
.headers off
.mode list

.print "== 1. The status now"
SELECT mark || ' ' || app || '.' || name || coalesce('   ' || note, '') FROM migration_status(@app);
.print ""
.print "   and the conflicts"
SELECT severity || ' ' || code || '  ' || coalesce(app, '') || coalesce('.' || name, '') || ': '
       || detail
FROM migration_conflicts(@app);

.print ""
.print "== 2. A copy of the database"
-- Refuses to overwrite.  VACUUM INTO reads every page, so a damaged database stops here.
VACUUM INTO 'before_strategy_3_' || strftime('%Y%m%d_%H%M%S', 'now') || '.sqlite3';

.print "== 3. The remedies"
-- One may make another superfluous or possible: they are written down and run in their order.
SELECT '   written to migext_remedies.sql'
WHERE writefile('migext_remedies.sql',
                coalesce((SELECT group_concat(remedy, char(10))
                          FROM (SELECT DISTINCT remedy
                                FROM migration_conflicts(@app)
                                WHERE remedy IS NOT NULL)),
                         '.print "   none is needed"') || char(10)) > 0;
.read migext_remedies.sql

.print ""
.print "== 4. The comment tree"
-- Only where the app has one: a table app_comment with the columns level and path.
SELECT '   ' || @app || '_comment'
WHERE writefile('migext_remedies.sql',
                CASE (SELECT count(*)
                      FROM pragma_table_info(@app || '_comment')
                      WHERE name IN ('parent_id', 'level', 'path'))
                WHEN 3 THEN 'SELECT comment_tree_rebuild(' || quote(@app || '_comment') || ');'
                ELSE '.print "   is no comment tree"'
                END || char(10)) > 0;
.read migext_remedies.sql

.print ""
.print "== 5. What is left"
SELECT mark || ' ' || app || '.' || name || coalesce('   ' || note, '') FROM migration_status(@app);
SELECT severity || ' ' || code || '  ' || coalesce(app, '') || coalesce('.' || name, '') || ': '
       || detail || coalesce(char(10) || '    ' || advice, '')
FROM migration_conflicts(@app);
SELECT CASE (SELECT count(*) FROM migration_conflicts(@app) WHERE severity = 'error')
       WHEN 0 THEN 'no conflict is left'
       ELSE 'read the lines above: what is left needs a person'
       END;

.bail off
