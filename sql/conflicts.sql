-- What keeps the files, the history and the schema from agreeing, and what helps.  Reads only.
--
--     .load ./migext
--     .parameter set @app blog        one app; all of them without this line
--     .read /path/to/sql/conflicts.sql
--
-- Load the extension first.  The file may be read from any folder.

.bail on
.parameter init
INSERT OR IGNORE INTO temp.sqlite_parameters(key, value) VALUES ('@app', NULL);

.headers off
.mode list
.print "== Conflicts, worst first"
-- No row: there are none.
SELECT severity || ' ' || code || '  ' || coalesce(app, '') || coalesce('.' || name, '')
       || coalesce('  ' || object, '') || char(10) || '    ' || detail
       || coalesce(char(10) || '    ' || advice, '')
FROM migration_conflicts(@app);

.print ""
.print "== Remedies: paste them from top to bottom, then read this file again"
-- Where only a person can decide there is none; the advice above says what to look at.
SELECT DISTINCT remedy FROM migration_conflicts(@app) WHERE remedy IS NOT NULL;

.bail off
