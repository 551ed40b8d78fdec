#!/bin/sh
# `make demo` and `make test` in a copy of this checkout for every Python of README's range that is found:
# on PATH, and beside $PYTHON where a version manager keeps the others.
set -u
first=11
last=13
top=$(cd "$(dirname "$0")/.." && pwd)
own=$("$PYTHON" -c 'import os, sys; print(os.path.realpath(sys.base_prefix))') || exit 1
# The first that runs and is of that version: a shim on PATH may stand for none.
find_python() {
  for candidate in "$(command -v "python3.$1")" "$own/../3.$1".*/bin/python3; do
    if [ -x "$candidate" ] && "$candidate" -c "import ensurepip, sys; sys.exit(sys.version_info[1] != $1)" 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
}

failed=0
found=0
minor=$first
while [ "$minor" -le "$last" ]; do
  python=$(find_python "$minor")
  if [ -z "$python" ]; then
    echo "Python 3.$minor: not on this machine"
  else
    found=$((found + 1))
    copy=$(mktemp -d) || exit 1
    git clone --quiet "$top" "$copy/checkout"
    for target in demo test; do
      if make --directory "$copy/checkout" "$target" "PYTHON=$python" </dev/null >"$copy/$target.log" 2>&1; then
        echo "Python 3.$minor: make $target passes"
      else
        failed=1
        echo "Python 3.$minor: make $target FAILS:"
        tail -n 20 "$copy/$target.log"
      fi
    done
    make --directory "$copy/checkout" clean >/dev/null 2>&1
    rm -rf "$copy"
  fi
  minor=$((minor + 1))
done
[ "$found" -gt 0 ] || { echo "no Python 3.$first to 3.$last was found"; exit 1; }
exit $failed
