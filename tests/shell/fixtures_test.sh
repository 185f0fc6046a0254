#!/bin/sh
# Fixtures to Django and back: what dumpdata() writes Django loads, what Django writes loaddata()
# loads, and each leaves the rows of the database that the fixture is of.  Skipped (status 77) where
# python3 has no Django.
#
#   tests/shell/fixtures_test.sh build/default/migext.so
set -eu
library=$1
home=$(cd "$(dirname "$0")/../.." && pwd)
golden=$home/tests/data/golden/fixtures/project
python=${DJANGO_PYTHON:-python3}
"$python" -c 'import django' 2>/dev/null || {
  printf 'skipped: %s has no Django\n' "$python"
  exit 77
}
failed=no
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/site"
cp -R "$golden/." "$work/site"
version=$("$python" -c 'import django; print("%d.%d" % django.VERSION[:2])')

# ours SQL...: on the site's database, as that version of Django.
ours() {
  sqlite3 -batch -bail "$work/site/db.sqlite3" "SELECT load_extension('$library');" \
    "SELECT migext_setting('django_version', '$version');" "$@"
}

manage() { (cd "$work/site" && "$python" manage.py "$@" --skip-checks 2>"$work/complaint") || { cat "$work/complaint" >&2; exit 1; }; }

# fresh: an empty database of the project, made by Django.
fresh() {
  rm -f "$work/site/db.sqlite3"
  manage migrate -v 0
}

# differences: rows that one database has and the other lacks, of the tables that the fixture is of.
# Content types have other keys in a new database, rows between two models have keys of their own, and
# a moment loses its microseconds.
differences() {
  sqlite3 -batch "$work/site/db.sqlite3" "ATTACH '$golden/db.sqlite3' AS source;" ".mode list" \
    "SELECT 'SELECT ' || quote(name) || ', count(*) FROM (SELECT ' || columns || ' FROM main.\"' || name || '\" EXCEPT SELECT '
       || columns || ' FROM source.\"' || name || '\") UNION ALL SELECT ' || quote(name) || ', count(*) FROM (SELECT '
       || columns || ' FROM source.\"' || name || '\" EXCEPT SELECT ' || columns || ' FROM main.\"' || name || '\");'
     FROM (SELECT t.name, group_concat('\"' || c.name || '\"') AS columns
           FROM main.sqlite_master AS t, pragma_table_info(t.name) AS c
           WHERE t.type = 'table' AND (t.name LIKE 'people!_%' ESCAPE '!' OR t.name LIKE 'relations!_%' ESCAPE '!')
             AND c.name NOT IN ('content_type_id', 'moment')
             AND NOT (c.pk = 1 AND (SELECT count(*) FROM pragma_table_info(t.name)) = 3
                      AND (SELECT count(*) FROM pragma_foreign_key_list(t.name)) = 2)
           GROUP BY t.name);" >"$work/compare.sql"
  [ -s "$work/compare.sql" ]
  sqlite3 -batch "$work/site/db.sqlite3" "ATTACH '$golden/db.sqlite3' AS source;" ".read $work/compare.sql" |
    grep -v '|0$' || true
}

expect() {
  if [ "$2" = "$3" ]; then
    printf 'ok: %s\n' "$1"
  else
    printf 'FAILED: %s: "%s" instead of "%s"\n' "$1" "$3" "$2"
    failed=yes
  fi
}

objects=$(sqlite3 "$golden/db.sqlite3" 'SELECT count(*) FROM people_person;')
expect 'the source has rows' 3 "$objects"
for format in json jsonl; do
  cp "$golden/db.sqlite3" "$work/site/db.sqlite3"
  ours "SELECT dumpdata('$work/ours.$format', 'people', 'relations', 'auth.group', 'exclude=relations.unmanaged');" >"$work/answer"
  manage dumpdata --format "$format" people relations auth.group -e relations.unmanaged -o "$work/django.$format" >/dev/null
  expect "dumpdata() writes what Django $version writes, in $format" "$(cksum <"$work/django.$format")" "$(cksum <"$work/ours.$format")"

  fresh
  manage loaddata "$work/ours.$format" >"$work/answer"
  expect "Django $version loads what dumpdata() writes, in $format" '' "$(differences)"
  fresh
  ours "SELECT loaddata('$work/django.$format');" | tail -n 1 >"$work/our_answer"
  expect "loaddata() loads what Django $version writes, in $format" '' "$(differences)"
  expect 'and answers as Django does' "$(cat "$work/answer")" "$(cat "$work/our_answer")"
done

[ "$failed" = no ]
