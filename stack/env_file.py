"""The file from which other terminals read the environment of a running kept stack."""

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
"""Prefixes of the variables that another terminal needs; the others are its own."""


@contextmanager
def published_env(folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """Writes the file for as long as the block runs; it holds keys, so only its owner may
    read it.
    """
    ours = {name: value for name, value in environment.items() if name.startswith(OURS)}
    unfinished = folder / f"{FILE_NAME}.unfinished"
    unfinished.touch(mode=PRIVATE_FILE)
    unfinished.write_text(json.dumps(ours))
    unfinished.replace(folder / FILE_NAME)
    try:
        yield
    finally:
        remove_env(folder)


def remove_env(folder: Path) -> None:
    """Removes the file."""
    (folder / FILE_NAME).unlink(missing_ok=True)


def read_env(folder: Path) -> dict[str, str]:
    """The variables of the stack that runs on this folder; raises StackError until it has
    started.
    """
    try:
        found: dict[str, str] = json.loads((folder / FILE_NAME).read_text())
    except FileNotFoundError:
        raise StackError("the stack is still starting: try again in a moment") from None
    return found


def exports(variables: Mapping[str, str]) -> str:
    """Lines for a shell; `python` and `temporal` become those of this environment."""
    programs = shlex.quote(str(Path(sys.executable).parent))
    lines = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    return "\n".join([*lines, f'export PATH={programs}{os.pathsep}"$PATH"'])
