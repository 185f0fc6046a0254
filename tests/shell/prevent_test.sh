#!/bin/sh
# sql/prevent.sql in a real shell: what it finds decides the status with which the shell ends.
#
#   tests/shell/prevent_test.sh build/default/migext.so
set -eu
library=$1
home=$(cd "$(dirname "$0")/../.." && pwd)
golden=$home/tests/data/golden/blog
failed=no
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# site STATE: a fresh copy of the project with that database.
site() {
  rm -rf "$work/site" && mkdir -p "$work/site" "$work/elsewhere"
  cp -R "$golden/project/." "$work/site"
  cp "$golden/db/$1.sqlite3" "$work/site/db.sqlite3"
}

# prevent STATUS TEXT [ACCEPTED]: with that finding of the lint silenced, the script ends the shell so, says that, and leaves the database alone.
prevent() {
  accepted=${3-}
  before=$(cksum <"$work/site/db.sqlite3")
  status=0
  answer=$(cd "$work/elsewhere" && sqlite3 -batch -cmd ".load $library" \
    -cmd "SELECT migext_setting('lint_ignore', '$accepted')" ../site/db.sqlite3 \
    ".read $home/sql/prevent.sql" 2>&1) || status=$?
  if [ "$status" != "$1" ] || ! printf '%s\n' "$answer" | grep -qF -- "$2"; then
    printf 'FAILED: status %s instead of %s, or no line with "%s" in\n%s\n' "$status" "$1" "$2" \
      "$answer"
    failed=yes
  elif [ "$before" != "$(cksum <"$work/site/db.sqlite3")" ]; then
    printf 'FAILED: the database was changed\n'
    failed=yes
  elif [ -n "$(ls "$work/elsewhere")" ]; then
    printf 'FAILED: a file was written into the current folder\n'
    failed=yes
  else
    printf 'ok: %s\n' "$2"
  fi
}

site all_applied_small
prevent 0 'nothing to rehearse: no migrations to apply'
prevent 0 'no error, warnings: 0'

# What is recorded and not done stops the run.
site columns_exist_not_recorded
prevent 1 'rehearsal failed at blog.0003_add_comment_nesting_fields'
prevent 1 'errors: read them above'
prevent 1 'CHECK constraint failed: errors were found: read them above'

# What is not there although it is recorded is drift.
site recorded_but_columns_missing
prevent 1 'error  blog_comment'

# A run that works is rehearsed up and down.  What it loses stops it until a person accepts that.
site at_0002
mkdir -p "$work/site/sql/blog"
printf -- '-- forwards\nUPDATE blog_comment SET level = 0, path = id;\n-- backwards\n' \
  >"$work/site/sql/blog/0004_populate_comment_nesting_fields.sql"
prevent 1 'drops the column blog_category.position with 3 values'
prevent 0 'rehearsal passed: applied 9 migrations' 'blog.0008:drop-column'

# As far as a target, what the migrations behind it lose is a warning.
status=0
answer=$(cd "$work/elsewhere" && sqlite3 -batch -cmd ".load $library" \
  -cmd '.parameter set @app blog' -cmd ".parameter set @target \"'0005'\"" ../site/db.sqlite3 \
  ".read $home/sql/prevent.sql" 2>&1) || status=$?
if [ "$status" != 0 ] || ! printf '%s\n' "$answer" | grep -q 'warning  drop-column  blog.0008'; then
  printf 'FAILED: status %s with a target\n%s\n' "$status" "$answer"
  failed=yes
else
  printf 'ok: only as far as the target\n'
fi

# Without a project nothing can be said, which is no pass.
rm -rf "$work/site" && mkdir -p "$work/site"
cp "$golden/db/at_0002.sqlite3" "$work/site/db.sqlite3"
prevent 1 'no Django project was found'

site at_0002

# Two leaves.
cat >"$work/site/blog/migrations/0009_other.py" <<'PYTHON'
from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [("blog", "0008_rename_postrevision_revision_and_more")]
    operations = []
PYTHON
prevent 1 'rehearsal failed before its first migration'

[ "$failed" = no ]
