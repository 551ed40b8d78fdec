#!/bin/sh
# Installs a locked set into $VENV, made with $PYTHON: `install.sh stack`, `install.sh dev`, `install.sh tools`.
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
whole || "$PYTHON" -m venv --clear --without-pip "$VENV"
pip_install() {
  "$run" -c 'import pip' 2>/dev/null || "$run" -m ensurepip >/dev/null || return 1
  "$run" -m pip install -qq --disable-pip-version-check --require-hashes -r "$here/$1.txt"
}
# The pip of $PYTHON, where it has one, saves the seconds that a pip of the environment's own takes.
get_uv() {
  [ -x "$VENV/bin/uv" ] && return
  "$PYTHON" -m pip --python "$run" install -qq --disable-pip-version-check --require-hashes \
    -r "$here/tools.txt" 2>/dev/null || pip_install tools
}
# Where pip has been told to look for packages, and whom to trust, uv does the same.
uv_install() {
  get_uv || return 1
  UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-}}
  [ -n "$UV_DEFAULT_INDEX" ] && export UV_DEFAULT_INDEX || unset UV_DEFAULT_INDEX
  SSL_CERT_FILE=${SSL_CERT_FILE:-${PIP_CERT:-}}
  [ -n "$SSL_CERT_FILE" ] && export SSL_CERT_FILE || unset SSL_CERT_FILE
  # The machine's certificates first: behind a company's proxy only they hold. Then uv's own.
  UV_SYSTEM_CERTS=1 uv_install_with "$1" 2>/dev/null || uv_install_with "$1"
}
uv_install_with() {
  "$VENV/bin/uv" pip install --quiet --compile-bytecode --python "$run" --require-hashes -r "$here/$1.txt"
}
if [ "$set" = tools ]; then
  get_uv
  exit
fi
uv_install "$set" || {
  echo "uv could not install them; pip does, which takes a few minutes…"
  pip_install "$set"
}
# The tests' set holds the stack's, and the bench's both.
[ "$set" = stack ] || cp "$here/stack.txt" "$VENV/.locked-stack"
[ "$set" = bench ] && cp "$here/dev.txt" "$VENV/.locked-dev"
cp "$here/$set.txt" "$VENV/.locked-$set"
