#!/bin/sh
# Arrows point down only: a folder of ext/ includes its own files and those of the layers below it,
# and nothing but sqlite/ calls SQLite.  Every test is listed.
set -eu
cd "$(dirname "$0")/../../ext"
failed=no

below() {
  case $1 in
    base) ;;
    python | sqlite) echo base ;;
    django) echo 'python base' ;;
    schema | rewrite) echo 'django python base' ;;
    migrate | recover) echo 'rewrite schema django sqlite python base' ;;
    tree) echo 'sqlite base' ;;
    lint) echo 'migrate rewrite schema django sqlite python base' ;;
    report) echo 'migrate django base' ;;
    surface) echo 'report lint recover tree migrate rewrite schema django sqlite python base' ;;
    *) echo "FAILED: the folder ext/$1 is in no layer" >&2; exit 1 ;;
  esac
}

for layer in */; do
  layer=${layer%/}
  allowed=$(echo "$layer $(below "$layer")" | tr ' ' '|' | sed 's/|$//')
  wrong=$(grep -rnE '^#include "' "$layer" | grep -vE "#include \"($allowed)/" || true)
  if [ -n "$wrong" ]; then
    printf 'FAILED: %s may include only: %s\n%s\n' "$layer" "$allowed" "$wrong"
    failed=yes
  fi
done

calls=$(grep -rnE '\bsqlite3_[a-z0-9_]+\(' --include='*.cc' --include='*.h' . |
  grep -vE '^\./(sqlite/|migext\.cc)' || true)
if [ -n "$calls" ]; then
  printf 'FAILED: only sqlite/ calls SQLite\n%s\n' "$calls"
  failed=yes
fi

# A test that is built by nobody cannot fail.
for test in $(cd ../tests && find . -name '*_test.cc' | sed 's|^\./[^/]*/||'); do
  grep -qF "$test" ../CMakeLists.txt || {
    printf 'FAILED: CMakeLists.txt does not list %s\n' "$test"
    failed=yes
  }
done

[ "$failed" = no ] && echo ok
