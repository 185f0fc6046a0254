#!/bin/sh
# The recovery scripts of sql/, read by a real shell from another folder, on the golden blog.
#
#   tests/shell/scripts_test.sh build/default/migext.so
set -eu
library=$1
home=$(cd "$(dirname "$0")/../.." && pwd)
golden=$home/tests/data/golden/blog
failed=no
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# site STATE: a fresh copy of the project with that database, and an empty folder to work from: names
# that scripts give to backups differ by the second only.
site() {
  rm -rf "$work/site" "$work/elsewhere" && mkdir "$work/site" "$work/elsewhere"
  cp -R "$golden/project/." "$work/site"
  cp "$golden/db/$1.sqlite3" "$work/site/db.sqlite3"
}

# run LINE...: what the shell says to these lines, from a folder that is not the project's.
run() {
  (cd "$work/elsewhere" && printf '%s\n' ".load $library" "$@" |
    sqlite3 -batch ../site/db.sqlite3 2>&1) || true
}

# expect WHAT TEXT ANSWER: the answer has a line like this.
expect() {
  if printf '%s\n' "$3" | grep -qE -- "$2"; then
    printf 'ok: %s\n' "$1"
  else
    printf 'FAILED: %s: no line like "%s" in\n%s\n' "$1" "$2" "$3"
    failed=yes
  fi
}

site columns_exist_not_recorded
answer=$(run ".read $home/sql/status.sql")
expect 'status shows all apps by default' '^ \[X\] 0001_initial' "$answer"
expect 'status shows what would be applied' '^  blog\.0003_add_comment_nesting_fields' "$answer"
answer=$(run '.parameter set @app newsletter' ".read $home/sql/status.sql")
expect 'status takes the app of the parameter' '^newsletter$' "$answer"
answer=$(run '.parameter set @app nosuch' ".read $home/sql/status.sql" "SELECT 'went on';")
expect 'a script stops at its first error' 'nosuch' "$answer"
case $answer in
  *'== What is odd'*) printf 'FAILED: status went on after an error\n'; failed=yes ;;
esac

answer=$(run ".read $home/sql/conflicts.sql")
expect 'conflicts gives remedies to paste' "^SELECT fake_apply\('blog', '0003_" "$answer"

answer=$(run ".read $home/sql/strategy_3_resolve_by_hand.sql")
expect 'strategy 3 clears what can be proved' '^no conflict is left$' "$answer"
expect 'strategy 3 records what is there' '^\[X\] blog\.0005_comment_parent_and_more' "$answer"
expect 'strategy 3 leaves what is to be applied' '^\[ \] blog\.0006_' "$answer"
[ -n "$(find "$work/elsewhere" -name 'before_strategy_3_*.sqlite3')" ] || {
  printf 'FAILED: strategy 3 made no copy\n'
  failed=yes
}

site bad_tree
answer=$(run ".read $home/sql/comment_tree_repair.sql")
expect 'the repair says what was wrong' '^wrong-path: [0-9]+' "$answer"
expect 'the repair leaves orphans to a person' '^comment [0-9]+: orphan' "$answer"
answer=$(run '.parameter set @table nosuch' ".read $home/sql/comment_tree_repair.sql")
expect 'the repair takes the table of the parameter' 'nosuch' "$answer"

# with_twins: the SQL of this project's data migrations, next to those of the site.
with_twins() {
  mkdir -p "$work/site/sql"
  cp -R "$home/sql/blog" "$work/site/sql"
}

strategy_1=$home/sql/strategy_1_fresh_start.sql
site all_applied
with_twins
cp "$work/site/db.sqlite3" "$work/before"
answer=$(run ".read $strategy_1" 'SELECT count(*) FROM blog_comment;')
expect 'strategy 1 makes a backup' '^.*before_strategy_1_[0-9_]*\.sqlite3' "$answer"
expect 'strategy 1 loads all of the dump' '^Installed 2,?647 object' "$answer"
expect 'strategy 1 compares table by table' '^   blog_comment: the same 2000$' "$answer"
expect 'strategy 1 puts cut digits back' '^   1120 times got back what a fixture cuts' "$answer"
expect 'strategy 1 ends with a verdict' '^the new database holds the same 2776 rows in 21 tables$' "$answer"
expect 'strategy 1 says what to type next' 'restore_database' "$answer"
expect 'strategy 1 is back at the database afterwards' '^2000$' "$answer"
sqlite3 "$work/before" .dump >"$work/before.sql"
# The journal has a line about the backup.
sqlite3 "$work/site/db.sqlite3" .dump | grep -v migext_journal >"$work/after.sql"
cmp -s "$work/before.sql" "$work/after.sql" || { printf 'FAILED: strategy 1 touched the database\n'; failed=yes; }

