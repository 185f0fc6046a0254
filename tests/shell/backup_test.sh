#!/bin/sh
# scripts/backup and sql/backup.sql on the golden blog: what they make, what they say, and with which status.
#
#   tests/shell/backup_test.sh build/default/migext.so
set -eu
MIGEXT=$1
WAIT=1
export MIGEXT WAIT
home=$(cd "$(dirname "$0")/../.." && pwd)
golden=$home/tests/data/golden/blog
backup=$home/scripts/backup
failed=no
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# site STATE: a fresh copy of the project with that database, and an empty folder for backups.
site() {
  rm -rf "$work/site" "$work/backups" && mkdir "$work/site" "$work/backups"
  cp -R "$golden/project/." "$work/site"
  cp "$golden/db/$1.sqlite3" "$work/site/db.sqlite3"
  chmod -R u+w "$work/site"
  database=$work/site/db.sqlite3
}

# run COMMAND…: what it prints, and its status as the last line.
run() {
  code=0
  "$@" 2>&1 || code=$?
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

# expect_equal WHAT EXPECTED FOUND
expect_equal() {
  if [ "$2" = "$3" ]; then
    printf 'ok: %s\n' "$1"
  else
    printf 'FAILED: %s: expected\n%s\nand found\n%s\n' "$1" "$2" "$3"
    failed=yes
  fi
}

# age NAME: an older backup of that name.
age() { sqlite3 "$database" "VACUUM INTO '$work/backups/$1'"; }

backups() { find "$work/backups" -type f -exec basename {} \; | sort; }

site at_0005
expect_equal 'a good run says nothing' 'status 0' "$(run "$backup" "$database" "$work/backups")"
made=$(backups)
expect 'the backup is named by database and time' '^db_[0-9]{8}_[0-9]{6}\.sqlite3$' "$made"
expect_equal 'only its owner may read it' '-rw-------' "$(find "$work/backups" -name 'db_*' -exec ls -l {} \; | cut -c1-10)"
expect_equal 'it is sound' 'ok' "$(sqlite3 "$work/backups/$made" 'PRAGMA integrity_check')"
expect_equal 'it holds the same comments' "$(sqlite3 "$database" 'SELECT * FROM blog_comment')" \
  "$(sqlite3 "$work/backups/$made" 'SELECT * FROM blog_comment')"
answer=$(run "$backup" --verbose "$database" "$work/backups")
expect 'with --verbose it says what it did' '^backed up [0-9]+ bytes to .*, verified; heads blog\.0005_' "$answer"
expect 'nothing was overwritten' '^2$' "$(backups | wc -l | tr -d ' ')"
expect '--list shows what there is' '^2[0-9-]+ [0-9:]+  sound  +[0-9]+  /.*/db_' "$(run "$backup" --list "$database" "$work/backups")"

site at_0005
for day in 01 02 03 04; do age "db_202501${day}_030000.sqlite3"; done
age other_20250101_030000.sqlite3
printf 'mine\n' >"$work/backups/db_notes.txt"
expect_equal 'rotation says nothing' 'status 0' "$(run "$backup" "$database" "$work/backups" 3)"
expect_equal 'the newest stay, and what is not of this database' \
  'db_20250103_030000.sqlite3
db_20250104_030000.sqlite3
db_NOW.sqlite3
db_notes.txt
other_20250101_030000.sqlite3' "$(backups | sed -E 's/db_20(2[6-9]|[3-9][0-9])[0-9]{4}_[0-9]{6}/db_NOW/' | LC_ALL=C sort)"

# The damage of the newest backups must not cost the sound ones.
site at_0005
for day in 01 02 03; do age "db_202501${day}_030000.sqlite3"; done
printf 'no database' >"$work/backups/db_20250103_030000.sqlite3"
run "$backup" "$database" "$work/backups" 2 >/dev/null
expect 'a damaged backup does not count as one' '^db_20250102_030000\.sqlite3$' "$(backups)"
expect 'and --list names it' 'DAMAGED' "$(run "$backup" --list "$database" "$work/backups")"

site corrupted_page
answer=$(run "$backup" "$database" "$work/backups")
expect 'of a damaged database none is made' '^backup: no backup of .* was made: ' "$answer"
expect 'the next step is named' 'SELECT salvage_database' "$answer"
expect 'with its own status' '^status 1$' "$answer"
expect_equal 'and nothing is left behind' '' "$(backups)"

site at_0005
answer=$(run "$backup" "$work/site/nosuch.sqlite3" "$work/backups")
expect 'a wrong path of the database makes no database' '^backup: there is no file ' "$answer"
expect 'it is a misuse' '^status 2$' "$answer"
[ ! -e "$work/site/nosuch.sqlite3" ] || { printf 'FAILED: a database was made\n'; failed=yes; }
expect 'a missing folder may be a disk' '^backup: there is no folder .* mounted' "$(run "$backup" "$database" "$work/nosuch")"
expect 'how many to keep is a number' '^backup: how many to keep must be a number' "$(run "$backup" "$database" "$work/backups" 0)"
expect 'help names the statuses' '^  3  the backup is made, but' "$(run "$backup" --help)"

mkdir "$work/it's one" && cp "$database" "$work/it's one/my db.sqlite3" && mkdir "$work/it's one/kept "
expect_equal 'quotes and blanks in a path do not matter' 'status 0' \
  "$(run "$backup" "$work/it's one/my db.sqlite3" "$work/it's one/kept ")"
expect 'nor in a name' '^my db_[0-9_]*\.sqlite3$' "$(ls "$work/it's one/kept ")"

# read_script LINE...: what the shell says to backup.sql after these lines, from the folder of the backups.
read_script() {
  (cd "$work/backups" && printf '%s\n' ".load $MIGEXT" "$@" ".read $home/sql/backup.sql" | sqlite3 -batch "$database" 2>&1) || true
}
site at_0005
answer=$(read_script)
expect 'backup.sql makes a backup in the current folder' '^backed up [0-9]+ bytes to .*/backups/db_[0-9_]+\.sqlite3, verified' "$answer"
expect 'backup.sql keeps all by default' '^all are kept$' "$answer"
expect 'backup.sql lists what there is' '^2[0-9-]+ [0-9:]+  sound ' "$answer"
age db_20250101_030000.sqlite3
answer=$(read_script ".parameter set @folder \"'$work/backups'\"" '.parameter set @keep 1')
expect 'backup.sql removes what is too old' '^removed 2 and kept 1' "$answer"

# A database that somebody has emptied: its backups must not push out those with the data.
site at_0005
age db_20250101_000000.sqlite3
rm -f "$database" && : >"$database"
for night in 1 2; do
  answer=$(run "$backup" "$database" "$work/backups" 1)
  expect "an emptied database is told, night $night" 'no Django database' "$answer"
  expect "an emptied database ends in status 3, night $night" '^status 3$' "$answer"
done
sqlite3 "$database" "SELECT 1" >/dev/null
run sqlite3 "$database" ".load ${MIGEXT%.so}" "SELECT prune_backups('$work/backups', 1)" >/dev/null
expect 'the backup with the data is still there' '^db_20250101_000000' "$(backups)"

[ "$failed" = no ]
