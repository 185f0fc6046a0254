# What the scripts share that work on a database: what they need, and talking to it through migext.
# Read with `. "$home/scripts/lib/database.sh"`; REQUIRES: $home is the folder above scripts/.
# shellcheck shell=sh

extension=${MIGEXT:-$home/build/default/migext.so}

# die MESSAGE [STATUS]
die() {
  printf '%s: %s\n' "$(basename "$0")" "$1" >&2
  exit "${2:-1}"
}

# usage LAST: the comment at the top of the script, to that line.
usage() { sed -n "2,$1s/^# \{0,1\}//p" "$0"; }

# require_tools [STATUS]
require_tools() {
  command -v sqlite3 >/dev/null 2>&1 ||
    die 'sqlite3 is not installed; install it with: sudo apt-get install sqlite3 (or dnf install sqlite, brew install sqlite)' "${1:-1}"
  [ -f "$extension" ] ||
    die "there is no $extension; build it with: cd $home && cmake --preset default && cmake --build --preset default --target migext" "${1:-1}"
}

# require_file FILE [STATUS]: sets $database to its whole path; makes no file.
require_file() {
  [ -e "$1" ] || die "there is no file $1; give the database of the project, mostly db.sqlite3" "${2:-1}"
  [ -f "$1" ] || die "$1 is no file; give the database of the project, mostly db.sqlite3" "${2:-1}"
  database=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
}

# quote TEXT: as SQL, and as a dot command, takes it.
quote() { printf "'%s'" "$(printf '%s' "$1" | sed "s/'/''/g")"; }

# run: the statements of standard input on $database, up to the first error.  From $home, whose sql/ holds
# the SQL twins of the guide's migrations.
run() {
  {
    printf '.headers off\n.mode list\n.load %s\n' "$(quote "$extension")"
    [ -z "${PROJECT-}" ] || printf '.output /dev/null\nSELECT migration_project(%s);\n.output\n' "$(quote "$PROJECT")"
    cat
  } | (cd "$home" && sqlite3 -batch -bail -init /dev/null "$database")
}
