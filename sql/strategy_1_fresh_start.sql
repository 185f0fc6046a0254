-- Strategy 1: a fresh start.  The whole content of this database goes into a new one that the project's
-- migrations make from nothing; the migrations themselves can begin afresh with it.
--
--     .load ./migext
--     .parameter set @apps "'blog, newsletter'"    write new initial migrations for these apps
--     .read /path/to/sql/strategy_1_fresh_start.sql
--
-- Without @apps the files stay as they are.  The script
--
--     1. shows the status and the conflicts,
--     2. makes a verified backup,
--     3. dumps all data into a fixture,
--     4. writes the fresh migrations; the old files go to a dated folder beside,
--     5. makes an empty database of the project's migrations,
--     6. loads the fixture into it,
--     7. compares every table with the backup, row by row, both ways,
--     8. says whether the new database may take the place of this one, and how.
--
-- Nothing of this database is changed but for the journal's line about the backup, and backup, fixture
-- and new database are kept, in the current folder, with the time in their names.  It stops at the first
-- error.  What a migration's Python does to rows needs an SQL twin, also on an empty database (step 5
-- says which and where).  To keep this database and change its records alone there is
-- strategy_1_in_place.sql.
--
-- A fixture of Django's cuts times to milliseconds: step 7 puts the digits back from the backup.
-- Rows of tables that no model has are in no fixture: it lists those tables.
--
-- Load the extension first; the project is that of the database or of migration_project().  Stop the
-- web server: what it writes after step 3 would be missing.

.bail on
.headers off
.mode list
.parameter init
INSERT OR REPLACE INTO temp.sqlite_parameters(key, value)
SELECT '@stamp', strftime('%Y%m%d_%H%M%S', 'now');
INSERT OR IGNORE INTO temp.sqlite_parameters(key, value) VALUES ('@apps', NULL);

-- After a run that stopped the shell is on the new database of that run: nothing to start from.  The
-- name of the constraint is what the shell says.
CREATE TEMP TABLE starting_point (
  file text CONSTRAINT "this is the new database of an earlier run: open your own, load migext, read this again"
            CHECK (file NOT GLOB '*/new_[0-9]*_[0-9]*.sqlite3'));
INSERT INTO temp.starting_point SELECT file FROM pragma_database_list WHERE name = 'main';
DROP TABLE temp.starting_point;

.print "== 1. The status now"
SELECT state || ': ' || count(*) FROM migration_status GROUP BY state ORDER BY state;
SELECT severity || ' ' || code || '  ' || coalesce(app, '') || coalesce('.' || name, '') || ': '
       || detail
FROM migration_conflicts;

.print ""
.print "== 2. The backup"
SELECT backup_database('before_strategy_1_' || @stamp || '.sqlite3');

.print ""
.print "== 3. The dump"
SELECT dumpdata('strategy_1_' || @stamp || '.json');

.print ""
.print "== 4. The migrations"
SELECT 'nothing can be written into the current folder'
WHERE writefile('migext_strategy_1.sql',
                coalesce((SELECT 'SELECT fresh_migrations(' || group_concat(quote(trim(value)), ', ')
                                 || ', ''write'');' || char(10)
                                 || 'SELECT ''   '' || line FROM migext_output;' || char(10)
                          FROM json_each('["' || replace(@apps, ',', '","') || '"]')
                          HAVING @apps IS NOT NULL),
                         '.print they stay as they are') || char(10)) = 0;
.read migext_strategy_1.sql

