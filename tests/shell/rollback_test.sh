#!/bin/sh
# scripts/rollback_migrations on the golden blog: what it does, asks and refuses.
#
#   tests/shell/rollback_test.sh build/default/migext.so
set -eu
MIGEXT=$1
export MIGEXT
home=$(cd "$(dirname "$0")/../.." && pwd)
golden=$home/tests/data/golden/blog
utility=$home/scripts/rollback_migrations
failed=no
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# site STATE: a fresh copy of the project with that database; the current folder is another.
site() {
  rm -rf "$work/site" "$work/elsewhere" && mkdir "$work/site" "$work/elsewhere"
  cp -R "$golden/project/." "$work/site"
  cp "$golden/db/$1.sqlite3" "$work/site/db.sqlite3"
  chmod -R u+w "$work/site"
  cd "$work/elsewhere"
}

ask() { sqlite3 -batch "$work/site/db.sqlite3" "$1"; }

# run ARGUMENT...: what it prints, and its status as the last line.
run() {
  code=0
  "$utility" "$@" 2>&1 || code=$?
  printf 'status %s\n' "$code"
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

nesting_columns="SELECT count(*) FROM pragma_table_info('blog_comment') WHERE name IN ('level', 'path', 'parent_id');"
newest="SELECT max(name) FROM django_migrations WHERE app = 'blog';"

site all_applied
answer=$(run ../site/db.sqlite3 nesting)
expect 'nesting says what it will do' '^  blog\.0003_add_comment_nesting_fields: Undo Add field level' "$answer"
expect 'nesting takes the migrations back' '^took back 8 migrations' "$answer"
expect 'nesting ends well' '^status 0$' "$answer"
expect 'nesting takes the columns away' '^0$' "$(ask "$nesting_columns")"
expect 'nesting rolls back to before the first of them' '^0002_' "$(ask "$newest")"
expect 'the history was recorded first' "'0009_comment_is_pinned" "$(cat migration_backup.txt)"
expect 'a second time there is nothing to do' '^nothing to roll back' "$(run ../site/db.sqlite3 nesting)"
answer=$(run ../site/db.sqlite3 nesting blog 0005)
expect 'a target that is not applied is refused' 'not applied, so there is nothing to roll back' "$answer"
expect 'and ends with an error' '^status 1$' "$answer"

site all_applied
answer=$(run ../site/db.sqlite3 fake)
expect 'fake says what it means' 'every comment becomes a root' "$answer"
expect 'fake ends well' '^status 0$' "$answer"
expect 'fake takes the records' '^0002_' "$(ask "$newest")"
expect 'fake leaves the columns' '^3$' "$(ask "$nesting_columns")"
sqlite3 -bail ../site/db.sqlite3 <migration_backup.txt
expect 'the backup puts the records back' '^0009_' "$(ask "$newest")"

site all_applied
answer=$(run ../site/db.sqlite3 reset)
expect 'reset changes the rows' '^changed 1073 of 2000 rows' "$answer"
expect 'reset makes every comment a root' '^0$' \
  "$(ask "SELECT count(*) FROM blog_comment WHERE level <> 0 OR path <> id OR parent_id IS NOT NULL;")"
expect 'reset leaves the migrations' '^0009_' "$(ask "$newest")"
run ../site/db.sqlite3 reset >/dev/null
expect 'an older backup is kept' '^migration_backup_1.txt$' "$(ls)"

expect 'status is as Django prints it' '^ \[X\] 0005_comment_parent_and_more' "$(run ../site/db.sqlite3 status)"

site all_applied
answer=$(printf '1\nno\n3\n9\n4\n' | run ../site/db.sqlite3)
expect 'the menu asks first' '^Go on\? Type yes: nothing was changed' "$answer"
expect 'the menu goes on after a wrong choice' 'there is no choice "9"' "$answer"
expect 'the menu ends well' '^(Choose: )?status 0$' "$answer"
expect 'without a yes nothing is changed' '^0009_' "$(ask "$newest")"
printf '1\nyes\n' | run ../site/db.sqlite3 >/dev/null
expect 'with a yes it is' '^0002_' "$(ask "$newest")"

expect 'a missing file is named, not made' 'there is no file nosuch.db' "$(run nosuch.db status)"
[ ! -e nosuch.db ] || { printf 'FAILED: made a database\n'; failed=yes; }
expect 'what is no database is named' 'file is not a database' "$(run ../site/manage.py status)"
sqlite3 empty.db 'CREATE TABLE t (a);'
expect 'a database without history is named' 'has no table django_migrations' "$(run empty.db status)"
answer=$(MIGEXT=$work/nosuch.so run ../site/db.sqlite3 status)
expect 'without the extension it says how to build it' 'cmake --build --preset default' "$answer"
answer=$(run ../site/db.sqlite3 nosuch)
expect 'an unknown action is refused' "there is no action 'nosuch'" "$answer"
expect 'as a misuse' '^status 2$' "$answer"
mkdir bin
for tool in dirname sed; do ln -s "$(command -v "$tool")" "bin/$tool"; done
answer=$(PATH=$work/elsewhere/bin run ../site/db.sqlite3 status)
expect 'without sqlite3 it says what to install' 'apt-get install sqlite3' "$answer"
expect 'help names every action' 'DB nesting' "$(run --help)"

[ "$failed" = no ]
