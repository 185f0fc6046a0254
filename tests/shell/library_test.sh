#!/bin/sh
# The library as a file: what it needs, what it exports, and that a real shell loads it.
#
#   tests/shell/library_test.sh build/default/migext.so
set -eu
library=$1
failed=no

expect() {  # what, expected, actual
  if [ "$2" = "$3" ]; then
    printf 'ok: %s\n' "$1"
  else
    printf 'FAILED: %s\n--- expected\n%s\n--- actual\n%s\n' "$1" "$2" "$3"
    failed=yes
  fi
}

# An address sanitizer's build needs its runtime beside it, and is no file for others.
if [ -z "${LD_PRELOAD-}" ]; then
  others=$(ldd "$library" | awk '{ print $1 }' |
    grep -vE '^(linux-vdso|linux-gate|libc\.|libm\.|/.*ld-|ld-)' || true)
  expect 'needs libc, libm and the loader alone' '' "$others"
  exported=$(nm -D --defined-only "$library" | awk '$2 != "A" { print $3 }')
  expect 'exports its entry point alone' sqlite3_migext_init "$exported"
fi

without_suffix=${library%.so}
answer=$(printf '%s\n' ".load $without_suffix" "SELECT migext_version() LIKE '0.%';" | sqlite3 2>&1)
expect 'a shell loads it by its path without a suffix' 1 "$answer"

answer=$(printf '%s\n' ".load $library" ".load $library" \
  "SELECT coalesce(load_extension('$library'), 'again');" \
  'SELECT count(*) > 5 FROM migext_help;' | sqlite3 2>&1)
expect 'loading it again is harmless' "again
1" "$answer"

# Every example of a function runs as a person would type it, in a project that has what they name.
golden=$(cd "$(dirname "$0")/../data/golden/blog" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cp -R "$golden/project/." .
cp "$golden/db/columns_exist_not_recorded.sqlite3" db.sqlite3
printf '%s\n' ".load $library" \
  "SELECT example || ';' FROM migext_help WHERE kind = 'function' AND name <> 'migext_call';" |
  sqlite3 db.sqlite3 >examples.sql
answer=$({ printf '%s\n' '.bail on' ".load $library" && cat examples.sql; } |
  sqlite3 db.sqlite3 2>&1 >/dev/null || true)
expect 'the examples of functions run' '' "$answer"

[ "$failed" = no ]
