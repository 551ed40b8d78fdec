#!/bin/sh
# Installs a locked set into $VENV, made with $PYTHON: `install.sh stack`, or `install.sh dev`.
# uv does it in seconds; where it cannot be had, or fails, pip does. Nothing is done when the set is there.
set -eu
set=$1
here=$(dirname "$0")
run=$VENV/bin/python

whole() { "$run" -c '' 2>/dev/null; }
fail() { echo "$*" >&2; exit 1; }

# Installed again only when the locked set is another one, not when its file is merely newer.
if whole && cmp -s "$here/$set.txt" "$VENV/.locked-$set"; then
  touch "$VENV/.locked-$set"
  exit 0
fi

command -v "$PYTHON" >/dev/null || fail "Kopeyka needs Python 3.11 or newer: '$PYTHON' is not found"
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
  || fail "Kopeyka needs Python 3.11 or newer, '$PYTHON' is $("$PYTHON" --version 2>&1); try PYTHON=python3.12"
"$PYTHON" -c 'import ensurepip, venv' 2>/dev/null \
  || fail "Python's venv is missing: install it (on Debian and Ubuntu: python3-venv)"

echo "Installing the locked packages into $VENV…"
whole || "$PYTHON" -m venv --clear "$VENV"
pip_install() { "$run" -m pip install -qq --disable-pip-version-check --require-hashes -r "$1"; }
uv_install() {
  [ -x "$VENV/bin/uv" ] || pip_install "$here/tools.txt" || return 1
  # Where pip has been told to look for packages, uv looks too.
  UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-}}
  [ -n "$UV_DEFAULT_INDEX" ] && export UV_DEFAULT_INDEX || unset UV_DEFAULT_INDEX
  "$VENV/bin/uv" pip install --quiet --python "$run" --require-hashes -r "$1"
}
uv_install "$here/$set.txt" || {
  echo "uv could not install them; pip does, which takes a few minutes…"
  pip_install "$here/$set.txt"
}
# The tests' set holds the stack's.
[ "$set" = dev ] && cp "$here/stack.txt" "$VENV/.locked-stack"
cp "$here/$set.txt" "$VENV/.locked-$set"
