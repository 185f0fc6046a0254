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

# site STATE: a fresh copy of the project with that database.
site() {
  rm -rf "$work/site" && mkdir "$work/site"
  cp -R "$golden/project/." "$work/site"
  cp "$golden/db/$1.sqlite3" "$work/site/db.sqlite3"
}

# run LINE...: what the shell says to these lines, from a folder that is not the project's.
run() {
  mkdir -p "$work/elsewhere"
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

[ "$failed" = no ]