made=$(find "$work/elsewhere" -name 'new_*.sqlite3')
expect 'strategy 1 makes a database for its owner alone' '^-rw-------' "$(ls -l "$made")"
answer=$(printf '%s\n' ".load $library" ".read $strategy_1" | (cd "$work/elsewhere" && sqlite3 -batch "$made") 2>&1) || true
expect 'strategy 1 does not begin at what it has made' 'this is the new database of an earlier run' "$answer"

# No twins: what the old files did to rows is no part of the fresh ones.
apps=".parameter set @apps \"'blog, newsletter'\""
site all_applied
answer=$(run "$apps" ".read $strategy_1")
expect 'strategy 1 writes fresh migrations' '^wrote 2 files of blog in place of 9, 1 of newsletter' "$answer"
expect 'strategy 1 makes the new database of them' '^applied 21 migrations' "$answer"
expect 'strategy 1 keeps all rows' '^the new database holds the same 2776 rows in 21 tables$' "$answer"
[ "$(find "$work/site/blog" -path '*/migrations_before_*/0*.py' | wc -l)" -eq 9 ] || {
  printf 'FAILED: strategy 1 lost old files\n'
  failed=yes
}

site all_applied
sqlite3 "$work/site/db.sqlite3" .dump | grep -v django_migrations >"$work/before"
answer=$(run "$apps" ".read $home/sql/strategy_1_in_place.sql")
expect 'in place, the records become those of the new files' '^replaced 11 records of blog, newsletter with 3' "$answer"
expect 'in place, all rows stay' '^the same 2776 rows in 21 tables$' "$answer"
expect 'in place, the new files are applied' '^\[X\] blog\.0002_initial$' "$answer"
sqlite3 "$work/site/db.sqlite3" 'DROP TABLE migext_journal; DROP TABLE IF EXISTS migext_checksums;' \
  .dump | grep -v django_migrations >"$work/after"
cmp -s "$work/before" "$work/after" || {
  printf 'FAILED: strategy 1 in place changed more than the records\n'
  diff "$work/before" "$work/after" | head -5
  failed=yes
}

# Without @apps it is blog; the app that needs its files stays.
site all_applied
answer=$(run ".read $home/sql/strategy_1_in_place.sql")
expect 'in place, one app can begin anew' '^replaced 9 records of blog with 2' "$answer"
expect 'in place, apps that need it are pointed at the new files' \
  '^wrote 2 files of blog in place of 9; 2 files of other apps depend on them now' "$answer"
expect 'in place, all rows stay again' '^the same 2776 rows in 21 tables$' "$answer"

strategy_2=$home/sql/strategy_2_rollback_and_reapply.sql
schema="SELECT type, name, sql FROM sqlite_master WHERE tbl_name NOT LIKE 'migext%' ORDER BY type, name;"
site all_applied
with_twins
sqlite3 "$work/site/db.sqlite3" "$schema" >"$work/before"
answer=$(run ".read $strategy_2")
sqlite3 "$work/site/db.sqlite3" "$schema" >"$work/after"
expect 'strategy 2 shows what it will take back' '^   blog\.0003_[a-z_]*: Undo Add field level to comment' "$answer"
expect 'strategy 2 rolls back' '^  Unapplying blog\.0003_add_comment_nesting_fields\.\.\. OK' "$answer"
expect 'strategy 2 applies again, in other apps too' '^  Applying newsletter\.0002_[a-z_]*\.\.\. OK' "$answer"
expect 'strategy 2 ends where it began' '^all that was taken back is applied again$' "$answer"
cmp -s "$work/before" "$work/after" || { printf 'FAILED: strategy 2 left another schema\n'; failed=yes; }
[ -n "$(find "$work/elsewhere" -name 'history_before_strategy_2_*.sql')" ] || {
  printf 'FAILED: strategy 2 saved no history\n'
  failed=yes
}
site at_0002
answer=$(run ".parameter set @target \"'0005'\"" ".read $strategy_2" "SELECT 'went on';")
expect 'strategy 2 stops where the target is not applied' 'the target is not applied, so there is nothing' "$answer"
answer=$(run ".read $strategy_2")
expect 'strategy 2 does nothing where there is nothing to do' '^   nothing: blog is not beyond 0002' "$answer"

