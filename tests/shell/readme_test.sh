#!/bin/sh
# What the README shows is true: its session runs and prints what it prints there, its reference is the
# registry's, and the scripts it names are there.
#
#   tests/shell/readme_test.sh /path/to/migext.so [--update]
#
# --update writes the reference into the README instead of comparing it.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
library=$1
readme=$root/README.md
work=$(mktemp -d "${TMPDIR:-/tmp}/migext-readme.XXXXXX")
trap 'rm -rf "$work"' EXIT
fail() {
  printf 'README: %s\n' "$1" >&2
  exit 1
}
run() {
  { printf '.load %s\n' "$library"; cat; } | sqlite3 -batch -bail "$1"
}

# --- The reference ---
run :memory: >"$work/reference" <<'SQL'
.headers off
.mode list
SELECT '| Call | Kind | What it does | Example |';
SELECT '|---|---|---|---|';
SELECT '| `' || replace(signature, '|', '\|') || '` | ' || kind || ' | ' || replace(summary, '|', '\|') || ' | `'
       || replace(example, '|', '\|') || '` |'
FROM migext_help;
SQL
[ "$(wc -l <"$work/reference")" -gt 20 ] || fail 'migext_help lists next to nothing'
if [ "${2-}" = --update ]; then
  awk -v file="$work/reference" '
    /<!-- reference -->/ { print; print ""; while ((getline line < file) > 0) print line; print ""; skip = 1; next }
    /<!-- end of reference -->/ { skip = 0 }
    !skip' "$readme" >"$work/readme"
  cp "$work/readme" "$readme"
  exit 0
fi
sed -n '/<!-- reference -->/,/<!-- end of reference -->/p' "$readme" | grep '^|' >"$work/shown"
diff -u "$work/shown" "$work/reference" || fail 'the reference differs from migext_help; run this with --update'

# --- The session ---
mkdir "$work/site"
cp -R "$root/tests/data/golden/blog/project/." "$work/site"
cp "$root/tests/data/golden/blog/db/columns_exist_not_recorded.sqlite3" "$work/site/db.sqlite3"
chmod -R u+w "$work/site"
sed -n '/^```console$/,/^```$/p' "$readme" | grep -v '^```' | grep -v '^\$ ' | grep -v '^sqlite> \.load' >"$work/session"
grep '^sqlite> ' "$work/session" | sed 's/^sqlite> //' >"$work/input"
grep -v '^sqlite> ' "$work/session" >"$work/expected"
[ "$(wc -l <"$work/input")" -ge 8 ] || fail 'the session is gone'
(cd "$work/site" && run db.sqlite3 <"$work/input") >"$work/printed" 2>&1 || { cat "$work/printed"; fail 'the session stops with an error'; }
diff -u "$work/expected" "$work/printed" || fail 'the session prints something else'

# --- The scripts ---
for script in $(grep -o '`s[a-z]*/[a-z0-9_]*\(\.sql\)\{0,1\}`' "$readme" | tr -d '`' | sort -u) scripts/demo scripts/test; do
  [ -f "$root/$script" ] || fail "$script is named and does not exist"
done
for script in "$root"/sql/*.sql; do
  grep -q "sql/$(basename "$script")" "$readme" || fail "$(basename "$script") is not named"
done
