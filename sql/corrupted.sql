-- The database is damaged, or is said to be: what ails it, a copy of all its files as they are, and
-- the statements that help.  Changes nothing.
--
--     .load ./migext
--     .read /path/to/sql/corrupted.sql
--
-- The first statement that reads the database would roll a hot journal back, or recover a -wal.  So
-- this script looks from a connection of its own, as one looks at a scene before touching it.  At
-- its end the shell is at the database again, with the extension loaded, and the last lines say
-- what to type.  Stop the web server first.  It takes no parameters: to set one the shell reads the
-- database.  Backups are looked for beside the database; those of another folder are listed by
-- SELECT * FROM database_backups('/srv/backups').
--
-- Load the extension first.  The file may be read from any folder; it writes into the current one:
-- the copies, damaged_TIME_NAME, and migext_corrupted.sql.

.bail on
.headers off
.mode list

-- Another connection knows nothing of this one: what it is to know is written down for it.
SELECT '== ' || database_file()
WHERE writefile('migext_corrupted.sql',
                '.open :memory:' || char(10)
                || '.load ''' || substr(migext_debug(), instr(migext_debug(), 'loaded from ') + 12)
                || '''' || char(10)
                || '.parameter init' || char(10)
                || 'INSERT INTO temp.sqlite_parameters(key, value) VALUES (''@file'', '
                || quote(database_file()) || '), (''@library'', '
                || quote(substr(migext_debug(), instr(migext_debug(), 'loaded from ') + 12))
                || ');' || char(10)) > 0;
.read migext_corrupted.sql
-- The name of the constraint is what the shell says of a database in memory.
CREATE TEMP TABLE subject (
  file text CONSTRAINT "a database in memory has no file that could be damaged" NOT NULL,
  folder text, copy text);
INSERT INTO temp.subject
SELECT @file, rtrim(@file, replace(@file, '/', '')),
       'damaged_' || strftime('%Y%m%d_%H%M%S_', 'now')
       || replace(@file, rtrim(@file, replace(@file, '/', '')), '');

.print ""
.print "== 1. What ails it"
CREATE TEMP TABLE health AS SELECT "check", status, detail, remedy FROM database_health(NULL, @file);
SELECT status || '  ' || "check" || ': ' || detail FROM temp.health WHERE status <> 'ok';
SELECT 'ok  ' || group_concat("check", ', ') FROM temp.health WHERE status = 'ok';

.print ""
.print "== 2. A copy of its files, as they are, in the current folder"
-- No connection of this shell has them open now.  The shell copies no more than 1 GB.
.bail off
SELECT copy || suffix || ': ' || writefile(copy || suffix, bytes, 33152) || ' bytes'  -- 0600
FROM (SELECT copy, column1 AS suffix, readfile(file || column1) AS bytes
      FROM temp.subject, (VALUES (''), ('-wal'), ('-journal')))
WHERE bytes IS NOT NULL;
SELECT 'NOT COPIED: copy it by hand, with its -wal and -journal, before anything else'
FROM temp.subject
WHERE readfile(copy) IS NULL;
.bail on

.print ""
.print "== 3. Backups, the newest first"
CREATE TEMP TABLE backups AS
SELECT path, taken_at, verified, note
FROM temp.subject AS subject, database_backups(subject.folder)
WHERE path <> file AND path NOT LIKE '%/damaged!_%' ESCAPE '!' AND path NOT LIKE '%/new!_%' ESCAPE '!';
SELECT coalesce(taken_at, '?') || '  ' || CASE verified WHEN 1 THEN 'sound  ' ELSE 'unsound' END
       || '  ' || path || coalesce(char(10) || '    ' || note, '')
FROM temp.backups;
SELECT 'none in ' || folder FROM temp.subject WHERE NOT EXISTS (SELECT 1 FROM temp.backups);

.print ""
.print "== 4. What to type next"
-- Where nothing but another file helps: the newest sound backup, or what can be saved of this one.
CREATE TEMP TABLE steps (place integer PRIMARY KEY, line text);
INSERT INTO temp.steps (line)
SELECT DISTINCT remedy FROM temp.health
WHERE remedy IS NOT NULL AND remedy NOT LIKE 'SELECT restore!_database(%' ESCAPE '!'
      AND remedy NOT LIKE 'SELECT salvage!_database(%' ESCAPE '!' AND remedy NOT LIKE '.open %'
      -- An index of a table that is broken too cannot be made anew.
      AND (remedy NOT LIKE 'REINDEX %'
           OR NOT EXISTS (SELECT 1 FROM temp.health
                          WHERE remedy LIKE 'SELECT restore!_database(%' ESCAPE '!'
                                OR remedy LIKE 'SELECT salvage!_database(%' ESCAPE '!'));
INSERT INTO temp.steps (line)
SELECT DISTINCT replace(remedy, '.open ' || quote(@file) || char(10), '')  -- it will be open
FROM temp.health WHERE remedy LIKE '.open %';
INSERT INTO temp.steps (line)
SELECT 'SELECT restore_database(' || quote(path) || ');   -- back to ' || coalesce(taken_at, 'it')
FROM temp.backups
WHERE verified = 1
      AND EXISTS (SELECT 1 FROM temp.health WHERE remedy LIKE 'SELECT restore!_database(%' ESCAPE '!'
                                                  OR remedy LIKE 'SELECT salvage!_database(%' ESCAPE '!')
LIMIT 1;
INSERT INTO temp.steps (line)
SELECT 'SELECT salvage_database(' || quote(file || '.salvaged') || ');   -- what can still be read'
FROM temp.subject
WHERE EXISTS (SELECT 1 FROM temp.health WHERE remedy LIKE 'SELECT restore!_database(%' ESCAPE '!'
                                              OR remedy LIKE 'SELECT salvage!_database(%' ESCAPE '!');
SELECT line FROM temp.steps ORDER BY place;
SELECT CASE
       WHEN EXISTS (SELECT 1 FROM temp.steps WHERE line LIKE 'SELECT restore!_database(%' ESCAPE '!')
       THEN 'The backup is sound: restore it, then salvage into a new file what is newer, and compare.'
       WHEN EXISTS (SELECT 1 FROM temp.steps WHERE line LIKE 'SELECT salvage!_database(%' ESCAPE '!')
       THEN 'There is no sound backup: salvage into a new file, and look at its migext_salvage_report.'
       WHEN EXISTS (SELECT 1 FROM temp.steps)
       THEN 'The file itself can be mended: type these lines, then read this file again.'
       WHEN EXISTS (SELECT 1 FROM temp.health WHERE status <> 'ok')
       THEN 'Nothing to type: what step 1 says is for a person to decide.'
       ELSE 'Nothing: the database is sound.'
       END;

SELECT '' WHERE writefile('migext_corrupted.sql',
                          '.open "' || replace(replace(@file, '\', '\\'), '"', '\"')
                          || '"' || char(10)
                          || '.load ''' || @library || '''' || char(10)) > 0;
.read migext_corrupted.sql
.bail off