test_migrations=$home/sql/test_migrations.sql
# status_of LINE...: run, with the shell's status as the last line.
status_of() {
  (cd "$work/elsewhere" && printf '%s\n' ".load $library" "$@" | sqlite3 -batch ../site/db.sqlite3 2>&1) && code=0 || code=$?
  printf 'status %s\n' "$code"
}
site all_applied
with_twins
cp "$work/site/db.sqlite3" "$work/before"
answer=$(status_of ".read $test_migrations" 'SELECT count(*) FROM blog_comment;')
expect 'the test goes up, down and up' '^nothing: 29 migrations go up, blog goes down to 0002 and up again$' "$answer"
expect 'the test is back at the database afterwards' '^2000$' "$answer"
expect 'the test ends well' '^status 0$' "$answer"
cmp -s "$work/before" "$work/site/db.sqlite3" || { printf 'FAILED: the test touched the database\n'; failed=yes; }
cat >"$work/site/sql/blog/0004_populate_comment_nesting_fields.sql" <<'SQL'
-- forwards
CREATE TABLE IF NOT EXISTS blog_left_behind (id integer);
-- backwards
SQL
answer=$(status_of ".read $test_migrations")
expect 'the test fails where the way back leaves something' '^status 1$' "$answer"
rm -r "$work/site/sql"
answer=$(status_of ".read $test_migrations")
expect 'the test fails where a migration does' 'blog\.0004.* runs Python, and there is no SQL in its place' "$answer"
expect 'with that status' '^status 1$' "$answer"

# site_with STATE: the same with the journal or -wal that belongs to it.
site_with() {
  site "$1"
  for suffix in -wal -journal; do
    [ ! -e "$golden/db/$1.sqlite3$suffix" ] || cp "$golden/db/$1.sqlite3$suffix" "$work/site/db.sqlite3$suffix"
  done
}

# The emergency script says what to do next about each damage, and touches nothing.
corrupted=$home/sql/corrupted.sql
damage() {
  site_with "$1"
  (cd "$work/site" && find . -type f -exec cksum {} + | sort) >"$work/before"
  answer=$(run ".read $corrupted" "SELECT 'went on with ' || database_file();")
  (cd "$work/site" && find . -type f -exec cksum {} + | sort) >"$work/after"
  cmp -s "$work/before" "$work/after" || { printf 'FAILED: corrupted.sql touched %s\n' "$1"; failed=yes; }
  expect "corrupted.sql finds $1" "$2" "$answer"
  expect "corrupted.sql has a next step for $1" "$3" "$answer"
  expect "corrupted.sql copies $1" '^damaged_[0-9_]*db\.sqlite3: [0-9]* bytes$' "$answer"
  expect "corrupted.sql ends at the database" '^went on with .*/site/db\.sqlite3$' "$answer"
}
damage corrupted_page '^failed  integrity: ' "^SELECT salvage_database\\('"
damage corrupted_index '^failed  index: ' '^REINDEX "blog_commen_post_id_34d25d_idx";'
damage corrupted_truncated '^failed  size: 29 of 87 pages are missing' "^SELECT salvage_database\\('"
damage corrupted_header '^failed  header: magic' "^SELECT salvage_database\\('"
damage hot_journal '^warning  journal: a hot journal' '^SELECT count\(\*\) FROM sqlite_master;$'
damage wal_left_behind '^warning  wal: 13 committed frames' '^PRAGMA wal_checkpoint\(TRUNCATE\);$'
damage fk_violations '^failed  foreign-keys: ' '^UPDATE "blog_comment" SET "author_id" = NULL'
damage empty '^warning  file: .* is empty' '^SELECT migrate\(\);$'
damage leftover_new_table '^failed  leftovers: ' '^DROP TABLE "new__blog_comment";$'
damage all_applied_small '^ok  file, permissions' '^Nothing: the database is sound\.$'

# The regular checks end with a status that cron understands.
checks=$home/sql/regular_checks.sql
site all_applied_small
answer=$(status_of ".read $checks")
expect 'the checks of a sound site find nothing' '^nothing has failed, ' "$answer"
expect 'the checks of a sound site end well' '^status 0$' "$answer"
site fk_violations
answer=$(status_of ".read $checks" "SELECT 'went on';")
expect 'the checks go on to the migrations' '^warning  \[ \] blog\.0006' "$answer"
expect 'the checks end with 1 when something has failed' '^status 1$' "$answer"
site bad_tree
answer=$(status_of ".read $checks")
expect 'the checks look at the comment tree' '^failed  cycle: 6$' "$answer"
site corrupted_page
answer=$(status_of ".read $checks")
expect 'the checks of a damaged file end early' '^the checks end here' "$answer"
expect 'the checks of a damaged file end with 1' '^status 1$' "$answer"
expect 'the checks write no file' '^$' "$(ls "$work/elsewhere")"

[ "$failed" = no ]
