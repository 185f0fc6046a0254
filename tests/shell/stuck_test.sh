#!/bin/sh
# sql/stuck.sql, with another shell that holds the database.
#
#   tests/shell/stuck_test.sh build/default/migext.so
set -eu
library=$1
home=$(cd "$(dirname "$0")/../.." && pwd)
failed=no
work=$(mktemp -d)
holder=
# Only what was started here is stopped.
trap '[ -z "$holder" ] || kill -9 "$holder" 2>/dev/null || true; rm -rf "$work"' EXIT

# expect WHAT TEXT ANSWER: the answer has a line like this.
expect() {
  if printf '%s\n' "$3" | grep -qE -- "$2"; then
    printf 'ok: %s\n' "$1"
  else
    printf 'FAILED: %s: no line like "%s" in\n%s\n' "$1" "$2" "$3"
    failed=yes
  fi
}

# hold STATEMENT: another shell that has run it, and stays.
hold() {
  rm -f "$work/input" "$work/output"
  mkfifo "$work/input"
  sqlite3 -batch "$work/site/db.sqlite3" <"$work/input" >"$work/output" 2>&1 &
  holder=$!
  exec 9>"$work/input"
  printf '%s\n' "$1" '.print ready' >&9
  until grep -q ready "$work/output"; do sleep 0.1; done
}

# run LINE...: what a shell says that does not have the end of the holder's input.
run() {
  (cd "$work" && printf '%s\n' ".load $library" "$@" | sqlite3 -batch site/db.sqlite3 2>&1 9>&-) || true
}

mkdir "$work/site"
cp -R "$home/tests/data/golden/blog/project/." "$work/site"
cp "$home/tests/data/golden/blog/db/partially_applied.sqlite3" "$work/site/db.sqlite3"
stuck=$home/sql/stuck.sql

before=$(cksum <"$work/site/db.sqlite3")
hold 'BEGIN IMMEDIATE;'
answer=$(run ".read $stuck")
expect 'it names who holds the database' "^process $holder \(sqlite3 .*\) has 'reserved': writes are blocked" "$answer"
expect 'it says what lies beside the database' '^ok: ' "$answer"
expect 'it says what was done half' ' partly-applied +blog\.' "$answer"
expect 'it says what to type against the holder' "^SELECT terminate_lock_holder\($holder\);  -- sqlite3" "$answer"
expect 'it says what to type for the migrations' '^SELECT backup_database.*' "$answer"
expect 'it says what finishes them' "SELECT fake_apply\('blog', '0005_" "$answer"
expect 'it ends with what is to be applied' '^SELECT migrate\(\);  -- [0-9]+ migrations are' "$answer"
[ "$before" = "$(cksum <"$work/site/db.sqlite3")" ] || { printf 'FAILED: it changed the database\n'; failed=yes; }

answer=$(run ".parameter set @stop $holder" '.parameter set @wait 60' ".read $stuck")
expect 'it stops the holder when it is asked to' "^process $holder has ended; what it had not committed is rolled back" "$answer"
expect 'it waits when it is asked to' '^free after ' "$answer"
wait "$holder" || true
holder=
answer=$(run ".read $stuck")
expect 'then nobody holds it' '^free: no process has a lock' "$answer"
answer=$(run 'BEGIN IMMEDIATE;' ".read $stuck")
expect 'it sees a transaction of your own' '^ROLLBACK;  -- or COMMIT' "$answer"

answer=$(run 'PRAGMA journal_mode = WAL;' ".read $stuck" 'PRAGMA journal_mode = DELETE;')
expect 'it says how to empty a -wal' '^SELECT checkpoint_database' "$answer"

hold 'BEGIN EXCLUSIVE;'
answer=$(run ".read $stuck" "SELECT 'still here';")
expect 'it names who has it alone' "^process $holder \(sqlite3 .*\) has 'exclusive'" "$answer"
expect 'it says how to stop that one' "^SELECT terminate_lock_holder\($holder\);" "$answer"
expect 'it can read no more then' 'database is locked' "$answer"

[ "$failed" = no ]
