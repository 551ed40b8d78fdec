"""Takes the browser's files of `vendor.json` out of npm packages and writes their sums to a lock.

`make vendor` runs it, with npm on the machine; nobody else needs npm: what it takes is committed.
Icons become one sprite, `icons.svg`, with a symbol for each name.
"""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
WANTED = HERE / "vendor.json"
LOCK = HERE / "vendor.lock.json"
"""For each committed file: the package, its version, and the file's SHA-256."""
MAX_PACKAGE_SECONDS = 120
INNER = re.compile(r"<svg[^>]*>(?P<inner>.*)</svg>", re.DOTALL)


def main() -> int:
    """Writes the files and the lock; 1 where npm does not give a package."""
    wanted = json.loads(WANTED.read_text("utf-8"))
    lock: dict[str, dict[str, str]] = {}
    for name, asked in wanted["packages"].items():
        into = ROOT / asked.get("into", wanted["into"])
        into.mkdir(parents=True, exist_ok=True)
        for file, content in taken(name, asked):
            (into / file).write_bytes(content)
            path = (into / file).relative_to(ROOT).as_posix()
            lock[path] = {
                "package": name,
                "version": asked["version"],
                "sha256": hashlib.sha256(content).hexdigest(),
            }
    LOCK.write_text(json.dumps(lock, indent=2, sort_keys=True) + "\n", "utf-8")
    print(f"{len(lock)} files of {len(wanted['packages'])} packages")
    return 0


def taken(name: str, asked: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    """The files wanted of one package, each by the name it gets here."""
    with tempfile.TemporaryDirectory() as folder:
        package = f"{name}@{asked['version']}"
        command = ["npm", "pack", "--silent", "--pack-destination", folder, package]
        subprocess.run(command, check=True, timeout=MAX_PACKAGE_SECONDS, stdout=subprocess.DEVNULL)  # noqa: S603
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as files:
            for inside, here in asked.get("files", {}).items():
                yield here, content_of(files, inside)
            if icons := asked.get("icons"):
                yield "icons.svg", sprite(files, icons)


def sprite(files: tarfile.TarFile, icons: list[str]) -> bytes:
    """One SVG with a symbol for each icon, in the order of their names."""
    symbols = []
    for icon in sorted(icons):
        found = INNER.search(content_of(files, f"icons/{icon}.svg").decode())
        if found is None:
            raise ValueError(f"{icon} is no SVG")
        inner = " ".join(found["inner"].split())
        symbols.append(f'<symbol id="{icon}" viewBox="0 0 24 24">{inner}</symbol>')
    lines = ['<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>", ""]
    return "\n".join(lines).encode()


def content_of(files: tarfile.TarFile, inside: str) -> bytes:
    """A file of a package; raises KeyError for one that is not there."""
    found = files.extractfile(f"package/{inside}")
    if found is None:
        raise KeyError(inside)
    return found.read()


if __name__ == "__main__":
    sys.exit(main())
