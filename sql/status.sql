-- Where the migrations stand, and what migrate would do next.  Reads only.
--
--     .load ./migext
--     .parameter set @app blog        one app; all of them without this line
--     .read /path/to/sql/status.sql
--
-- Load the extension first.  The file may be read from any folder.

.bail on
.parameter init
INSERT OR IGNORE INTO temp.sqlite_parameters(key, value) VALUES ('@app', NULL);

.headers off
.mode list
.print "== The project"
SELECT name || ': ' || coalesce(value, '(not found)') || '   (' || origin || ')'
FROM migext_settings
WHERE name IN ('django_version', 'settings_module');

.print ""
.print "== Where each migration stands"
SELECT mark || ' ' || app || '.' || name || coalesce('   ' || applied_at, '')
FROM migration_status(@app);

.print ""
.print "== What is odd about them"
-- No row: nothing is.
SELECT app || '.' || name || ': ' || note
FROM migration_status(@app)
WHERE note IS NOT NULL;

.print ""
.print "== What would be applied next, in this order"
SELECT '  ' || app || '.' || name
FROM migration_status
WHERE state = 'pending' AND (@app IS NULL OR app = @app)
ORDER BY position;

.print ""
.print "== As manage.py showmigrations prints them"
-- Last: where Django itself refuses to load the project, its words are an error here.
SELECT line FROM showmigrations(@app);

.bail off
