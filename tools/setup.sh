#!/usr/bin/env bash
# Prepares a machine for Rundbord. `make setup` calls it; both steps are quick when nothing is missing.
#
#   tools/setup.sh system     the system libraries Qt needs, where this machine lets us install them
#   tools/setup.sh packaging  the tools installers are made with, the same way
#   tools/setup.sh venv       .venv with the locked packages and the program itself, editable
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$PATH:/usr/sbin:/sbin" # ldconfig is not on everyone's path
log=build/setup.log

# What Qt, the window tests and the paper tests need on Linux, and the Debian package that brings each.
libraries="
libEGL.so.1 libegl1
libGL.so.1 libgl1
libdbus-1.so.3 libdbus-1-3
libfontconfig.so.1 libfontconfig1
libglib-2.0.so.0 libglib2.0-0
libgssapi_krb5.so.2 libgssapi-krb5-2
libcups.so.2 libcups2
libX11-xcb.so.1 libx11-xcb1
libxkbcommon.so.0 libxkbcommon0
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-image.so.0 libxcb-image0
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-randr.so.0 libxcb-randr0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-shape.so.0 libxcb-shape0
libxcb-xkb.so.1 libxcb-xkb1
"
commands="
Xvfb xvfb
pdftotext poppler-utils
"
# A build machine tests TLS and Kerberos too, which the PostgreSQL from PyPI has not; nobody else is given servers they did not ask for.
[ -z "${CI:-}" ] || commands+="pg_ctlcluster postgresql
kadmin.local krb5-admin-server
kinit krb5-user
krb5kdc krb5-kdc
"

# What `make deb` and `make windows` need besides: the tools, and the libraries of Qt's whose packages the .deb is to name.
packaging_libraries="
libwayland-client.so.0 libwayland-client0
libwayland-cursor.so.0 libwayland-cursor0
libwayland-egl.so.1 libwayland-egl1
"
packaging_commands="
appstreamcli appstream
desktop-file-validate desktop-file-utils
dh debhelper
dpkg-buildpackage dpkg-dev
makensis nsis
man man-db
strip binutils
xwininfo x11-utils
"

say() { printf '── %s\n' "$*"; }
stop() {
  printf '%s\n' "$*" >&2
  exit 1
}

missing_packages() { # missing_packages LIBRARIES COMMANDS
  local known name package
  known=$(ldconfig -p 2>/dev/null) || return 0 # no ldconfig: a machine we know nothing of
  while read -r name package; do
    [ -z "$name" ] || grep -qF "$name (" <<<"$known" || echo "$package"
  done <<<"$1"
  while read -r name package; do
    [ -z "$name" ] || command -v "$name" >/dev/null || echo "$package"
  done <<<"$2"
}

# install_packages NAME...: true when they were installed, false when this machine does not let us.
install_packages() {
  local as=()
  command -v apt-get >/dev/null || return 1
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || { [ -t 0 ] && command -v sudo >/dev/null; } || return 1
    as=(sudo)
  fi
  say "system packages: $*"
  mkdir -p build
  {
    "${as[@]}" apt-get update -qq
    "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
  } </dev/null >"$log" 2>&1 || {
    tail -n 5 "$log" >&2
    return 1
  }
}

system() {
  local packages
  [ "$(uname -s)" = Linux ] || return 0
  mapfile -t packages < <(missing_packages "$libraries" "$commands")
  [ "${#packages[@]}" -eq 0 ] && return 0
  install_packages "${packages[@]}" || echo "Install these first, if Qt does not start: ${packages[*]}" >&2
}

packaging() {
  local packages
  [ "$(uname -s)" = Linux ] || return 0
  mapfile -t packages < <(missing_packages "$packaging_libraries" "$packaging_commands")
  [ "${#packages[@]}" -eq 0 ] && return 0
  install_packages "${packages[@]}" || stop "Install these first: ${packages[*]}"
}

recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
  local python
  for python in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if recent "$python"; then
      command -v "$python"
      return
    fi
  done
  return 1
}

venv() {
  local python version
  if ! recent .venv/bin/python; then
    python=$(find_python) || stop "Python 3.11 or newer is needed (on Debian: apt-get install python3 python3-venv)."
    version=$("$python" -c 'import sys; print(f"{sys.version_info.major}.{sys.version_info.minor}")')
    "$python" -c 'import ensurepip, venv' 2>/dev/null || install_packages "python$version-venv" ||
      stop "$python has no venv module (on Debian: apt-get install python$version-venv)."
    say "a new .venv with Python $version"
    "$python" -m venv --clear .venv
  fi
  say "packages as locked (some minutes the first time)"
  .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.lock
  .venv/bin/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
  .venv/bin/python -c 'import PySide6.QtPrintSupport, PySide6.QtSvg' ||
    stop "Qt does not start here. Install: $(missing_packages "$libraries" "$commands" | tr '\n' ' ')"
}

case "${1:-}" in
  system | packaging | venv) "$1" ;;
  *) stop "usage: tools/setup.sh system|packaging|venv" ;;
esac
