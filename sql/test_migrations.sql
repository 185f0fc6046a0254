-- Tests the migrations of a project without touching its database: on an empty one in memory, all
-- the way up, back down to a point, and up again.
--
--     .load ./migext
--     .parameter set @app blog            the app that goes down and up; the default is blog
--     .parameter set @target "'0002'"     where it goes down to; the default is 0002
--     .read /path/to/sql/test_migrations.sql
--
-- On the way down the tables of the app, those named app_…, must be what they were on the way up:
-- columns, keys, indexes, triggers, in any order.  At the end all of the schema must be the same
-- text as before.  What differs is listed, and the shell ends with status 1, as it does when a
-- migration fails; otherwise it is back at its database, with the extension loaded.
--
-- Load the extension first; the project is that of the database or of migration_project().  The
-- file may be read from any folder; it writes one file into the current one, migext_test.sql.

.bail on
.parameter init
INSERT OR IGNORE INTO temp.sqlite_parameters(key, value) VALUES ('@app', 'blog'), ('@target', '0002');
.headers off
.mode list

-- Another database means another connection: what it is to know is written down for it.
SELECT '== ' || migration_project() || ', on an empty database in memory'
WHERE writefile('migext_test.sql',
                '.open :memory:' || char(10)
                || '.load ''' || substr(migext_debug(), instr(migext_debug(), 'loaded from ') + 12)
                || '''' || char(10)
                || 'SELECT migration_project(' || quote(migration_project()) || ');' || char(10)
                || '.parameter init' || char(10)
                || 'INSERT INTO temp.sqlite_parameters(key, value) VALUES (''@app'', ' || quote(@app)
                || '), (''@target'', ' || quote(@target) || '), (''@file'', '
                || quote((SELECT file FROM pragma_database_list WHERE name = 'main')) || ');'
                || char(10)) > 0;
.read migext_test.sql

CREATE TEMP TABLE seen (moment text, what text);
-- The parts of the app's tables, in no order: on the way back a column may stand elsewhere.
CREATE TEMP VIEW parts AS
WITH tables AS (SELECT name FROM main.sqlite_master
                WHERE type = 'table' AND name LIKE (SELECT replace(value, '_', '!_')
                                                    FROM temp.sqlite_parameters
                                                    WHERE key = '@app') || '!_%' ESCAPE '!')
SELECT 'column ' || t.name || '.' || c.name || ' ' || c.type || iif(c."notnull", ' NOT NULL', '')
       || iif(c.pk, ' PRIMARY KEY', '') || coalesce(' DEFAULT ' || c.dflt_value, '') AS what
FROM tables AS t, pragma_table_xinfo(t.name) AS c
UNION ALL
SELECT 'foreign key ' || t.name || '.' || f."from" || ' to ' || f."table" || ', ' || f.on_delete
FROM tables AS t, pragma_foreign_key_list(t.name) AS f
UNION ALL
SELECT type || ' ' || name || ': ' || sql
FROM main.sqlite_master
WHERE type <> 'table' AND sql IS NOT NULL AND tbl_name IN (SELECT name FROM tables);
-- The whole schema as text, without what migext keeps of its own.
CREATE TEMP VIEW texts AS
SELECT type || ' ' || name || ': ' || coalesce(sql, '') AS what
FROM main.sqlite_master
WHERE name NOT LIKE 'migext!_%' ESCAPE '!' AND tbl_name NOT LIKE 'migext!_%' ESCAPE '!';

.print ""
.print "== 1. Up to the target"
SELECT migrate(@app, @target);
INSERT INTO seen SELECT 'at the target, on the way up', what FROM parts;

.print ""
.print "== 2. Up to the end"
SELECT migrate();
INSERT INTO seen SELECT 'at the end, the first time', what FROM texts;

.print ""
.print "== 3. Down to the target"
SELECT migrate(@app, @target);
INSERT INTO seen SELECT 'at the target, on the way down', what FROM parts;

.print ""
.print "== 4. Up again"
SELECT migrate();
INSERT INTO seen SELECT 'at the end, the second time', what FROM texts;

.print ""
.print "== 5. What differs"
CREATE TEMP TABLE differences AS
SELECT pair.there, found.what
FROM (SELECT 'at the target, on the way up' AS there, 'at the target, on the way down' AS missing
      UNION ALL SELECT 'at the target, on the way down', 'at the target, on the way up'
      UNION ALL SELECT 'at the end, the first time', 'at the end, the second time'
      UNION ALL SELECT 'at the end, the second time', 'at the end, the first time') AS pair
JOIN seen AS found ON found.moment = pair.there
WHERE NOT EXISTS (SELECT 1 FROM seen AS other
                  WHERE other.moment = pair.missing AND other.what = found.what)
UNION ALL
SELECT 'rows that point nowhere', count(*) || ' of ' || "table"
FROM pragma_foreign_key_check GROUP BY "table";
SELECT '   only ' || there || ': ' || what FROM differences;
SELECT CASE count(*)
       WHEN 0 THEN 'nothing: ' || (SELECT count(*) FROM django_migrations) || ' migrations go up, '
                   || @app || ' goes down to ' || @target || ' and up again'
       ELSE count(*) || ' differences: a rollback does not give back what was there'
       END
FROM differences;

SELECT 'nothing can be written into the current folder'
WHERE writefile('migext_test.sql',
                CASE WHEN EXISTS (SELECT 1 FROM differences) THEN '.exit 1'
                ELSE '.open ''' || coalesce(nullif(@file, ''), ':memory:') || '''' || char(10)
                     || '.load ''' || substr(migext_debug(), instr(migext_debug(), 'loaded from ') + 12)
                     || ''''
                END || char(10)) = 0;
.read migext_test.sql
.bail off
