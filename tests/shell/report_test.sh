#!/bin/sh
# migration_report()'s page in a browser: its text can be read, its scripts are none, and nothing of
# it is wider than the window, on a telephone or a desk.
#
#   tests/shell/report_test.sh build/default/migext.so
#
# Without Chromium the page is only looked at as text, and the test says so.
set -eu
library=$1
home=$(cd "$(dirname "$0")/../.." && pwd)
golden=$home/tests/data/golden/blog
failed=no
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  printf 'FAILED: %s\n' "$*"
  failed=yes
}

# expect WHAT TEXT FILE: the file has that text.
expect() {
  if grep -qF -- "$2" "$3"; then
    printf 'ok: %s\n' "$1"
  else
    fail "$1: no '$2' in $3"
  fi
}

# hostile_site: the blog, with what could break a page that does not expect it.
hostile_site() {
  mkdir "$work/site"
  cp -R "$golden/project/." "$work/site"
  cp "$golden/db/columns_exist_not_recorded.sqlite3" "$work/site/db.sqlite3"
  script='<script>document.title="broken"</script>'
  long=$(printf 'x%.0s' $(seq 200))
  cat >"$work/site/blog/migrations/0010_$long.py" <<'PYTHON'
from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [("blog", "0009_comment_is_pinned_post_blog_post_title_lower_and_more")]
    operations = []
PYTHON
  printf 'syntax error <img src=x onerror=alert(1)> %s\n' "$long" \
    >"$work/site/blog/migrations/0011_unreadable.py"
  sqlite3 "$work/site/db.sqlite3" "
    INSERT INTO django_migrations(app, name, applied)
    VALUES ('$script', '\"><script>alert(1)</script>', '<b>'), ('$long', '$long', '$long'),
           ('newsletter', CAST(x'eda080ff00' AS text), '2025-01-01 00:00:00');"
}

# make_report: the page of the site, as $work/report.html.
make_report() {
  (cd "$work" && sqlite3 -batch site/db.sqlite3 "SELECT load_extension('$library')" \
    "SELECT migration_report('report.html')") >/dev/null
}

browse() {
  env -u LD_PRELOAD chromium --headless --no-sandbox --disable-gpu --hide-scrollbars "$@" 2>/dev/null
}

# measured WIDTH: what sticks out of the page in a window of that width, with all parts unfolded.
# The page stands in a frame, as the browser's own window is never narrower than 500.
measured() {
  {
    printf '<!DOCTYPE html><body style="margin:0"><iframe width="%s" height="900" srcdoc="' "$1"
    sed -e 's/&/\&amp;/g' -e 's/"/\&quot;/g' "$work/report.html"
    cat <<'HTML'
"></iframe><p id="found"></p><script>
onload = () => {
  const frame = document.querySelector('iframe');
  const page = frame.contentDocument;
  for (const part of page.querySelectorAll('details')) part.open = true;
  const width = frame.contentWindow.innerWidth;
  const found = ['page ' + page.documentElement.scrollWidth + ' of ' + width];
  for (const element of page.body.querySelectorAll('*')) {
    const box = element.getBoundingClientRect();
    if (box.right > width + 0.5 || box.left < -0.5) found.push(element.outerHTML.slice(0, 120));
    const clips = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
    if (clips && getComputedStyle(element).display !== 'inline') found.push('clipped: ' + element.outerHTML.slice(0, 120));
  }
  document.getElementById('found').textContent = found.join(' | ').replace(/\s+/g, ' ');
};
</script></body>
HTML
  } >"$work/measure_$1.html"
  browse --window-size=1600,1000 --dump-dom "file://$work/measure_$1.html" |
    sed -n 's/.*<p id="found">\(.*\)<\/p>.*/\1/p'
}

expect_width() {
  found=$(measured "$1")
  if [ "$found" = "page $1 of $1" ]; then
    printf 'ok: nothing is wider than %s pixels\n' "$1"
  else
    fail "at $1 pixels: $found"
  fi
}

hostile_site
make_report

expect 'a conflict has its remedy' \
  'SELECT fake_apply(&#39;blog&#39;, &#39;0003_add_comment_nesting_fields&#39;);' "$work/report.html"
expect 'a name is text' '&lt;script&gt;document.title=&quot;broken&quot;&lt;/script&gt;' \
  "$work/report.html"
if grep -qiE '<(script|link|img|iframe|object)|[a-z]+://|@import|url\(| on[a-z]+=' \
  "$work/report.html"; then
  fail "the page loads or runs something:
$(grep -noiE '<(script|link|img|iframe|object).{40}|.{40}([a-z]+://|@import|url\(| on[a-z]+=).{40}' "$work/report.html")"
else
  printf 'ok: it loads nothing and runs nothing\n'
fi
if make_report 2>/dev/null; then
  fail 'a report was written over another one'
else
  printf 'ok: nothing is overwritten\n'
fi

if command -v chromium >/dev/null 2>&1; then
  browse --dump-dom "file://$work/report.html" >"$work/read.html"
  expect 'the title is ours' '<title>Migrations of site</title>' "$work/read.html"
  expect 'the graph has a dot for each migration' '<title>blog.0005_comment_parent_and_more, pending' \
    "$work/read.html"
  expect 'the history is at the end' 'auth.0012_alter_user_first_name_max_length' "$work/read.html"
  expect_width 400
  expect_width 1400
else
  printf 'SKIPPED: chromium is not installed, so the page was not opened in a browser\n'
  [ "$failed" = no ] && exit 77
fi

[ "$failed" = no ]
