#!/bin/sh
# scripts/salvage on the damaged databases of the golden blog, with the shell that is installed.
#
#   tests/shell/salvage_test.sh build/default/migext.so
set -eu
MIGEXT=$1
export MIGEXT
home=$(cd "$(dirname "$0")/../.." && pwd)
golden=$home/tests/data/golden/blog
failed=no
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# site STATE: a fresh copy of the project with that database and what belongs to it.
site() {
  rm -rf "$work/site" "$work/elsewhere" && mkdir "$work/site" "$work/elsewhere"
  cp -R "$golden/project/." "$work/site"
  for suffix in '' -wal -journal; do
    [ ! -f "$golden/db/$1.sqlite3$suffix" ] || cp "$golden/db/$1.sqlite3$suffix" "$work/site/db.sqlite3$suffix"
  done
  before=$(sums)
}

# sums: of the database and what lies beside it.
sums() { (cd "$work/site" && cksum db.sqlite3*); }

# salvage ARGUMENT...: what the script says, from a folder that is not the project's.
salvage() {
  (cd "$work/elsewhere" && "$home/scripts/salvage" "$@" 2>&1) && code=0 || code=$?
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

untouched() {
  [ "$before" = "$(sums)" ] || { printf 'FAILED: %s: the original was touched\n' "$1"; failed=yes; }
}

# of_both SAVED RECOVERED: what the script says of the two ways, where the shell has both.
has_recover() { printf 'CREATE TABLE probe (a);\n.recover\n' | sqlite3 -batch 2>/dev/null | grep -q 'CREATE TABLE'; }
of_both() {
  if has_recover; then printf '%s' "$1"; else printf 'has no working \\.recover: only out.sqlite3 was made'; fi
}

site corrupted_page
answer=$(salvage ../site/db.sqlite3 out.sqlite3)
expect 'a broken page costs no row' '^  blog_comment: 120 of 120 rows$' "$answer"
expect 'the two ways are compared' "$(of_both 'salvage_database\(\) saved more: 231 rows, .recover 219')" "$answer"
expect 'the script ends well' '^status 0$' "$answer"
untouched 'a broken page'
answer=$(sqlite3 "$work/elsewhere/out.sqlite3" 'PRAGMA integrity_check; SELECT count(*) FROM blog_comment;')
expect 'the new database is sound' '^ok$' "$answer"
expect 'the new database has the rows' '^120$' "$answer"
answer=$(salvage ../site/db.sqlite3 out.sqlite3)
expect 'nothing is overwritten' 'out\.sqlite3 is there already and is not overwritten' "$answer"
expect 'a refusal is a failure' '^status 1$' "$answer"

site corrupted_header
answer=$(salvage ../site/db.sqlite3 out.sqlite3)
expect 'a header of garbage costs no row' '^saved 231 of 231 rows of 15 tables to out\.sqlite3; applied 6 migrations' "$answer"
untouched 'a header of garbage'

site corrupted_truncated
answer=$(salvage ../site/db.sqlite3 out.sqlite3)
expect 'a file that is cut off gives what it has' '^saved 40 of at least 88 rows of 15 tables' "$answer"
untouched 'a file that is cut off'

site hot_journal
answer=$(salvage ../site/db.sqlite3 out.sqlite3)
expect 'a hot journal is rolled back in the copy' '^  blog_comment: 40 of 40 rows$' "$answer"
untouched 'a hot journal'

site wal_left_behind
answer=$(salvage ../site/db.sqlite3)
expect 'what is in the -wal is saved' '^  blog_comment: 121 of 121 rows$' "$answer"
expect 'a name is found where none is given' '^saved 232 of 232 rows of 15 tables to salvaged_[0-9_]*\.sqlite3' "$answer"
untouched 'a -wal left behind'
[ -z "$(find "$work/elsewhere" -name 'salvage.*')" ] || { printf 'FAILED: copies were left\n'; failed=yes; }

# A shell that ends the script which has called it, as an operator or a shutdown does.
for signal in HUP INT TERM; do
  printf '#!/bin/sh\nkill -%s "$PPID"\n' "$signal" >"$work/sqlite3"
  chmod +x "$work/sqlite3"
  answer=$(SQLITE3=$work/sqlite3 salvage ../site/db.sqlite3 stopped.sqlite3)
  expect "SIG$signal stops it" '^status (129|130|143)$' "$answer"
  [ -z "$(find "$work/elsewhere" -name 'salvage.*')" ] || { printf 'FAILED: copies were left after SIG%s\n' "$signal"; failed=yes; }
done

answer=$(salvage ../site/nosuch.sqlite3)
expect 'a missing file is named' 'there is no file ../site/nosuch\.sqlite3' "$answer"
answer=$(salvage)
expect 'without a file the usage is shown' 'scripts/salvage DB OUT' "$answer"
expect 'with the status of a misuse' '^status 2$' "$answer"

[ "$failed" = no ]
