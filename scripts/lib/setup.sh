# What scripts/demo and scripts/test share: the packages they need, and a configured build.
# Read with `. scripts/lib/setup.sh`; REQUIRES: the current folder is the project's.
# shellcheck shell=sh

die() {
  printf '%s\n' "$0: $*" >&2
  exit 1
}

# has_header NAME: the compiler finds it.
has_header() {
  printf '#include <%s>\n' "$1" | c++ -E -x c++ - >/dev/null 2>&1
}

# missing_packages WANTED...: Debian's names of what is not here, one after another.
missing_packages() {
  for wanted in "$@"; do
    case $wanted in
      chromium | cmake | sqlite3 | clang-format | clang-tidy) command -v "$wanted" >/dev/null 2>&1 ;;
      ninja-build) command -v ninja >/dev/null 2>&1 ;;
      g++) command -v c++ >/dev/null 2>&1 ;;
      libsqlite3-dev) has_header sqlite3ext.h ;;
      libgtest-dev) has_header gtest/gtest.h ;;
      *) die "there is no rule how to look for $wanted" ;;
    esac || printf ' %s' "$wanted"
  done
}

# Others' names for Debian's packages.
dnf_names() {
  printf '%s' "$1" | sed -e 's/ g++/ gcc-c++/' -e 's/libsqlite3-dev/sqlite-devel/' \
    -e 's/ sqlite3/ sqlite/' -e 's/libgtest-dev/gtest-devel/' \
    -e 's/clang-format/clang-tools-extra/' -e 's/ clang-tidy//'
}

brew_names() {
  printf '%s' "$1" | sed -e 's/ g++/ gcc/' -e 's/ninja-build/ninja/' \
    -e 's/libsqlite3-dev/sqlite/' -e 's/ sqlite3/ sqlite/' -e 's/libgtest-dev/googletest/' \
    -e 's/clang-format/clang-format llvm/' -e 's/ clang-tidy//'
}

# require_packages WANTED...: installs what is missing where apt may be used without asking, and
# else says what to type.
require_packages() {
  missing=$(missing_packages "$@")
  if [ -n "$missing" ]; then
    install_packages "$missing"
    still=$(missing_packages "$@")
    [ -z "$still" ] || die "still missing after the installation:$still"
  fi
  require_cmake
}

# offer_packages WANTED...: the same for what can be done without; says nothing where it cannot.
offer_packages() {
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  (install_packages "$missing") 2>/dev/null || true
}

install_packages() {
  as_root=
  if [ "$(id -u)" -ne 0 ]; then
    as_root='sudo -n'
    sudo -n true 2>/dev/null || ask_for_packages "$1"
  fi
  command -v apt-get >/dev/null 2>&1 || ask_for_packages "$1"
  printf 'installing:%s\n' "$1"
  # Word splitting is what makes arguments of the two lists.
  # shellcheck disable=SC2086
  { $as_root apt-get update -qq &&
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $1; } \
    >/dev/null || ask_for_packages "$1"
}

ask_for_packages() {
  {
    printf '%s: these are missing:%s\ninstall them with one of\n' "$0" "$1"
    printf '  sudo apt-get install%s\n' "$1"
    printf '  sudo dnf install%s\n' "$(dnf_names "$1")"
    printf '  brew install%s\n' "$(brew_names "$1")"
  } >&2
  exit 1
}

require_cmake() {
  version=$(cmake --version | sed -n '1s/[^0-9]*\([0-9]*\.[0-9]*\).*/\1/p')
  case $version in
    [012].* | 3.[0-9] | 3.1[0-9] | 3.2[0-4])
      die "CMake 3.25 or newer is needed and this is $version; a newer one: pipx install cmake" ;;
  esac
}

# configure PRESET [OPTION...]: quiet unless it fails.
configure() {
  preset=$1
  shift
  if command -v ccache >/dev/null 2>&1; then
    set -- -DCMAKE_CXX_COMPILER_LAUNCHER=ccache "$@"
  fi
  log=$(cmake --preset "$preset" "$@" 2>&1) || {
    printf '%s\n' "$log" >&2
    die "cannot configure the preset $preset"
  }
}
