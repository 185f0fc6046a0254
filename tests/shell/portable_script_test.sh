#!/bin/sh
# migration_script(): a plain sqlite3 shell ends where migrate() does, to the byte of a dump, and stops
# before it changes anything where it was not made for the database.
#
#   tests/shell/portable_script_test.sh build/default/migext.so
set -eu
library=$1
home=$(cd "$(dirname "$0")/../.." && pwd)
golden=$home/tests/data/golden/blog
failed=no
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

check() {  # what, condition as a command
  what=$1
  shift
  if "$@"; then
    printf 'ok: %s\n' "$what"
  else
    printf 'FAILED: %s\n' "$what"
    failed=yes
  fi
}

# plain DATABASE: a shell of its own, without the extension, reads the script.
plain() { env -u LD_PRELOAD sqlite3 -batch "$1" <script.sql >answer 2>&1; }

# dump DATABASE: all of it, times that are now left out.
dump() {
  sqlite3 "$1" .dump | sed -E "s/'$(date -u +%Y)-[0-9]{2}-[0-9]{2} [0-9:.]+'/NOW/g"
}

# site STATE: the project with that database, and the same again for the plain shell.
site() {
  rm -rf "$work/site" && mkdir -p "$work/site/sql"
  cp -R "$golden/project/." "$work/site"
  cp -R "$home/sql/blog" "$work/site/sql"
  cp "$golden/db/$1.sqlite3" "$work/site/db.sqlite3"
  cp "$golden/db/$1.sqlite3" "$work/site/plain.sqlite3"
  chmod -R u+w "$work/site"
  cd "$work/site"
}

write_script() {  # arguments of the call
  printf '%s\n' ".load $library" '.once script.sql' "SELECT line FROM migration_script($1);" |
    sqlite3 -batch -bail db.sqlite3
}

same_end() {  # state, arguments of the call
  site "$1"
  write_script "$2"
  printf '%s\n' ".load $library" "SELECT migrate($2);" | sqlite3 -batch -bail db.sqlite3 >/dev/null
  plain plain.sqlite3 || { cat answer; return 1; }
  dump db.sqlite3 >expected
  dump plain.sqlite3 >found
  diff expected found
}

for state in empty blog_zero at_0002 at_0003 at_0005 fk_violations dba_trigger; do
  check "$state, forwards" same_end "$state" ''
done
for target in 0008 0005 0004 0002 zero; do
  check "back to $target" same_end all_applied_small "'blog', '$target'"
done
check 'nothing to do' same_end all_applied_small ''

# stops STATE CHANGE TEXT: after the change the script stops with the text and changes nothing.
stops() {
  site "$1"
  write_script ''
  sqlite3 plain.sqlite3 "$2"
  sqlite3 plain.sqlite3 .dump >expected
  if plain plain.sqlite3; then return 1; fi
  grep -q -- "$3" answer || { cat answer; return 1; }
  sqlite3 plain.sqlite3 .dump | diff expected -
}
check 'another history stops it' stops at_0005 \
  "DELETE FROM django_migrations WHERE name = '0005_comment_parent_and_more'" \
  'the history is not the one'
check 'a table in the way stops it' stops at_0005 'CREATE TABLE blog_collaboration (id)' \
  'in the way, or another: table blog_collaboration'
check 'an index that is gone stops it' stops at_0005 'DROP INDEX blog_commen_parent__68e95e_idx' \
  'missing, or another: index blog_commen_parent__68e95e_idx'

# Made for a table without rows, run on one with a row.
rows_came() {
  site at_0003
  cp db.sqlite3 full.sqlite3
  for database in db plain; do sqlite3 "$database.sqlite3" 'DELETE FROM blog_comment'; done
  write_script ''
  sqlite3 plain.sqlite3 "ATTACH 'full.sqlite3' AS full" \
    'INSERT INTO blog_comment SELECT * FROM full.blog_comment LIMIT 1'
  if plain plain.sqlite3; then return 1; fi
  grep -q 'a table has rows that had none' answer || { cat answer; return 1; }
  [ "$(sqlite3 plain.sqlite3 'SELECT count(*) FROM blog_comment')" = 1 ]
}
check 'rows that came since are not dropped' rows_came

site at_0003
rm -r sql
check 'Python without SQL in its place is refused' \
  eval '! write_script "" 2>answer && grep -q "there is no SQL in its place" answer'
site at_0002
cp db.sqlite3 before
write_script ''
check 'making the script changes nothing' cmp -s before db.sqlite3

[ "$failed" = no ]
