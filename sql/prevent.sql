-- What has to be in order before the migrations of a project are run on this database: the lint, the
-- drift and a rehearsal of the run on a copy that is thrown away.  For CI and for the night before;
-- the database is only read.
--
--     .load ./migext
--     .parameter set @app blog            one app; all of them without this line
--     .parameter set @target "'0005'"     only as far as this one, or back to it
--     .read /path/to/sql/prevent.sql
--
-- The shell ends with status 1 when an error is found, so that a build stops:
--
--     sqlite3 -cmd '.load ./migext' db.sqlite3 '.read prevent.sql'
--
-- A warning is printed and lets it pass.  What is known and accepted is silenced with
-- migext_setting('lint_ignore', …), a comment in the file, or lint_baseline(path).
--
-- Load the extension first.  The file may be read from any folder, and writes nothing anywhere.
-- Its last statement fails on purpose when there is an error: in a build that ends the shell, at a
-- prompt it only says so.

.bail on
.parameter init
INSERT OR IGNORE INTO temp.sqlite_parameters(key, value) VALUES ('@app', NULL), ('@target', NULL);
.headers off
.mode list
DROP TABLE IF EXISTS temp.migext_prevent;
DROP TABLE IF EXISTS temp.migext_prevent_verdict;
CREATE TEMP TABLE migext_prevent (part text, severity text, line text);

.print "== The migrations, as a reviewer reads them"
-- With @target an error of a migration that this run does not reach is a warning.
INSERT INTO temp.migext_prevent
SELECT 'lint', CASE WHEN severity = 'error' AND name IS NOT NULL AND @target IS NOT NULL
                         AND (app, name) NOT IN (SELECT app, name FROM migration_plan(@app, @target))
                    THEN 'warning' ELSE severity END, rule || '  ' || coalesce(app, '') || coalesce('.' || name, '')
       || coalesce(', line ' || line, '') || ': ' || message || coalesce(char(10) || '    ' || advice, '')
FROM migration_lint(@app);
SELECT severity || '  ' || line FROM temp.migext_prevent WHERE part = 'lint' AND severity <> 'info';
SELECT count(*) || ' for information: SELECT * FROM migration_lint'
FROM temp.migext_prevent WHERE part = 'lint' AND severity = 'info';

.print ""
.print "== The schema, against what the applied migrations promise"
INSERT INTO temp.migext_prevent
SELECT 'drift', severity, table_name || '  ' || object || ': ' || detail
       || coalesce(char(10) || '    ' || remedy, '')
FROM migration_drift(@app);
SELECT severity || '  ' || line FROM temp.migext_prevent WHERE part = 'drift' AND severity <> 'info';
SELECT count(*) || ' for information: SELECT * FROM migration_drift'
FROM temp.migext_prevent WHERE part = 'drift' AND severity = 'info';

.print ""
.print "== The run and the way back, on a copy"
SELECT rehearse(@app, @target);
INSERT INTO temp.migext_prevent
SELECT 'rehearsal', CASE status WHEN 'failed' THEN 'error' WHEN 'warning' THEN 'warning' ELSE 'info' END,
       coalesce(app || '.' || name, phase) || ': ' || detail
FROM migration_rehearsal;
SELECT severity || '  ' || line FROM temp.migext_prevent WHERE part = 'rehearsal' AND severity <> 'info';

.print ""
SELECT CASE sum(severity = 'error') WHEN 0 THEN 'no error' WHEN 1 THEN '1 error: read it above'
       ELSE sum(severity = 'error') || ' errors: read them above' END
       || ', warnings: ' || sum(severity = 'warning')
FROM temp.migext_prevent;
-- The name of the constraint is what the shell says.
CREATE TEMP TABLE migext_prevent_verdict (
  errors integer CONSTRAINT "errors were found: read them above" CHECK (errors = 0));
INSERT INTO temp.migext_prevent_verdict
SELECT count(*) FROM temp.migext_prevent WHERE severity = 'error';
DROP TABLE temp.migext_prevent;
.bail off