.print ""
.print "== 5. An empty database of the project's migrations"
-- Readable by its owner alone: 33152 is 0600 for a file.
SELECT 'nothing can be written into the current folder'
WHERE writefile('new_' || @stamp || '.sqlite3', '', 33152) IS NULL;
-- Another database means another connection: what it is to know is written down for it.
SELECT 'new_' || @stamp || '.sqlite3'
WHERE writefile('migext_strategy_1.sql',
                '.open ''new_' || @stamp || '.sqlite3''' || char(10)
                || '.load ''' || substr(migext_debug(), instr(migext_debug(), 'loaded from ') + 12)
                || '''' || char(10)
                || 'SELECT migration_project(' || quote(migration_project()) || ');' || char(10)
                || '.parameter init' || char(10)
                || 'INSERT INTO temp.sqlite_parameters(key, value) VALUES (''@stamp'', '
                || quote(@stamp) || '), (''@file'', '
                || quote((SELECT file FROM pragma_database_list WHERE name = 'main')) || ');'
                || char(10)) > 0;
.read migext_strategy_1.sql
SELECT migrate();

.print ""
.print "== 6. The load"
-- Content types and permissions come with the fixture, under the keys that other rows may hold as
-- plain numbers: those that migrate() has just made give way.
SELECT 'nothing can be written into the current folder'
WHERE writefile('migext_strategy_1.sql',
                coalesce((SELECT group_concat('DELETE FROM "' || name || '";' || char(10), '')
                          FROM (SELECT name FROM main.sqlite_master
                                WHERE type = 'table'
                                      AND name IN ('auth_permission', 'django_content_type', 'django_site')
                                ORDER BY name)), '') || ' ') = 0;
.read migext_strategy_1.sql
SELECT loaddata('strategy_1_' || @stamp || '.json');
SELECT '   ' || line FROM migext_output WHERE line NOT LIKE 'Installed %';

.print ""
.print "== 7. The new database against the backup"
ATTACH 'before_strategy_1_' || @stamp || '.sqlite3' AS old;
-- Columns that both have.
CREATE TEMP VIEW shared AS
SELECT t.name AS name, '"' || replace(t.name, '"', '""') || '"' AS "table",
       '"' || replace(c.name, '"', '""') || '"' AS "column", c.pk AS pk,
       -- Where the digits begin that a fixture cuts.
       CASE c.type WHEN 'datetime' THEN 19 WHEN 'time' THEN 8 END AS point,
       -- The rows of a table between two models have keys that no fixture holds.
       (SELECT count(*) FROM pragma_table_info(t.name, 'old')) = 3
       AND (SELECT count(*) FROM pragma_foreign_key_list(t.name, 'old')) = 2 AS is_between
FROM old.sqlite_master AS t, pragma_table_info(t.name, 'old') AS c
WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!'
      AND t.name NOT LIKE 'migext!_%' ESCAPE '!' AND t.name <> 'django_migrations'
      AND EXISTS (SELECT 1 FROM pragma_table_info(t.name, 'main') AS n WHERE n.name = c.name);
-- Digits behind the milliseconds come back from the backup, where all before them is the same.
SELECT 'nothing can be written into the current folder'
WHERE writefile('migext_strategy_1.sql',
  coalesce((SELECT group_concat(
      'UPDATE main.' || "table" || ' AS n SET ' || "column" || ' = o.' || "column"
      || ' FROM old.' || "table" || ' AS o WHERE o.' || "column" || ' <> n.' || "column"
      || ' AND substr(o.' || "column" || ' || ''.000'', 1, ' || (point + 4) || ') = substr(n.'
      || "column" || ' || ''.000'', 1, ' || (point + 4) || ')'
      || (SELECT group_concat(' AND o.' || k."column" || ' = n.' || k."column", '')
          FROM temp.shared AS k WHERE k.name = s.name AND k.pk > 0) || ';' || char(10)
      || 'INSERT INTO temp.put_back VALUES (changes());' || char(10), '')
    FROM temp.shared AS s
    WHERE point > 0 AND EXISTS (SELECT 1 FROM temp.shared AS k WHERE k.name = s.name AND k.pk > 0)),
    '') || ' ') = 0;
CREATE TEMP TABLE put_back (count integer);
.read migext_strategy_1.sql
SELECT '   ' || sum(count) || ' times got back what a fixture cuts behind their milliseconds'
FROM temp.put_back HAVING sum(count) > 0;
-- One statement for each table: EXCEPT both ways.
CREATE TEMP TABLE compared (
  name text,
  old_rows integer,
  new_rows integer,
  missing integer,
  extra integer);
SELECT 'nothing can be written into the current folder'
WHERE writefile('migext_strategy_1.sql',
  coalesce((SELECT group_concat(
      'INSERT INTO temp.compared SELECT ' || quote(name)
      || ', (SELECT count(*) FROM old.' || "table" || '), (SELECT count(*) FROM main.' || "table"
      || '), (SELECT count(*) FROM (SELECT ' || columns || ' FROM old.' || "table"
      || ' EXCEPT SELECT ' || columns || ' FROM main.' || "table"
      || ')), (SELECT count(*) FROM (SELECT ' || columns || ' FROM main.' || "table"
      || ' EXCEPT SELECT ' || columns || ' FROM old.' || "table" || '));' || char(10), '')
    FROM (SELECT name, "table", group_concat("column", ', ') AS columns
          FROM temp.shared WHERE NOT (is_between AND pk > 0)
          GROUP BY name)), '') || ' ') = 0;
.read migext_strategy_1.sql
INSERT INTO temp.compared
SELECT name, NULL, NULL, 0, 0
FROM old.sqlite_master AS t
WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE 'migext!_%' ESCAPE '!'
      AND name <> 'django_migrations'
      AND NOT EXISTS (SELECT 1 FROM temp.shared AS s WHERE s.name = t.name);
SELECT '   ' || name || ': '
       || CASE WHEN old_rows IS NULL THEN 'not in the new database'
          WHEN missing + extra = 0 AND old_rows = new_rows THEN 'the same ' || old_rows
          ELSE old_rows || ' rows, now ' || new_rows || '; ' || missing || ' are missing, '
               || extra || ' are others'
          END
FROM temp.compared ORDER BY name;
SELECT '   foreign keys: ' || count(*) || ' rows of "' || "table" || '" point nowhere'
FROM pragma_foreign_key_check GROUP BY "table";
SELECT '   integrity: ' || integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok';

.print ""
.print "== 8. The verdict"
SELECT CASE
       WHEN EXISTS (SELECT 1 FROM temp.compared
                    WHERE old_rows IS NULL OR missing + extra > 0 OR old_rows <> new_rows)
            OR EXISTS (SELECT 1 FROM pragma_integrity_check WHERE integrity_check <> 'ok')
       THEN 'NOT THE SAME: do not switch over before each line of step 7 that is not "the same" is '
            || 'explained'
       ELSE 'the new database holds the same ' || (SELECT sum(old_rows) FROM temp.compared)
            || ' rows in ' || (SELECT count(*) FROM temp.compared) || ' tables'
       END;
SELECT 'kept: before_strategy_1_' || @stamp || '.sqlite3, strategy_1_' || @stamp || '.json, new_'
       || @stamp || '.sqlite3; ' || coalesce(nullif(@file, ''), 'this database') || ' is unchanged';
SELECT 'to switch over, with the server stopped:' || char(10)
       || '    sqlite3 "' || replace(replace(@file, '\', '\\'), '"', '\"') || '" ".load '
       || substr(migext_debug(), instr(migext_debug(), 'loaded from ') + 12)
       || '" "SELECT restore_database(''new_' || @stamp || '.sqlite3'');"'
WHERE @file <> '';

DETACH old;
SELECT 'nothing can be written into the current folder'
WHERE writefile('migext_strategy_1.sql',
                '.open "' || replace(replace(coalesce(nullif(@file, ''), ':memory:'), '\', '\\'), '"', '\"')
                || '"' || char(10)
                || '.load ''' || substr(migext_debug(), instr(migext_debug(), 'loaded from ') + 12)
                || '''' || char(10)) = 0;
.read migext_strategy_1.sql
.bail off
