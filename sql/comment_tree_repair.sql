-- Repairs level and path of a comment tree from the parents.
--
--     .load ./migext
--     .parameter set @app blog                 the table is blog_comment; the default
--     .parameter set @table forum_reply        or any other with id, parent_id, level and path
--     .read /path/to/sql/comment_tree_repair.sql
--
-- The parents are the truth.  A comment whose parent is missing, or that is its own ancestor, is
-- reported and left as it is: only a person can say where it belongs.
--
-- Load the extension first.  The file may be read from any folder.

.bail on
.parameter init
INSERT OR IGNORE INTO temp.sqlite_parameters(key, value) VALUES ('@app', 'blog');
INSERT OR IGNORE INTO temp.sqlite_parameters(key, value)
SELECT '@table', value || '_comment' FROM temp.sqlite_parameters WHERE key = '@app';

.headers off
.mode list
.print "== What is wrong"
-- No row: nothing is.
SELECT problem || ': ' || count(*) FROM comment_tree_check(@table) GROUP BY problem;

.print ""
.print "== The repair"
SELECT comment_tree_rebuild(@table);

.print ""
.print "== What is left for a person"
SELECT 'comment ' || id || ': ' || problem || coalesce(', expected ' || expected, '')
       || coalesce(', found ' || actual, '')
FROM comment_tree_check(@table);

.print ""
.print "== The first lines of the tree"
SELECT line FROM comment_tree(@table) ORDER BY position LIMIT 20;

.bail off
