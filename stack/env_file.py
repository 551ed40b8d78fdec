"""The file by which a kept stack gives other terminals the environment of our commands."""

import json
import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from stack.errors import StackError

FILE_NAME = "environment.json"
PRIVATE_FILE = 0o600
OURS = ("KOPEYKA_", "TEMPORAL_")
"""How the names begin that another terminal needs; the rest is its own."""


@contextmanager
def announced(folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """While it lasts, `announcement` answers; the file holds keys, so it is its owner's alone."""
    ours = {name: value for name, value in environment.items() if name.startswith(OURS)}
    unfinished = folder / f"{FILE_NAME}.unfinished"
    unfinished.touch(mode=PRIVATE_FILE)
    unfinished.write_text(json.dumps(ours))
    unfinished.replace(folder / FILE_NAME)
    try:
        yield
    finally:
        withdraw(folder)


def withdraw(folder: Path) -> None:
    """Nothing is announced any more."""
    (folder / FILE_NAME).unlink(missing_ok=True)


def announcement(folder: Path) -> dict[str, str]:
    """The variables of the stack that runs on this folder; StackError until it has started."""
    try:
        found: dict[str, str] = json.loads((folder / FILE_NAME).read_text())
    except FileNotFoundError:
        raise StackError("the stack is still starting: try again in a moment") from None
    return found


def exports(variables: Mapping[str, str]) -> str:
    """Lines for a shell. `python` and `temporal` become those of this environment."""
    programs = shlex.quote(str(Path(sys.executable).parent))
    lines = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    return "\n".join([*lines, f'export PATH={programs}{os.pathsep}"$PATH"'])
