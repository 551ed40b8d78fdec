#!/bin/sh
# Compiles requirements/*.in into *.txt with hashes. Each set keeps the pins of the one it holds.
set -eu
cd "$(dirname "$0")/.."
uv=$VENV/bin/uv
[ -x "$uv" ] || sh requirements/install.sh tools
compile() {
  name=$1
  shift
  "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
    --no-emit-index-url --no-emit-find-links "$@" \
    --output-file "requirements/$name.txt" "requirements/$name.in"
}
compile tools
compile runtime
compile stack --constraints requirements/runtime.txt
compile dev --constraints requirements/stack.txt
compile bench --constraints requirements/dev.txt
